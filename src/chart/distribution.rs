//! The distribution of all values, with their mean, median and 95th percentile.

use super::frame::{Columns, Frame, Surroundings};
use super::legend::{BAR, Key, Swatch};
use super::pen::{Pen, tint};
use super::read_out::{ReadOut, ReadOutRow, Spot};
use super::scale::{Domain, Scale};
use super::{Chart, ChartInput, MAX_TABLE_ROWS, Table, label};

/// How often values occur.
pub(super) struct Distribution;

/// Counts in equal bins that follow each other: the part of the histogram that has values.
struct Histogram {
    first: f64,
    width: f64,
    counts: Vec<u64>,
}

impl Histogram {
    /// The profile's histogram, as many of its bins merged as bring it to `most` bins;
    /// `None` when there is no value.
    fn new(input: &ChartInput<'_>, most: usize) -> Option<Self> {
        let counts = &input.metric_profile().histogram;
        let first = counts.iter().position(|count| *count > 0)?;
        let last = counts.iter().rposition(|count| *count > 0)?;
        // A divisor, so that the clips are limits of bins too; all bins in one are few enough.
        let fits = |merged: usize| last / merged - first / merged < most.max(1);
        let divisors = (1..=counts.len()).filter(|merged| counts.len().is_multiple_of(*merged));
        let merged = divisors.into_iter().find(|merged| fits(*merged))?;
        let start = first - first % merged;
        let (min, max) = input.clips();
        let width = max / counts.len() as f64 - min / counts.len() as f64;
        let merge = |bins: &[u64]| bins.iter().sum();
        Some(Self {
            first: min + width * start as f64,
            width: width * merged as f64,
            counts: counts[start..=last].chunks(merged).map(merge).collect(),
        })
    }

    fn limits(&self, bin: usize) -> (f64, f64) {
        (self.first + self.width * bin as f64, self.first + self.width * (bin + 1) as f64)
    }

    fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    fn share(&self, bin: usize) -> f64 {
        self.counts[bin] as f64 / self.total() as f64
    }

    /// The value with `share` of all values below it, as if values lay evenly in their bin.
    fn quantile(&self, share: f64) -> f64 {
        let target = self.total() as f64 * share;
        let mut below = 0.0;
        for (bin, count) in self.counts.iter().map(|count| *count as f64).enumerate() {
            if count > 0.0 && below + count >= target {
                return self.first + self.width * (bin as f64 + (target - below) / count);
            }
            below += count;
        }
        self.limits(self.counts.len() - 1).1
    }
}

/// As many bins as show the form of so many values and not their chance: Rice's rule.
fn bins_for(values: u64) -> usize {
    (8..100).find(|bins| bins * bins * bins >= 8 * u128::from(values)).unwrap_or(100) as usize
}

/// The finest histogram there is, for quantiles.
fn finest(input: &ChartInput<'_>) -> Option<Histogram> {
    Histogram::new(input, usize::MAX)
}

/// What is drawn, and where.
struct Layout<'p> {
    frame: Frame<'p>,
    x: Scale,
    histogram: Option<Histogram>,
    /// Share of each bin, percent.
    shares: Vec<f64>,
    /// The keys of the rules, with the values at which they stand.
    rules: Vec<(Key, f64)>,
}

impl<'p> Layout<'p> {
    fn new(pen: &'p Pen, input: &ChartInput<'_>) -> Option<Self> {
        let finest = finest(input);
        let values = finest.as_ref().map_or(0, Histogram::total);
        let most = ((pen.css(pen.width) / 7.0).clamp(12.0, 100.0) as usize).min(bins_for(values));
        let histogram = Histogram::new(input, most);
        let shares: Vec<f64> = histogram.as_ref().map_or(vec![], |histogram| {
            (0..histogram.counts.len()).map(|bin| histogram.share(bin) * 100.0).collect()
        });
        let rule = |name, value: f64, swatch, series| {
            let text = format!("{name} {}", input.quantity(value));
            (Key::new(swatch, pen.palette.ink, text).of(input.view, series), value)
        };
        let rules = finest.map_or(vec![], |finest| {
            vec![
                rule("Mean", input.mean_over(input.all_bins()), Swatch::Line, "rule-mean"),
                rule("P50", finest.quantile(0.5), Swatch::Dashes, "rule-p50"),
                rule("P95", finest.quantile(0.95), Swatch::Dots, "rule-p95"),
            ]
        });
        let around = Surroundings {
            y_label: "Share of values, %",
            keys: rules.iter().map(|(key, _)| key.clone()).collect(),
            domain: Domain::from_zero(shares.iter().copied(), 1.0),
            axis_rows: 2,
            columns: Columns::Equal(shares.len()),
        };
        let mut frame = Frame::new(pen, around)?;
        let bounds = match &histogram {
            None => Domain::around([], input.clips()),
            Some(histogram) => {
                let (low, high) = (histogram.limits(0).0, histogram.limits(shares.len() - 1).1);
                // A single bin stands in the middle.
                let air = if shares.len() < 5 { histogram.width } else { 0.0 };
                Domain { lo: low - air, hi: high + air }
            }
        };
        let x = Scale::new(bounds, (frame.left, frame.right), pen.px(56.0));
        if let Some(histogram) = &histogram {
            let (low, high) = (histogram.limits(0).0, histogram.limits(shares.len() - 1).1);
            frame.columns = Columns::Between(x.at(low), x.at(high), shares.len());
        }
        Some(Self { frame, x, histogram, shares, rules })
    }
}

