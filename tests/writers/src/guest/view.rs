//! What a reader that follows the format makes of an image: the recovered file and its structure.

use std::sync::Arc;

use vhdx_log::{GuidSource, OpenError, OpenOptions};
use vhdx_log_crash::disk::{DiskImage, Sector};
use vhdx_log_crash::options_for;
use vhdx_log_image::{MIB, SECTOR, SECTOR_BYTES};

use super::structure::Structure;

/// A recovered image.
#[derive(Clone, Debug)]
pub struct View {
    pub image: DiskImage,
    pub structure: Arc<Structure>,
}

/// Recovers a copy of an image, as a conforming reader does.
///
/// # Errors
/// Why the reader refuses it.
pub fn recover(image: &DiskImage) -> Result<DiskImage, OpenError> {
    let mut recovered = image.clone();
    let options = OpenOptions::writable().guids(GuidSource::seeded(1));
    options_for(image, options).open(&mut recovered)?;
    Ok(recovered)
}

impl View {
    /// The view of an image; `None` when it is refused, or has no disk.
    pub fn of(image: &DiskImage) -> Option<Self> {
        let image = recover(image).ok()?;
        let structure = Arc::new(Structure::read(&image).ok()?);
        Some(Self { image, structure })
    }

    /// The sector of the guest's disk.
    pub fn sector(&self, number: u64) -> &[u8; SECTOR_BYTES] {
        match self.structure.file_sector(number) {
            Some(in_file) => self.image.contents(in_file),
            None => Sector::contents(None),
        }
    }

    /// How long a file has to be for every structure that this one names, in whole MiB.
    pub fn needed_bytes(&self) -> u64 {
        let log = self.image.log().end * SECTOR;
        self.structure.end().max(log).next_multiple_of(MIB)
    }
}
