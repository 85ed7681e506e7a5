//! The one public error type: a sentence for the user, and for a bad
//! configuration all its problems at once.

use std::fmt;

use serde::Serialize;

/// What went wrong, by who can mend it. The command line turns it into its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The configuration or the arguments are wrong: the user can mend them.
    Config,
    /// Reading or writing failed.
    Io,
    /// The user interrupted it.
    Cancelled,
    /// The program broke a promise of its own.
    Internal,
}

/// One thing that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Dotted path of the key, for example `data_generation.metrics.cpu_p95.base_std`;
    /// empty when the document as a whole is wrong.
    pub path: String,
    /// 1-based line in the text, when the value stands in the text.
    pub line: Option<usize>,
    /// 1-based column in the text, counted in characters.
    pub column: Option<usize>,
    /// Where the value came from when it does not stand in the text:
    /// the name of an environment variable or the `--set` argument.
    pub source: Option<String>,
    /// What is wrong, as a sentence.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
    /// The very text that mends it, where that is certain enough to be offered.
    pub fix: Option<Fix>,
}

/// A text that can stand in the place of what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// What it does, for a button: `Write num_servers`.
    pub label: String,
    /// How many characters it replaces, from the problem's line and column on.
    pub length: usize,
    /// What stands there then.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column, &self.source) {
            (Some(line), Some(column), _) => write!(f, "line {line}, column {column}: ")?,
            (_, _, Some(source)) => write!(f, "{source}: ")?,
            _ => {}
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, " {hint}")?;
        }
        Ok(())
    }
}

/// Any failure of this crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    problems: Vec<Problem>,
}

/// The result of everything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of `kind` that `message` describes in a sentence.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), problems: Vec::new() }
    }

    /// A configuration with `problems`; there is at least one.
    pub fn config(problems: Vec<Problem>) -> Self {
        let message = match problems.len() {
            1 => "The configuration has 1 problem.".to_owned(),
            n => format!("The configuration has {n} problems."),
        };
        Self { kind: ErrorKind::Config, message, problems }
    }

    /// The same error, told of a file.
    #[must_use]
    pub fn about(mut self, file: &str) -> Self {
        self.message = format!("{file}: {}", self.message);
        self
    }

    /// Who can mend it.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The problems of a bad configuration, in the order of the text; otherwise empty.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        for problem in &self.problems {
            write!(f, "\n  {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::new(ErrorKind::Io, error.to_string())
    }
}

impl From<parquet::errors::ParquetError> for Error {
    fn from(error: parquet::errors::ParquetError) -> Self {
        match error {
            // A full disk reaches us wrapped by the Parquet writer.
            parquet::errors::ParquetError::External(inner) => Self::new(ErrorKind::Io, inner.to_string()),
            other => Self::new(ErrorKind::Internal, other.to_string()),
        }
    }
}

impl From<arrow_schema::ArrowError> for Error {
    fn from(error: arrow_schema::ArrowError) -> Self {
        match error {
            arrow_schema::ArrowError::IoError(_, inner) => inner.into(),
            other => Self::new(ErrorKind::Internal, other.to_string()),
        }
    }
}
