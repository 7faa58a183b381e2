//! Media faults: what a device corrupts at rest. Flipped bits, older versions of a sector, a write
//! that landed elsewhere.
//!
//! What the format can promise then:
//!
//! - *One header*: everything. The other header is valid and says the same of the log (UPD-2), or
//!   is from before anything that the first one adds was acknowledged.
//! - *A sector of the log in no entry to be replayed*: everything; no reader looks at it.
//! - *A sector of an entry to be replayed*: the entry fails its checksum, and the run ends before
//!   it. What remains may be a valid, older sequence, and nothing in the file shows that it is not
//!   the newest: acknowledged changes are lost, and in the worst case a change is there in part,
//!   because some of its sectors had been written to their place. So no more than this is checked:
//!   the file is refused, or every sector holds what it held in some submitted state. Damaged bytes
//!   are never applied.
//! - *A header and another sector at once*, when the write of a header is misdirected: as for an
//!   entry. The older header that remains may name a log that the write has just hit.
//! - *A misdirected write for a place outside log and headers*: nothing. The log is not involved.

use std::fmt;

use serde::{Deserialize, Serialize};
use vhdx_log_image::generate::Rng;
use vhdx_log_image::{HEADER_SECTORS, SECTOR, SECTOR_BYTES};

use super::kind::FaultKind;
use crate::disk::{DiskImage, Sector};
use crate::states::{Change, Epoch};
use crate::trace::{Request, versions_of};

/// One fault of the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaFault {
    /// A bit flips.
    Flip {
        sector: u64,
        /// Counted from the first byte's lowest.
        bit: u32,
    },
    /// A sector holds an older version of itself.
    Stale {
        sector: u64,
        /// How many versions back; 1 is the one before.
        versions: u32,
    },
    /// The last write to a sector landed on another one.
    Misdirected {
        /// The sector it was for.
        from: u64,
        /// The sector it hit.
        to: u64,
    },
}

impl MediaFault {
    /// The kind of fault, by what it hits.
    pub fn kind(self) -> FaultKind {
        match self {
            Self::Flip { sector, .. } if HEADER_SECTORS.contains(&sector) => {
                FaultKind::FlippedHeaderBit
            }
            Self::Flip { .. } => FaultKind::FlippedLogBit,
            Self::Stale { sector, .. } if HEADER_SECTORS.contains(&sector) => {
                FaultKind::StaleHeader
            }
            Self::Stale { .. } => FaultKind::StaleLogSector,
            Self::Misdirected { .. } => FaultKind::MisdirectedWrite,
        }
    }

    /// The sectors it corrupts.
    pub fn sectors(self) -> impl Iterator<Item = u64> {
        let (one, other) = match self {
            Self::Flip { sector, .. } | Self::Stale { sector, .. } => (sector, None),
            Self::Misdirected { from, to } => (from, Some(to)),
        };
        std::iter::once(one).chain(other)
    }
}

impl fmt::Display for MediaFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flip { sector, bit } => {
                write!(
                    formatter,
                    "bit {} of the byte at {:#x} flips",
                    bit % 8,
                    sector * SECTOR + u64::from(bit / 8)
                )
            }
            Self::Stale { sector, versions } => {
                write!(
                    formatter,
                    "the sector at {:#x} reverts to its content {versions} writes ago",
                    sector * SECTOR
                )
            }
            Self::Misdirected { from, to } => {
                write!(
                    formatter,
                    "the last write to {:#x} lands at {:#x} instead",
                    from * SECTOR,
                    to * SECTOR
                )
            }
        }
    }
}

/// The damaged state; `None` when the fault changes nothing there. `trace` is what was requested
/// of the base image before.
pub fn damage(
    fault: MediaFault,
    state: &DiskImage,
    base: &DiskImage,
    trace: &[Request],
) -> Option<DiskImage> {
    let mut damaged = state.clone();
    match fault {
        MediaFault::Flip { sector, bit } => {
            let mut bytes = *state.contents(sector);
            *bytes.get_mut(bit as usize / 8)? ^= 1 << (bit % 8);
            damaged.set(sector, Sector::new(&bytes));
        }
        MediaFault::Stale { sector, versions } => {
            let older = versions_of(sector, base, trace)
                .into_iter()
                .rev()
                .nth(versions as usize)?;
            damaged.set(sector, older);
        }
        MediaFault::Misdirected { from, to } => {
            let older = versions_of(from, base, trace).into_iter().rev().nth(1)?;
            damaged.set(to, state.sector(from).cloned());
            damaged.set(from, older);
        }
    }
    (damaged.content_hash() != state.content_hash()).then_some(damaged)
}

/// The faults injected into a state: one of each kind for each sector of the headers and the log.
/// `trace` is what was requested of the base image before.
pub fn candidates(
    epoch: &Epoch,
    state: &DiskImage,
    base: &DiskImage,
    trace: &[Request],
    rng: &mut Rng,
) -> Vec<MediaFault> {
    let log = state.log();
    let in_log = state.present(log.clone());
    let mut faults = Vec::new();
    for &sector in HEADER_SECTORS.iter().chain(&in_log) {
        // One bit of each field that matters, and one of the rest.
        let end = SECTOR_BYTES as u32;
        for (first, past) in [
            (0, 8),
            (8, 16),
            (16, 64),
            (64, 128),
            (128, end - 4),
            (end - 4, end),
        ] {
            let bit = rng.within(8 * first, 8 * past - 1);
            faults.push(MediaFault::Flip { sector, bit });
        }
        let versions = versions_of(sector, base, trace).len() as u32;
        faults.extend((1..versions.min(4)).map(|versions| MediaFault::Stale { sector, versions }));
    }
    let written = epoch
        .pending
        .iter()
        .filter_map(|pending| match &pending.change {
            Change::Sector(write) if !state.is_visible(write.number) => Some(write.number),
            _ => None,
        });
    for from in written {
        let others = HEADER_SECTORS
            .into_iter()
            .chain([log.start, log.end - 1])
            .chain(in_log.iter().copied());
        faults.extend(
            others
                .filter(|&to| to != from)
                .take(8)
                .map(|to| MediaFault::Misdirected { from, to }),
        );
    }
    faults
}
