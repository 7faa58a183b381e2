//! How a run of the command ends: the exit code, and the message on standard error.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;
use vhdx_log::{Clause, OpenError};
use vhdx_log_inspect::document::SCHEMA;
use vhdx_log_inspect::document::escape::printable;
use vhdx_log_oracle::chain;

use super::json::write_json;

/// The command's name, in usage, completions and messages.
pub(crate) const NAME: &str = "vhdx-log";

/// The exit code of the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    /// The work was done and the answer is no: the image is refused, a vector fails, a property is
    /// violated, or the corpus is out of date.
    Negative = 1,
    /// The command line, or a file that it names, makes no sense.
    Usage = 2,
    /// The system did not let us read or write.
    Unable = 3,
    /// The image is dirty, and the command line asked for this code.
    Dirty = 4,
    /// No subject was run, or none on a vector that says anything about it.
    NothingRun = 5,
    /// A subject does not do what any reader of VHDX does, so its results mean nothing.
    FailedProof = 6,
    /// The list of known failures does not hold any more.
    StaleList = 7,
    /// The two implementations of this project differ: a mistake of ours.
    Disagreement = 8,
    /// A signal asked for the end; what was printed is partial.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why the command did not do what it was asked to.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    file: Option<PathBuf>,
    /// The clause that an image violates.
    clause: Option<&'static str>,
    /// What is wrong, and where possible what to do.
    message: String,
}

/// A [`Failure`] as JSON: the only document of a run that has no result.
#[derive(Debug, Serialize)]
struct Document<'a> {
    schema: u32,
    error: Error<'a>,
}

#[derive(Debug, Serialize)]
struct Error<'a> {
    exit_code: u8,
    file: Option<String>,
    clause: Option<&'static str>,
    message: &'a str,
}

impl Failure {
    fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            file: None,
            clause: None,
            message: message.into(),
        }
    }

    /// A file cannot be read or written.
    pub(crate) fn unable(file: &Path, message: impl Into<String>) -> Self {
        Self {
            file: Some(file.into()),
            ..Self::new(Exit::Unable, message)
        }
    }

    /// There is no subject to run.
    pub(crate) fn nothing_run(message: impl Into<String>) -> Self {
        Self::new(Exit::NothingRun, message)
    }

    /// A subject failed its proof.
    pub(crate) fn disbelieved(message: impl Into<String>) -> Self {
        Self::new(Exit::FailedProof, message)
    }

    /// A signal asked for the end before there was anything to print.
    pub(crate) fn interrupted(message: impl Into<String>) -> Self {
        Self::new(Exit::Interrupted, message)
    }

    /// The command line is wrong in a way that clap cannot see.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// A file that the command line names is not what the command takes.
    pub(crate) fn wrong_file(file: &Path, message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Usage,
            ..Self::unable(file, message)
        }
    }

    /// An image is refused.
    pub(crate) fn refused(file: &Path, message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Negative,
            ..Self::unable(file, message)
        }
    }

    /// The library's error about an image.
    pub(crate) fn of_open(file: &Path, error: &OpenError) -> Self {
        let clause = error.clause().map(Clause::id);
        let exit = match clause {
            Some(_) => Exit::Negative,
            None => Exit::Unable,
        };
        Self {
            exit,
            clause,
            ..Self::unable(file, chain(error))
        }
    }

    /// Standard output cannot be written. A closed pipe is not an error.
    pub(crate) fn of_stdout(error: &io::Error) -> Result<(), Self> {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Ok(());
        }
        let message = format!("cannot write to standard output: {error}");
        Err(Self::new(Exit::Unable, message))
    }

    /// Appends to the message.
    #[must_use]
    pub(crate) fn with(mut self, more: &str) -> Self {
        self.message.push_str(more);
        self
    }

    /// Prints `vhdx-log: FILE: message` to standard error.
    pub(crate) fn report(&self) {
        let file = match &self.file {
            Some(file) => format!("{}: ", printable(&file.to_string_lossy())),
            None => String::new(),
        };
        // If standard error is gone too, only the exit code is left.
        let _ = writeln!(io::stderr(), "{NAME}: {file}{}", self.message);
    }

    /// Prints it to standard output as JSON, so that a program that asked for JSON gets one
    /// document however the run ends.
    pub(crate) fn print_json(&self) {
        let file = self.file.as_ref();
        let document = Document {
            schema: SCHEMA,
            error: Error {
                exit_code: self.exit as u8,
                file: file.map(|file| file.to_string_lossy().into_owned()),
                clause: self.clause,
                message: &self.message,
            },
        };
        // If standard output is gone, only standard error and the exit code are left.
        let _ = write_json(&mut io::stdout(), &document);
    }
}
