//! The seeds, in the folders where `cargo fuzz run TARGET` looks for them.
//!
//! They are tracked, so that a fresh clone starts with them. Inputs that libFuzzer adds to the same
//! folders are not: `.gitignore` distinguishes the two by the prefix of the name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::case::Case;

/// The prefix of the name of every tracked seed.
const PREFIX: &str = "seed-";

/// A target's seeds as files: names and bytes.
pub fn seeds<C: Case>() -> BTreeMap<String, Vec<u8>> {
    C::seeds()
        .into_iter()
        .map(|(name, case)| (format!("{PREFIX}{name}"), case.to_bytes()))
        .collect()
}

/// The folder of a target's seeds, under the folder of the fuzz targets.
pub fn folder(fuzz: &Path, target: &str) -> PathBuf {
    fuzz.join("corpus").join(target)
}

/// The seeds in a folder; none when the folder does not exist.
///
/// # Errors
/// Any error of the file system.
pub fn stored(folder: &Path) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut stored = BTreeMap::new();
    let files = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(stored),
        files => files?,
    };
    for file in files {
        let file = file?;
        let name = file.file_name().to_string_lossy().into_owned();
        if name.starts_with(PREFIX) {
            stored.insert(name, fs::read(file.path())?);
        }
    }
    Ok(stored)
}

/// Makes these the seeds in the folder. Inputs that the engine added are kept. Returns how many
/// files were changed.
///
/// # Errors
/// Any error of the file system.
pub fn store(folder: &Path, seeds: &BTreeMap<String, Vec<u8>>) -> io::Result<usize> {
    fs::create_dir_all(folder)?;
    let before = stored(folder)?;
    let mut changed = 0;
    for name in before.keys().filter(|&name| !seeds.contains_key(name)) {
        fs::remove_file(folder.join(name))?;
        changed += 1;
    }
    for (name, bytes) in seeds
        .iter()
        .filter(|&(name, bytes)| before.get(name) != Some(bytes))
    {
        fs::write(folder.join(name), bytes)?;
        changed += 1;
    }
    Ok(changed)
}
