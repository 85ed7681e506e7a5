"""The script that makes upload bundles, against a real S3 server."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import urllib3

ROOT = Path(__file__).parents[2]
BODY = b"server_id,timestamp\n" * 1000


def presign(*arguments, check=True, **environment):
    """Runs the script with the test server's credentials."""
    environment = {"AWS_ACCESS_KEY_ID": "AKIDTEST", "AWS_SECRET_ACCESS_KEY": "sekrit"} | environment
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    command = [sys.executable, ROOT / "scripts/presign.py", *arguments]
    done = subprocess.run(command, env=kept | environment, capture_output=True, text=True)
    assert not check or done.returncode == 0, done.stderr
    return done


def bundle(s3, *arguments):
    return json.loads(presign(s3.bucket, "runs/r1", "--endpoint", s3.url, "--region", "default", *arguments).stdout)


def send(method, url, body=b"", **headers):
    return urllib3.request(method, url, body=body, headers=headers, retries=False)


def post(form, name, body, **fields):
    """Posts the form as a page does."""
    all_fields = form["fields"] | {"key": form["fields"]["key"].replace("${filename}", name)} | fields
    return urllib3.request("POST", form["url"], fields={**all_fields, "file": (name, body)}, retries=False)


def stored(s3, key):
    return s3.client.get_object(Bucket=s3.bucket, Key=key)["Body"].read()


def test_without_more_it_gives_a_form_for_every_file(s3):
    made = bundle(s3)
    assert (made["s3_upload_bundle"], made["bucket"], made["region"], made["prefix"]) == (1, s3.bucket, "default", "runs/r1/")
    assert made["artifacts"] == {}
    answer = post(made["post"], "a.csv", BODY, **{"Content-Type": "text/csv"})
    assert answer.status == 201, answer.data
    assert hashlib.md5(BODY).hexdigest() in answer.data.decode()
    assert stored(s3, "runs/r1/a.csv") == BODY
    assert s3.client.head_object(Bucket=s3.bucket, Key="runs/r1/a.csv")["ContentType"] == "text/csv"


def test_the_form_takes_no_other_key(s3):
    form = bundle(s3)["post"]
    answer = post(form, "a.csv", BODY, key="elsewhere/a.csv")
    assert answer.status == 403
    policy = json.loads(base64.b64decode(form["fields"]["policy"]))
    assert ["content-length-range", 0, 5 * 2**30] in policy["conditions"]


def test_a_url_for_one_file(s3):
    made = bundle(s3, "--put", "a.parquet")
    assert "post" not in made
    url = made["artifacts"]["a.parquet"]["put"]["url"]
    md5 = base64.b64encode(hashlib.md5(BODY).digest()).decode()
    assert send("PUT", url, BODY, **{"Content-MD5": md5}).status == 200
    assert stored(s3, "runs/r1/a.parquet") == BODY
    assert b"BadDigest" in send("PUT", url, BODY + b"!", **{"Content-MD5": md5}).data
    assert send("GET", url).status == 403, "it is signed to write"
    assert send("PUT", url.replace("a.parquet", "b.parquet"), BODY).status == 403


def test_a_multipart_upload_that_is_listed_resumed_and_completed(s3):
    made = bundle(s3, "--multipart", "big.parquet:3", "--post")
    upload = made["artifacts"]["big.parquet"]["multipart"]
    assert len(upload["part_urls"]) == 3 and "post" in made
    parts = [os.urandom(5 << 20), b"the end"]
    etags = [send("PUT", url, part).headers["ETag"] for url, part in zip(upload["part_urls"], parts)]
    listed = send("GET", upload["list_url"]).data.decode()
    assert re.findall("<Size>([0-9]+)</Size>", listed) == ["5242880", "7"]

    # Signed anew after the URLs have expired, the upload has kept its parts.
    again = bundle(s3, "--multipart", f"big.parquet:2:{upload['upload_id']}")["artifacts"]["big.parquet"]["multipart"]
    assert again["upload_id"] == upload["upload_id"]
    assert send("GET", again["list_url"]).data.decode().count("<Part>") == 2
    named = "".join(f"<Part><PartNumber>{n}</PartNumber><ETag>{tag}</ETag></Part>" for n, tag in enumerate(etags, 1))
    body = f"<CompleteMultipartUpload>{named}</CompleteMultipartUpload>".encode()
    assert send("POST", again["complete_url"], body).status == 200
    assert stored(s3, "runs/r1/big.parquet") == b"".join(parts)
    head = s3.client.head_object(Bucket=s3.bucket, Key="runs/r1/big.parquet")
    assert head["ContentType"] == "application/vnd.apache.parquet"


