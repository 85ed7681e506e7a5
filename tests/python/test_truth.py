"""The ground truth beside the dataset, held against it by pandas."""

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

METRICS = ["cpu_p95", "mem_p95", "disk_p95", "net_in_p95", "net_out_p95"]
SETS = [
    "data_generation.num_servers=40",
    "data_generation.realism.missing_rate=0.03",
    "data_generation.realism.missing_burst_mean=3",
    "data_generation.realism.gaps={outage_share: 0.2, independent_share: 0.2, load_share: 0.2}",
    "data_generation.realism.anomalies={spike: {rate: 0.004}, dip: {rate: 0.004}, level_shift: {rate: 0.03}, "
    "stuck: {rate: 0.01}, slow_leak: {rate: 0.02}, noisy: {rate: 0.01}}",
]


@pytest.fixture(scope="session")
def job(make_job):
    return make_job("truth", "config", *SETS, arguments=["--truth", "--clean"])


@pytest.fixture(scope="session")
def frames(job):
    key = ["server_id", "timestamp"]
    data, clean = (pd.read_parquet(path).set_index(key)[METRICS] for path in (job.parquet, job.clean))
    return data, clean, pd.read_parquet(job.truth)


def rows_of(truth, dates):
    """A row per event and day."""
    days = truth.loc[truth.index.repeat(truth["steps"])].copy()
    days["clean"] = np.concatenate(truth["clean_values"].to_numpy())
    offset = days.groupby(level=0).cumcount()
    days["timestamp"] = days["start"] + pd.to_timedelta(offset, unit="D")
    assert days["timestamp"].isin(dates).all()
    return days.set_index(["server_id", "timestamp"])


def test_every_difference_from_the_clean_dataset_is_an_event(frames):
    data, clean, truth = frames
    assert clean.notna().all().all() and clean.index.equals(data.index)
    rows = rows_of(truth, data.index.get_level_values("timestamp"))
    for metric in METRICS:
        own = rows[rows["metric"] == metric]
        # The values beneath are those of the clean dataset.
        assert (clean[metric].loc[own.index] == own["clean"].to_numpy()).all()
        gaps = own[own["kind"].str.startswith("gap_")]
        assert gaps.index.is_unique
        assert set(gaps.index) == set(data.index[data[metric].isna()])
        others = own[~own["kind"].str.startswith("gap_")]
        assert others.index.is_unique, "no value lies in two events"
        changed = data.index[data[metric].notna() & (data[metric] != clean[metric])]
        assert set(changed) <= set(others.index)


def test_events_have_ids_and_say_what_they_hide(frames):
    _, _, truth = frames
    assert truth["id"].is_unique
    assert (truth["end"] - truth["start"] == pd.to_timedelta(truth["steps"] - 1, unit="D")).all()
    kinds = {"outlier", "spike", "dip", "level_shift", "stuck", "slow_leak", "noisy"}
    kinds |= {"gap_outage", "gap_burst", "gap_scattered", "gap_load"}
    assert set(truth["kind"]) == kinds
    hiding = truth[truth["overlaps"].notna()]
    assert len(hiding) > 0 and hiding["kind"].str.startswith("gap_").all()
    hidden = truth.set_index("id").loc[hiding["overlaps"]]
    assert (hidden["server_id"].to_numpy() == hiding["server_id"].to_numpy()).all()
    assert (hidden["start"].to_numpy() <= hiding["end"].to_numpy()).all()
    assert (hidden["end"].to_numpy() >= hiding["start"].to_numpy()).all()


def test_events_have_the_configured_shares(frames):
    data, _, truth = frames
    share = truth.groupby("kind")["steps"].sum() / data.size
    rates = {"spike": 0.004, "dip": 0.004, "level_shift": 0.03, "stuck": 0.01, "slow_leak": 0.02, "noisy": 0.01}
    for kind, rate in rates.items():
        count = (truth["kind"] == kind).sum()
        assert abs(share[kind] / rate - 1) < 5 * (2 / count) ** 0.5, kind
    gaps = share[share.index.str.startswith("gap_")].sum()
    assert abs(gaps - data.isna().to_numpy().mean()) < 1e-12


def test_other_readers_see_the_same_events(job, frames):
    _, _, truth = frames
    lists = [list(values) for values in truth["clean_values"]]
    polars = pl.read_parquet(job.truth)
    table = duckdb.sql(f"select * from read_parquet('{job.truth}')").df()
    assert polars["id"].to_list() == table["id"].to_list() == truth["id"].to_list()
    assert polars["clean_values"].to_list() == [list(values) for values in table["clean_values"]] == lists
    overlaps = truth["overlaps"].fillna("").to_list()
    assert polars["overlaps"].fill_null("").to_list() == table["overlaps"].fillna("").to_list() == overlaps
