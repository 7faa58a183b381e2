//! How the writer of a workload is set up: the ring it writes to, and its limits.
//!
//! On the format's smallest log, 256 sectors, a short workload never comes to the end of the ring.
//! Here the ring may have any number of sectors, against HDR-7, and every limit of the writer may
//! be small. Everything is optional; the default is the writer as released, on a log of 1 MiB.

use serde::{Deserialize, Serialize};
use vhdx_log::OpenOptions;
use vhdx_log::writer::{Limits, WriteOptions};
use vhdx_log_image::{MIB, SECTOR};

use crate::disk::DiskImage;

#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(default, deny_unknown_fields)]
pub struct Setup {
    /// How many sectors the ring has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ring_sectors: Option<u32>,
    /// The sector of the ring in which each generation begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_sector: Option<u32>,
    /// How many changes of several transactions one entry gathers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_gathered: Option<u32>,
    /// How many sectors of entries are kept back before they are written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buffered_sectors: Option<u32>,
    /// How many sectors are written at once when changes go to their place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub piece_sectors: Option<u32>,
    /// How many updates are resolved together when the workload opens a dirty file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replay_batch: Option<u32>,
}

impl Setup {
    /// The writer as it is released.
    pub const NONE: Self = Self {
        ring_sectors: None,
        first_sector: None,
        max_gathered: None,
        buffered_sectors: None,
        piece_sectors: None,
        replay_batch: None,
    };

    /// Whether it is the writer as it is released.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// A log of this many sectors; the limits as released.
    pub fn ring(sectors: u32) -> Self {
        Self {
            ring_sectors: Some(sectors),
            ..Self::default()
        }
    }

    /// Sets the limits of the writer.
    pub(crate) fn apply(&self, mut options: WriteOptions) -> WriteOptions {
        let bytes = |sectors: u32| sectors as usize * SECTOR as usize;
        if let Some(changes) = self.max_gathered {
            options = options.max_gathered_changes(changes as usize);
        }
        let default = Limits::DEFAULT;
        options.limits(Limits {
            buffered_bytes: self.buffered_sectors.map_or(default.buffered_bytes, bytes),
            piece_bytes: self.piece_sectors.map_or(default.piece_bytes, bytes),
            first_sector: self.first_sector.unwrap_or(default.first_sector),
        })
    }
}

/// The options with which an image is opened: HDR-7 as it is written, unless the image was made
/// with a smaller log.
pub fn options_for(image: &DiskImage, options: OpenOptions) -> OpenOptions {
    let log = image.log();
    if (log.end - log.start).is_multiple_of(MIB / SECTOR) {
        options
    } else {
        options.with_small_logs()
    }
}
