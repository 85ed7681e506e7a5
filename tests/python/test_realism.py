"""The realistic preset, judged by statsmodels, pandas and python-holidays: their figures and ours agree."""

import holidays
import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.seasonal import STL
from statsmodels.tsa.stattools import acf


@pytest.fixture(scope="session")
def realistic(make_job):
    return make_job("realistic", "bank_realistic")


@pytest.fixture(scope="session")
def frame(realistic):
    return pd.read_parquet(realistic.parquet)


@pytest.fixture(scope="session")
def card(realistic):
    return {row["id"]: row for row in realistic.summary["quality"]["realism"]}


@pytest.fixture(scope="session")
def wide(frame):
    """CPU: a column per server, and the same without gaps."""
    wide = frame.pivot(index="timestamp", columns="server_id", values="cpu_p95")
    return wide, wide.interpolate(limit_direction="both")


def strength(series):
    parts = STL(series.to_numpy(), period=7, seasonal=13).fit()
    both = parts.seasonal + parts.resid
    return max(0.0, 1 - np.var(parts.resid) / np.var(both))


def close(card, name, theirs):
    ours = card[name]["found"]
    assert ours == pytest.approx(theirs, rel=1e-6, abs=1e-9), name


def test_every_band_is_met(card):
    outside = [row["id"] for row in card.values() if row["standing"] == "outside"]
    assert outside == []
    judged = [row["id"] for row in card.values() if row["standing"] == "inside"]
    assert len(judged) >= 20
    assert "No public figure" in card["eoq_lift"]["source"]


def test_the_quality_gates_pass(realistic):
    verdicts = {check["verdict"] for check in realistic.summary["quality"]["checks"]}
    assert "fail" not in verdicts and "warn" not in verdicts


def test_pandas_agrees_about_levels_and_their_spread(card, frame, wide):
    cpu = frame["cpu_p95"].dropna()
    close(card, "fleet_mean", cpu.mean())
    close(card, "median", cpu.median())
    close(card, "busy_share", (cpu > 80).mean())
    close(card, "skewness", ((cpu - cpu.mean()) ** 3).mean() / cpu.std(ddof=0) ** 3)
    groups = frame.groupby("server_id")["cpu_p95"]
    between = ((groups.transform("mean") - cpu.mean())[cpu.index] ** 2).mean()
    close(card, "share_between", between / cpu.var(ddof=0))
    variation = groups.std(ddof=0) / groups.mean()
    close(card, "variation", variation.median())
    memory = frame.groupby("server_id")["mem_p95"]
    close(card, "memory_stickiness", (memory.std(ddof=0) / memory.mean() / variation).median())
    columns, _ = wide
    kurtosis = ((columns - columns.mean()) ** 4).mean() / columns.var(ddof=0) ** 2 - 3
    close(card, "kurtosis", kurtosis.median())
    far = ((columns - columns.mean()).abs() > 3 * columns.std(ddof=0)).sum() / columns.count()
    close(card, "beyond_three", far.median())


def test_pandas_agrees_about_the_week_and_correlations(card, frame, wide):
    columns, filled = wide
    weekend = columns.index.day_of_week >= 5
    ratio = columns[~weekend].mean() / columns[weekend].mean()
    close(card, "weekday_ratio", ratio.median())
    close(card, "weekday_ratio_spread", ratio.quantile(0.75) - ratio.quantile(0.25))
    groups = frame.groupby("server_id")
    for name, other in {"cpu_memory": "mem_p95", "cpu_disk": "disk_p95", "cpu_network": "net_in_p95"}.items():
        close(card, name, groups.apply(lambda part, other=other: part["cpu_p95"].corr(part[other])).median())
    correlations = filled.corr().to_numpy()
    units = groups["business_unit"].first().to_numpy()
    pairs = ~np.eye(len(units), dtype=bool)
    same = pairs & (units[:, None] == units[None, :])
    close(card, "between_servers", correlations[pairs].mean())
    close(card, "within_units", correlations[same].mean() - correlations[pairs].mean())


def test_statsmodels_agrees_about_autocorrelation(card, frame, wide):
    _, filled = wide
    by_server = pd.DataFrame([acf(filled[name], nlags=7, fft=False) for name in filled.columns])
    close(card, "lag_1", by_server[1].median())
    close(card, "lag_7_spread", by_server[7].quantile(0.75) - by_server[7].quantile(0.25))
    fleet = frame.groupby("timestamp")["cpu_p95"].mean()
    close(card, "lag_7_fleet", acf(fleet, nlags=7, fft=False)[7])


def test_statsmodels_agrees_about_the_weekly_strength(card, frame, wide):
    _, filled = wide
    strengths = pd.Series({name: strength(filled[name]) for name in filled.columns})
    close(card, "no_week_share", (strengths < 0.24).mean())
    close(card, "week_share", (strengths > 0.30).mean())
    close(card, "weekly_strength_fleet", strength(frame.groupby("timestamp")["cpu_p95"].mean()))


def test_pandas_agrees_about_gaps(card, frame):
    metrics = ["cpu_p95", "mem_p95", "disk_p95", "net_in_p95", "net_out_p95"]
    close(card, "missing_share", frame[metrics].isna().to_numpy().mean())
    runs = 0
    for metric in metrics:
        gap = frame[metric].isna()
        before = gap.groupby(frame["server_id"]).shift(fill_value=False)
        runs += (gap & ~before).sum()
    close(card, "gap_length", frame[metrics].isna().to_numpy().sum() / runs)


def test_python_holidays_finds_the_dip_and_the_day_after(frame):
    """By a plain comparison with the same weekday a week before and after."""
    fleet = frame.groupby("timestamp")["cpu_p95"].mean()
    calendar = [day for day in pd.to_datetime(list(holidays.US(years=range(2022, 2026)))) if day.day_of_week < 5]
    # Quarter ends and the days between two holidays are no days to compare with.
    days = [day for day in calendar if day.month not in (1, 12) and day.day < 20]
    week = pd.Timedelta(days=7)
    dips = [fleet[day] / (fleet[day - week] + fleet[day + week]) * 2 for day in days]
    assert len(dips) > 15 and 0.74 < np.median(dips) < 0.88
    after = [day + pd.Timedelta(days=1) for day in days if day.day_of_week < 4]
    rises = [fleet[day] / (fleet[day - week] + fleet[day + week]) * 2 for day in after]
    assert 1.02 < np.median(rises) < 1.13


def test_kinds_of_servers_differ_as_configured(frame):
    groups = frame.groupby("archetype")
    shares = groups["server_id"].nunique() / frame["server_id"].nunique()
    for kind, weight in {"web": 0.35, "database": 0.2, "application": 0.25, "batch": 0.2}.items():
        assert abs(shares[kind] - weight) < 4 * (weight * (1 - weight) / 200) ** 0.5, kind
    # A batch job knows no weekend, a web server does.
    weekend = frame["timestamp"].dt.day_of_week >= 5
    means = frame.groupby(["archetype", weekend])["cpu_p95"].mean().unstack()
    ratio = means[True] / means[False]
    assert abs(ratio["batch"] - 1) < 0.02 and ratio["web"] < 0.85
