//! Whether a replay would change anything: whether all that it would write stands in the file.
//!
//! For a sequence of a generation that no longer counts, where the answer says whether the sequence
//! may still be needed (SEQ-7, in [`evidence`](crate::evidence)). The only code of this crate that
//! reads the file outside of the log before a replay (RPL-4), and only for a file that is refused.
//!
//! Contract: memory as for an overlay; reads each data sector of the sequence and its target once,
//! and at most [`MAX_ZERO_BYTES`] of the zero ranges, in which holes are skipped.

use super::overlay::Overlay;
use super::plan::ReplayPlan;
use super::resolve::ZeroRange;
use crate::error::OpenError;
use crate::storage::Storage;
use crate::units::{FileOffset, SECTOR_BYTES, cast, exact};

/// The most bytes of zero ranges that are compared: longer ones count as not in place. Real zero
/// ranges are new blocks, which are holes in a sparse file.
const MAX_ZERO_BYTES: u64 = 256 << 20;

const PIECE_BYTES: usize = 64 << 10;

/// Whether the file holds all that the replay of `plan` would write.
///
/// # Errors
/// As [`Overlay::new`]; [`OpenError::Io`].
pub(crate) fn stands_in_file<S: Storage + ?Sized>(
    storage: &S,
    plan: ReplayPlan,
) -> Result<bool, OpenError> {
    if plan.resulting_length > plan.file_length {
        return Ok(false);
    }
    let view = Overlay::new(storage, plan)?;
    let mut comparison = Comparison {
        storage,
        view: &view,
        zero_bytes_left: MAX_ZERO_BYTES,
        buffers: [vec![0; PIECE_BYTES], vec![0; PIECE_BYTES]],
    };
    for write in view.data() {
        if !comparison.same(write.target, SECTOR_BYTES)? {
            return Ok(false);
        }
    }
    for zero in view.zeros() {
        if !comparison.same_in_range(*zero)? {
            return Ok(false);
        }
    }
    Ok(true)
}

struct Comparison<'a, S: ?Sized> {
    storage: &'a S,
    view: &'a Overlay,
    zero_bytes_left: u64,
    buffers: [Vec<u8>; 2],
}

impl<S: Storage + ?Sized> Comparison<'_, S> {
    /// Whether file and view are the same in a zero range. Holes are: what the view has over them
    /// is a data sector, which is compared by itself.
    fn same_in_range(&mut self, zero: ZeroRange) -> Result<bool, OpenError> {
        let mut at = zero.start;
        while at < zero.end {
            let data = self
                .storage
                .next_data(at)
                .map_err(OpenError::io("look for data", FileOffset(at)))?;
            let Some(start) = data.filter(|&start| start < zero.end) else {
                return Ok(true);
            };
            at = at.max(start);
            let piece = exact::distance(at, zero.end).min(cast::len_u64(PIECE_BYTES));
            let Some(left) = self.zero_bytes_left.checked_sub(piece) else {
                return Ok(false);
            };
            self.zero_bytes_left = left;
            let piece = cast::to_usize(piece);
            if !self.same(at, piece)? {
                return Ok(false);
            }
            at = exact::after(at, piece);
        }
        Ok(true)
    }

    /// Whether file and view are the same in `length` bytes, at most [`PIECE_BYTES`].
    fn same(&mut self, offset: u64, length: usize) -> Result<bool, OpenError> {
        let [file, view] = &mut self.buffers;
        let (file, _) = file.split_at_mut(length.min(PIECE_BYTES));
        let (view, _) = view.split_at_mut(length.min(PIECE_BYTES));
        self.storage
            .read_at(offset, file)
            .map_err(OpenError::io("read", FileOffset(offset)))?;
        self.view
            .read_at(self.storage, offset, view)
            .map_err(OpenError::io("read", FileOffset(offset)))?;
        Ok(file == view)
    }
}
