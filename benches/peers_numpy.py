"""Generation in NumPy: for pandas, and for Polars, which has no random numbers of its own."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

import peers_model as model


def fleet(job, calendar):
    """The servers' attributes as codes, and the values of each metric as (servers, days), NaN where missing."""
    fleet_stream, *streams = np.random.default_rng(job.seed).spawn(1 + len(model.METRICS))
    codes = {
        attribute: _draw(fleet_stream, list(weights.values()), job.servers)
        for attribute, weights in model.ATTRIBUTES.items()
    }
    shape = (job.servers, job.days)
    # NumPy lets go of the interpreter's lock while it fills and computes, so threads run at the same time.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        noise = list(pool.map(lambda stream: stream.standard_normal(shape), streams))
        _correlate(noise)
        list(pool.map(lambda i: _shape(model.METRICS[i], noise[i], codes, calendar, streams[i]), range(len(noise))))
    return codes, dict(zip(model.NAMES, noise))


def _draw(stream, weights, size):
    return stream.choice(len(weights), size, p=np.divide(weights, sum(weights))).astype(np.int8)


def _correlate(noise):
    """In place, last metric first: none depends on those behind it."""
    matrix = model.mixing()
    for i in reversed(range(len(noise))):
        if matrix[i, i] != 1.0:
            noise[i] *= matrix[i, i]
        for j in range(i):
            if matrix[i, j]:
                noise[i] += matrix[i, j] * noise[j]


def _shape(metric, values, codes, calendar, stream):
    """Turns noise into the metric's values, in place."""
    attribute, value, name = model.EFFECT
    level = np.full((len(values), 1), float(metric.mean))
    if name == metric.name:
        level[codes[attribute] == list(model.ATTRIBUTES[attribute]).index(value)] *= model.EFFECT_MULTIPLIER
    values *= metric.std
    values += level
    values *= calendar.factors(metric)
    values += stream.uniform(-model.BIAS, model.BIAS, (len(values), 1))
    np.clip(values, metric.low, metric.high, out=values)
    flat = values.reshape(-1)
    outliers = _places(stream, flat.size, model.OUTLIER_RATE)
    flat[outliers] = np.clip(flat[outliers] * model.OUTLIER_MULTIPLIER, metric.low, metric.high)
    np.round(values, model.DECIMALS, out=values)
    flat[_places(stream, flat.size, model.MISSING_RATE)] = np.nan


def _places(stream, size, rate):
    """Where trials of this rate succeed: by the gaps between them, as most of them fail."""
    expected = size * rate
    gaps = stream.geometric(rate, int(expected + 10 * np.sqrt(expected) + 10))
    places = np.cumsum(gaps) - 1
    return places[: np.searchsorted(places, size)]
