"""The job in DuckDB: everything but the fit in SQL."""

import duckdb

import peers_model as model
import peers_summary


def run(job, stages):
    with duckdb.connect(":memory:") as db:
        db.execute(f"select setseed({1 / (1 + job.seed)})")
        _calendar(db, job)
        stages.done("calendar")
        _servers(db, job)
        _write_rows(db, job)
        stages.done("generate and parquet")
        keys = _keys(db)
        statistics = _statistics(db)
        means, counts = _daily(db)
        stages.done("checks")
        peers_summary.write(job, model.Calendar(job.start, job.end), keys, statistics, means, counts)
        db.execute(f"copy (from fleet limit {model.SAMPLE_ROWS}) to '{job.sample}' (header)")
        stages.done("summary and sample")


def _calendar(db, job):
    off = ", ".join(f"date '{day}'" for day in model.us_holidays(job.start, job.end))
    product = ", ".join(
        f"""if(isodow(day) > 5, {m.weekend}, 1.0) * (1 + {m.season} * wave) * (1 + {m.growth} * years)
            * if(holiday, {m.holiday}, 1.0) * if(eoq, {m.eoq}, 1.0) as factor_{m.name}"""
        for m in model.METRICS
    )
    db.execute(f"""
        create table days as
        with days as (
            select unnest(generate_series(timestamp '{job.start}', timestamp '{job.end}', interval 1 day)) as day
        ), known as (
            select day, day::date in ({off}) as holiday, isodow(day) <= 5 and not holiday as business,
                sin(2 * pi() * dayofyear(day) / {model.DAYS_PER_YEAR}) as wave,
                date_diff('day', timestamp '{job.start}', day) as day_number,
                day_number / {model.DAYS_PER_YEAR} as years
            from days
        ), near as (
            select *, business and month(day) in {model.EOQ_MONTHS} and row_number() over (
                partition by date_trunc('month', day), business order by day desc
            ) <= {model.EOQ_DAYS} as eoq
            from known
        )
        select day_number, day, {product} from near
    """)


def _servers(db, job):
    draws = ", ".join(f"random() as draw_{name}" for name in model.ATTRIBUTES)
    attributes = ", ".join(f"{_choice(name, weights)} as {name}" for name, weights in model.ATTRIBUTES.items())
    attribute, value, affected = model.EFFECT
    levels = ", ".join(
        f"{m.mean} * if('{m.name}' = '{affected}' and {attribute} = '{value}', {model.EFFECT_MULTIPLIER}, 1.0)"
        f" as level_{m.name}"
        for m in model.METRICS
    )
    biases = ", ".join(f"{model.BIAS} * (2 * random() - 1) as bias_{m.name}" for m in model.METRICS)
    db.execute(f"""
        create table servers as
        with drawn as (
            select number as server_number, format('SRV-{{:0{job.id_digits}d}}', number + 1) as server_id, {draws}
            from range({job.servers}) as numbers(number)
        ), fleet as (
            select server_number, server_id, {attributes} from drawn
        )
        select *, {levels}, {biases} from fleet
    """)


def _choice(name, weights):
    """The value that a draw from 0 to 1 stands for."""
    total, bound, cases = sum(weights.values()), 0.0, ""
    *first, last = weights.items()
    for value, weight in first:
        bound += weight / total
        cases += f" when draw_{name} < {bound} then '{value}'"
    return f"case{cases} else '{last[0]}' end"


def _write_rows(db, job):
    """Straight into the file, which the checks read: faster than by way of a table, and in far less memory.

    The rows come from their numbers, since a product of two tables has no order to rely on.
    """
    # Box-Muller gives two normals for one logarithm; the third pair's second one is left over.
    pairs = range((len(model.METRICS) + 1) // 2)
    radii = ", ".join(f"sqrt(-2 * ln(1 - random())) as r{i}, 2 * pi() * random() as a{i}" for i in pairs)
    normals = ", ".join(
        f"r{i // 2} * {('cos', 'sin')[i % 2]}(a{i // 2}) as e{i}" for i in range(len(model.METRICS))
    )
    # One uniform number serves outliers at its lower and gaps at its upper end.
    draws = ", ".join(f"random() as draw_{m.name}" for m in model.METRICS)
    matrix = model.mixing()
    values = []
    for metric, weights in zip(model.METRICS, matrix):
        name = metric.name
        z = " + ".join(f"{weight} * e{i}" for i, weight in enumerate(weights) if weight)
        value = _clip(f"(level_{name} + {metric.std} * ({z})) * factor_{name} + bias_{name}", metric)
        multiplier = f"if(draw_{name} < {model.OUTLIER_RATE}, {model.OUTLIER_MULTIPLIER}, 1.0)"
        value = f"round({_clip(f'{value} * {multiplier}', metric)}, {model.DECIMALS})"
        values.append(f"if(draw_{name} < {1 - model.MISSING_RATE}, {value}, null) as {name}")
    db.execute(f"""
        copy (
            with uniform as (
                select *, {radii}, {draws} from range({job.rows}) as numbers(row_number)
                join servers on server_number = row_number // {job.days}
                join days on day_number = row_number % {job.days}
            ), normal as (
                select *, {normals} from uniform
            )
            select server_id, day as "timestamp", {", ".join(model.ATTRIBUTES)}, {", ".join(values)} from normal
        ) to '{job.parquet}' (format parquet, compression snappy)
    """)
    db.execute(f"create view fleet as from read_parquet('{job.parquet}')")


def _clip(value, metric):
    return f"greatest({metric.low}::double, least({metric.high}::double, {value}))"


def _keys(db):
    # Without a partition or an order `lag` looks at the row before, in the order of the file.
    found = db.execute("""
        with steps as (
            select server_id, "timestamp",
                lag(server_id) over () as server_before, lag("timestamp") over () as time_before
            from fleet
        )
        select count(*) as "rows",
            min("timestamp") as "first", max("timestamp") as "last",
            count(*) filter (server_id = server_before and "timestamp" = time_before) as duplicates,
            count(*) filter (server_id = server_before and "timestamp" - time_before <> interval 1 day)
                as discontinuities,
            count(*) filter (server_id < server_before
                or (server_id = server_before and "timestamp" < time_before)) as unsorted
        from steps
    """)
    names = [column[0] for column in found.description]
    keys = dict(zip(names, found.fetchone()))
    columns = [column[0] for column in db.execute("describe fleet").fetchall()]
    servers = db.execute("select count(distinct server_id) from fleet").fetchone()[0]
    return keys | {"columns": columns, "servers": servers}


def _statistics(db):
    figures = ", ".join(
        f"""struct_pack(count := count({name}), missing := count(*) - count({name}), mean := avg({name}),
            std := stddev({name}), min := min({name}), max := max({name}),
            quantiles := quantile_cont({name}, {list(model.QUANTILES)})) as {name}"""
        for name in model.NAMES
    )
    row = db.execute(f"select {figures} from fleet").fetchone()
    statistics = dict(zip(model.NAMES, row))
    for found in statistics.values():
        found |= zip(model.QUANTILE_NAMES, found.pop("quantiles"), strict=True)
    return statistics


def _daily(db):
    figures = ", ".join(f"avg({name}) as {name}_mean, count({name}) as {name}_count" for name in model.NAMES)
    days = db.execute(f'select "timestamp", {figures} from fleet group by all order by "timestamp"').fetchnumpy()
    return ({name: days[name + kind] for name in model.NAMES} for kind in ("_mean", "_count"))
