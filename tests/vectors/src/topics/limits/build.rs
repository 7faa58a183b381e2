//! Sectors that claim to start an entry.

use vhdx_log_image::{Fill, Filling, Place};

pub(super) fn claims(at: u32, sectors: u32, length: u32) -> Fill {
    Fill {
        at: Place::Sector(at),
        sectors,
        with: Filling::Claims(length),
    }
}
