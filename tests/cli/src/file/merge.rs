//! What the parts of a search found, each in a file as `--format json` wrote it, added up.

use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::terminal::exit::Failure;

/// Reads the parts and adds them up, with `merge` adding the second to the first.
pub(crate) fn merged<T: DeserializeOwned>(
    files: &[PathBuf],
    merge: impl Fn(&mut T, T) -> Result<(), String>,
) -> Result<T, Failure> {
    let mut whole: Option<T> = None;
    for file in files {
        let text =
            fs::read_to_string(file).map_err(|error| Failure::unable(file, error.to_string()))?;
        let part: T =
            serde_json::from_str(&text).map_err(|error| Failure::usage(file, error.to_string()))?;
        match &mut whole {
            None => whole = Some(part),
            Some(whole) => merge(whole, part).map_err(|error| Failure::usage(file, error))?,
        }
    }
    whole.ok_or_else(|| Failure::usage(Path::new("--merge"), "no file was given"))
}
