#!/usr/bin/env python3
"""The job of `fleetsynth generate` in the tools that people use for it, to compare with:

    echo 42 | python benches/peers.py pandas|polars|duckdb --servers 120 --out FOLDER

Each line of standard input is a seed and makes the whole dataset with it: calendar, values, checks and
statistics, Parquet, summary, sample. Each line of the answer is JSON; the first says that all is imported.

Beside `fleetsynth` this leaves out what only charts need (quantiles over the fleet per day, histograms) and
the outlier rate.
"""

import argparse
import gc
import importlib
import json
import resource
import sys
import time
from datetime import date
from pathlib import Path

ENGINES = {"pandas": ("pandas", "numpy", "pyarrow"), "polars": ("polars", "numpy"), "duckdb": ("duckdb",)}


class Stages:
    """Wall seconds per stage."""

    def __init__(self):
        self.seconds = {}
        self._since = time.perf_counter()

    def done(self, stage):
        now = time.perf_counter()
        self.seconds[stage] = now - self._since
        self._since = now


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("--servers", type=int, default=120)
    parser.add_argument("--start", type=date.fromisoformat, default=date(2022, 1, 1))
    parser.add_argument("--end", type=date.fromisoformat, default=date(2025, 12, 31))
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


def main():
    options = arguments()
    engine = importlib.import_module(f"peers_{options.engine}")
    import peers_model

    options.out.mkdir(parents=True, exist_ok=True)
    answer({"versions": {name: sys.modules[name].__version__ for name in ENGINES[options.engine]}})
    for line in sys.stdin:
        job = peers_model.Job(options.servers, options.start, options.end, int(line), options.out)
        stages = Stages()
        engine.run(job, stages)
        seconds = sum(stages.seconds.values())
        # Kilobytes on Linux, bytes on macOS.
        unit = 1 if sys.platform == "darwin" else 1024
        answer({
            "seconds": seconds,
            "stages": stages.seconds,
            "rows": job.rows,
            "fileBytes": job.parquet.stat().st_size,
            "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit,
            "summary": json.loads(job.summary.read_text()),
        })
        gc.collect()


def answer(value):
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    main()
