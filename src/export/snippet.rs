//! Code that reads a dataset's very file: its name, columns and types stand in it.

use arrow_schema::DataType;

use super::Artifact;
use crate::dataset;
use crate::plan::Plan;

/// A program that reads Parquet files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// Python's pandas.
    Pandas,
    /// Python's Polars.
    Polars,
    /// DuckDB's SQL.
    DuckDb,
    /// Spark from Python.
    Spark,
    /// Amazon Athena's table definition.
    Athena,
}

impl Tool {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Pandas, Self::Polars, Self::DuckDb, Self::Spark, Self::Athena];

    /// Its name as an argument.
    pub fn id(self) -> &'static str {
        match self {
            Self::Pandas => "pandas",
            Self::Polars => "polars",
            Self::DuckDb => "duckdb",
            Self::Spark => "spark",
            Self::Athena => "athena",
        }
    }

    /// Its name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pandas => "pandas",
            Self::Polars => "Polars",
            Self::DuckDb => "DuckDB",
            Self::Spark => "Spark",
            Self::Athena => "Athena (DDL)",
        }
    }

    /// The code for `plan`'s dataset, which lies where the code is run; Athena's in the bucket.
    pub fn snippet(self, plan: &Plan) -> String {
        match self {
            Self::Pandas => pandas(plan),
            Self::Polars => polars(plan),
            Self::DuckDb => duckdb(plan),
            Self::Spark => spark(plan),
            Self::Athena => athena(plan),
        }
    }
}

fn pandas(plan: &Plan) -> String {
    format!(
        "import pandas as pd\n\n\
         frame = pd.read_parquet(\"{}\")\n\
         metrics = [{}]\n\
         print(frame.groupby(\"business_unit\")[metrics].mean())\n",
        file(plan),
        metrics(plan)
    )
}

fn polars(plan: &Plan) -> String {
    format!(
        "import polars as pl\n\n\
         frame = pl.scan_parquet(\"{}\")\n\
         metrics = [{}]\n\
         means = frame.group_by(\"business_unit\").agg(pl.col(metrics).mean())\n\
         print(means.sort(\"business_unit\").collect())\n",
        file(plan),
        metrics(plan)
    )
}

fn duckdb(plan: &Plan) -> String {
    let means: Vec<String> =
        plan.metrics.iter().map(|metric| format!("avg(\"{0}\") AS \"{0}\"", metric.name)).collect();
    format!(
        "SELECT business_unit, {}\nFROM read_parquet('{}')\nGROUP BY business_unit\nORDER BY business_unit;\n",
        means.join(", "),
        file(plan)
    )
}

fn spark(plan: &Plan) -> String {
    // The timestamps have no time zone: Spark 3.4 or later.
    let columns = columns(plan, |data_type| match data_type {
        DataType::Timestamp(..) => "TIMESTAMP_NTZ",
        DataType::Float64 => "DOUBLE",
        DataType::Boolean => "BOOLEAN",
        _ => "STRING",
    });
    let columns: Vec<String> = columns.iter().map(|(name, kind)| format!("`{name}` {kind}")).collect();
    format!(
        "from pyspark.sql import SparkSession, functions as F\n\n\
         spark = SparkSession.builder.getOrCreate()\n\
         schema = \"{}\"\n\
         frame = spark.read.schema(schema).parquet(\"{}\")\n\
         metrics = [{}]\n\
         means = frame.groupBy(\"business_unit\").agg(*[F.avg(metric).alias(metric) for metric in metrics])\n\
         means.orderBy(\"business_unit\").show()\n",
        columns.join(", "),
        file(plan),
        metrics(plan)
    )
}

fn athena(plan: &Plan) -> String {
    let columns = columns(plan, |data_type| match data_type {
        DataType::Timestamp(..) => "timestamp",
        DataType::Float64 => "double",
        DataType::Boolean => "boolean",
        _ => "string",
    });
    let columns: Vec<String> = columns.iter().map(|(name, kind)| format!("  `{name}` {kind}")).collect();
    let (bucket, prefix) = (&plan.storage.bucket_name, plan.storage.raw_prefix.trim_end_matches('/'));
    let folder = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
    let location = format!("s3://{bucket}/{folder}").replace('\'', "''");
    format!(
        "-- Every file in that place is read: keep {} there without its summary and samples.\n\
         CREATE EXTERNAL TABLE server_metrics (\n{}\n)\nSTORED AS PARQUET\nLOCATION '{location}';\n",
        file(plan),
        columns.join(",\n")
    )
}

/// The dataset's file name: letters, digits and `_` alone.
fn file(plan: &Plan) -> String {
    Artifact::Parquet.file_name(plan)
}

/// The metrics' names, each in quotes.
fn metrics(plan: &Plan) -> String {
    let names: Vec<String> = plan.metrics.iter().map(|metric| format!("\"{}\"", metric.name)).collect();
    names.join(", ")
}

/// The columns with their types in another language.
fn columns(plan: &Plan, kind: fn(&DataType) -> &'static str) -> Vec<(String, &'static str)> {
    let schema = dataset::schema(plan);
    schema.fields().iter().map(|field| (field.name().clone(), kind(field.data_type()))).collect()
}
