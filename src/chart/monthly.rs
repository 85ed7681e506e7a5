//! The monthly profile: a dot per month; those with an end-of-quarter window are ringed and shaded.

use super::frame::{Columns, Frame, Surroundings};
use super::label::{self, MONTHS};
use super::legend::{AREA, Key, Swatch};
use super::pen::{Pen, pixel, tint};
use super::pinned::{Beside, Overlay};
use super::read_out::{ReadOut, ReadOutRow, Spot};
use super::scale::Domain;
use super::weekly::extremes;
use super::{Chart, ChartInput, Table, curve};

/// Mean of each month.
pub(super) struct Monthly;

impl Chart for Monthly {
    fn draw(&self, pen: &Pen, input: &ChartInput<'_>) {
        let means = input.metric_profile().month_mean;
        let marked = marked_months(input);
        let Some(frame) = self.frame(pen, input) else { return };
        for month in (0..12).filter(|&month| marked[month]) {
            let (x, width) = frame.column(month, 12);
            let across = (x - width / 2.0, x + width / 2.0);
            pen.rect(across, (frame.top, frame.bottom), tint(pen.palette.window, AREA));
        }
        let point = |month: usize| (pixel(frame.column(month, 12).0), pixel(frame.y.at(means[month])));
        let points = (0..12).map(|month| means[month].is_finite().then(|| point(month)));
        for piece in curve::pieces(points).into_iter().filter(|piece| piece.len() > 1) {
            pen.path(piece, 1.5, tint(pen.palette.accent, 0.5));
        }
        for month in (0..12).filter(|&month| means[month].is_finite()) {
            pen.dot(point(month), 4.5, pen.palette.accent);
        }
        beside(pen, input).line(&frame, (0..12).map(|month| frame.column(month, 12).0));
        if means.iter().all(|mean| mean.is_nan()) {
            frame.note("Every value is missing");
        }
        frame.base_line(frame.bottom);
        for (month, name) in MONTHS.iter().enumerate() {
            let (x, width) = frame.column(month, 12);
            let letters = if pen.css(width) < 30.0 { 1 } else { 3 };
            frame.below(&name[..letters], x, 0, pen.palette.muted);
        }
    }

    fn frame<'p>(&self, pen: &'p Pen, input: &ChartInput<'_>) -> Option<Frame<'p>> {
        let means = input.metric_profile().month_mean;
        let marked = marked_months(input);
        let beside = beside(pen, input);
        let mut keys = vec![Key::new(Swatch::Dot, pen.palette.accent, input.of_shown("Mean"))];
        keys.extend(beside.key());
        if marked.contains(&true) {
            keys.push(Key::new(Swatch::Area, pen.palette.window, "Month with a quarter-end window"));
        }
        let around = Surroundings {
            y_label: &input.axis_label(),
            keys,
            domain: Domain::around(
                means.iter().chain(beside.drawn().into_iter().flatten()).copied(),
                input.clips(),
            ),
            axis_rows: 1,
            columns: Columns::Equal(means.len()),
        };
        Frame::new(pen, around)
    }

    fn read_out(&self, pen: &Pen, input: &ChartInput<'_>, spot: Spot) -> Option<ReadOut> {
        let frame = self.frame(pen, input)?;
        let spot = frame.nearest(spot);
        let value = input.metric_profile().month_mean[spot.column];
        let mut out = frame.read_out(spot, MONTHS[spot.column].to_owned());
        let key = Key::new(Swatch::Dot, pen.palette.accent, input.of_shown("Mean"));
        out.rows.push(ReadOutRow::new(&key, input.quantity(value), frame.y_of(value)));
        beside(pen, input).read(&mut out, &frame, spot.column, Some(value), input.unit());
        if marked_months(input)[spot.column] {
            out.notes.push("Month with a quarter-end window".to_owned());
        }
        Some(out)
    }

    fn describe(&self, input: &ChartInput<'_>) -> String {
        let subject = format!("Mean {} by month", input.label());
        let Some(extremes) = extremes(input, &input.metric_profile().month_mean, &MONTHS) else {
            return format!("{subject}: every value is missing.");
        };
        let marked = marked_months(input);
        let names: Vec<&str> = (0..12).filter(|&month| marked[month]).map(|month| MONTHS[month]).collect();
        let windows = match names[..] {
            [] => String::new(),
            [name] => format!(" {name} ends with a window of higher load."),
            _ => format!(" {} end with a quarter-end window.", label::list(&names)),
        };
        format!("{subject}: {extremes}.{windows}{}", input.mean_told_beside())
    }

    fn table(&self, input: &ChartInput<'_>) -> Table {
        let (means, marked) = (input.metric_profile().month_mean, marked_months(input));
        let row = |(month, name): (usize, &str)| {
            let marked = if marked[month] { "yes" } else { "no" };
            vec![name.to_owned(), label::figure(means[month]), marked.to_owned()]
        };
        let headers =
            ["Month".to_owned(), label::with_unit("Mean", input.unit()), "Quarter-end window".to_owned()];
        let table =
            Table { headers: headers.into(), rows: MONTHS.into_iter().enumerate().map(row).collect() };
        input.table_beside(table, ("Mean", input.unit()), &means, self::means)
    }

    fn data(&self, input: &ChartInput<'_>) -> Table {
        let means = input.metric_profile().month_mean;
        let row = |(mean, name): (&f64, &str)| vec![name.to_owned(), label::plain(*mean)];
        let table = Table {
            headers: vec!["month".into(), input.column("mean")],
            rows: means.iter().zip(MONTHS).map(row).collect(),
        };
        input.data_beside(table, "mean", &means, self::means)
    }
}

fn beside(pen: &Pen, input: &ChartInput<'_>) -> Beside {
    Beside::new(pen, input, "monthly-pinned", means)
}

/// The pinned run's mean per month.
fn means(overlay: &Overlay<'_>) -> Vec<f64> {
    overlay.input.metric_profile().month_mean.into()
}

/// The months whose end-of-quarter window has an effect.
fn marked_months(input: &ChartInput<'_>) -> [bool; 12] {
    input.metric_plan().eoq_months.map(|marked| marked && input.plan.calendar.use_eoq_spikes)
}
