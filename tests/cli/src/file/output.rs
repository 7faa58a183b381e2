//! Writing the small files that a command line names: complete or absent, and never over another
//! file unless that is asked for.
//!
//! Nothing is written through a symbolic link or into a FIFO ([`check_free`]).

use std::fs::File;
use std::io;
use std::path::Path;

use super::fresh::{Fresh, check_free};
use crate::terminal::exit::Failure;

/// Makes a file with what `write` writes. With `force`, replaces the regular file of that name.
pub(crate) fn write_file(
    path: &Path,
    force: bool,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<(), Failure> {
    check_free(path, force)?;
    Fresh::create(path, force)
        .and_then(|mut fresh| {
            write(fresh.file())?;
            fresh.name()
        })
        .map_err(|error| Failure::unable(path, format!("cannot write the file: {error}")))
}
