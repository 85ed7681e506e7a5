//! How a chart looks: theme, density and the palette that belongs to it.

use plotters::style::RGBColor;

/// Whether the page around the chart is light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark ink on a white surface.
    #[default]
    Light,
    /// Light ink on a dark surface.
    Dark,
}

/// What a backend takes for the size of a font: plotters' backends disagree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Medium {
    /// An HTML canvas: the size is that of the em.
    #[default]
    Canvas,
    /// An SVG document or a bitmap: the size is that of the line, 1.24 em.
    Document,
}

/// What is around a chart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Setting {
    /// A page that has the chart's title and legend itself.
    #[default]
    Page,
    /// A document that has the title: the legend is drawn.
    Document,
    /// Nothing: title and legend are drawn.
    Alone,
}

/// How a chart looks. Sizes are in CSS pixels and are multiplied by `scale`; whether the layout is
/// a wide or a narrow one follows from the area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// Light or dark.
    pub theme: Theme,
    /// Device pixels per CSS pixel.
    pub scale: f64,
    /// What is drawn on.
    pub medium: Medium,
    /// What is around it.
    pub setting: Setting,
}

impl Style {
    /// The style for an HTML canvas on a display with `scale` device pixels per CSS pixel.
    pub fn canvas(theme: Theme, scale: f64) -> Self {
        Self { theme, scale, medium: Medium::Canvas, setting: Setting::Page }
    }

    /// The style for an SVG document, whose unit is the CSS pixel.
    pub fn document(theme: Theme) -> Self {
        Self { theme, scale: 1.0, medium: Medium::Document, setting: Setting::Document }
    }

    /// The same for a picture that stands alone.
    pub fn alone(self) -> Self {
        Self { setting: Setting::Alone, ..self }
    }

    /// The colours of the theme.
    pub fn palette(&self) -> &'static Palette {
        match self.theme {
            Theme::Light => &Palette::LIGHT,
            Theme::Dark => &Palette::DARK,
        }
    }

    /// What plotters has to be told for a font whose em is `pixels` device pixels.
    pub(super) fn font_size(&self, pixels: f64) -> f64 {
        match self.medium {
            Medium::Canvas => pixels,
            Medium::Document => pixels * 1.24,
        }
    }
}

/// The colours of a theme, which the page around the chart shares. Text and marks have a contrast
/// of at least 4.5 and 3 to the surface, and hue is never the only difference between two marks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Palette {
    /// Background.
    pub surface: RGBColor,
    /// Text that matters.
    pub ink: RGBColor,
    /// Axis text and reference lines.
    pub muted: RGBColor,
    /// Grid lines.
    pub grid: RGBColor,
    /// The data.
    pub accent: RGBColor,
    /// Outliers and limits.
    pub outlier: RGBColor,
    /// End-of-quarter windows, drawn translucent.
    pub window: RGBColor,
    /// Holidays and gaps.
    pub event: RGBColor,
    /// A pinned run: a grey of its own, drawn in dashes and dots.
    pub pinned: RGBColor,
    /// Groups of servers, in order.
    pub groups: [RGBColor; 6],
    /// From little to much.
    pub ramp: [RGBColor; 3],
}

impl Palette {
    /// For light pages.
    pub const LIGHT: Self = Self {
        surface: RGBColor(0xff, 0xff, 0xff),
        ink: RGBColor(0x1b, 0x25, 0x30),
        muted: RGBColor(0x5a, 0x67, 0x75),
        grid: RGBColor(0xe4, 0xe8, 0xec),
        accent: RGBColor(0x0b, 0x72, 0x85),
        outlier: RGBColor(0xc9, 0x4a, 0x0a),
        window: RGBColor(0xe8, 0x9b, 0x00),
        event: RGBColor(0x7a, 0x3f, 0xb0),
        pinned: RGBColor(0x3b, 0x36, 0x32),
        groups: [
            RGBColor(0x0b, 0x72, 0x85),
            RGBColor(0xd9, 0x5d, 0x0e),
            RGBColor(0x5b, 0x2c, 0x9c),
            RGBColor(0x4c, 0x8c, 0x1d),
            RGBColor(0xc4, 0x36, 0x7f),
            RGBColor(0x1f, 0x3f, 0x8f),
        ],
        ramp: [RGBColor(0xe6, 0xf3, 0xf5), RGBColor(0x2b, 0x93, 0xa6), RGBColor(0x05, 0x2f, 0x3a)],
    };

    /// For dark pages.
    pub const DARK: Self = Self {
        surface: RGBColor(0x12, 0x16, 0x1c),
        ink: RGBColor(0xe6, 0xea, 0xf0),
        muted: RGBColor(0x9b, 0xa7, 0xb4),
        grid: RGBColor(0x28, 0x2f, 0x39),
        accent: RGBColor(0x3b, 0xc4, 0xd6),
        outlier: RGBColor(0xff, 0x98, 0x3d),
        window: RGBColor(0xff, 0xc8, 0x3d),
        event: RGBColor(0xb7, 0x97, 0xf5),
        pinned: RGBColor(0xf5, 0xef, 0xe6),
        groups: [
            RGBColor(0x3b, 0xc4, 0xd6),
            RGBColor(0xff, 0x98, 0x3d),
            RGBColor(0xb7, 0x97, 0xf5),
            RGBColor(0xa6, 0xe0, 0x72),
            RGBColor(0xff, 0x85, 0xb8),
            RGBColor(0x6f, 0x95, 0xf5),
        ],
        ramp: [RGBColor(0x1b, 0x2a, 0x32), RGBColor(0x25, 0x96, 0xa8), RGBColor(0xd6, 0xf7, 0xfb)],
    };
}

/// A colour between two others.
pub(super) fn blend(one: RGBColor, other: RGBColor, share: f64) -> RGBColor {
    let mix =
        |one: u8, other: u8| (f64::from(one) + (f64::from(other) - f64::from(one)) * share).round() as u8;
    RGBColor(mix(one.0, other.0), mix(one.1, other.1), mix(one.2, other.2))
}