impl Chart for Distribution {
    fn draw(&self, pen: &Pen, input: &ChartInput<'_>) {
        let Some(Layout { frame, x, histogram, shares, rules }) = Layout::new(pen, input) else { return };
        for (bin, share) in shares.iter().enumerate().filter(|(_, share)| **share > 0.0) {
            let histogram = histogram.as_ref().expect("shares come from it");
            let (left, right) =
                (x.at(histogram.limits(bin).0).round(), x.at(histogram.limits(bin).1).round());
            let air = pen.px(1.0).round().max(1.0);
            pen.rect((left, right - air), (frame.y.at(*share), frame.bottom), tint(pen.palette.accent, BAR));
        }
        for (key, value) in rules.iter().filter(|(key, _)| key.shown) {
            let (at, y) = (x.at(*value), (frame.top, frame.bottom));
            match key.swatch {
                Swatch::Dashes => pen.vertical_dashes(at, y, (6.0, 4.0), pen.palette.ink),
                Swatch::Dots => pen.vertical_dashes(at, y, (2.0, 3.0), pen.palette.ink),
                _ => pen.vertical(at, y, 1.5, pen.palette.ink),
            }
        }
        frame.base_line(frame.bottom);
        if histogram.is_none() {
            frame.note("Every value is missing");
        }
        for (tick, label) in x.ticks() {
            let at = x.at(tick);
            pen.vertical(at, (frame.bottom, frame.bottom + pen.px(4.0)), 1.0, pen.palette.muted);
            frame.below(&label, at, 0, pen.palette.muted);
        }
        frame.below(&input.axis_label(), (frame.left + frame.right) / 2.0, 1, pen.palette.ink);
    }

    fn frame<'p>(&self, pen: &'p Pen, input: &ChartInput<'_>) -> Option<Frame<'p>> {
        Layout::new(pen, input).map(|layout| layout.frame)
    }

    fn read_out(&self, pen: &Pen, input: &ChartInput<'_>, spot: Spot) -> Option<ReadOut> {
        let Layout { frame, histogram, shares, .. } = Layout::new(pen, input)?;
        let (histogram, spot) = (histogram?, frame.nearest(spot));
        let (low, high) = histogram.limits(spot.column);
        let mut out = frame.read_out(spot, input.span(low, high));
        let key = Key::new(Swatch::Bar, pen.palette.accent, "Share of values");
        let share = shares[spot.column];
        out.rows.push(ReadOutRow::new(&key, label::quantity(share, "%"), frame.y_of(share)));
        out.notes.push(label::plural(histogram.counts[spot.column], "value"));
        Some(out)
    }

    fn describe(&self, input: &ChartInput<'_>) -> String {
        let (Some(histogram), Some(coarse)) = (finest(input), Histogram::new(input, 25)) else {
            return format!("{}: every value is missing.", input.label());
        };
        let fullest =
            (0..coarse.counts.len()).max_by_key(|&bin| (coarse.counts[bin], usize::MAX - bin)).unwrap_or(0);
        let (low, high) = coarse.limits(fullest);
        format!(
            "{} values of {}: the mean is {}, half of them lie below {} (P50) and 95% below {} (P95). Most often they \
         lie between {} and {}, with {} of all values.",
            label::count(histogram.total()),
            input.label(),
            input.quantity(input.mean_over(input.all_bins())),
            input.quantity(histogram.quantile(0.5)),
            input.quantity(histogram.quantile(0.95)),
            input.quantity(low),
            input.quantity(high),
            label::percent(coarse.share(fullest)),
        )
    }

    fn table(&self, input: &ChartInput<'_>) -> Table {
        let heading = |name| label::with_unit(name, input.unit());
        let rows = Histogram::new(input, MAX_TABLE_ROWS).map_or(vec![], |histogram| {
            let row = |bin| {
                let (low, high) = histogram.limits(bin);
                let share = label::figure(histogram.share(bin) * 100.0);
                vec![label::figure(low), label::figure(high), label::count(histogram.counts[bin]), share]
            };
            (0..histogram.counts.len()).map(row).collect()
        });
        Table { headers: vec![heading("From"), heading("To"), "Values".into(), "Share, %".into()], rows }
    }

    fn data(&self, input: &ChartInput<'_>) -> Table {
        let rows = finest(input).map_or(vec![], |histogram| {
            let row = |bin| {
                let (low, high) = histogram.limits(bin);
                vec![label::plain(low), label::plain(high), histogram.counts[bin].to_string()]
            };
            (0..histogram.counts.len()).map(row).collect()
        });
        Table { headers: ["from", "to", "values"].map(|name| input.column(name)).into(), rows }
    }
}
