//! The distribution of all values, with their mean, median and 95th percentile.

use super::frame::{Columns, Frame, Surroundings};
use super::legend::{BAR, Key, Swatch};
use super::pen::{Pen, Point, pixel, tint};
use super::pinned::{Beside, Overlay};
use super::read_out::{ReadOut, ReadOutRow, Spot};
use super::scale::{Domain, Scale};
use super::{Chart, ChartInput, MAX_TABLE_ROWS, Table, label};

/// How often values occur.
pub(super) struct Distribution;

/// The series that can be hidden.
const PINNED: &str = "distribution-pinned";
/// Most bins of [`Chart::data`] that a pinned run may add.
const MOST_DATA: usize = 1000;
/// Farther than so many bins nothing is looked for.
const FARTHEST: f64 = 1e12;
/// What limits of bins may be rounded by, in bins.
const ROUNDED: f64 = 1e-6;

/// Counts in equal bins that follow each other: the part of the histogram that has values.
struct Histogram {
    first: f64,
    width: f64,
    counts: Vec<u64>,
}

impl Histogram {
    /// The profile's histogram, as many of its bins merged as bring it to `most` bins, two at least;
    /// `None` when there is no value.
    fn new(input: &ChartInput<'_>, most: usize) -> Option<Self> {
        Self::reaching(input, most, None)
    }

    /// The same with empty bins beside it, as far as values `reach` from the one to the other.
    fn reaching(input: &ChartInput<'_>, most: usize, reach: Option<(f64, f64)>) -> Option<Self> {
        let counts = &input.metric_profile().histogram;
        let (min, max) = input.clips();
        let width = max / counts.len() as f64 - min / counts.len() as f64;
        let mut first = counts.iter().position(|count| *count > 0)? as i64;
        let mut last = counts.iter().rposition(|count| *count > 0)? as i64;
        if let Some((low, high)) = reach {
            let place = |value: f64| ((value - min) / width).clamp(-FARTHEST, FARTHEST);
            first = first.min((place(low) + ROUNDED).floor() as i64);
            last = last.max((place(high) - ROUNDED).ceil() as i64 - 1);
        }
        let (count, most) = (counts.len() as i64, i64::try_from(most).unwrap_or(i64::MAX).max(2));
        // A divisor, so that the clips are limits of bins too; or several times all bins, for what is far beyond.
        let divisors = (1..=count).filter(|merged| count % merged == 0);
        let multiples = (1..).map(|doubled| count << doubled);
        let bins = |merged: i64| first.div_euclid(merged)..last.div_euclid(merged) + 1;
        let fits = |merged: &i64| bins(*merged).end - bins(*merged).start <= most;
        let merged = divisors.chain(multiples).find(fits)?;
        let inside = |place: i64| place.clamp(0, count) as usize;
        let merge = |bin: i64| counts[inside(bin * merged)..inside((bin + 1) * merged)].iter().sum();
        Some(Self {
            first: min + width * (bins(merged).start * merged) as f64,
            width: width * merged as f64,
            counts: bins(merged).map(merge).collect(),
        })
    }

    /// From which value to which other one it reaches.
    fn reach(&self) -> (f64, f64) {
        (self.limits(0).0, self.limits(self.counts.len() - 1).1)
    }

    /// Share of all values between two limits, as if values lay evenly in their bin.
    fn share_between(&self, (low, high): (f64, f64)) -> f64 {
        let inside = |(bin, count): (usize, &u64)| {
            let (from, to) = self.limits(bin);
            let part = (high.min(to) - low.max(from)) / self.width;
            if part > ROUNDED { part * *count as f64 } else { 0.0 }
        };
        self.counts.iter().enumerate().map(inside).sum::<f64>() / self.total() as f64
    }

