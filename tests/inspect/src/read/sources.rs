//! From a place where a file is wrong back to the log: which sectors of the ring a replay writes
//! there.

use std::collections::VecDeque;

use vhdx_log::storage::Storage;
use vhdx_log::{Access, DEFAULT_MAX_FILE_SIZE, OpenError, ReplayPlan, Source, examine};
use vhdx_log_image::guest::{Contents, Disk};

use super::view::View;

/// A byte of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At this offset in the file.
    File(u64),
    /// At this offset on the disk, as the guest sees it after the replay.
    Guest(u64),
}

/// The newest that are kept: a log can write one sector thousands of times.
const KEPT: usize = 16;

/// The offsets in the log of what a replay writes to a byte, in the order of the replay (RPL-1):
/// the data sector of a data descriptor, the entry of a zero descriptor. Empty when nothing is
/// replayed, the file is refused, or no update writes there.
///
/// # Errors
/// I/O errors.
pub fn sources<S: Storage>(storage: &S, place: Place) -> Result<Vec<u32>, OpenError> {
    let examined = match examine(storage, Access::ReadOnly, DEFAULT_MAX_FILE_SIZE) {
        Err(OpenError::Refused(_)) => return Ok(Vec::new()),
        examined => examined?,
    };
    let Some(plan) = examined.plan else {
        return Ok(Vec::new());
    };
    let Some(offset) = in_file(storage, &plan, place) else {
        return Ok(Vec::new());
    };
    let mut found = VecDeque::new();
    for update in plan.updates(storage) {
        let update = update?;
        if offset
            .checked_sub(update.target.0)
            .is_some_and(|into| into < update.length())
        {
            if found.len() == KEPT {
                found.pop_front();
            }
            found.push_back(match update.source {
                Source::Data { sector, .. } => sector.0,
                Source::Zero { .. } => update.entry.0,
            });
        }
    }
    Ok(found.into())
}

/// Where a byte is in the file after the replay; `None` when the file does not hold it.
fn in_file<S: Storage>(storage: &S, plan: &ReplayPlan, place: Place) -> Option<u64> {
    match place {
        Place::File(offset) => Some(offset),
        Place::Guest(offset) => {
            let after = View::new(storage, Some(plan), 0);
            let disk = Disk::open(after).ok()?;
            let mut extents = disk.extents(offset..offset.checked_add(1)?);
            match extents.next()?.ok()?.contents {
                Contents::Data { file_offset } => Some(file_offset),
                Contents::Zero | Contents::Hole => None,
            }
        }
    }
}
