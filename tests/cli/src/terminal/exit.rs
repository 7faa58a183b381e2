//! How a run of the command ends: the exit code, and the message on standard error.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use vhdx_log::OpenError;
use vhdx_log_inspect::document::escape::printable;

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
    /// What is wrong, and where possible what to do.
    message: String,
}

impl Failure {
    /// A file cannot be read or written.
    pub(crate) fn unable(file: &Path, message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Unable,
            file: Some(file.into()),
            message: message.into(),
        }
    }

    /// A signal asked for the end before there was anything to print.
    pub(crate) fn interrupted(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Interrupted,
            file: None,
            message: message.into(),
        }
    }

    /// The command line is wrong in a way that clap cannot see.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Usage,
            file: None,
            message: message.into(),
        }
    }

    /// A file that the command line names is not what the command takes.
    pub(crate) fn wrong_file(file: &Path, message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Usage,
            ..Self::unable(file, message)
        }
    }

    /// The library's error about an image.
    pub(crate) fn of_open(file: &Path, error: &OpenError) -> Self {
        let exit = match error.clause() {
            Some(_) => Exit::Negative,
            None => Exit::Unable,
        };
        Self {
            exit,
            ..Self::unable(file, error.to_string())
        }
    }

    /// Standard output cannot be written. A closed pipe is not an error.
    pub(crate) fn of_stdout(error: &io::Error) -> Result<(), Self> {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Ok(());
        }
        Err(Self {
            exit: Exit::Unable,
            file: None,
            message: format!("cannot write to standard output: {error}"),
        })
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
}
