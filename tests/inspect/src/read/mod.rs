//! Reads an image into an [`Inspection`]. Nothing is written.
//!
//! The verdict is the library's own ([`examine`]). Every part is then read independently, so that a
//! refused file still shows its headers, its ring and its entries.
//!
//! Contract, for any file: no panic; time linear in the log's length; memory of one byte per sector
//! of the log, plus lists of bounded length (unless everything is asked for) and, for a dirty file,
//! the library's overlay.
//!
//! It does not decide what a replay would do: that is the library's plan, shown here.

mod extent;
mod headers;
mod padded;
mod regions;
mod ring;
mod runs;
mod targets;

use vhdx_log::storage::Storage;
use vhdx_log::{
    Access, DEFAULT_MAX_FILE_SIZE, Examination, OpenError, Refusal, ReplayPlan, examine,
};

use crate::document::{Inspection, Regions, Replay, SCHEMA, State, Verdict};
pub use extent::Extent;
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
    let length = headers::length(storage)?;
    let (verdict, plan) = judge(storage)?;
    let identifier = headers::identifier(storage, length)?;
    let (slots, header) = headers::slots(storage, length)?;
    let log = match &header {
        None => None,
        Some(header) => Some(ring::log(storage, header, length, extent)?),
    };
    let regions = match (&verdict.state, &log) {
        (State::Refused, _) | (_, None) => None,
        (_, Some(log)) => Some(regions::regions(
            &regions::View::new(storage, plan.as_ref(), length),
            log,
            extent,
        )?),
    };
    let replay = match &plan {
        None => None,
        Some(plan) => Some(replay(storage, plan, regions.as_ref(), extent)?),
    };
    Ok(Inspection {
        schema: SCHEMA,
        file,
        length,
        verdict,
        identifier,
        headers: slots,
        log,
        replay,
        regions,
    })
}

/// The library's verdict, and the plan of the replay if there is one. A file that must not be
/// written to (HDR-13) is judged as opened read-only.
fn judge<S: Storage>(storage: &S) -> Result<(Verdict, Option<ReplayPlan>), OpenError> {
    let mut message = None;
    let mut examined = examine(storage, Access::Writable, DEFAULT_MAX_FILE_SIZE);
    if let Err(OpenError::Refused(refusal @ Refusal::SequenceNumbersExhausted { .. })) = &examined {
        message = Some((refusal.clause().id(), refusal.to_string()));
        examined = examine(storage, Access::ReadOnly, DEFAULT_MAX_FILE_SIZE);
    }
    let writable = message.is_none();
    let (clause, message) = message.unzip();
    match examined {
        Ok(Examination { plan, .. }) => {
            let state = if plan.is_some() {
                State::Dirty
            } else {
                State::Clean
            };
            Ok((
                Verdict {
                    state,
                    writable,
                    clause,
                    message,
                },
                plan,
            ))
        }
        Err(OpenError::Refused(refusal)) => {
            let (clause, message) = (Some(refusal.clause().id()), Some(refusal.to_string()));
            Ok((
                Verdict {
                    state: State::Refused,
                    writable: false,
                    clause,
                    message,
                },
                None,
            ))
        }
        Err(error) => Err(error),
    }
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
