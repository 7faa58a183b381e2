//! What a device spoils while nobody looks: flipped bits, older versions of a sector, a write that
//! landed elsewhere.
//!
//! What the format can promise then:
//!
//! - *One header*: everything. The other header is valid and says the same of the log (UPD-2), or
//!   is of a moment when nothing that the first one adds was acknowledged.
//! - *A sector of the log that is in no entry to be replayed*: everything; nobody reads it.
//! - *A sector of an entry to be replayed*: the entry fails its checksum, and the run ends before
//!   it. What remains may be a valid sequence, an older one, and nothing in the file tells that it
//!   is not the newest: acknowledged changes are lost, in the worst case some sectors of a change
//!   are there from before and others not. So no more is claimed than this: the file is refused, or
//!   every sector holds what it held in some state that was submitted. Damaged bytes are never
//!   applied.
//! - *A header and something else at once*, when the write of a header goes astray: as for an
//!   entry. The older header that stays may speak of a log that the write has just hit.
//! - *A write for another place than log and headers that went astray*: nothing. The log is not
//!   there to notice.

use std::fmt;

use serde::{Deserialize, Serialize};
use vhdx_log::{Access, DEFAULT_MAX_FILE_SIZE, examine};

use super::claims::{self, Recovery};
use super::faults::FaultKind;
use super::phases;
use super::run::Run;
use super::scenario::{Failure, Scenario, Stage};
use super::search::Search;
use super::tally::Fate;
use super::workload::Workload;
use crate::disk::{
    Change, DiskImage, Epoch, HEADER_SECTORS, OperationKind, SECTOR_BYTES, Sector, Slot,
};
use vhdx_log_image::generate::Rng;
use vhdx_log_oracle::property::Violation;

/// One thing that is spoilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaFault {
    /// A bit flips.
    Flip {
        /// The sector, by number.
        sector: u64,
        /// The bit, counted from the first byte's lowest.
        bit: u32,
    },
    /// A sector is what it was before it was last changed so many times.
    Stale {
        /// The sector, by number.
        sector: u64,
        /// How many versions back; 1 is the one before.
        versions: u32,
    },
    /// The last write to a sector landed on another one.
    Misdirected {
        /// Where it was to go.
        from: u64,
        /// Where it went.
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

    fn victims(self) -> impl Iterator<Item = u64> {
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
                    "bit {} of byte {:#x} flips",
                    bit % 8,
                    sector * 4096 + u64::from(bit / 8)
                )
            }
            Self::Stale { sector, versions } => {
                write!(
                    formatter,
                    "the sector at {:#x} is {versions} versions old",
                    sector * 4096
                )
            }
            Self::Misdirected { from, to } => {
                write!(
                    formatter,
                    "the last write for {:#x} landed at {:#x}",
                    from * 4096,
                    to * 4096
                )
            }
        }
    }
}

/// The damaged state; `None` when the fault has nothing to spoil there.
pub fn damage(fault: &MediaFault, state: &DiskImage, run: &Run, cut: usize) -> Option<DiskImage> {
    let mut damaged = state.clone();
    match *fault {
        MediaFault::Flip { sector, bit } => {
            let mut bytes = *state.contents(sector);
            *bytes.get_mut(bit as usize / 8)? ^= 1 << (bit % 8);
            damaged.set(sector, Sector::new(&bytes));
        }
        MediaFault::Stale { sector, versions } => {
            let older = versions_of(sector, run, cut)
                .into_iter()
                .rev()
                .nth(versions as usize)?;
            damaged.set(sector, older);
        }
        MediaFault::Misdirected { from, to } => {
            let older = versions_of(from, run, cut).into_iter().rev().nth(1)?;
            damaged.set(to, state.sector(from).cloned());
            damaged.set(from, older);
        }
    }
    (damaged.content_hash() != state.content_hash()).then_some(damaged)
}

/// Everything a sector has held up to a moment, oldest first.
fn versions_of(sector: u64, run: &Run, cut: usize) -> Vec<Slot> {
    let writes = run.trace[..cut.min(run.trace.len())]
        .iter()
        .flat_map(|operation| &operation.sectors);
    let written = writes
        .filter(|write| write.number == sector)
        .map(|write| write.after.clone());
    let mut versions: Vec<Slot> = std::iter::once(run.start.sector(sector).cloned())
        .chain(written)
        .collect();
    versions.dedup();
    versions
}

