//! How often servers are idle or close to their limits: shares of server-days, or of server-hours
//! where rows are hourly, per metric in percent.

use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use super::frame::{Columns, Frame, Surroundings};
use super::legend::{Key, Swatch};
use super::pen::Pen;
use super::read_out::{ReadOut, ReadOutRow, Spot};
use super::scale::{Domain, Scale};
use super::style::{Palette, blend};
use super::{Chart, ChartInput, Table, label, metric_label};
use crate::profile::Load;

/// How often values are low or high.
pub(super) struct Risk;

/// The classes from low to high.
const CLASSES: [&str; 4] = ["Under 40%", "40\u{2013}80%", "80\u{2013}90%", "Above 90%"];

fn colors(palette: &Palette) -> [RGBColor; 4] {
    [blend(palette.ramp[0], palette.ramp[1], 0.35), palette.ramp[1], palette.window, palette.outlier]
}

/// The metrics that are in percent, with what is known of them.
fn loads<'a>(input: &ChartInput<'a>) -> Vec<(&'a str, Load)> {
    let metrics = input.plan.metrics.iter().zip(&input.profile.metrics);
    metrics.filter_map(|(plan, profile)| Some((plan.name.as_str(), profile.load?))).collect()
}

/// Share of the values in each class; NaN where there is none.
fn shares(load: &Load) -> [f64; 4] {
    let Load { total, below_40, above_80, above_90 } = *load;
    let between = total - below_40.min(total) - above_80.min(total);
    [below_40, between, above_80 - above_90, above_90].map(|count| count as f64 / total as f64)
}

impl Chart for Risk {
    fn draw(&self, pen: &Pen, input: &ChartInput<'_>) {
        let Some(frame) = self.frame(pen, input) else { return };
        let loads = loads(input);
        let x = Scale::new(Domain { lo: 0.0, hi: 100.0 }, (frame.left, frame.right), pen.px(56.0));
        for (tick, label) in x.ticks() {
            let at = x.at(tick);
            pen.vertical(at, (frame.top, frame.bottom + pen.px(4.0)), 1.0, pen.palette.grid);
            frame.below(&label, at, 0, pen.palette.muted);
        }
        for (row, (_, load)) in loads.iter().rev().enumerate() {
            let (low, high) = (frame.y.at(row as f64 + 0.15), frame.y.at(row as f64 + 0.85));
            let half = ((low - high) / 2.0).min(pen.px(18.0));
            let middle = (low + high) / 2.0;
            if load.total == 0 {
                pen.text(
                    "Every value is missing",
                    HPos::Left,
                    frame.left + pen.px(8.0),
                    middle,
                    pen.palette.muted,
                );
                continue;
            }
            let mut passed = 0.0;
            for (share, color) in
                shares(load).into_iter().zip(colors(pen.palette)).filter(|(share, _)| *share > 0.0)
            {
                let across = (x.at(passed * 100.0), x.at((passed + share) * 100.0));
                pen.rect(
                    (across.0, (across.1 - pen.px(1.0)).max(across.0 + 1.0)),
                    (middle - half, middle + half),
                    color,
                );
                passed += share;
            }
        }
        if loads.is_empty() {
            frame.note("No metric is in percent");
        }
        frame.base_line(frame.bottom);
    }

    fn frame<'p>(&self, pen: &'p Pen, input: &ChartInput<'_>) -> Option<Frame<'p>> {
        let loads = loads(input);
        let count = loads.len();
        let keys =
            CLASSES.iter().zip(colors(pen.palette)).map(|(text, color)| Key::new(Swatch::Cell, color, *text));
        let around = Surroundings {
            y_label: &format!("Share of server-{}, %", input.plan.granularity.nouns().1),
            keys: keys.collect(),
            domain: Domain { lo: 0.0, hi: 1.0 },
            axis_rows: 1,
            columns: Columns::Equal(1),
        };
        // The first metric is the upper row.
        let label = |(metric, (name, _)): (usize, &(&str, Load))| (count - 1 - metric, metric_label(name));
        Frame::of_rows(pen, around, count, loads.iter().enumerate().map(label).collect())
    }

    fn read_out(&self, pen: &Pen, input: &ChartInput<'_>, spot: Spot) -> Option<ReadOut> {
        let frame = self.frame(pen, input)?;
        let (spot, loads) = (frame.nearest(spot), loads(input));
        let (name, load) = loads.iter().rev().nth(spot.row)?;
        let mut out = frame.read_out(spot, metric_label(name));
        for ((text, color), share) in CLASSES.iter().zip(colors(pen.palette)).zip(shares(load)) {
            out.rows.push(ReadOutRow::new(
                &Key::new(Swatch::Cell, color, *text),
                label::percent(share),
                None,
            ));
        }
        Some(out)
    }

    fn describe(&self, input: &ChartInput<'_>) -> String {
        let told = |(name, load): &(&str, Load)| {
            let [low, _, _, highest] = shares(load);
            let high = load.above_80 as f64 / load.total as f64;
            let name = metric_label(name);
            if load.total == 0 {
                return format!("of {name} every value is missing");
            }
            let [low, high, highest] = [low, high, highest].map(label::percent);
            format!("of {name} {low} are under 40%, {high} above 80% and {highest} above 90%")
        };
        let told: Vec<String> = loads(input).iter().map(told).collect();
        match told.is_empty() {
            true => "No metric is in percent.".to_owned(),
            false => format!("Of all server-{}, {}.", input.plan.granularity.nouns().1, told.join("; ")),
        }
    }

    fn table(&self, input: &ChartInput<'_>) -> Table {
        let row = |(name, load): &(&str, Load)| {
            let [low, middle, high, highest] = shares(load);
            let figures = [low, middle, high + highest, highest].map(|share| label::figure(share * 100.0));
            std::iter::once(metric_label(name)).chain(figures).collect()
        };
        let headers = ["Metric", "Under 40%, %", "40\u{2013}80%, %", "Above 80%, %", "Above 90%, %"];
        Table { headers: headers.map(str::to_owned).into(), rows: loads(input).iter().map(row).collect() }
    }

    fn data(&self, input: &ChartInput<'_>) -> Table {
        let row = |(name, load): &(&str, Load)| {
            let counts =
                [load.total, load.below_40, load.above_80, load.above_90].map(|count| count.to_string());
            std::iter::once((*name).to_owned()).chain(counts).collect()
        };
        let headers = ["metric", "values", "below_40", "above_80", "above_90"];
        Table { headers: headers.map(str::to_owned).into(), rows: loads(input).iter().map(row).collect() }
    }
}
