//! Merging the reports of several shards, each in a file written by `--format json`.

use std::path::PathBuf;

use serde::de::DeserializeOwned;

use super::input::read_text;
use crate::terminal::exit::Failure;

/// Reads the reports and merges them; `merge` adds its second argument to the first.
pub(crate) fn merged<T: DeserializeOwned>(
    files: &[PathBuf],
    merge: impl Fn(&mut T, T) -> Result<(), String>,
) -> Result<T, Failure> {
    let mut whole: Option<T> = None;
    for file in files {
        let text = read_text(file)?;
        let part: T = serde_json::from_str(&text).map_err(|error| {
            Failure::wrong_file(file, format!("not a report of this command: {error}"))
        })?;
        match &mut whole {
            None => whole = Some(part),
            Some(whole) => merge(whole, part).map_err(|error| Failure::wrong_file(file, error))?,
        }
    }
    whole.ok_or_else(|| Failure::usage("--merge needs at least one file"))
}
