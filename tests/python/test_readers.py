"""The Parquet file, read by the readers that come after it."""

import hashlib

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

STRINGS = ["server_id", "business_unit", "region", "criticality", "archetype"]
METRICS = ["cpu_p95", "mem_p95", "disk_p95", "net_in_p95", "net_out_p95"]
COLUMNS = ["server_id", "timestamp", "business_unit", "region", "criticality", *METRICS]
FLAGS = ["is_weekend", "is_holiday", "is_eoq_window"]
WITH_KINDS = [*COLUMNS[:5], "archetype", *METRICS]


def test_pandas_gets_the_seed_job_as_promised(seed_job):
    frame = pd.read_parquet(seed_job.parquet)
    assert frame.shape == (175_320, 10)
    assert list(frame.columns) == COLUMNS
    assert frame["timestamp"].dtype == "datetime64[us]"
    assert all(pd.api.types.is_string_dtype(frame[name]) for name in STRINGS if name in COLUMNS)
    assert all(frame[name].dtype == np.float64 for name in METRICS)
    assert frame["server_id"].nunique() == 120
    assert (frame["server_id"].iloc[0], frame["server_id"].iloc[-1]) == ("SRV-0001", "SRV-0120")
    assert str(frame["timestamp"].min()) == "2022-01-01 00:00:00"
    assert str(frame["timestamp"].max()) == "2025-12-31 00:00:00"
    keys = pd.MultiIndex.from_frame(frame[["server_id", "timestamp"]])
    assert keys.is_monotonic_increasing and keys.is_unique
    share = frame[METRICS].isna().mean()
    assert ((share > 0.008) & (share < 0.012)).all()


def test_describe_gives_the_statistics_of_the_summary(seed_job):
    described = pd.read_parquet(seed_job.parquet)[METRICS].describe(percentiles=[0.05, 0.25, 0.5, 0.75, 0.95])
    names = {"mean": "mean", "std": "std", "min": "min", "max": "max"}
    names |= {f"p{share:02}": f"{share}%" for share in (5, 25, 50, 75, 95)}
    for statistics in seed_job.summary["statistics"]:
        column = described[statistics["name"]]
        assert statistics["count"] == column["count"]
        assert statistics["count"] + statistics["missing"] == 175_320
        for ours, theirs in names.items():
            np.testing.assert_allclose(statistics[ours], column[theirs], rtol=1e-9)


def test_pandas_finds_the_patterns_that_the_report_claims(seed_job):
    frame = pd.read_parquet(seed_job.parquet)
    by_weekend = frame.groupby(frame["timestamp"].dt.day_of_week >= 5)["cpu_p95"].mean()
    checks = {
        check["id"]: check for check in seed_job.summary["quality"]["checks"] if check["metric"] == "cpu_p95"
    }
    # Holidays and quarter ends are mixed into these two means, so they agree roughly only.
    assert abs(by_weekend[True] / by_weekend[False] - checks["weekend_ratio"]["figures"]["found"]) < 0.02
    share = frame["cpu_p95"].isna().mean()
    np.testing.assert_allclose(checks["missing_rate"]["figures"]["found"], share, rtol=1e-12)


def test_all_readers_agree_with_the_csv(any_job):
    csv = pd.read_csv(any_job.csv, parse_dates=["timestamp"])
    names = list(csv.columns)
    assert names in (COLUMNS, COLUMNS + FLAGS, WITH_KINDS)
    readers = {
        "pandas": pd.read_parquet(any_job.parquet),
        "pyarrow": pq.read_table(any_job.parquet).to_pandas(),
        "polars": pl.read_parquet(any_job.parquet).to_pandas(),
        "duckdb": duckdb.sql(f"select * from read_parquet('{any_job.parquet}')").df(),
    }
    for reader, frame in readers.items():
        assert list(frame.columns) == names, reader
        assert len(frame) == any_job.summary["rows"], reader
        for name in names:
            if name in METRICS:
                np.testing.assert_array_equal(frame[name].to_numpy(float), csv[name].to_numpy(float), err_msg=reader)
            else:
                assert (frame[name] == csv[name]).all(), (reader, name)


def test_no_value_is_nan_or_infinite(any_job):
    table = pq.read_table(any_job.parquet)
    for statistics in any_job.summary["statistics"]:
        column = table[statistics["name"]]
        assert column.null_count == statistics["missing"]
        assert np.isfinite(column.drop_null().to_numpy()).all()


def test_the_schema_is_plain_and_says_what_may_be_null(any_job):
    schema = pq.read_schema(any_job.parquet)
    for field in schema:
        expected = pa.string() if field.name in STRINGS else pa.bool_() if field.name in FLAGS else pa.float64()
        if field.name == "timestamp":
            expected = pa.timestamp("us")
        assert field.type == expected, field.name
        assert field.nullable == (field.name in METRICS), field.name


def test_row_groups_hold_whole_servers_and_say_how_they_are_sorted(any_job):
    file = pq.ParquetFile(any_job.parquet)
    servers = []
    for index in range(file.num_row_groups):
        group = file.metadata.row_group(index)
        assert [column.column_index for column in group.sorting_columns] == [0, 1]
        ids = file.read_row_group(index, columns=["server_id"])["server_id"].unique().to_pylist()
        assert group.num_rows == len(ids) * any_job.summary["steps"]
        servers += ids
    assert len(servers) == len(set(servers)) == any_job.summary["servers"]
    assert servers == sorted(servers)


def test_the_metadata_makes_the_file_again(seed_job):
    metadata = pq.ParquetFile(seed_job.parquet).metadata
    pairs = {key.decode(): value.decode() for key, value in metadata.metadata.items()}
    assert pairs["fleetsynth.seed"] == "42"
    assert hashlib.sha256(pairs["fleetsynth.config"].encode()).hexdigest() == pairs["fleetsynth.config_sha256"]
    assert pairs["fleetsynth.config_sha256"] == seed_job.summary["config_sha256"]
    assert metadata.created_by == pairs["fleetsynth.version"]


def test_the_summary_names_the_hash_of_the_file(any_job):
    with open(any_job.parquet, "rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == any_job.summary["file"]["sha256"]


def test_duckdb_uses_the_file_as_a_table(seed_job):
    query = f"""
        select business_unit, count(*) as rows, count(cpu_p95) as present, max(net_in_p95) as busiest
        from read_parquet('{seed_job.parquet}') where criticality = 'High' group by all order by all
    """
    rows = duckdb.sql(query).fetchall()
    frame = pd.read_parquet(seed_job.parquet)
    high = frame[frame["criticality"] == "High"].groupby("business_unit")
    expected = [(unit, len(part), part["cpu_p95"].count(), part["net_in_p95"].max()) for unit, part in high]
    assert rows == expected


def test_the_sample_is_the_first_hundred_rows(seed_job):
    sample = pd.read_csv(seed_job.sample, parse_dates=["timestamp"])
    frame = pd.read_parquet(seed_job.parquet).head(100)
    assert len(sample) == 100
    np.testing.assert_array_equal(sample[METRICS].to_numpy(), frame[METRICS].to_numpy())
    assert (sample["server_id"] == frame["server_id"]).all()
