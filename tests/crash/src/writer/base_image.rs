//! The image that workloads run on.

use std::borrow::Cow;

use vhdx_log_image::{Geometry, Recipe, SECTOR};
use vhdx_log_model::{HEADER_OFFSETS, Header};

use crate::disk::{DiskImage, Sector};
use crate::setup::Setup;

/// An image, and where the updates of a workload begin.
#[derive(Clone, Debug)]
pub struct BaseImage {
    /// Complete and clean, with a log of 1 MiB.
    pub image: DiskImage,
    /// The offset of the first payload block.
    pub origin: u64,
}

impl BaseImage {
    /// The usual one: 5 MiB, with one payload block, of which the first seven sectors and the last
    /// one are not zero.
    pub fn new() -> Self {
        let geometry = Geometry {
            present_blocks: 1,
            ..Geometry::default()
        };
        let built = Recipe {
            geometry,
            ..Recipe::clean()
        }
        .build();
        Self {
            image: DiskImage::from_built(&built),
            origin: built.layout().block_offset(0),
        }
    }

    /// The image with the ring of a setup. A log of fewer sectors takes the first ones of the log
    /// there is; the rest of it then belongs to nothing, and no writer may change it.
    pub fn with_setup(&self, setup: &Setup) -> Cow<'_, DiskImage> {
        let Some(sectors) = setup.ring_sectors else {
            return Cow::Borrowed(&self.image);
        };
        let from = self.image.log().start;
        let log = from..from + u64::from(sectors);
        let mut image = DiskImage::new(self.image.length(), log);
        for number in self.image.present(0..u64::MAX) {
            image.set(number, self.image.sector(number).cloned());
        }
        for number in HEADER_OFFSETS.map(|offset| offset / SECTOR) {
            let mut header = Header::parse(image.contents(number));
            header.log_length = sectors * SECTOR as u32;
            image.set(number, Sector::new(&header.to_bytes()));
        }
        Cow::Owned(image)
    }
}

impl Default for BaseImage {
    fn default() -> Self {
        Self::new()
    }
}
