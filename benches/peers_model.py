"""The job of the peers: the default configuration, config/config.yaml, in numbers, and the model's calendar."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import holidays
import numpy as np

DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class Metric:
    name: str
    mean: float
    std: float
    low: float
    high: float
    season: float
    weekend: float
    eoq: float
    holiday: float
    growth: float


METRICS = (
    Metric("cpu_p95", 50, 12, 0, 100, season=0.10, weekend=0.80, eoq=1.25, holiday=0.85, growth=0.03),
    Metric("mem_p95", 60, 10, 0, 100, season=0.05, weekend=0.95, eoq=1.10, holiday=0.95, growth=0.04),
    Metric("disk_p95", 45, 8, 0, 100, season=0.02, weekend=0.98, eoq=1.05, holiday=0.98, growth=0.08),
    Metric("net_in_p95", 150, 40, 20, 500, season=0.12, weekend=0.65, eoq=1.30, holiday=0.70, growth=0.05),
    Metric("net_out_p95", 100, 30, 10, 300, season=0.12, weekend=0.70, eoq=1.25, holiday=0.75, growth=0.05),
)
NAMES = [metric.name for metric in METRICS]
COLUMNS = ["server_id", "timestamp", "business_unit", "region", "criticality", *NAMES]

#: Attribute -> value -> weight.
ATTRIBUTES = {
    "business_unit": {"Retail": 1, "Investment": 1, "Wealth": 1, "Corporate": 1},
    "region": {"us-east-1": 0.4, "us-west-2": 0.3, "eu-west-1": 0.2, "ap-southeast-1": 0.1},
    "criticality": {"High": 0.2, "Medium": 0.5, "Low": 0.3},
}
#: The one effect on a level: (attribute, value, metric), and its multiplier.
EFFECT, EFFECT_MULTIPLIER = ("business_unit", "Investment", "cpu_p95"), 1.10

BIAS = 8.0
OUTLIER_RATE, OUTLIER_MULTIPLIER = 0.005, 1.6
MISSING_RATE, MISSING_LIMIT = 0.01, 0.05
CORRELATIONS = {("cpu_p95", "mem_p95"): 0.4, ("cpu_p95", "net_in_p95"): 0.4}
EOQ_DAYS, EOQ_MONTHS = 7, (3, 6, 9, 12)
DECIMALS = 2
SAMPLE_ROWS = 100
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
QUANTILE_NAMES = [f"p{share * 100:02.0f}" for share in QUANTILES]


@dataclass(frozen=True)
class Job:
    """What to make and where."""

    servers: int
    start: date
    end: date
    seed: int
    folder: Path

    @property
    def days(self):
        return (self.end - self.start).days + 1

    @property
    def rows(self):
        return self.servers * self.days

    @property
    def id_digits(self):
        return max(4, len(str(self.servers)))

    def server_ids(self):
        return [f"SRV-{number:0{self.id_digits}}" for number in range(1, self.servers + 1)]

    @property
    def parquet(self):
        return self.folder / "metrics.parquet"

    @property
    def summary(self):
        return self.folder / "summary.json"

    @property
    def sample(self):
        return self.folder / "sample.csv"


def mixing():
    """The lower triangular matrix that makes independent noise correlated."""
    matrix = np.eye(len(METRICS))
    for (one, other), value in CORRELATIONS.items():
        i, j = NAMES.index(one), NAMES.index(other)
        matrix[i, j] = matrix[j, i] = value
    return np.linalg.cholesky(matrix)


def us_holidays(start, end):
    """The federal holidays, observed days included, of all years from start to end."""
    return sorted(holidays.US(years=range(start.year, end.year + 1)))


class Calendar:
    """What the model knows of each day."""

    def __init__(self, start, end):
        self.dates = np.arange(np.datetime64(start), np.datetime64(end) + 1)
        months = self.dates.astype("datetime64[M]")
        off = np.array(us_holidays(start, end), dtype="datetime64[D]")
        day_of_year = (self.dates - self.dates.astype("datetime64[Y]")).astype(int) + 1

        self.weekday = (self.dates.astype(int) + 3) % 7
        self.weekend = self.weekday >= 5
        self.holiday = np.isin(self.dates, off)
        self.wave = np.sin(2 * np.pi * day_of_year / DAYS_PER_YEAR)
        self.years = np.arange(len(self.dates)) / DAYS_PER_YEAR

        # Business days from this day to the month's end tell how near that end is.
        month_ends = (months + 1).astype("datetime64[D]")
        to_come = np.busday_count(self.dates, month_ends, holidays=off)
        business_day = np.is_busday(self.dates, holidays=off)
        busy_month = np.isin(months.astype(int) % 12 + 1, EOQ_MONTHS)
        self.eoq = busy_month & business_day & (to_come <= EOQ_DAYS)

    def factors(self, metric):
        """The product of all factors of a metric, one per day."""
        return (
            np.where(self.weekend, metric.weekend, 1.0)
            * (1.0 + metric.season * self.wave)
            * (1.0 + metric.growth * self.years)
            * np.where(self.holiday, metric.holiday, 1.0)
            * np.where(self.eoq, metric.eoq, 1.0)
        )
