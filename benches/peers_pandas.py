"""The job in pandas, NumPy and PyArrow."""

import numpy as np
import pandas as pd

import peers_model as model
import peers_numpy
import peers_summary


def run(job, stages):
    calendar = model.Calendar(job.start, job.end)
    stages.done("calendar")
    frame = _frame(job, calendar)
    stages.done("generate")
    keys = _keys(frame)
    statistics = {name: _statistics(frame[name].to_numpy()) for name in model.NAMES}
    means, counts = _daily(frame)
    stages.done("checks")
    frame.to_parquet(job.parquet, engine="pyarrow", compression="snappy", index=False)
    stages.done("parquet")
    peers_summary.write(job, calendar, keys, statistics, means, counts)
    frame.head(model.SAMPLE_ROWS).to_csv(job.sample, index=False)
    stages.done("summary and sample")


def _frame(job, calendar):
    codes, values = peers_numpy.fleet(job, calendar)
    columns = {
        "server_id": _repeated(np.arange(job.servers), job.server_ids(), job.days),
        "timestamp": np.tile(calendar.dates.astype("datetime64[us]"), job.servers),
    }
    for attribute, weights in model.ATTRIBUTES.items():
        columns[attribute] = _repeated(codes[attribute], list(weights), job.days)
    columns |= {name: array.reshape(-1) for name, array in values.items()}
    return pd.DataFrame(columns, copy=False)


def _repeated(codes, categories, times):
    """A categorical column: the quickest kind of string column, in memory and on its way to Parquet."""
    return pd.Categorical.from_codes(np.repeat(codes, times), categories)


def _keys(frame):
    servers = frame["server_id"].cat.codes.to_numpy()
    days = frame["timestamp"].to_numpy().astype("datetime64[D]").astype(np.int32)
    server_step, day_step = np.diff(servers), np.diff(days)
    same = server_step == 0
    return {
        "rows": len(frame),
        "servers": frame["server_id"].nunique(),
        "columns": list(frame.columns),
        "first": frame["timestamp"].min(),
        "last": frame["timestamp"].max(),
        "duplicates": int((same & (day_step == 0)).sum()),
        "discontinuities": int((same & (day_step != 1)).sum()),
        "unsorted": int(((server_step < 0) | (same & (day_step < 0))).sum()),
    }


def _statistics(values):
    there = values[~np.isnan(values)]
    quantiles = np.quantile(there, model.QUANTILES)
    return {
        "count": len(there),
        "missing": len(values) - len(there),
        "mean": there.mean(),
        "std": there.std(ddof=1),
        "min": there.min(),
        "max": there.max(),
        **{name: float(value) for name, value in zip(model.QUANTILE_NAMES, quantiles, strict=True)},
    }


def _daily(frame):
    days = frame.groupby("timestamp")[model.NAMES]
    means, counts = days.mean(), days.count()
    return ({name: table[name].to_numpy() for name in model.NAMES} for table in (means, counts))
