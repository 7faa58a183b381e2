//! The image that workloads run on.

use vhdx_log_image::{Geometry, Recipe};

use crate::disk::DiskImage;

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
}

impl Default for BaseImage {
    fn default() -> Self {
        Self::new()
    }
}
