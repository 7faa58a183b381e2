//! How a run of the command ends.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use vhdx_log::OpenError;

use vhdx_log_inspect::document::escape::printable;

/// The command's name, in usage, completions and messages.
pub(crate) const NAME: &str = "vhdx-log";

/// The exit code of the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All went well.
    Done = 0,
    /// The image breaks a demand of the format.
    Refused = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// The system did not let us read or write.
    Unable = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why the command did not do what it was asked to.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// The file it is about.
    file: Option<PathBuf>,
    /// What is wrong, and where it can be said, what to do.
    message: String,
}

impl Failure {
    /// The system did not let us read or write a file.
    pub fn unable(file: &Path, message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Unable,
            file: Some(file.into()),
            message: message.into(),
        }
    }

    /// The command line makes no sense, in a way that only the files show.
    pub fn usage(file: &Path, message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Usage,
            ..Self::unable(file, message)
        }
    }

    /// What the library says of a file.
    pub fn of_open(file: &Path, error: &OpenError) -> Self {
        let exit = if error.clause().is_some() {
            Exit::Refused
        } else {
            Exit::Unable
        };
        Self {
            exit,
            ..Self::unable(file, error.to_string())
        }
    }

    /// Standard output cannot be written. A reader that has seen enough and left is none of our
    /// business.
    pub fn of_stdout(error: &io::Error) -> Result<Exit, Self> {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Ok(Exit::Done);
        }
        Err(Self {
            exit: Exit::Unable,
            file: None,
            message: format!("cannot write to standard output: {error}"),
        })
    }

    /// Puts more behind the message.
    #[must_use]
    pub fn with(mut self, more: &str) -> Self {
        self.message.push_str(more);
        self
    }

    /// Tells standard error.
    pub fn report(&self) {
        let file = self
            .file
            .as_ref()
            .map(|file| format!("{}: ", printable(&file.to_string_lossy())));
        // When standard error is gone too, the exit code has to do.
        let _ = writeln!(
            io::stderr(),
            "{NAME}: {}{}",
            file.unwrap_or_default(),
            self.message
        );
    }
}
