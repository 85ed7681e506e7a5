//! What a chart says of one place in it: the date or name, and the values with their units.

use plotters::style::RGBColor;

use super::legend::{Key, Swatch};

/// A place in a chart: a day in charts over time, or else the how many-th column; and a row in charts
/// that have rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// The day or column.
    pub column: usize,
    /// The row, from below.
    pub row: usize,
}

/// What a chart says of a [`Spot`]. Positions are in device pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadOut {
    /// Where the spot is.
    pub spot: Spot,
    /// The first and the last column in view.
    pub columns: (usize, usize),
    /// Where it lies from left to right.
    pub x: f64,
    /// From top to bottom, in charts that have rows.
    pub y: Option<f64>,
    /// Upper and lower end of the plot.
    pub plot: (f64, f64),
    /// Left and right end of the plot.
    pub sides: (f64, f64),
    /// The date or name.
    pub title: String,
    /// The values.
    pub rows: Vec<ReadOutRow>,
    /// What else is special about it.
    pub notes: Vec<String>,
}

/// A value in a [`ReadOut`].
#[derive(Clone, Debug, PartialEq)]
pub struct ReadOutRow {
    /// What its mark looks like: see [`Swatch`].
    pub swatch: Swatch,
    /// Colour of the mark.
    pub color: RGBColor,
    /// What it is.
    pub name: String,
    /// The value with its unit.
    pub value: String,
    /// Where the value lies from top to bottom, where a dot can mark it.
    pub y: Option<f64>,
}

impl ReadOutRow {
    /// A row for what a key of the legend stands for.
    pub(super) fn new(key: &Key, value: String, y: Option<f64>) -> Self {
        Self { swatch: key.swatch, color: key.color, name: key.text.clone(), value, y }
    }
}

impl ReadOut {
    /// All of it as a sentence: "Mon 3 Mar 2025: fleet mean 52.3%; quarter-end window."
    pub fn sentence(&self) -> String {
        let values: Vec<String> = self.rows.iter().map(|row| format!("{} {}", row.name, row.value)).collect();
        let mut text = format!("{}: {}", self.title, values.join(", "));
        for note in &self.notes {
            text += "; ";
            text += note;
        }
        text + "."
    }
}
