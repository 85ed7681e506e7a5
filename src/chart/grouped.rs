//! The fleet over time by group: a mean per business unit, region, criticality level or kind.

use std::ops::Range;

use super::frame::{Columns, Frame, Surroundings};
use super::legend::{Key, Swatch};
use super::over_time::{Pencil, curve, is_smoothed, pencil, smoothed};
use super::pen::Pen;
use super::period::WeightedMean;
use super::read_out::{ReadOut, ReadOutRow, Spot};
use super::scale::Domain;
use super::{Chart, ChartInput, MAX_TABLE_ROWS, Table, label, period};
use crate::profile::GroupMeans;

/// What is drawn, and where.
struct Layout<'p> {
    frame: Frame<'p>,
    keys: Vec<Key>,
    /// Per group what its curve shows in each time bin.
    curves: Vec<Vec<f64>>,
    smooth: bool,
}

impl<'p> Layout<'p> {
    fn new(pen: &'p Pen, input: &ChartInput<'_>, groups: &GroupMeans) -> Option<Self> {
        let smooth = is_smoothed(pen, input);
        let key = |(group, name): (usize, &String)| {
            let colors = pen.palette.groups;
            // The colours begin anew with thin lines.
            let swatch = if group < colors.len() { Swatch::Line } else { Swatch::Faint };
            let key = Key::new(swatch, colors[group % colors.len()], name);
            key.of(input.view, &format!("{}-{group}", groups.facet.name()))
        };
        let keys: Vec<Key> = groups.names.iter().enumerate().map(key).collect();
        let curve = |means: &Vec<f32>| {
            let means: Vec<f64> = means.iter().copied().map(f64::from).collect();
            if smooth { smoothed(&means) } else { means }
        };
        let curves: Vec<Vec<f64>> = groups.means.iter().map(curve).collect();
        let shown = curves.iter().zip(&keys).filter(|(_, key)| key.shown);
        let values = shown.flat_map(|(curve, _)| input.bins().map(|(bin, _)| curve[bin]));
        let mut y_label = input.axis_label();
        if smooth {
            y_label += &format!(", mean of {} days", input.profile.days_per_bin * 7);
        }
        let around = Surroundings {
            y_label: &y_label,
            domain: Domain::around(values, input.clips()),
            keys: keys.clone(),
            axis_rows: 2,
            columns: Columns::Days(input.window()),
        };
        Some(Self { frame: Frame::new(pen, around)?, keys, curves, smooth })
    }
}

impl Chart for GroupMeans {
    fn draw(&self, pen: &Pen, input: &ChartInput<'_>) {
        let Some(Layout { frame, keys, curves, smooth }) = Layout::new(pen, input, self) else { return };
        for (key, values) in keys.iter().zip(&curves).filter(|(key, _)| key.shown) {
            let pencil = match key.swatch {
                Swatch::Faint => Pencil::Fine,
                _ if smooth => Pencil::Bold,
                _ => pencil(&frame, input),
            };
            curve(&frame, input, values, pencil, key.color);
        }
        if curves.iter().all(|values| input.bins().all(|(bin, _)| values[bin].is_nan())) {
            frame.note("Every value is missing");
        }
        frame.base_line(frame.bottom);
        frame.dates(input.days);
    }

    fn frame<'p>(&self, pen: &'p Pen, input: &ChartInput<'_>) -> Option<Frame<'p>> {
        Layout::new(pen, input, self).map(|layout| layout.frame)
    }

    fn read_out(&self, pen: &Pen, input: &ChartInput<'_>, spot: Spot) -> Option<ReadOut> {
        let Layout { frame, keys, curves, .. } = Layout::new(pen, input, self)?;
        let spot = frame.nearest(spot);
        let bin = input.bin(spot.column);
        let mut out = frame.read_out(spot, input.bin_title(bin));
        for (key, curve) in keys.iter().zip(&curves).filter(|(key, _)| key.shown) {
            out.rows.push(ReadOutRow::new(key, input.quantity(curve[bin]), frame.y_of(curve[bin])));
        }
        out.notes = input.day_notes(spot.column);
        Some(out)
    }

    fn describe(&self, input: &ChartInput<'_>) -> String {
        let subject =
            format!("{} by {}, {}", input.label(), self.facet.title().to_lowercase(), input.range());
        let means = (0..self.names.len()).map(|group| mean(input, self, group, input.bins()));
        let mut known: Vec<(f64, &String)> =
            means.zip(&self.names).filter(|(mean, _)| mean.is_finite()).collect();
        known.sort_by(|one, other| other.0.total_cmp(&one.0));
        let told = |(mean, name): &(f64, &String)| format!("{name} {}", input.quantity(*mean));
        match &known[..] {
            [] => format!("{subject}: every value is missing."),
            groups => {
                let groups: Vec<String> = groups.iter().map(told).collect();
                format!(
                    "{subject}: mean of {}.",
                    label::list(&groups.iter().map(String::as_str).collect::<Vec<_>>())
                )
            }
        }
    }

    fn table(&self, input: &ChartInput<'_>) -> Table {
        let (unit, periods) = period::periods(input, MAX_TABLE_ROWS);
        let row = |period: period::Period| {
            let inside =
                |(_, days): &(usize, Range<usize>)| period.days.contains(&((days.start + days.end - 1) / 2));
            let mean = |group| label::figure(mean(input, self, group, input.bins().filter(inside)));
            let means = (0..self.names.len()).map(mean);
            std::iter::once(period.label.clone()).chain(means).collect()
        };
        let names = self.names.iter().map(|name| label::with_unit(name, input.unit()));
        Table {
            headers: std::iter::once(unit.heading()).chain(names).collect(),
            rows: periods.into_iter().map(row).collect(),
        }
    }

    fn data(&self, input: &ChartInput<'_>) -> Table {
        let row = |(bin, days): (usize, Range<usize>)| {
            let means = self.means.iter().map(|means| label::plain(f64::from(means[bin])));
            std::iter::once(input.days.dates[days.start].to_string()).chain(means).collect()
        };
        let names = self.names.iter().map(|name| input.column(&format!("mean_{name}")));
        Table {
            headers: std::iter::once("date".to_owned()).chain(names).collect(),
            rows: input.bins().map(row).collect(),
        }
    }
}

/// Mean of all values of a group in these bins; NaN when there is none.
fn mean(
    input: &ChartInput<'_>,
    groups: &GroupMeans,
    group: usize,
    bins: impl Iterator<Item = (usize, Range<usize>)>,
) -> f64 {
    let length = input.profile.days_per_bin.max(1);
    let mut mean = WeightedMean::default();
    for (bin, days) in bins {
        // Of a bin that is not in view whole, the same share of the values as of the days.
        let share = days.len() as f64 / length.min(input.days.len() - bin * length) as f64;
        let values = f64::from(groups.values[group][bin]) * share;
        mean.add(f64::from(groups.means[group][bin]), values);
    }
    mean.get()
}
