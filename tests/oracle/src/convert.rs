//! A built image as the implementation and the model take it. No byte is copied.

use std::io;

use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log_image::{BuiltImage, SECTOR_BYTES, Source};
use vhdx_log_model as model;

/// What reads an image takes it in its own form.
pub trait BuiltImageExt {
    /// The image as a storage of the implementation.
    fn to_storage(&self) -> SparseMemory;

    /// The image as the model reads it.
    fn to_model(&self) -> model::Image;
}

impl BuiltImageExt for BuiltImage {
    fn to_storage(&self) -> SparseMemory {
        SparseMemory::from_shared(self.length(), self.shared().clone())
    }

    fn to_model(&self) -> model::Image {
        model::Image::from_sectors(self.length(), self.shared().clone())
    }
}

/// An image of the model as a source of sectors, as the guest reader takes it.
#[derive(Clone, Copy, Debug)]
pub struct ModelSource<'a>(pub &'a model::Image);

impl Source for ModelSource<'_> {
    fn length(&self) -> io::Result<u64> {
        Ok(self.0.length())
    }

    fn read_sector(&self, number: u64, sector: &mut [u8; SECTOR_BYTES]) -> io::Result<bool> {
        let stored = self.0.sector(number);
        *sector = stored.map_or([0; SECTOR_BYTES], |stored| **stored);
        Ok(stored.is_some())
    }
}

/// A storage of the implementation as a source of sectors.
#[derive(Clone, Copy, Debug)]
pub struct StorageSource<'a>(pub &'a SparseMemory);

impl Source for StorageSource<'_> {
    fn length(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn read_sector(&self, number: u64, sector: &mut [u8; SECTOR_BYTES]) -> io::Result<bool> {
        let stored = self.0.shared().get(&number);
        *sector = stored.map_or([0; SECTOR_BYTES], |stored| **stored);
        Ok(stored.is_some())
    }
}