    /// Share of all values in each of another one's bins, percent.
    fn shares_in(&self, bins: &Self) -> Vec<f64> {
        (0..bins.counts.len()).map(|bin| self.share_between(bins.limits(bin)) * 100.0).collect()
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

/// What the bars show.
const BARS: &str = "Share of values";

/// From which value to which other one those of the pinned run reach.
fn reach(input: &ChartInput<'_>) -> Option<(f64, f64)> {
    finest(&input.overlay()?.input).as_ref().map(Histogram::reach)
}

/// The pinned run's share of its values in each of these bins, percent.
fn pinned(overlay: &Overlay<'_>, bins: Option<&Histogram>) -> Vec<f64> {
    let (Some(pinned), Some(bins)) = (finest(&overlay.input), bins) else { return vec![] };
    pinned.shares_in(bins)
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
    /// The pinned run's share in each bin, percent.
    beside: Beside,
}

impl<'p> Layout<'p> {
    fn new(pen: &'p Pen, input: &ChartInput<'_>) -> Option<Self> {
        let finest = finest(input);
        let values = finest.as_ref().map_or(0, Histogram::total);
        let most = ((pen.css(pen.width) / 7.0).clamp(12.0, 100.0) as usize).min(bins_for(values));
        let reach = reach(input).filter(|_| input.view.shows(PINNED));
        let histogram = Histogram::reaching(input, most, reach);
        let beside = Beside::new(pen, input, PINNED, |overlay| pinned(overlay, histogram.as_ref()));
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
        // What the bars are goes without saying, where there is nothing else.
        let bars = || Key::new(Swatch::Bar, pen.palette.accent, input.of_shown(BARS));
        let keys = beside.key().into_iter().flat_map(|pinned| [bars(), pinned]);
        let around = Surroundings {
            y_label: "Share of values, %",
            keys: keys.chain(rules.iter().map(|(key, _)| key.clone())).collect(),
            domain: Domain::from_zero(
                shares.iter().chain(beside.drawn().into_iter().flatten()).copied(),
                1.0,
            ),
            axis_rows: 2,
            columns: Columns::Equal(shares.len()),
        };
        let mut frame = Frame::new(pen, around)?;
        let bounds = match &histogram {
            None => Domain::around([], input.clips()),
            Some(histogram) => {
                let (low, high) = histogram.reach();
                // A single bin stands in the middle.
                let air = if shares.len() < 5 { histogram.width } else { 0.0 };
                Domain { lo: low - air, hi: high + air }
            }
        };
        let x = Scale::new(bounds, (frame.left, frame.right), pen.px(56.0));
        if let Some(histogram) = &histogram {
            let (low, high) = histogram.reach();
            frame.columns = Columns::Between(x.at(low), x.at(high), shares.len());
        }
        Some(Self { frame, x, histogram, shares, rules, beside })
    }
}

impl Layout<'_> {
    /// The steps of the pinned run's shares, from the first to the last bin that has any.
    fn outline(&self) -> Vec<Point> {
        let (Some(shares), Some(histogram)) = (self.beside.drawn(), &self.histogram) else { return vec![] };
        let has_any = |share: &f64| *share > 0.0;
        let (Some(first), Some(last)) = (shares.iter().position(has_any), shares.iter().rposition(has_any))
        else {
            return vec![];
        };
        let step = |bin: usize| {
            let (low, high) = histogram.limits(bin);
            [low, high].map(|limit| (pixel(self.x.at(limit)), pixel(self.frame.y.at(shares[bin]))))
        };
        let base = |limit: f64| [(pixel(self.x.at(limit)), pixel(self.frame.bottom))];
        let steps = (first..=last).flat_map(step);
        let (from, to) = (base(histogram.limits(first).0), base(histogram.limits(last).1));
        from.into_iter().chain(steps).chain(to).collect()
    }
}

impl Chart for Distribution {
    fn draw(&self, pen: &Pen, input: &ChartInput<'_>) {
        let Some(layout) = Layout::new(pen, input) else { return };
        let Layout { frame, x, histogram, shares, rules, .. } = &layout;
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
        pen.dash_dots(&layout.outline(), pen.palette.pinned);
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
        let Layout { frame, histogram, shares, beside, .. } = Layout::new(pen, input)?;
        let (histogram, spot) = (histogram?, frame.nearest(spot));
        let (low, high) = histogram.limits(spot.column);
        let mut out = frame.read_out(spot, input.span(low, high));
        let key = Key::new(Swatch::Bar, pen.palette.accent, input.of_shown(BARS));
        let share = shares[spot.column];
        out.rows.push(ReadOutRow::new(&key, label::quantity(share, "%"), frame.y_of(share)));
        beside.read(&mut out, &frame, spot.column, Some(share), "%");
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
         lie between {} and {}, with {} of all values.{}",
            label::count(histogram.total()),
            input.label(),
            input.quantity(input.mean_over(input.all_bins())),
            input.quantity(histogram.quantile(0.5)),
            input.quantity(histogram.quantile(0.95)),
            input.quantity(low),
            input.quantity(high),
            label::percent(coarse.share(fullest)),
            input.mean_told_beside(),
        )
    }

    fn table(&self, input: &ChartInput<'_>) -> Table {
        let heading = |name| label::with_unit(name, input.unit());
        let histogram = Histogram::reaching(input, MAX_TABLE_ROWS, reach(input));
        let row = |(histogram, bin): (&Histogram, usize)| {
            let (low, high) = histogram.limits(bin);
            let share = label::figure(histogram.share(bin) * 100.0);
            vec![label::figure(low), label::figure(high), label::count(histogram.counts[bin]), share]
        };
        let table = Table {
            headers: vec![heading("From"), heading("To"), "Values".into(), "Share, %".into()],
            rows: bins(&histogram).map(row).collect(),
        };
        let shares: Vec<f64> = bins(&histogram).map(|(all, bin)| all.share(bin) * 100.0).collect();
        input.table_beside(table, ("Share", "%"), &shares, |overlay| pinned(overlay, histogram.as_ref()))
    }

    fn data(&self, input: &ChartInput<'_>) -> Table {
        let histogram = Histogram::reaching(input, MOST_DATA, reach(input));
        let row = |(histogram, bin): (&Histogram, usize)| {
            let (low, high) = histogram.limits(bin);
            vec![label::plain(low), label::plain(high), histogram.counts[bin].to_string()]
        };
        let table = Table {
            headers: ["from", "to", "values"].map(|name| input.column(name)).into(),
            rows: bins(&histogram).map(row).collect(),
        };
        let shares: Vec<f64> = bins(&histogram).map(|(all, bin)| all.share(bin)).collect();
        input.data_beside(table, "share", &shares, |overlay| {
            pinned(overlay, histogram.as_ref()).into_iter().map(|percent| percent / 100.0).collect()
        })
    }
}

/// Each bin, with the histogram that has it.
fn bins(histogram: &Option<Histogram>) -> impl Iterator<Item = (&Histogram, usize)> {
    histogram.iter().flat_map(|all| (0..all.counts.len()).map(move |bin| (all, bin)))
}
