//! The seeds in the places where `cargo fuzz run TARGET` looks for them.
//!
//! They are tracked, so that a fresh clone begins with them; what libFuzzer adds beside them is not
//! (`.gitignore` tells the two apart by the first letters of the name).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::Case;

/// What the name of every tracked seed begins with.
const PREFIX: &str = "seed-";

/// The files of a target's seeds: names and bytes.
pub fn seeds<C: Case>() -> BTreeMap<String, Vec<u8>> {
    C::seeds()
        .into_iter()
        .map(|(name, case)| (format!("{PREFIX}{name}"), case.to_bytes()))
        .collect()
}

/// Where the seeds of a target are, in the folder of the fuzz targets.
pub fn folder(fuzz: &Path, target: &str) -> PathBuf {
    fuzz.join("corpus").join(target)
}

/// The seeds that stand in a folder; none when there is no such folder.
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

/// Makes the folder hold these seeds and no others; what the engine found stays. Returns how many
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
