"""A fleet whose servers come, go, grow and move, held against its ground truth by pandas."""

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

SETS = [
    "data_generation.num_servers=300",
    "data_generation.end_date=2023-12-31",
    "data_generation.realism.outlier_rate=0",
    "data_generation.lifecycle={commissioned_share: 0.3, decommissioned_share: 0.2, resized_share: 0.3, "
    "resize_ratios: [2], migrated_share: 0.2}",
    "output.calendar_flags=true",
]
DAY = pd.Timedelta(days=1)


@pytest.fixture(scope="session")
def job(make_job):
    return make_job("lifecycle", "config", *SETS, arguments=["--truth", "--clean"])


@pytest.fixture(scope="session")
def frames(job):
    return pd.read_parquet(job.parquet), pd.read_parquet(job.truth)


def test_each_server_has_every_day_from_its_first_to_its_last(job, frames):
    data, truth = frames
    lives = data.groupby("server_id")["timestamp"].agg(["min", "max", "count"])
    assert ((lives["max"] - lives["min"]) // DAY + 1 == lives["count"]).all()
    assert len(lives) == 300 and job.summary["rows"] == len(data) == lives["count"].sum()
    events = truth.set_index("server_id")
    begun = events[events["kind"] == "commissioned"]["start"]
    ended = events[events["kind"] == "decommissioned"]["start"]
    pd.testing.assert_series_equal(
        lives["min"][lives["min"] > data["timestamp"].min()], begun, check_names=False, check_dtype=False
    )
    pd.testing.assert_series_equal(
        lives["max"][lives["max"] < data["timestamp"].max()], ended, check_names=False, check_dtype=False
    )
    assert abs(len(begun) / 300 - 0.3) < 0.11 and abs(len(ended) / 300 - 0.2) < 0.1


def test_the_region_changes_on_the_day_of_the_move(frames):
    data, truth = frames
    before = data.groupby("server_id")["region"].shift()
    moves = data[before.notna() & (before != data["region"])]
    events = truth[truth["kind"] == "migrated"]
    assert moves["server_id"].to_list() == events["server_id"].to_list()
    assert (moves["timestamp"].to_numpy() == events["start"].to_numpy()).all()
    told = [f"{old} to {new}" for old, new in zip(before[moves.index], moves["region"])]
    assert told == events["detail"].to_list()


def test_a_larger_server_has_a_smaller_share_of_load(frames):
    data, truth = frames
    data = data.set_index("timestamp")
    changes = {"cpu_p95": [], "net_in_p95": []}
    for event in truth[truth["kind"] == "resized"].itertuples():
        own = data[data["server_id"] == event.server_id]
        before, after = own[own.index < event.start], own[own.index >= event.start]
        if len(before) < 60 or len(after) < 60:
            continue
        for metric, found in changes.items():
            found.append(after[metric].mean() / before[metric].mean())
    assert len(changes["cpu_p95"]) > 40
    assert abs(np.median(changes["cpu_p95"]) - 0.5) < 0.05
    assert abs(np.median(changes["net_in_p95"]) - 1) < 0.07


def test_all_readers_and_files_have_the_same_rows(job, frames):
    data, _ = frames
    polars = pl.read_parquet(job.parquet)
    assert polars["region"].to_list() == data["region"].to_list()
    assert polars["timestamp"].to_list() == data["timestamp"].to_list()
    table = duckdb.sql(f"select count(*), count(cpu_p95), sum(is_weekend::int) from read_parquet('{job.parquet}')").fetchall()[0]
    assert table == (len(data), data["cpu_p95"].count(), data["is_weekend"].sum())
    csv = pd.read_csv(job.csv, parse_dates=["timestamp"])
    pd.testing.assert_frame_equal(csv, data, check_dtype=False)
    clean = pd.read_parquet(job.clean)
    keys = ["server_id", "timestamp", "region"]
    assert clean[keys].equals(data[keys]) and clean["cpu_p95"].notna().all()


def test_the_truth_of_a_server_has_no_metric(frames):
    _, truth = frames
    of_server = truth["metric"].isna()
    assert set(truth["kind"][of_server]) == {"commissioned", "decommissioned", "resized", "migrated"}
    assert (truth["clean_values"].map(len)[of_server] == 0).all()
    assert (truth["clean_values"].map(len)[~of_server] == truth["steps"][~of_server]).all()
    assert truth["id"].is_unique
