//! Where the log may write: one rule for a replay and for the writer.
//!
//! Serves DSC-5, DSC-6, DSC-7; with DSC-6 also FID-2, as no target reaches the first 64 KiB. Pure.

use crate::error::TargetClause;
use crate::ring::Ring;
use crate::units::FileOffset;

/// The first offset that may be a target (DSC-6): region tables are updated through the log; the
/// file identifier and the headers are not.
const FIRST_TARGET: FileOffset = FileOffset(192 << 10);

/// The largest end a target may have (DSC-5).
const MAX_FILE_OFFSET: FileOffset = FileOffset(i64::MAX.unsigned_abs());

/// The clause that writing `length` bytes at `target` would break, checked in the order DSC-5,
/// DSC-6, DSC-7. A target without bytes touches nothing (DSC-9).
pub(crate) fn forbidden_target(
    ring: Ring,
    target: FileOffset,
    length: u64,
) -> Option<TargetClause> {
    if length == 0 {
        return None;
    }
    // DSC-5
    let end = match target.checked_end(length) {
        Some(end) if end <= MAX_FILE_OFFSET => end,
        _ => return Some(TargetClause::PastTheEnd),
    };
    // DSC-6
    if target < FIRST_TARGET {
        return Some(TargetClause::InHeaders);
    }
    // DSC-7
    (target < ring.end() && end > ring.offset()).then_some(TargetClause::InLog)
}
