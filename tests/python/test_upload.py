"""The command line's uploads, to a real S3 server: by presigned URLs, and with credentials."""

import hashlib
import json
import os
import subprocess

import pytest
from test_presign import bundle, stored

STEM = "raw_server_metrics_20240101_to_20240330"
KEYS = ["config.yaml", "sample_100rows.csv", "summary.json"]
NAMES = sorted([f"{STEM}.parquet", *(f"{STEM}_{key}" for key in KEYS)])
# 4 years of 1,400 servers at full precision: some 82 MB, in parts.
LARGE = ["data_generation.num_servers=1400", "output.decimals=null", "output.compression=none"]
LARGE_NAME = "raw_server_metrics_20220101_to_20251231.parquet"


def generate(folder, *arguments, preset="small", **environment):
    """Runs the program in a folder, with nobody's credentials but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    command = [os.environ["FLEETSYNTH_BIN"], "generate", "--preset", preset, *arguments]
    return subprocess.run(command, cwd=folder, env=kept | environment, capture_output=True, text=True)


def sets(*values):
    return [word for value in values for word in ("--set", value)]


def credentials(s3, **more):
    return {
        "AWS_ACCESS_KEY_ID": "AKIDTEST",
        "AWS_SECRET_ACCESS_KEY": "sekrit",
        "AWS_REGION": "default",
        "AWS_ENDPOINT_URL": s3.url,
        "AWS_ALLOW_HTTP": "true",
    } | more


def in_bucket(s3, prefix):
    listed = s3.client.list_objects_v2(Bucket=s3.bucket, Prefix=prefix).get("Contents", [])
    return sorted(item["Key"].removeprefix(prefix) for item in listed)


def write(folder, made):
    path = folder / "bundle.json"
    path.write_text(json.dumps(made))
    return str(path)


def test_files_go_by_a_form_and_stay_on_the_disk(s3, tmp_path):
    made = bundle(s3)
    done = generate(tmp_path, "--upload", write(tmp_path, made))
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("SUCCESS\n")
    for name in NAMES:
        local = (tmp_path / "data/raw" / name).read_bytes()
        assert stored(s3, f"runs/r1/{name}") == local
        assert f"uploaded runs/r1/{name}, ETag {hashlib.md5(local).hexdigest()}\n" in done.stdout
    secret = made["post"]["fields"]["x-amz-signature"]
    assert secret not in done.stdout + done.stderr


def test_a_large_file_goes_in_parts_and_a_bundle_may_come_by_a_pipe(s3, tmp_path):
    made = bundle(s3, "--multipart", f"{LARGE_NAME}:20", "--post")
    command = [os.environ["FLEETSYNTH_BIN"], "generate", *sets(*LARGE), "--json", "--upload", "-"]
    done = subprocess.run(command, cwd=tmp_path, input=json.dumps(made), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    head = s3.client.head_object(Bucket=s3.bucket, Key=f"runs/r1/{LARGE_NAME}")
    assert head["ETag"].endswith('-5"')
    summary = json.loads(done.stdout)
    assert hashlib.sha256(stored(s3, f"runs/r1/{LARGE_NAME}")).hexdigest() == summary["file"]["sha256"]


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda url: url[:-1] + ("0" if url[-1] != "0" else "1"), "The signature does not fit the request"),
        (lambda url: url.replace("X-Amz-Expires=7200", "X-Amz-Expires=7201"), "The signature does not fit the request"),
        (lambda url: url.replace("/fleet/", "/other-bucket/"), "The signature does not fit the request"),
        (lambda url: url.replace("127.0.0.1", "127.0.0.2"), "The server cannot be reached"),
        (lambda url: url.partition("&X-Amz-Signature")[0], "It has no signature"),
    ],
)
def test_what_cannot_be_uploaded_stays_on_the_disk_and_says_why(s3, tmp_path, change, words):
    made = bundle(s3, "--put", f"{STEM}.parquet")
    put = made["artifacts"][f"{STEM}.parquet"]["put"]
    put["url"] = change(put["url"])
    s3.client.delete_object(Bucket=s3.bucket, Key=f"runs/r1/{STEM}.parquet")
    done = generate(tmp_path, "--upload", write(tmp_path, made))
    assert done.returncode == 3
    assert words in done.stderr and "all files are in data/raw" in done.stderr
    assert "SUCCESS" not in done.stdout
    assert "X-Amz" not in done.stderr.replace("X-Amz-Date or X-Amz-Expires", "")
    assert (tmp_path / "data/raw" / f"{STEM}.parquet").exists()
    assert f"{STEM}.parquet" not in in_bucket(s3, "runs/r1/")


def test_a_bad_bundle_is_refused_before_anything_is_made(tmp_path):
    path = tmp_path / "bundle.json"
    path.write_text("{}")
    done = generate(tmp_path, "--upload", str(path))
    assert done.returncode == 2 and "The upload bundle cannot be read" in done.stderr
    assert not (tmp_path / "data").exists()
    missing = generate(tmp_path, "--upload", "no-such-file.json")
    assert missing.returncode == 3 and "no-such-file.json" in missing.stderr
    to_stdout = generate(tmp_path, "--upload", str(path), "--out", "-")
    assert to_stdout.returncode == 2


def test_with_credentials_the_files_go_to_the_bucket_alone(s3, tmp_path):
    to = sets("storage.use_s3=true", f"storage.bucket_name={s3.bucket}", "storage.raw_prefix=lake/raw/")
    done = generate(tmp_path, *to, **credentials(s3))
    assert done.returncode == 0, done.stderr
    assert in_bucket(s3, "lake/raw/") == NAMES
    assert f"wrote s3://{s3.bucket}/lake/raw/{STEM}.parquet\n" in done.stdout
    assert done.stdout.endswith("SUCCESS\n")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    summary = json.loads(stored(s3, f"lake/raw/{STEM}_summary.json"))
    assert hashlib.sha256(stored(s3, f"lake/raw/{STEM}.parquet")).hexdigest() == summary["file"]["sha256"]
    head = s3.client.head_object(Bucket=s3.bucket, Key=f"lake/raw/{STEM}.parquet")
    assert head["ContentType"] == "application/vnd.apache.parquet"


def test_with_credentials_a_large_file_goes_in_parts(s3, tmp_path):
    to = sets("storage.use_s3=true", f"storage.bucket_name={s3.bucket}", "storage.raw_prefix=large/", *LARGE)
    done = generate(tmp_path, *to, "--json", preset="config", **credentials(s3))
    assert done.returncode == 0, done.stderr
    assert hashlib.sha256(stored(s3, f"large/{LARGE_NAME}")).hexdigest() == json.loads(done.stdout)["file"]["sha256"]
    assert s3.client.head_object(Bucket=s3.bucket, Key=f"large/{LARGE_NAME}")["ETag"].endswith('-5"')


@pytest.mark.parametrize(
    "bucket, change, words",
    [
        ("no-such-bucket", {}, "NoSuchBucket"),
        ("fleet", {"AWS_SECRET_ACCESS_KEY": "wrong"}, "SignatureDoesNotMatch"),
        ("fleet", {"AWS_ENDPOINT_URL": "https://127.0.0.1:9"}, "Connect"),
    ],
)
def test_when_the_bucket_cannot_be_written_the_files_stay_on_the_disk(s3, tmp_path, bucket, change, words):
    to = sets("storage.use_s3=true", f"storage.bucket_name={bucket}", "storage.raw_prefix=fallback/")
    done = generate(tmp_path, *to, **credentials(s3, **change))
    assert done.returncode == 3
    assert f"Cannot store the files in s3://{bucket}/fallback/" in done.stderr
    assert words in done.stderr and "They are all in data/fallback/ instead" in done.stderr
    assert sorted(path.name for path in (tmp_path / "data/fallback").iterdir()) == NAMES
    assert f"wrote data/fallback/{STEM}.parquet\n" in done.stdout
    assert "SUCCESS" not in done.stdout and "sekrit" not in done.stderr
    assert in_bucket(s3, "fallback/") == []


def test_out_goes_before_the_bucket_and_two_ways_are_one_too_many(s3, tmp_path):
    local = generate(tmp_path, *sets("storage.use_s3=true"), "--out", "here")
    assert local.returncode == 0 and (tmp_path / "here" / f"{STEM}.parquet").exists()
    both = generate(tmp_path, *sets("storage.use_s3=true"), "--upload", write(tmp_path, bundle(s3)))
    assert both.returncode == 2 and "Both --upload and storage.use_s3" in both.stderr
