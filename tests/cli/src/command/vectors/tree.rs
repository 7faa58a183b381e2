//! The corpus in the source tree.

use std::path::{Path, PathBuf};

use vhdx_log_corpus::Corpus;
use vhdx_log_vectors::source_folder;

use crate::terminal::exit::Failure;

/// The folder given, or the source tree's.
pub(super) fn folder(given: Option<PathBuf>) -> Result<PathBuf, Failure> {
    let missing =
        || Failure::usage("this is not in the source tree; go there, or pass --corpus DIR");
    given.or_else(source_folder).ok_or_else(missing)
}

pub(super) fn read(folder: &Path) -> Result<Corpus, Failure> {
    Corpus::read_dir(&folder.join("vectors"))
        .map_err(|error| Failure::unable(folder, error.to_string()))
}
