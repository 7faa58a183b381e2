//! What is to be run.

use std::ffi::OsString;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::limits::Limits;

/// A program, its arguments, and what it may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contained {
    /// A path, or a name that is looked for in `PATH`.
    pub program: PathBuf,
    pub arguments: Vec<OsString>,
    /// The private folder: where it starts, and the only place where it may write.
    pub folder: PathBuf,
    pub limits: Limits,
    /// A new file, in the folder, for its standard output; `None`: the end of it is kept.
    pub stdout: Option<PathBuf>,
}

impl Contained {
    /// The command as words, for people.
    pub fn words(&self) -> Vec<String> {
        let program = self.program.as_os_str();
        let words = std::iter::once(program).chain(self.arguments.iter().map(OsString::as_os_str));
        words
            .map(|word| word.to_string_lossy().into_owned())
            .collect()
    }
}
