//! The command line: arguments -> calls of the core -> files.

mod bucket;
mod csv_file;
mod estimate;
mod files;
mod generate;
mod pool;
mod report;
mod shard;
mod side_file;
mod stream;
mod upload;
mod validate;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::{self, Override, PRESETS};
use crate::error::{Error, ErrorKind, Result};
use crate::export::snippet::Tool;
use crate::plan::Plan;

#[derive(Debug, Parser)]
#[command(name = "fleetsynth", version, about, after_help = AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Exit codes: 0 success, 1 a quality gate failed, 2 bad configuration or arguments, \
3 reading, writing or uploading failed, 130 interrupted.

Environment variables override the configuration too, for example
FLEETSYNTH__DATA_GENERATION__NUM_SERVERS=200; --set overrides them.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Generate a dataset, check it and write its files
    Generate {
        #[command(flatten)]
        config: ConfigArgs,
        #[command(flatten)]
        options: generate::Options,
    },
    /// Check a Parquet or CSV file from anywhere, and write its validated copy
    Validate {
        #[command(flatten)]
        config: ConfigArgs,
        #[command(flatten)]
        options: validate::Options,
    },
    /// Print code that reads the dataset's file: its name, columns and types stand in it
    Snippet {
        /// What is to read it
        #[arg(value_name = "TOOL", value_parser = Tool::ALL.map(Tool::id))]
        tool: String,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Print the effective configuration, with all defaults filled in
    Config {
        #[command(flatten)]
        config: ConfigArgs,
        /// Print the JSON Schema of all configurations instead, for editors
        #[arg(long)]
        schema: bool,
        /// Print instead what the dataset would take: rows, columns, size of the file, memory, time
        #[arg(long, conflicts_with = "schema")]
        estimate: bool,
    },
}

#[derive(Args, Debug)]
struct ConfigArgs {
    /// Configuration file (YAML)
    #[arg(long, value_name = "FILE", conflicts_with = "preset")]
    config: Option<PathBuf>,
    /// A configuration that comes with the program, used when there is no file
    #[arg(long, value_name = "NAME", default_value = PRESETS[0].name, value_parser = PRESETS.map(|preset| preset.name))]
    preset: String,
    /// Where it runs, which decides the default folder: local, sagemaker or lambda
    #[arg(long, value_name = "NAME")]
    env: Option<String>,
    /// Override one key, for example --set data_generation.num_servers=200
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
}

/// Carries out the command that the process was called with.
pub fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Generate { config, options } => config.plan().and_then(|plan| generate::run(plan, &options)),
        Command::Validate { config, options } => {
            config.plan().and_then(|plan| validate::run(&plan, &options))
        }
        Command::Snippet { tool, config } => {
            let tool = Tool::ALL.into_iter().find(|candidate| candidate.id() == tool);
            let tool = tool.expect("the argument's parser knows the names");
            config.plan().and_then(|plan| print(&tool.snippet(&plan))).map(|()| ExitCode::SUCCESS)
        }
        Command::Config { schema: true, .. } => print(&config::schema()).map(|()| ExitCode::SUCCESS),
        Command::Config { config, estimate: true, .. } => {
            let text = config.plan().and_then(|plan| estimate::text(&plan, generate::threads(None)));
            text.and_then(|text| print(&text)).map(|()| ExitCode::SUCCESS)
        }
        Command::Config { config, .. } => {
            config.plan().and_then(|plan| print(&plan.effective_yaml)).map(|()| ExitCode::SUCCESS)
        }
    };
    result.unwrap_or_else(|error| {
        // Nobody is left to tell when standard error is closed.
        let _ = writeln!(io::stderr(), "error: {error}");
        ExitCode::from(match error.kind() {
            ErrorKind::Config => 2,
            ErrorKind::Io | ErrorKind::Internal => 3,
            ErrorKind::Cancelled => 130,
        })
    })
}

impl ConfigArgs {
    /// The plan of the file or preset, with the overrides: the environment's first, then the arguments'.
    fn plan(&self) -> Result<Plan> {
        let preset = || PRESETS.iter().find(|preset| preset.name == self.preset);
        let yaml = match &self.config {
            Some(path) => read(path)?,
            None => preset().expect("the argument's parser knows the names").yaml.to_owned(),
        };
        let mut variables: Vec<(String, String)> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        variables.sort();
        let mut overrides: Vec<Override> =
            variables.iter().filter_map(|(name, value)| Override::from_env(name, value)).collect();
        if let Some(env) = &self.env {
            overrides.push(Override {
                path: "general.env".to_owned(),
                value: env.clone(),
                source: format!("--env {env}"),
            });
        }
        for argument in &self.sets {
            overrides.push(Override::from_set(argument)?);
        }
        config::plan(&yaml, &overrides)
    }
}

fn read(path: &Path) -> Result<String> {
    let failed = |reason: &dyn std::fmt::Display| {
        Error::new(ErrorKind::Io, format!("Cannot read the configuration {}: {reason}.", path.display()))
    };
    let bytes = std::fs::read(path).map_err(|error| failed(&error))?;
    String::from_utf8(bytes).map_err(|_| failed(&"it is not UTF-8 text"))
}

/// Prints to standard output. Whoever closes the pipe has seen enough, which is no failure.
fn print(text: &str) -> Result<()> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
