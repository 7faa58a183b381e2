//! An image in a file, and what came of locking it.

use std::fs::{File, OpenOptions as Open};
use std::path::PathBuf;

use vhdx_log::storage::{Intent, LockOutcome, SparseMemory, Storage};

use super::image::TARGET;
use super::image::dirty::{dirty, entry};

/// A file with an image, in a folder of its own.
pub struct OnDisk {
    folder: tempfile::TempDir,
}

impl OnDisk {
    pub fn of(image: &SparseMemory) -> Self {
        let on_disk = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let mut file = File::create(on_disk.path()).unwrap();
        for (number, sector) in image.sectors() {
            file.write_at(number * 4096, sector.as_slice()).unwrap();
        }
        Storage::set_len(&mut file, image.len().unwrap()).unwrap();
        on_disk
    }

    pub fn dirty() -> Self {
        Self::of(&dirty(&[(0, entry(1, 0).data(TARGET, 0x5A))]))
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("disk.vhdx")
    }

    pub fn open(&self) -> File {
        let mut options = Open::new();
        options.read(true).write(true).open(self.path()).unwrap()
    }

    pub fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.path()).unwrap()
    }
}

/// What came of a lock, in short.
pub fn outcome(file: &File, intent: Intent) -> Result<(), Intent> {
    match Storage::try_lock(file, intent).unwrap() {
        LockOutcome::Taken => Ok(()),
        LockOutcome::InUse(holder) => Err(holder.intent),
        LockOutcome::Unavailable(error) => panic!("a test folder without locks: {error}"),
    }
}
