"""What all peers do with what they have found in their data: estimate the patterns, judge, write the summary."""

import hashlib
import json

import numpy as np

import peers_model as model

#: A pattern may be so many standard errors away from its configured value. Clipping moves it a little, too.
PASS_ERRORS, CLIPPING = 6.0, 0.02


def write(job, calendar, keys, statistics, daily_means, daily_counts):
    """Writes the summary.

    keys: what was counted of the keys; statistics: metric -> its figures; daily_means and daily_counts:
    metric -> an array with a number per day.
    """
    checks = {
        "row_count": keys["rows"] == job.rows,
        "servers": keys["servers"] == job.servers,
        "columns": keys["columns"] == model.COLUMNS,
        "date_range": [str(day)[:10] for day in (keys["first"], keys["last"])] == [str(job.start), str(job.end)],
        "keys_unique": keys["duplicates"] == 0,
        "keys_continuous": keys["discontinuities"] == 0,
        "sorted": keys["unsorted"] == 0,
    }
    patterns = {}
    for metric in model.METRICS:
        figures = statistics[metric.name]
        checks[f"missing_share {metric.name}"] = figures["missing"] <= model.MISSING_LIMIT * job.rows
        checks[f"value_range {metric.name}"] = metric.low <= figures["min"] and figures["max"] <= metric.high
        found = _patterns(calendar, metric, daily_means[metric.name], daily_counts[metric.name])
        patterns[metric.name] = found
        for name, pattern in found.items():
            distance = abs(pattern["found"] - pattern["configured"])
            checks[f"{name} {metric.name}"] = distance <= PASS_ERRORS * pattern["error"] + CLIPPING
    with job.parquet.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    summary = {
        "seed": job.seed,
        "file": {"name": job.parquet.name, "bytes": job.parquet.stat().st_size, "sha256": sha256},
        "rows": keys["rows"],
        "statistics": [{"name": name, **figures} for name, figures in statistics.items()],
        "patterns": patterns,
        "checks": checks,
    }
    job.summary.write_text(json.dumps(summary, indent=2, default=float) + "\n")
    failed = [name for name, passed in checks.items() if not passed]
    if failed:
        raise RuntimeError(f"these checks failed: {', '.join(failed)}")


def _patterns(calendar, metric, means, counts):
    """Fits level[weekday] * (1 + annual * wave) * (1 + growth * years) * holiday * eoq, by Gauss-Newton."""
    weekdays = np.eye(7)[calendar.weekday]
    weights = np.sqrt(counts)[:, None]
    p = np.array([np.average(means, weights=counts)] * 7 + [0.0, 0.0, 1.0, 1.0])
    for _ in range(8):
        level = weekdays @ p[:7]
        seasons, growth = 1.0 + p[7] * calendar.wave, 1.0 + p[8] * calendar.years
        holiday, eoq = np.where(calendar.holiday, p[9], 1.0), np.where(calendar.eoq, p[10], 1.0)
        predicted = level * seasons * growth * holiday * eoq
        gradient = np.column_stack([
            weekdays * (predicted / level)[:, None],
            calendar.wave * predicted / seasons,
            calendar.years * predicted / growth,
            calendar.holiday * predicted / holiday,
            calendar.eoq * predicted / eoq,
        ])
        gradient *= weights
        residual = (means - predicted) * weights[:, 0]
        normal = gradient.T @ gradient
        step = np.linalg.solve(normal, gradient.T @ residual)
        p += step
        if np.abs(step).max() < 1e-9 * p[0]:
            break
    covariance = np.linalg.inv(normal) * (residual @ residual) / (len(means) - len(p))
    error = np.sqrt(np.diag(covariance))
    workday, weekend = p[:5].mean(), p[5:7].mean()
    ratio_error = weekend / workday * np.hypot(error[:5].mean() / workday, error[5:7].mean() / weekend)
    estimates = {
        "weekend_ratio": (weekend / workday, ratio_error, metric.weekend),
        "annual_amplitude": (p[7], error[7], metric.season),
        "growth_rate": (p[8], error[8], metric.growth),
        "holiday_effect": (p[9], error[9], metric.holiday),
        "eoq_lift": (p[10], error[10], metric.eoq),
    }
    return {name: dict(zip(("found", "error", "configured"), values)) for name, values in estimates.items()}
