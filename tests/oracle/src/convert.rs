//! One image in the forms that core, the model and the guest reader take. No byte is copied.

use std::io;

use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log_corpus::Sequence;
use vhdx_log_image::{BuiltImage, SECTOR_BYTES, Source};
use vhdx_log_model as model;

/// A built image, as an input of core and of the model.
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

/// An image of the model as a storage of the implementation.
pub fn to_storage(image: &model::Image) -> SparseMemory {
    let sectors = image.sectors();
    let sectors = sectors.map(|(number, sector)| (number, sector.clone()));
    SparseMemory::from_sectors(image.length(), sectors)
}

/// A storage of the implementation as an image of the model.
pub fn to_model(memory: &SparseMemory) -> model::Image {
    let length = memory.len().expect("memory knows its length");
    model::Image::from_sectors(length, memory.shared().clone())
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

/// A sequence of the model, as vectors have it.
pub fn sequence(active: &model::Active) -> Sequence {
    Sequence {
        tail: active.tail,
        head: active.head,
        tail_number: active.tail_sequence_number,
        head_number: active.head_sequence_number,
        entries: active.replayed_entries,
    }
}
