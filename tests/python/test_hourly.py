"""Hourly rows and their daily P95, held against pandas and numpy."""

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

METRICS = ["cpu_p95", "mem_p95", "disk_p95", "net_in_p95", "net_out_p95"]
SETS = [
    "data_generation.granularity=hourly",
    "data_generation.num_servers=40",
    "data_generation.start_date=2024-01-01",
    "data_generation.end_date=2024-04-30",
    "data_generation.metadata.archetypes={web: 0.5, batch: 0.5}",
    "data_generation.realism.missing_rate=0.04",
    "data_generation.realism.missing_burst_mean=20",
    "data_generation.lifecycle={commissioned_share: 0.2, migrated_share: 0.2}",
    "output.archetype_column=true",
    "output.calendar_flags=true",
    "output.daily_p95=true",
]


@pytest.fixture(scope="session", params=["rounded", "full precision"])
def job(request, make_job):
    sets = SETS + (["output.decimals=null"] if request.param == "full precision" else [])
    return make_job("hourly", "config", *sets, arguments=["--truth", "--clean"])


@pytest.fixture(scope="session")
def frames(job):
    return pd.read_parquet(job.parquet), pd.read_parquet(job.parquet.replace(".parquet", "_daily_p95.parquet"))


def test_each_server_has_every_hour_from_its_first_to_its_last(job, frames):
    data, _ = frames
    lives = data.groupby("server_id")["timestamp"].agg(["min", "max", "count"])
    assert ((lives["max"] - lives["min"]) // pd.Timedelta(hours=1) + 1 == lives["count"]).all()
    assert (lives["min"].dt.hour == 0).all() and (lives["max"] == pd.Timestamp("2024-04-30 23:00")).all()
    assert job.summary["rows"] == len(data) and job.summary["granularity"] == "hourly"
    assert (data["is_weekend"] == (data["timestamp"].dt.day_of_week >= 5)).all()


def test_web_servers_work_by_day_and_batch_jobs_by_night(frames):
    data, _ = frames
    work = data[~data["is_weekend"] & ~data["is_holiday"]]
    hours = work.groupby(["archetype", work["timestamp"].dt.hour])["cpu_p95"].mean().unstack(0)
    assert 9 <= hours["web"].idxmax() <= 16 and hours["batch"].idxmax() in (22, 23, 0, 1, 2, 3, 4)
    assert hours["web"].max() > 1.8 * hours["web"].min()
    weekend = data[data["is_weekend"]].groupby(["archetype", data["timestamp"].dt.hour])["cpu_p95"].mean().unstack(0)
    assert weekend["web"].max() < 1.4 * weekend["web"].min()


def test_the_daily_p95_is_that_of_numpy(job, frames):
    data, days = frames
    by_day = [data["server_id"], data["timestamp"].dt.normalize()]
    expected = data.groupby(by_day)[METRICS].agg(
        lambda hours: np.percentile(hours.dropna(), 95) if hours.notna().any() else np.nan
    )
    found = days.set_index(["server_id", "timestamp"])
    assert list(days.columns) == list(data.columns) and found.index.equals(expected.index)
    assert expected.isna().any().any(), "some days have no hour"
    if "decimals: null" in open(job.config).read():
        pd.testing.assert_frame_equal(found[METRICS], expected, check_exact=True, check_names=False)
    else:
        assert ((found[METRICS] - expected).abs().fillna(0) <= 0.005 + 1e-9).all().all()
        assert (found[METRICS].isna() == expected.isna()).all().all()
        assert found[METRICS].equals(found[METRICS].round(2))
    constant = data.groupby(by_day)[["region", "archetype", "is_holiday"]].first()
    assert (found[["region", "archetype", "is_holiday"]] == constant).all().all()


def test_all_readers_and_files_have_the_same_hours(job, frames):
    data, days = frames
    assert pl.read_parquet(job.parquet)["timestamp"].to_list() == data["timestamp"].to_list()
    count = duckdb.sql(f"select count(*), count(distinct date_trunc('day', timestamp)) from read_parquet('{job.parquet}')")
    assert count.fetchall()[0] == (len(data), 121)
    csv = pd.read_csv(job.csv, parse_dates=["timestamp"])
    pd.testing.assert_frame_equal(csv, data, check_dtype=False)
    daily = pl.read_parquet(job.parquet.replace(".parquet", "_daily_p95.parquet"))
    assert daily["cpu_p95"].to_list() == [None if np.isnan(value) else value for value in days["cpu_p95"]]


def test_every_difference_from_the_clean_hours_is_an_event(job, frames):
    data, _ = frames
    key = ["server_id", "timestamp"]
    data, clean = data.set_index(key), pd.read_parquet(job.clean).set_index(key)
    truth = pd.read_parquet(job.truth).dropna(subset="metric")
    assert (truth["end"] - truth["start"] == pd.to_timedelta(truth["steps"] - 1, unit="h")).all()
    hours = truth.loc[truth.index.repeat(truth["steps"])].copy()
    hours["timestamp"] = hours["start"] + pd.to_timedelta(hours.groupby(level=0).cumcount(), unit="h")
    hours["clean"] = np.concatenate(truth["clean_values"].to_numpy())
    for metric in METRICS:
        own = hours[hours["metric"] == metric].set_index(key)
        assert (clean[metric].loc[own.index] == own["clean"]).all()
        gaps = own[own["kind"].str.startswith("gap_")]
        assert set(gaps.index) == set(data.index[data[metric].isna()])
        changed = data.index[data[metric].notna() & (data[metric] != clean[metric])]
        assert set(changed) <= set(own.index)
