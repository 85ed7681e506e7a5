"""Datasets made by the command line, as a pipeline would find them."""

import json
import os
import socket
import subprocess
from pathlib import Path
from types import SimpleNamespace

import boto3
import pytest
from botocore.config import Config

ROOT = Path(__file__).parents[2]


def generate(folder, preset, *sets, arguments=()):
    """Runs the program and returns the paths of its files, and its summary."""
    command = [os.environ["FLEETSYNTH_BIN"], "generate", "--preset", preset, "--out", str(folder), "--csv", "--json"]
    command += arguments
    for value in sets:
        command += ["--set", value]
    summary = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    stem = summary["file"]["name"].removesuffix(".parquet")
    return SimpleNamespace(
        summary=summary,
        parquet=str(folder / f"{stem}.parquet"),
        truth=str(folder / f"{stem}_truth.parquet"),
        clean=str(folder / f"{stem}_clean.parquet"),
        csv=str(folder / f"{stem}.csv"),
        sample=str(folder / f"{stem}_sample_100rows.csv"),
        config=str(folder / f"{stem}_config.yaml"),
    )


@pytest.fixture(scope="session")
def make_job(tmp_path_factory):
    """Makes any other job."""

    def make(name, preset, *sets, arguments=()):
        return generate(tmp_path_factory.mktemp(name), preset, *sets, arguments=arguments)

    return make


@pytest.fixture(scope="session")
def seed_job(tmp_path_factory):
    return generate(tmp_path_factory.mktemp("seed_job"), "config")


@pytest.fixture(scope="session", params=["snappy", "none", "full precision", "flags", "wide", "kinds"])
def any_job(request, tmp_path_factory):
    """The small job in every form that a file can have."""
    sets = {
        "snappy": [],
        "none": ["output.compression=none"],
        "full precision": ["output.decimals=null"],
        "flags": ["output.calendar_flags=true"],
        "kinds": ["output.archetype_column=true", "data_generation.metadata.archetypes={web: 1, batch: 1}"],
        # Several row groups of whole servers.
        "wide": ["data_generation.num_servers=6000"],
    }[request.param]
    return generate(tmp_path_factory.mktemp("any_job"), "small", *sets)


@pytest.fixture(scope="session")
def s3(tmp_path_factory):
    """A real S3 server with an empty bucket."""
    # Its sockets' paths must be short, and its ports are three in a row.
    folder = tmp_path_factory.getbasetemp().parent / f"s3-{os.getpid()}"
    port = free_ports()
    server = ROOT / "tests/s3/server"
    subprocess.run([server, "start", folder, str(port)], check=True)
    try:
        url = f"http://127.0.0.1:{port}"
        client = boto3.client(
            "s3",
            endpoint_url=url,
            region_name="default",
            aws_access_key_id="AKIDTEST",
            aws_secret_access_key="sekrit",
            config=Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required"),
        )
        client.create_bucket(Bucket="fleet")
        yield SimpleNamespace(url=url, client=client, bucket="fleet")
    finally:
        subprocess.run([server, "stop", folder], check=True)


def free_ports():
    """The first of three ports in a row that nobody has."""
    for first in range(39400 + os.getpid() % 500 * 4, 65000, 3):
        try:
            for port in range(first, first + 3):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
    raise RuntimeError("no three ports in a row are free")
