#!/usr/bin/env python3
"""Makes an upload bundle: presigned URLs with which a page, or `fleetsynth generate --upload`, may send
a dataset's files to S3 without having credentials. Run it where the credentials are; it needs boto3.

    scripts/presign.py BUCKET PREFIX > bundle.json
        one form for all files up to 5 GiB each
    scripts/presign.py BUCKET PREFIX --put NAME > bundle.json
        a URL for this file alone
    scripts/presign.py BUCKET PREFIX --multipart NAME:100 > bundle.json
        a multipart upload in up to 100 parts: beyond 5 GiB, or where it must be possible to resume

Whoever has the bundle may write these objects until it expires: keep it as you keep a password.
docs/uploads.md has the rest: the policy that whoever signs needs, CORS, and the lifecycle rule.
"""

import argparse
import json
import mimetypes
import sys
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

GIB = 2**30
# S3's limits.
MAX_HOURS = 7 * 24
MAX_PARTS = 10_000
MAX_OBJECT_OF_A_FORM = 5 * GIB

mimetypes.add_type("application/vnd.apache.parquet", ".parquet")
mimetypes.add_type("application/yaml", ".yaml")


def main():
    arguments = parse_arguments()
    try:
        json.dump(bundle(arguments), sys.stdout, indent=1)
        print()
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"presign: {error}")


def parse_arguments():
    summary, _, details = __doc__.partition("\n\n")
    parser = argparse.ArgumentParser(
        description=summary, epilog=details, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("bucket", metavar="BUCKET")
    parser.add_argument("prefix", metavar="PREFIX", help="what all keys begin with, for example runs/r1/")
    parser.add_argument("--hours", type=hours, default=2.0, metavar="H", help="valid for so long [default: 2]")
    parser.add_argument("--put", action="append", default=[], metavar="NAME", help="a URL for this file")
    parser.add_argument(
        "--multipart",
        action="append",
        default=[],
        type=multipart,
        metavar="NAME:PARTS",
        help="a multipart upload for this file; NAME:PARTS:UPLOAD_ID signs one that was begun anew",
    )
    parser.add_argument("--post", action="store_true", help="the form for all other files too")
    parser.add_argument("--region", metavar="R", help="the bucket's region [default: S3 is asked for it]")
    parser.add_argument("--endpoint", metavar="URL", help="of an S3 service that is not AWS")
    return parser.parse_args()


def hours(text):
    value = float(text)
    if not 0 < value <= MAX_HOURS:
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and at most {MAX_HOURS}: URLs last 7 days at most")
    return value


def multipart(text):
    name, _, rest = text.partition(":")
    parts, _, upload_id = rest.partition(":")
    if not name or not parts.isdecimal() or not 1 <= int(parts) <= MAX_PARTS:
        raise argparse.ArgumentTypeError(f"{text} is not NAME:PARTS with 1 to {MAX_PARTS} parts")
    return name, int(parts), upload_id or None


def bundle(arguments):
    region = arguments.region or find_region(arguments)
    client = make_client(region, arguments.endpoint)
    seconds = round(arguments.hours * 3600)
    prefix = arguments.prefix.lstrip("/")
    prefix += "/" if prefix and not prefix.endswith("/") else ""

    def sign(operation, **parameters):
        return client.generate_presigned_url(
            operation, Params={"Bucket": arguments.bucket, **parameters}, ExpiresIn=seconds
        )

    expires_at = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    made = {
        "s3_upload_bundle": 1,
        "bucket": arguments.bucket,
        "region": region,
        "prefix": prefix,
        "expires_at": expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if arguments.post or not (arguments.put or arguments.multipart):
        made["post"] = form(client, arguments.bucket, prefix, seconds)
    made["artifacts"] = {name: {"put": {"url": sign("put_object", Key=prefix + name), "headers": {}}} for name in arguments.put}
    for name, parts, upload_id in arguments.multipart:
        key = prefix + name
        upload_id = upload_id or begin(client, arguments.bucket, key)
        upload = {"Key": key, "UploadId": upload_id}
        made["artifacts"][name] = {
            "multipart": {
                "upload_id": upload_id,
                "part_urls": [sign("upload_part", PartNumber=number + 1, **upload) for number in range(parts)],
                "list_url": sign("list_parts", **upload),
                "complete_url": sign("complete_multipart_upload", **upload),
                "abort_url": sign("abort_multipart_upload", **upload),
            }
        }
    if boto3.DEFAULT_SESSION.get_credentials().token:
        print("presign: the credentials are temporary, and the bundle ends with their session.", file=sys.stderr)
    return made


def make_client(region, endpoint):
    # Left alone, boto3 signs by the old version 2, and for S3's global host, which answers by redirections
    # that pages cannot follow; it may also sign a checksum of no body. Other services seldom have a host
    # for each bucket.
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path" if endpoint else "virtual"},
        request_checksum_calculation="when_required",
    )
    return boto3.client("s3", region_name=region, endpoint_url=endpoint, config=config)


def find_region(arguments):
    """The bucket's own region. S3 says it even to those who may not look into the bucket."""
    client = make_client(boto3.Session().region_name or "us-east-1", arguments.endpoint)
    try:
        answer = client.head_bucket(Bucket=arguments.bucket)
    except ClientError as error:
        answer = error.response
    found = answer["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region")
    return found or client.meta.region_name


def form(client, bucket, prefix, seconds):
    return client.generate_presigned_post(
        bucket,
        prefix + "${filename}",
        # The answer is to name the object's ETag.
        Fields={"success_action_status": "201"},
        Conditions=[
            {"success_action_status": "201"},
            ["content-length-range", 0, MAX_OBJECT_OF_A_FORM],
            ["starts-with", "$Content-Type", ""],
            ["starts-with", "$Content-MD5", ""],
        ],
        ExpiresIn=seconds,
    )


def begin(client, bucket, key):
    media_type = mimetypes.guess_type(key)[0] or "application/octet-stream"
    return client.create_multipart_upload(Bucket=bucket, Key=key, ContentType=media_type)["UploadId"]


if __name__ == "__main__":
    main()
