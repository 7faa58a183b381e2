//! The image that workloads run on.

use crate::disk::DiskImage;
use vhdx_log_image::{Geometry, Recipe};

/// An image, and where the updates of a workload begin.
#[derive(Clone, Debug)]
pub struct World {
    /// The image: complete, clean, with a log of 1 MiB.
    pub image: DiskImage,
    /// The offset of the first payload block.
    pub origin: u64,
}

impl World {
    /// The usual world: 5 MiB, one payload block, whose first seven sectors and last one are not
    /// zero.
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

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}
