//! The properties of a file that a device damaged, and the outcome of opening it.

use serde::{Deserialize, Serialize};
use vhdx_log::{DirtyLog, LogState, OpenOptions};
use vhdx_log_image::{HEADER_SECTORS, SECTOR, SECTOR_BYTES};
use vhdx_log_oracle::property::Violation;

use super::crash_state::{applies_no_damage, is_an_allowed_state};
use super::recovery::{Recovery, recovery};
use crate::disk::DiskImage;
use crate::faults::{MediaFault, damage};
use crate::history::{Allowed, Mismatch};
use crate::recording::Recording;
use crate::setup::options_for;

/// The outcome of a fault that recovery need not survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Nothing is lost.
    Intact,
    /// An older state: acknowledged changes are lost.
    #[serde(rename = "older")]
    RolledBack,
    /// Sectors of several states.
    #[serde(rename = "mixed")]
    TornMix,
    /// The file is refused.
    Refused,
}

impl Fate {
    /// All outcomes, in the order of the table.
    pub const ALL: [Self; 4] = [Self::Intact, Self::RolledBack, Self::TornMix, Self::Refused];

    /// Its name in a table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Intact => "intact",
            Self::RolledBack => "rolled back",
            Self::TornMix => "torn mix",
            Self::Refused => "refused",
        }
    }
}

/// Damages a state, recovers it and checks the result; `None` when the fault changes nothing.
///
/// # Errors
/// The first violation.
pub fn judge_media_fault(
    fault: MediaFault,
    state: &DiskImage,
    recording: &Recording,
    cut: usize,
) -> Result<Option<Fate>, Violation> {
    let Some(damaged) = damage(fault, state, &recording.base, recording.until(cut)) else {
        return Ok(None);
    };
    let recovery = recovery(&damaged, 1)?;
    // The flush that ends the epoch is complete: a device is only accountable for writes before the
    // last flush.
    let allowed = recording.history.allowed(cut + 1);
    let durable_length = state.length();
    let active = active_sectors(state);
    let hits_active = fault.sectors().any(|sector| active.contains(&sector));
    let hits_header = fault
        .sectors()
        .any(|sector| HEADER_SECTORS.contains(&sector));
    let hits_two = fault.sectors().count() > 1;
    if hits_active || (hits_header && hits_two) {
        applies_no_damage(&recovery, &allowed, durable_length)?;
    } else {
        is_an_allowed_state(&recovery, &allowed, durable_length)?;
    }
    Ok(Some(fate(&recovery, &allowed, durable_length)))
}

/// What happened to a file, for the table.
pub fn fate(recovery: &Recovery, allowed: &Allowed<'_>, durable_length: u64) -> Fate {
    match recovery {
        Err(_) => Fate::Refused,
        Ok(recovered) => match allowed.find(&recovered.image, durable_length) {
            Ok(_) => Fate::Intact,
            Err(Mismatch::Lost { .. }) => Fate::RolledBack,
            Err(Mismatch::Length { .. } | Mismatch::Mixture { .. }) => Fate::TornMix,
        },
    }
}

/// The sectors of the entries that a replay of this file would apply, by number.
fn active_sectors(state: &DiskImage) -> Vec<u64> {
    let options = OpenOptions::read_only().dirty_log(DirtyLog::Report);
    let Ok(opened) = options_for(state, options).open(state.clone()) else {
        return Vec::new();
    };
    let LogState::Dirty(plan) = opened.log() else {
        return Vec::new();
    };
    let (ring, active) = (plan.ring, &plan.active);
    let bytes = match ring.distance(active.tail, active.head().end(ring)) {
        0 => ring.length(),
        bytes => bytes,
    };
    let sector = SECTOR_BYTES as u32;
    let places = (0..bytes / sector).map(|index| ring.after(active.tail, index * sector));
    places.map(|place| ring.in_file(place).0 / SECTOR).collect()
}
