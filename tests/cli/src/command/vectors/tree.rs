//! The corpus as files.

use std::path::PathBuf;

use vhdx_log_corpus::Corpus;
use vhdx_log_vectors::source_folder;

use crate::terminal::exit::Failure;

/// The folder of the corpus: the one given, or the source tree's.
pub(super) fn folder(given: Option<PathBuf>) -> Result<PathBuf, Failure> {
    let missing = || {
        Failure::usage(
            "corpus".as_ref(),
            "the source tree is not there; say where with --corpus DIR",
        )
    };
    given.or_else(source_folder).ok_or_else(missing)
}

/// The vectors of a folder.
pub(super) fn read(folder: &std::path::Path) -> Result<Corpus, Failure> {
    Corpus::read_dir(&folder.join("vectors"))
        .map_err(|error| Failure::unable(folder, error.to_string()))
}