/// Spoils a state and judges what a recovery makes of it; `None` when there was nothing to spoil.
///
/// # Errors
/// The property that does not hold.
pub fn judge(
    fault: &MediaFault,
    state: &DiskImage,
    run: &Run,
    cut: usize,
) -> Result<Option<Fate>, Violation> {
    let Some(damaged) = damage(fault, state, run, cut) else {
        return Ok(None);
    };
    let recovery = claims::recovery(&damaged, 1)?;
    // The flush behind the epoch is done: nobody blames the device for what it was never told to
    // keep.
    let allowed = run.lineage.allowed(cut + 1);
    let stable_length = state.length();
    let active = active_sectors(state);
    let hits_active = fault.victims().any(|sector| active.contains(&sector));
    let hits_header = fault
        .victims()
        .any(|sector| HEADER_SECTORS.contains(&sector));
    let hits_two = fault.victims().count() > 1;
    if hits_active || (hits_header && hits_two) {
        claims::applies_no_damage(&recovery, &allowed, stable_length)?;
    } else {
        claims::is_an_allowed_state(&recovery, &allowed, stable_length)?;
    }
    Ok(Some(fate(&recovery, &allowed, stable_length)))
}

/// What became of a file, for the table.
pub fn fate(
    recovery: &Recovery,
    allowed: &super::lineage::Allowed<'_>,
    stable_length: u64,
) -> Fate {
    use super::lineage::Mismatch;
    match recovery {
        Err(_) => Fate::Refused,
        Ok(recovered) => match allowed.find(&recovered.image, stable_length) {
            Ok(_) => Fate::Intact,
            Err(Mismatch::Lost { .. }) => Fate::Older,
            Err(Mismatch::Length { .. } | Mismatch::Mixture { .. }) => Fate::Mixed,
        },
    }
}

/// The sectors of the entries that a replay of this file would apply.
fn active_sectors(state: &DiskImage) -> Vec<u64> {
    let examined = examine(state, Access::ReadOnly, DEFAULT_MAX_FILE_SIZE).ok();
    let Some(plan) = examined.and_then(|examined| examined.plan) else {
        return Vec::new();
    };
    let (ring, active) = (plan.ring, &plan.active);
    let bytes = match ring.distance(active.tail, active.head().end(ring)) {
        0 => ring.length(),
        bytes => bytes,
    };
    let sector = SECTOR_BYTES as u32;
    let places = (0..bytes / sector).map(|index| ring.after(active.tail, index * sector));
    places
        .map(|place| ring.in_file(place).0 / SECTOR_BYTES as u64)
        .collect()
}

impl Search<'_> {
    /// Spoils each state between two flushes, in each way there is, one at a time.
    pub(super) fn media(
        &mut self,
        workload: &Workload,
        run: &Run,
        from: usize,
    ) -> Result<(), Box<Failure>> {
        let phases = phases::of_requests(&run.trace, &run.start.log(), &run.opens);
        let mut rng = Rng::new(run.trace.len() as u64);
        for epoch in Epoch::from(&run.start, &run.trace, from) {
            let everything = epoch.everything();
            let state = epoch.crash(&everything);
            let cut = epoch.operations.end;
            // Behind a power cut, or at the end, the disk does not hold all of this.
            let flushed = run
                .trace
                .get(cut)
                .is_some_and(|operation| operation.kind == OperationKind::Flush);
            if !flushed || epoch.pending.is_empty() {
                continue;
            }
            let phase = phases[cut];
            for fault in faults(&epoch, &state, run, &mut rng) {
                let failure = |violation| {
                    let stages = vec![Stage {
                        cut,
                        choice: everything.clone(),
                        ..Stage::default()
                    }];
                    let scenario = Scenario {
                        workload: workload.clone(),
                        stages,
                        media: Some(fault),
                    };
                    Failure::new(scenario, violation)
                };
                if let Some(fate) = judge(&fault, &state, run, cut).map_err(failure)? {
                    self.tally.expect(1);
                    self.tally.count(fault.kind(), phase);
                    self.tally.judged();
                    self.tally.fate(fault.kind(), fate);
                }
            }
        }
        Ok(())
    }
}

/// What can be spoilt of a state, one of each sort for each sector of the headers and the log.
fn faults(epoch: &Epoch, state: &DiskImage, run: &Run, rng: &mut Rng) -> Vec<MediaFault> {
    let log = state.log();
    let in_log = state.present(log.clone());
    let mut faults = Vec::new();
    for &sector in HEADER_SECTORS.iter().chain(&in_log) {
        // One bit of each field that matters, and one anywhere.
        let end = SECTOR_BYTES as u32;
        for (first, behind) in [
            (0, 8),
            (8, 16),
            (16, 64),
            (64, 128),
            (128, end - 4),
            (end - 4, end),
        ] {
            let bit = rng.within(8 * first, 8 * behind - 1);
            faults.push(MediaFault::Flip { sector, bit });
        }
        let versions = versions_of(sector, run, epoch.operations.end).len() as u32;
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
