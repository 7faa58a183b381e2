//! The recipe of what is around the log: where the structures are, and how long they are.

use serde::{Deserialize, Serialize};

/// Where the structures of an image are, in MiB, the format's unit of allocation.
///
/// The log is at the given offset. Metadata region, BAT region and payload blocks follow one
/// another from 1 MiB on, skipping the log.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Geometry {
    /// 0 is where the headers are (HDR-8): items on the ring's first 80 sectors overwrite them.
    #[serde(skip_serializing_if = "is::<1>")]
    pub log_offset_mib: u32,
    #[serde(skip_serializing_if = "is::<1>")]
    pub log_mib: u32,
    #[serde(skip_serializing_if = "is::<4>")]
    pub disk_mib: u32,
    #[serde(skip_serializing_if = "is::<1>")]
    pub block_mib: u32,
    /// How many blocks are fully present, from the first on.
    #[serde(skip_serializing_if = "is::<2>")]
    pub present_blocks: u32,
    /// Unused space at the end of the file.
    #[serde(skip_serializing_if = "is::<0>")]
    pub spare_mib: u32,
}

impl Default for Geometry {
    fn default() -> Self {
        Self {
            log_offset_mib: 1,
            log_mib: 1,
            disk_mib: 4,
            block_mib: 1,
            present_blocks: 2,
            spare_mib: 0,
        }
    }
}

fn is<const DEFAULT: u32>(value: &u32) -> bool {
    *value == DEFAULT
}
