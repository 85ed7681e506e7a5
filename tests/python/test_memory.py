"""The memory that a run takes: about what is said beforehand, and no more for more servers."""

import os
import re
import subprocess
import sys

import pytest

LONG = "data_generation.start_date=1986-01-01"
SERVERS = "data_generation.num_servers"


# A process begins with the peak of the one that started it: this one's is lower than any here.
LAUNCH = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def command(*arguments):
    return [os.environ["FLEETSYNTH_BIN"], "generate", *arguments]


def said(*arguments):
    """The memory that the program says it will take, in bytes."""
    text = subprocess.run(command("--dry-run", *arguments), check=True, capture_output=True, text=True).stdout
    return float(re.search(r"memory +about ([\d.]+) MB", text)[1]) * 1e6


def taken(folder, *arguments):
    """The most memory that it has taken, in bytes."""
    launch = [sys.executable, "-I", "-S", "-c", LAUNCH, *command(*arguments, "--quiet", "--out", str(folder))]
    return int(subprocess.run(launch, check=True, capture_output=True, text=True).stdout) * 1024


@pytest.mark.parametrize("threads", ["1", "2"])
@pytest.mark.parametrize(
    "sets",
    [
        [],
        [f"{SERVERS}=600"],
        [f"{SERVERS}=300", "output.decimals=null"],
        [f"{SERVERS}=60", LONG],
        [f"{SERVERS}=40", "data_generation.granularity=hourly"],
    ],
)
def test_a_run_takes_about_the_memory_that_is_said(tmp_path, threads, sets):
    arguments = ["--threads", threads, *(part for value in sets for part in ("--set", value))]
    assert said(*arguments) / taken(tmp_path, *arguments) == pytest.approx(1, abs=0.4)


def test_more_servers_take_no_more_memory(tmp_path):
    few, many = (taken(tmp_path / n, "--threads", "1", "--set", f"{SERVERS}={n}") for n in ("800", "3200"))
    assert many < 1.15 * few
