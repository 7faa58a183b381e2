//! Standard output: text or JSON ([`json`](super::json)), through one buffer.

use std::io::{self, BufWriter, Write};

use clap::ValueEnum;

use super::exit::{Exit, Failure};
pub(crate) use super::json::write_json;

/// The form of a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// Writes to standard output, and ends with `exit` unless that fails.
pub(crate) fn print(
    exit: Exit,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Exit, Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Ok(()) => Ok(exit),
        Err(error) => Failure::of_stdout(&error).map(|()| exit),
    }
}
