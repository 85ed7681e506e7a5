"""The code that the program gives for reading its files, run on them."""

import os
import re
import subprocess
import sys

import duckdb
import pandas as pd
import pytest


def snippet(tool, job):
    command = [os.environ["FLEETSYNTH_BIN"], "snippet", tool, "--config", job.config]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def means(job):
    frame = pd.read_parquet(job.parquet)
    return frame.groupby("business_unit").mean(numeric_only=True)


@pytest.mark.parametrize("tool", ["pandas", "polars"])
def test_python_code_prints_the_means_of_the_file(any_job, tool):
    code = snippet(tool, any_job)
    folder = os.path.dirname(any_job.parquet)
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=folder).stdout
    figures = [float(figure) for figure in re.findall(r"\d+\.\d+", printed)]
    for unit, mean in means(any_job)["cpu_p95"].items():
        # They print as many digits as they see fit.
        assert unit in printed and any(abs(figure - mean) < 0.006 for figure in figures), printed


def test_duckdb_code_gives_the_means_of_the_file(any_job, monkeypatch):
    monkeypatch.chdir(os.path.dirname(any_job.parquet))
    found = duckdb.sql(snippet("duckdb", any_job)).df().set_index("business_unit")
    expected = means(any_job)[list(found.columns)]
    pd.testing.assert_frame_equal(found, expected, check_names=False, rtol=1e-9)


def test_spark_and_athena_have_the_columns_of_the_file(any_job):
    frame = pd.read_parquet(any_job.parquet)
    spark, athena = snippet("spark", any_job), snippet("athena", any_job)
    kinds = {"float64": "double", "bool": "boolean", "datetime64[us]": "timestamp"}
    kinds = [kinds.get(str(dtype), "string") for dtype in frame.dtypes]
    columns = [line.strip(" ,") for line in athena.splitlines() if line.startswith("  ")]
    assert columns == [f"`{name}` {kind}" for name, kind in zip(frame.columns, kinds)]
    ours = [kind.upper().replace("TIMESTAMP", "TIMESTAMP_NTZ") for kind in kinds]
    assert f'schema = "{", ".join(f"`{name}` {kind}" for name, kind in zip(frame.columns, ours))}"' in spark
    assert "LOCATION 's3://my-bucket/raw/'" in athena
    compile(spark, "spark", "exec")
    assert os.path.basename(any_job.parquet) in spark and os.path.basename(any_job.parquet) in athena
