"""Files that other programs have written, as `fleetsynth validate` finds them."""

import datetime as dt
import decimal
import json
import os
import subprocess

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

METRICS = ["cpu_p95", "mem_p95", "disk_p95", "net_in_p95", "net_out_p95"]


def validate(path, *options, code=0):
    """Runs the program and returns its report."""
    command = [os.environ["FLEETSYNTH_BIN"], "validate", str(path), "--json", *options]
    done = subprocess.run(command, capture_output=True, text=True, cwd=path.parent)
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


def by_pandas(frame, path):
    frame.astype({"region": "category"}).to_parquet(path, index=False)


def by_pandas_with_an_index(frame, path):
    frame.set_index("server_id").to_parquet(path, compression="gzip")


def by_polars(frame, path):
    pl.from_pandas(frame).write_parquet(path)


def by_duckdb(frame, path):
    duckdb.sql("select * from frame").write_parquet(str(path), compression="lz4_raw")


def by_arrow_with_other_types(frame, path):
    table = pa.Table.from_pandas(frame, preserve_index=False)
    types = {
        "server_id": pa.large_string(),
        "timestamp": pa.timestamp("ns", "UTC"),
        "business_unit": pa.string_view(),
        "region": pa.dictionary(pa.int8(), pa.string()),
    }
    for name, type in types.items():
        column = table.column(name)
        column = column.dictionary_encode().cast(type) if pa.types.is_dictionary(type) else column.cast(type)
        table = table.set_column(table.schema.get_field_index(name), name, column)
    pq.write_table(table, path, compression="zstd", row_group_size=1000)


def by_csv(frame, path):
    frame.to_csv(path, index=False)


def by_csv_in_europe(frame, path):
    frame.to_csv(path, index=False, sep=";", na_rep="NA", date_format="%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize("write", [
    by_pandas, by_pandas_with_an_index, by_polars, by_duckdb, by_arrow_with_other_types, by_csv, by_csv_in_europe,
])
def test_files_of_other_programs_are_read_value_for_value(write, seed_job, tmp_path):
    frame = pd.read_parquet(seed_job.parquet)
    path = tmp_path / "export"
    write(frame, path)
    report = validate(path, "--out", str(tmp_path / "out"))
    assert report["quality"]["verdict"] == "pass"
    assert (report["rows"], report["servers"], report["step"]) == (175_320, 120, "day")
    found = {one["name"]: one for one in report["statistics"]}
    for made in seed_job.summary["statistics"]:
        for figure in ("count", "missing", "min", "p05", "p25", "p50", "p75", "p95", "max"):
            assert found[made["name"]][figure] == made[figure]
    copy = pd.read_parquet(tmp_path / "out" / report["validated"]["name"])
    assert report["validated"]["name"] == "validated_server_metrics_20220101_to_20251231.parquet"
    pd.testing.assert_frame_equal(copy[frame.columns], frame, check_exact=True)


def test_the_statistics_are_those_of_pandas(tmp_path):
    """An export as it comes: shuffled, with duplicates and gaps, and numbers of any precision."""
    days = pd.date_range("2023-01-01", periods=400)
    keys = pd.MultiIndex.from_product([[f"web{number}" for number in range(30)], days], names=["host", "ts"])
    frame = keys.to_frame(index=False)
    frame["cpu"] = (frame.index.to_series() * 7919 % 10_007) / 101.0
    frame.loc[frame.index % 50 == 0, "cpu"] = None
    frame["cores"] = frame.index % 64
    frame = frame.drop(frame.index[100:110])
    whole = frame
    frame = pd.concat([frame, frame.iloc[500:520]]).sample(frac=1, random_state=1)
    path = tmp_path / "export.csv"
    frame.to_csv(path, index=False)
    names = ["--column", "server_id=host", "--column", "timestamp=ts", "--column", "cpu_p95=cpu"]
    report = validate(path, *names, "--out", str(tmp_path))
    checks = {check["id"]: check for check in report["quality"]["checks"]}
    assert checks["keys_unique"]["found"] == "20 duplicates"
    assert checks["keys_continuous"]["found"] == "10 rows missing"
    assert checks["sorted"]["verdict"] == "warn"
    described = whole.describe(percentiles=[0.05, 0.25, 0.5, 0.75, 0.95])
    for one, name in zip(report["statistics"], ["cpu", "cores"], strict=True):
        assert one["count"] == described[name]["count"]
        range_of = described[name]["max"] - described[name]["min"]
        for ours, theirs in [("mean", "mean"), ("std", "std"), ("min", "min"), ("max", "max"), ("p05", "5%"), ("p50", "50%"), ("p95", "95%")]:
            assert one[ours] == pytest.approx(described[name][theirs], abs=2 * range_of / 65_536)
    copy = pd.read_parquet(tmp_path / report["validated"]["name"])
    expected = whole.sort_values(["host", "ts"]).reset_index(drop=True)
    assert list(copy.columns) == ["server_id", "timestamp", "cpu_p95", "cores"]
    assert (copy["server_id"] == expected["host"]).all() and (copy["timestamp"] == expected["ts"]).all()
    pd.testing.assert_series_equal(copy["cpu_p95"], expected["cpu"], check_names=False, check_exact=True)


def test_dates_without_times_whole_numbers_and_decimals_are_read(tmp_path):
    day = dt.date(2024, 1, 1)
    table = pa.table({
        "server_id": pa.array([7, 7], pa.int32()),
        "timestamp": pa.array([day, day + dt.timedelta(1)], pa.date32()),
        "cpu_p95": pa.array([1, None], pa.uint8()),
        "cost": pa.array([decimal.Decimal("12.34"), decimal.Decimal("-0.01")], pa.decimal128(9, 2)),
        "tags": pa.array([["a"], []]),
    })
    path = tmp_path / "export.parquet"
    pq.write_table(table, path)
    options = ["--set", "data_generation.quality.min_history_days=2", "--out", str(tmp_path)]
    report = validate(path, *options, code=1)
    assert report["left_out"] == ["tags"]
    assert [check["id"] for check in report["quality"]["checks"] if check["verdict"] == "fail"] == ["missing_share"]
    copy = pq.read_table(tmp_path / report["validated"]["name"])
    assert copy.to_pylist() == [
        {"server_id": "7", "timestamp": dt.datetime(2024, 1, 1), "cpu_p95": 1.0, "cost": 12.34},
        {"server_id": "7", "timestamp": dt.datetime(2024, 1, 2), "cpu_p95": None, "cost": -0.01},
    ]
    assert pq.ParquetFile(path.parent / report["validated"]["name"]).metadata.row_group(0).sorting_columns
