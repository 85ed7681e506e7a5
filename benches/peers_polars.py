"""The job in Polars, with NumPy for the random numbers."""

import polars as pl

import peers_model as model
import peers_numpy
import peers_summary


def run(job, stages):
    calendar = model.Calendar(job.start, job.end)
    stages.done("calendar")
    frame = _frame(job, calendar)
    stages.done("generate")
    # All questions at once, so that the engine can answer them at the same time.
    keys, statistics, days = pl.collect_all([_keys(frame), _statistics(frame), _daily(frame)])
    means, counts = ({name: days[name + kind].to_numpy() for name in model.NAMES} for kind in (" mean", " count"))
    stages.done("checks")
    frame.write_parquet(job.parquet, compression="snappy")
    stages.done("parquet")
    found = keys.to_dicts()[0] | {"columns": frame.columns}
    figures = statistics.to_dicts()[0]
    for metric in figures.values():
        metric |= zip(model.QUANTILE_NAMES, metric.pop("quantiles"), strict=True)
    peers_summary.write(job, calendar, found, figures, means, counts)
    frame.head(model.SAMPLE_ROWS).write_csv(job.sample)
    stages.done("summary and sample")


def _frame(job, calendar):
    codes, values = peers_numpy.fleet(job, calendar)
    servers = pl.LazyFrame({
        "server_id": pl.Series(job.server_ids(), dtype=pl.Enum(job.server_ids())),
        **{attribute: _enum(codes[attribute], list(weights)) for attribute, weights in model.ATTRIBUTES.items()},
    })
    days = pl.LazyFrame({"timestamp": pl.Series(calendar.dates.astype("datetime64[us]"))})
    keys = servers.join(days, how="cross", maintain_order="left_right")
    metrics = pl.LazyFrame({
        name: pl.Series(array.reshape(-1), nan_to_null=True) for name, array in values.items()
    })
    return pl.concat([keys, metrics], how="horizontal").select(model.COLUMNS).collect()


def _enum(codes, categories):
    return pl.Series([categories[code] for code in codes], dtype=pl.Enum(categories))


def _keys(frame):
    server_step = pl.col("server_id").to_physical().cast(pl.Int32).diff()
    day_step = pl.col("timestamp").diff()
    same = server_step == 0
    return frame.lazy().select(
        pl.len().alias("rows"),
        pl.col("server_id").n_unique().alias("servers"),
        pl.col("timestamp").min().alias("first"),
        pl.col("timestamp").max().alias("last"),
        (same & (day_step == pl.duration(days=0))).sum().alias("duplicates"),
        (same & (day_step != pl.duration(days=1))).sum().alias("discontinuities"),
        ((server_step < 0) | (same & (day_step < pl.duration(days=0)))).sum().alias("unsorted"),
    )


def _statistics(frame):
    """A structure of figures per metric."""
    figures = []
    for name in model.NAMES:
        column = pl.col(name)
        figures.append(
            pl.struct(
                count=column.count(),
                missing=column.null_count(),
                mean=column.mean(),
                std=column.std(),
                min=column.min(),
                max=column.max(),
                # A list of quantiles takes one sort, or none.
                quantiles=column.quantile(model.QUANTILES, "linear"),
            ).alias(name)
        )
    return frame.lazy().select(figures)


def _daily(frame):
    columns = [pl.col(name) for name in model.NAMES]
    figures = [column.mean().name.suffix(" mean") for column in columns]
    figures += [column.count().name.suffix(" count") for column in columns]
    return frame.lazy().group_by("timestamp").agg(figures).sort("timestamp")
