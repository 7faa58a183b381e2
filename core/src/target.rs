//! Where the log may write: the same rule for a replay and for the writer.

use crate::error::TargetClause;
use crate::ring::Ring;
use crate::units::FileOffset;

/// The first offset that may be a target: region tables go through the log, identifier and headers
/// do not (DSC-6).
const FIRST_TARGET: u64 = 192 << 10;

/// The largest end a target may have (DSC-5).
const MAX_FILE_OFFSET: u64 = i64::MAX.unsigned_abs();

/// The demand that `length` bytes at `target` would break: DSC-5, DSC-6, DSC-7, in this order.
///
/// A target of no length touches nothing (DSC-9).
pub(crate) fn forbidden_target(
    ring: Ring,
    target: FileOffset,
    length: u64,
) -> Option<TargetClause> {
    if length == 0 {
        return None;
    }
    let Some(end) = target
        .0
        .checked_add(length)
        .filter(|&end| end <= MAX_FILE_OFFSET)
    else {
        return Some(TargetClause::PastTheEnd);
    };
    if target.0 < FIRST_TARGET {
        return Some(TargetClause::InHeaders);
    }
    (target < ring.end() && FileOffset(end) > ring.offset()).then_some(TargetClause::InLog)
}
