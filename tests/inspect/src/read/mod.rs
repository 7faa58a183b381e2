//! Reads an image into an [`Inspection`]. Nothing is written.
//!
//! The verdict is the library's own ([`examine`]). Every part is then read independently, so that a
//! refused file still shows its headers, its ring and its entries.
//!
//! Contract, for any file: no panic; time linear in the length of the log and in the stored part of
//! the BAT ([`disk`]); memory of one byte per sector of the log, plus lists of bounded length
//! (unless everything is asked for) and, for a dirty file, the library's overlay.
//!
//! It does not decide what a replay would do: that is the library's plan, shown here.

mod disk;
mod extent;
mod format;
mod headers;
mod io;
mod no_sequence;
mod padded;
mod regions;
mod ring;
mod runs;
mod sources;
mod targets;
mod verdict;
mod view;
mod warnings;

use vhdx_log::storage::Storage;
use vhdx_log::{OpenError, ReplayPlan};

use self::view::View;
use crate::document::{Inspection, Regions, Replay, SCHEMA, State};
pub use extent::Extent;
pub use sources::{Place, sources};
pub use targets::targets;

/// Reads every part of an image. `file` is the name to report.
///
/// # Errors
/// I/O errors only: whatever the file holds is reported, never an error.
pub fn inspect<S: Storage>(
    storage: &S,
    file: String,
    extent: Extent,
) -> Result<Inspection, OpenError> {
    let length = io::length(storage)?;
    let (verdict, plan) = verdict::judge(storage, &file, extent)?;
    let identifier = headers::identifier(storage, length)?;
    let (slots, from) = headers::slots(storage, length)?;
    let log = match &from {
        None => None,
        Some(from) => Some(ring::log(storage, from, length, extent)?),
    };
    let after = View::new(storage, plan.as_ref(), length);
    let regions = match (&verdict.state, &log) {
        (State::Refused, _) | (_, None) => None,
        (_, Some(log)) => Some(regions::regions(&after, log, extent)?),
    };
    let place = log
        .as_ref()
        .map(|log| log.offset..log.offset.saturating_add(log.length));
    let before = plan.as_ref().map(|_| View::new(storage, None, length));
    let disk = identifier
        .valid
        .then(|| disk::disk(&after, before.as_ref(), place.as_ref(), extent));
    let replay = match &plan {
        None => None,
        Some(plan) => Some(replay(storage, plan, regions.as_ref(), extent)?),
    };
    let warnings = warnings::warnings(&warnings::Parts {
        state: verdict.state,
        length: after.length,
        log: log.as_ref(),
        regions: regions.as_ref(),
        disk: disk.as_ref(),
    });
    Ok(Inspection {
        schema: SCHEMA,
        file,
        length,
        verdict,
        warnings,
        identifier,
        headers: slots,
        log,
        replay,
        regions,
        disk,
    })
}

fn replay<S: Storage>(
    storage: &S,
    plan: &ReplayPlan,
    regions: Option<&Regions>,
    extent: Extent,
) -> Result<Replay, OpenError> {
    Ok(Replay {
        entries: plan.active.entries,
        data_updates: plan.data_updates,
        zero_updates: plan.zero_updates,
        resulting_length: plan.resulting_length,
        targets: targets(storage, plan, regions, extent.all)?,
    })
}
