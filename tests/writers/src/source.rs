//! An image of the crash tests as something that the guest's disk is read from.

use std::io;

use vhdx_log_crash::disk::DiskImage;
use vhdx_log_image::{SECTOR, SECTOR_BYTES, Source};

/// The bytes of an image, as they are.
#[derive(Clone, Copy, Debug)]
pub struct Contents<'a>(pub &'a DiskImage);

impl Source for Contents<'_> {
    fn length(&self) -> io::Result<u64> {
        Ok(self.0.length())
    }

    fn read_sector(&self, number: u64, sector: &mut [u8; SECTOR_BYTES]) -> io::Result<bool> {
        match self.0.sector(number) {
            Some(stored) if number * SECTOR < self.0.length() => {
                *sector = *stored.bytes();
                Ok(true)
            }
            _ => {
                sector.fill(0);
                Ok(false)
            }
        }
    }

    fn next_stored(&self, number: u64) -> io::Result<Option<u64>> {
        use vhdx_log::storage::Storage;
        let next = self.0.next_data(number.saturating_mul(SECTOR))?;
        Ok(next.map(|offset| offset / SECTOR))
    }
}
