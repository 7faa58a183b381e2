//! What an image can be read from, sector by sector: a built image, bytes, a file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::built::BuiltImage;
use super::sector::{SECTOR, SECTOR_BYTES, put};

/// An image that can be read. Sectors that are not stored are holes and read as zeros.
pub trait Source {
    /// In bytes.
    ///
    /// # Errors
    /// Any error of the device.
    fn length(&self) -> io::Result<u64>;

    /// Fills `sector` with sector `number`, zeros past the end of the file. Returns whether
    /// anything is stored there.
    ///
    /// # Errors
    /// Any error of the device.
    fn read_sector(&self, number: u64, sector: &mut [u8; SECTOR_BYTES]) -> io::Result<bool>;

    /// The first sector at or after `number` that may be stored; `None` when only holes follow. The
    /// default knows of no holes.
    ///
    /// # Errors
    /// Any error of the device.
    fn next_stored(&self, number: u64) -> io::Result<Option<u64>> {
        Ok(Some(number))
    }
}

/// Fills `sector` with what is stored, and with zeros after that. Returns whether anything is.
fn copy(stored: Option<&[u8]>, sector: &mut [u8; SECTOR_BYTES]) -> bool {
    let bytes = stored.unwrap_or_default();
    put(sector, 0, bytes);
    sector[bytes.len().min(SECTOR_BYTES)..].fill(0);
    stored.is_some()
}

impl Source for BuiltImage {
    fn length(&self) -> io::Result<u64> {
        Ok(BuiltImage::length(self))
    }
    fn read_sector(&self, number: u64, sector: &mut [u8; SECTOR_BYTES]) -> io::Result<bool> {
        Ok(copy(self.sector(number).map(|stored| &stored[..]), sector))
    }
}

impl<S: Source + ?Sized> Source for &S {
    fn length(&self) -> io::Result<u64> {
        (**self).length()
    }
    fn read_sector(&self, number: u64, sector: &mut [u8; SECTOR_BYTES]) -> io::Result<bool> {
        (**self).read_sector(number, sector)
    }
    fn next_stored(&self, number: u64) -> io::Result<Option<u64>> {
        (**self).next_stored(number)
    }
}

impl Source for [u8] {
    fn length(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }
    fn read_sector(&self, number: u64, sector: &mut [u8; SECTOR_BYTES]) -> io::Result<bool> {
        let from = usize::try_from(number)
            .ok()
            .and_then(|number| self.get(number.checked_mul(SECTOR_BYTES)?..));
        Ok(copy(from.filter(|from| !from.is_empty()), sector))
    }
}

impl Source for File {
    fn length(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }
    fn read_sector(&self, number: u64, sector: &mut [u8; SECTOR_BYTES]) -> io::Result<bool> {
        let mut file = self;
        file.seek(SeekFrom::Start(
            number
                .checked_mul(SECTOR)
                .ok_or(io::ErrorKind::InvalidInput)?,
        ))?;
        let mut filled = Vec::with_capacity(SECTOR_BYTES);
        file.take(SECTOR).read_to_end(&mut filled)?;
        Ok(copy((!filled.is_empty()).then_some(&filled), sector))
    }
}