def test_a_multipart_upload_that_is_aborted(s3):
    upload = bundle(s3, "--multipart", "gone.parquet:1")["artifacts"]["gone.parquet"]["multipart"]
    assert send("PUT", upload["part_urls"][0], BODY).status == 200
    assert send("DELETE", upload["abort_url"]).status == 204
    assert send("GET", upload["list_url"]).status == 404


def test_urls_expire_when_they_say(s3):
    # Long enough for a slow machine to use the URL while it is valid.
    url = bundle(s3, "--put", "a", "--hours", "0.0014")["artifacts"]["a"]["put"]["url"]
    assert parse_qs(urlsplit(url).query)["X-Amz-Expires"] == ["5"]
    assert send("PUT", url, BODY).status == 200
    until = urllib3.util.Retry(total=40, backoff_factor=0.1, status_forcelist=[200], allowed_methods=None, raise_on_status=False)
    assert urllib3.request("PUT", url, body=BODY, retries=until).status == 403


@pytest.mark.parametrize("region", ["us-east-1", "us-west-2", "eu-west-1"])
def test_aws_is_signed_by_version_4_for_the_region_itself(region):
    made = json.loads(presign("my-bucket", "runs/", "--put", "a", "--post", "--region", region).stdout)
    url = urlsplit(made["artifacts"]["a"]["put"]["url"])
    query = parse_qs(url.query)
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Credential"][0].split("/")[2] == region
    assert query["X-Amz-SignedHeaders"] == ["host"]
    assert not [name for name in query if "checksum" in name.lower()]
    # The global host is that of us-east-1.
    hosts = {f"my-bucket.s3.{region}.amazonaws.com"} | ({"my-bucket.s3.amazonaws.com"} if region == "us-east-1" else set())
    assert url.hostname in hosts
    assert urlsplit(made["post"]["url"]).hostname in hosts


def test_temporary_credentials_are_named_as_such():
    done = presign("my-bucket", "", "--put", "a", "--region", "eu-west-1", AWS_SESSION_TOKEN="t0ken")
    assert "the bundle ends with their session" in done.stderr
    assert "X-Amz-Security-Token=t0ken" in done.stdout
    assert json.loads(done.stdout)["prefix"] == ""


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--hours", "169"], "at most 168"),
        (["--multipart", "a:0"], "1 to 10000 parts"),
        (["--multipart", "a"], "is not NAME:PARTS"),
    ],
)
def test_bad_arguments_are_refused(arguments, words):
    done = presign("my-bucket", "runs/", "--region", "eu-west-1", *arguments, check=False)
    assert done.returncode == 2 and words in done.stderr


def test_without_credentials_or_a_bucket_it_says_so(s3):
    nobody = presign("b", "", "--region", "r", "--endpoint", s3.url, check=False, AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="", AWS_EC2_METADATA_DISABLED="true")
    assert nobody.returncode == 1 and "credentials" in nobody.stderr
    none = presign("no-such-bucket", "", "--region", "default", "--endpoint", s3.url, "--multipart", "a:1", check=False)
    assert none.returncode == 1 and "NoSuchBucket" in none.stderr


def test_the_rules_of_the_documentation_are_taken(s3):
    text = (ROOT / "docs/uploads.md").read_text()
    policy, cors, lifecycle, _ = map(json.loads, re.findall(r"```json\n(.*?)```", text, re.DOTALL))
    s3.client.create_bucket(Bucket="my-fleet-data")
    s3.client.put_bucket_cors(Bucket="my-fleet-data", CORSConfiguration=cors)
    s3.client.put_bucket_lifecycle_configuration(Bucket="my-fleet-data", LifecycleConfiguration=lifecycle)
    (rule,) = s3.client.get_bucket_cors(Bucket="my-fleet-data")["CORSRules"]
    assert {key: sorted(value) if isinstance(value, list) else value for key, value in rule.items()} == {
        key: sorted(value) if isinstance(value, list) else value for key, value in cors["CORSRules"][0].items()
    }
    kept = s3.client.get_bucket_lifecycle_configuration(Bucket="my-fleet-data")["Rules"]
    assert kept[0]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}

    # A page of that origin is let in, another one is not.
    def preflight(origin):
        asks = {"Origin": origin, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-md5"}
        return send("OPTIONS", f"{s3.url}/my-fleet-data/runs/a", **asks)

    assert preflight("https://fleet.example.org").headers["Access-Control-Allow-Origin"] == "https://fleet.example.org"
    assert "Access-Control-Allow-Origin" not in preflight("https://elsewhere.example.org").headers

    # Whoever signs by the policy may do all that the script signs, and no more.
    actions = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
    assert policy["Statement"] == [
        {"Effect": "Allow", "Action": actions, "Resource": "arn:aws:s3:::my-fleet-data/runs/*"}
    ]
