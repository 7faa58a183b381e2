//! What a run left behind: processes and files that are marked with the folder of the run.

use std::fs;
use std::path::PathBuf;

/// The folder of a run. Every process of it has the name in its environment, as `TMPDIR`.
pub(super) struct Marked(pub(super) PathBuf);

impl Marked {
    /// The processes that are still there.
    pub(super) fn processes(&self) -> Vec<String> {
        let mark = self.0.to_str().unwrap().as_bytes();
        let processes = fs::read_dir("/proc").unwrap().flatten();
        let marked = processes.filter(|process| {
            let environment = fs::read(process.path().join("environ")).unwrap_or_default();
            environment.windows(mark.len()).any(|part| part == mark)
        });
        marked
            .map(|process| process.file_name().to_string_lossy().into_owned())
            .collect()
    }

    /// The files that are still there.
    pub(super) fn files(&self) -> Vec<String> {
        let files = fs::read_dir(&self.0).unwrap().flatten();
        files
            .map(|file| file.file_name().to_string_lossy().into_owned())
            .collect()
    }
}
