//! The daily P95 of an hourly dataset as Parquet: its columns, with a row per server and day.

use super::encoder::RowGroupEncoder;
use super::{EncodeGroup, RowGroup};
use crate::dataset::Generator;
use crate::dataset::daily::Daily;
use crate::error::Result;

/// Encodes the days of one row group of the dataset after another.
pub struct DailyEncoder {
    generator: Generator,
    daily: Daily,
    encoder: RowGroupEncoder,
}

impl DailyEncoder {
    /// The encoder of the daily P95 of `generator`'s dataset.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn new(generator: Generator) -> Result<Self> {
        let encoder = RowGroupEncoder::new(generator.plan())?;
        Ok(Self { daily: Daily::new(&generator), generator, encoder })
    }
}

impl EncodeGroup for DailyEncoder {
    fn generator(&self) -> &Generator {
        &self.generator
    }

    fn encode(&mut self, group: usize) -> Result<Option<RowGroup>> {
        let hours = self.generator.chunk(self.generator.row_group(group));
        self.encoder.encode(&self.daily.chunk(&hours)).map(Some)
    }
}
