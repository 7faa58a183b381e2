//! Private folders, in memory where the system has a place for that, and gone afterwards.
//!
//! All folders of a run are in one, whose lock file is held as long as the run lives. A run that
//! was killed leaves its folder; the next one finds that the lock is free, and removes it.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// Where Linux keeps files in memory.
const IN_MEMORY: &str = "/dev/shm";
const PREFIX: &str = "vhdx-log-bench-";
const LOCK: &str = "lock";

/// The folder of a run, with a private folder for each case in it.
#[derive(Debug)]
pub struct Folders {
    run: TempDir,
    _lock: File,
}

impl Folders {
    /// In memory where there is a place for it, else where temporary files are. Removes what
    /// earlier runs had to leave there.
    ///
    /// # Errors
    /// When neither place can be written.
    pub fn new() -> io::Result<Self> {
        Self::new_in(Path::new(IN_MEMORY)).or_else(|_| Self::new_in(&std::env::temp_dir()))
    }

    /// The same in a place of the caller's.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new_in(place: &Path) -> io::Result<Self> {
        remove_stale(place);
        let run = tempfile::Builder::new().prefix(PREFIX).tempdir_in(place)?;
        // It gets its name when it is held, so that nobody finds it free.
        let unnamed = run.path().join("unnamed");
        let lock = File::create(&unnamed)?;
        lock.lock()?;
        fs::rename(unnamed, run.path().join(LOCK))?;
        Ok(Self { run, _lock: lock })
    }

    /// An empty folder for one case.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn folder(&self) -> io::Result<Folder> {
        Ok(Folder(Some(tempfile::tempdir_in(self.run.path())?)))
    }

    pub fn path(&self) -> &Path {
        self.run.path()
    }
}

/// The private folder of one case. It is removed when this is dropped, whatever is in it.
#[derive(Debug)]
pub struct Folder(Option<TempDir>);

impl Folder {
    pub fn path(&self) -> &Path {
        self.0.as_ref().map_or(Path::new(""), TempDir::path)
    }

    /// The path of a file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Some(folder) = self.0.take() {
            remove(&folder.keep());
        }
    }
}

/// Removes a folder, one in it that its owner may not write included.
pub(crate) fn remove(folder: &Path) {
    if fs::remove_dir_all(folder).is_err() {
        make_writable(folder, 0);
        // What is left now the next run tries again.
        let _ = fs::remove_dir_all(folder);
    }
}

/// Gives the owner all rights to a folder and to those in it. Links are not followed.
fn make_writable(folder: &Path, depth: u32) {
    const DEEPEST: u32 = 64;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o700));
    }
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|_| depth < DEEPEST) {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            make_writable(&entry.path(), depth + 1);
        }
    }
}

/// Removes the folders of runs that are not there any more.
fn remove_stale(place: &Path) {
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    for entry in entries {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_ours && is_folder && is_free(&entry.path().join(LOCK)) {
            remove(&entry.path());
        }
    }
}

/// Whether a lock file is there and nobody holds it.
fn is_free(lock: &Path) -> bool {
    let Ok(file) = File::open(lock) else {
        return false;
    };
    !matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}
