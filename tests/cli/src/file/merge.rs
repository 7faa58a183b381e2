//! Merging the reports of several shards, each in a file written by `--format json`.

use std::path::PathBuf;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::input::read_text;
use crate::terminal::exit::Failure;

/// The one key that a report of any version has.
#[derive(Deserialize)]
struct Version {
    schema: u32,
}

/// Reads the reports, all of this version, and merges them; `merge` adds its second argument to the
/// first.
pub(crate) fn merged<T: DeserializeOwned>(
    files: &[PathBuf],
    version: u32,
    merge: impl Fn(&mut T, T) -> Result<(), String>,
) -> Result<T, Failure> {
    let mut whole: Option<T> = None;
    for file in files {
        let text = read_text(file)?;
        let part: T = parsed(&text, version).map_err(|error| Failure::wrong_file(file, error))?;
        match &mut whole {
            None => whole = Some(part),
            Some(whole) => merge(whole, part).map_err(|error| Failure::wrong_file(file, error))?,
        }
    }
    whole.ok_or_else(|| Failure::usage("--merge needs at least one file"))
}

/// A report of this version.
fn parsed<T: DeserializeOwned>(text: &str, version: u32) -> Result<T, String> {
    let other = |error| format!("not a report of this command: {error}");
    let found: Version = serde_json::from_str(text).map_err(other)?;
    if found.schema != version {
        return Err(format!(
            "a report of version {}, and this program merges version {version}: run the shard \
             again with this program",
            found.schema
        ));
    }
    serde_json::from_str(text).map_err(other)
}
