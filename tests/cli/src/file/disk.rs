//! The disk in an image, as a guest would see it after the replay: read without changing the image.

use std::io;
use std::path::Path;

use vhdx_log::storage::Storage;
use vhdx_log::units::SECTOR_BYTES;
use vhdx_log::{DEFAULT_MAX_FILE_SIZE, Image, Locking, OpenOptions};
use vhdx_log_image::Source;
use vhdx_log_image::guest::{Disk, GuestError};

use crate::terminal::exit::Failure;

/// An open image as a source of sectors.
pub(crate) struct Opened<S>(pub(crate) Image<S>);

impl<S: Storage> Source for Opened<S> {
    fn length(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn read_sector(&self, number: u64, sector: &mut [u8; SECTOR_BYTES]) -> io::Result<bool> {
        sector.fill(0);
        let offset = number
            .checked_mul(SECTOR_BYTES as u64)
            .ok_or(io::ErrorKind::InvalidInput)?;
        let left = self.0.len()?.saturating_sub(offset);
        let stored = left.min(SECTOR_BYTES as u64) as usize;
        self.0.read_at(offset, &mut sector[..stored])?;
        Ok(stored > 0)
    }

    fn next_stored(&self, number: u64) -> io::Result<Option<u64>> {
        let sector = SECTOR_BYTES as u64;
        let next = self.0.next_data(number.saturating_mul(sector))?;
        Ok(next.map(|offset| offset / sector))
    }
}

/// Opens the disk of an image. A dirty log is shown replayed; nothing is locked and written.
pub(crate) fn open<S: Storage>(
    path: &Path,
    storage: S,
    max_size_bytes: Option<u64>,
) -> Result<Disk<Opened<S>>, Failure> {
    let options = OpenOptions::read_only()
        .max_file_size(max_size_bytes.unwrap_or(DEFAULT_MAX_FILE_SIZE))
        .locking(Locking::Off);
    let image = options
        .open(storage)
        .map_err(|error| Failure::of_open(path, &error))?;
    Disk::open(Opened(image)).map_err(|error| failure(path, &error))
}

/// Why a disk cannot be read.
pub(crate) fn failure(path: &Path, error: &GuestError) -> Failure {
    match error {
        GuestError::Read(error) => Failure::unable(path, format!("cannot read the image: {error}")),
        GuestError::HasParent => Failure::refused(
            path,
            "this is a differencing disk: what it does not hold itself is in its parent, which is \
             not read; merge it into its parent first",
        ),
        error => Failure::refused(path, error.to_string()),
    }
}
