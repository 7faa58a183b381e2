//! The replayed file, shown without writing a byte (RPL-5).
//!
//! Opening reads every descriptor sector of the active sequence once and keeps about 40 bytes per
//! update, no data. A read then costs two binary searches for each stretch of the range that is one
//! thing (a data sector, zeros, or the file's own bytes), and one read of 4 KiB from the log for
//! each data sector it touches. Nothing is cached: the caller that reads a sector in pieces pays
//! for each piece.
//!
//! Not shown: the marking of the log as empty. The headers are as they are in the file.
//!
//! The data stays in the log, and a program that writes to the file meanwhile puts newer entries
//! there. Each data sector is therefore held against the number of the entry that it was planned
//! from (DAT-2), at every read.

use std::io;

use super::plan::ReplayPlan;
use super::resolve::{Resolved, SectorWrite, ZeroRange};
use crate::error::{OpenError, Refusal};
use crate::limits::ReadLimits;
use crate::storage::Storage;
use crate::units::{SECTOR_BYTES, cast, exact};

/// A view of a dirty file as it will be once replayed.
///
/// One difference to the file written back: the headers are those in the file, LogGuid included.
///
/// The view is of the file as it was when the view was made. If another program changes the file
/// after that, a read that needs the log gives what was there, or
/// [`OpenError::ChangedWhileRead`]; but what the log does not hold is read from the file as it is
/// by then. Keep writers out with a lock, or make a copy and read that.
#[derive(Debug)]
pub struct Overlay {
    plan: ReplayPlan,
    updates: Resolved,
}

/// What is at an offset of the view.
enum Layer<'a> {
    Data(&'a SectorWrite),
    Zero,
    File,
}

impl Overlay {
    /// Reads the plan's updates into memory, not their data.
    ///
    /// # Errors
    /// RPL-9 when there are more than [`MAX_OVERLAY_UPDATES`](crate::MAX_OVERLAY_UPDATES);
    /// [`OpenError::Io`]; [`OpenError::ChangedWhileRead`].
    pub fn new<S: Storage + ?Sized>(storage: &S, plan: ReplayPlan) -> Result<Self, OpenError> {
        Self::within(&ReadLimits::DEFAULT, storage, plan)
    }

    /// As [`new`](Self::new), with other limits.
    pub(crate) fn within<S: Storage + ?Sized>(
        limits: &ReadLimits,
        storage: &S,
        plan: ReplayPlan,
    ) -> Result<Self, OpenError> {
        // RPL-9
        let limit = limits.overlay_updates;
        if plan.update_count() > cast::len_u64(limit) {
            return Err(OpenError::Refused(Refusal::OverlayTooLarge { limit }));
        }
        let mut updates = Resolved::default();
        // No more than the plan counted: the walk ends with an error otherwise.
        for update in plan.updates(storage) {
            updates.take(&update?);
        }
        updates.resolve();
        Ok(Self { plan, updates })
    }

    /// The length of the view in bytes: that of the file once replayed.
    pub const fn len(&self) -> u64 {
        self.plan.resulting_length
    }

    /// Always false for a file that was dirty; here for clippy's `len_without_is_empty`.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What a replay would do.
    pub const fn plan(&self) -> &ReplayPlan {
        &self.plan
    }

    /// The sectors that the replay writes, in order of their target.
    pub(super) fn data(&self) -> &[SectorWrite] {
        &self.updates.data
    }

    /// The ranges that it zeroes first, disjoint and in order.
    pub(super) fn zeros(&self) -> &[ZeroRange] {
        &self.updates.zeros
    }

    /// Fills `buffer` with the view's bytes from `offset` on. `storage` is the file that the view
    /// was made from.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] past the end of the view; the device's errors;
    /// [`io::ErrorKind::Other`] with [`OpenError::ChangedWhileRead`] when another program has
    /// written over the log.
    pub fn read_at<S: Storage + ?Sized>(
        &self,
        storage: &S,
        offset: u64,
        buffer: &mut [u8],
    ) -> io::Result<()> {
        let length = buffer.len();
        let end = offset
            .checked_add(cast::len_u64(length))
            .filter(|&end| end <= self.len());
        let Some(end) = end else {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                format!("the replayed file ends within the {length} bytes at offset {offset:#x}"),
            ));
        };
        let (mut offset, mut rest) = (offset, buffer);
        while offset < end {
            let (layer, until) = self.layer_at(offset);
            let until = until.min(end);
            let (piece, after) = rest.split_at_mut(cast::to_usize(exact::distance(offset, until)));
            match layer {
                Layer::Data(write) => self.read_data(storage, write, offset, piece)?,
                Layer::Zero => piece.fill(0),
                Layer::File => self.read_file(storage, offset, piece)?,
            }
            (offset, rest) = (until, after);
        }
        Ok(())
    }

    /// The first offset of the view at or after `offset` that may hold anything but zeros, or
    /// `None` when only zeros follow: [`Storage::next_data`] of the replayed file.
    ///
    /// # Errors
    /// The device's errors.
    pub fn next_data<S: Storage + ?Sized>(
        &self,
        storage: &S,
        offset: u64,
    ) -> io::Result<Option<u64>> {
        let in_file = match offset < self.plan.file_length {
            true => storage.next_data(offset)?,
            false => None,
        };
        let data = &self.updates.data;
        let next = data.partition_point(|write| write.end() <= offset);
        let in_log = data.get(next).map(|write| write.target.max(offset));
        Ok(in_file.into_iter().chain(in_log).min())
    }

    /// What is at `offset`, and the offset after it where something else may begin.
    fn layer_at(&self, offset: u64) -> (Layer<'_>, u64) {
        let Resolved { zeros, data } = &self.updates;
        let next = data.partition_point(|write| write.end() <= offset);
        let next_data = match data.get(next) {
            Some(write) if write.target <= offset => return (Layer::Data(write), write.end()),
            Some(write) => write.target,
            None => u64::MAX,
        };
        let next = zeros.partition_point(|zero| zero.end <= offset);
        match zeros.get(next) {
            Some(zero) if zero.start <= offset => (Layer::Zero, zero.end.min(next_data)),
            Some(zero) => (Layer::File, zero.start.min(next_data)),
            None => (Layer::File, next_data),
        }
    }

    /// Fills `piece`, which lies inside one data sector's target.
    fn read_data<S: Storage + ?Sized>(
        &self,
        storage: &S,
        write: &SectorWrite,
        offset: u64,
        piece: &mut [u8],
    ) -> io::Result<()> {
        let ring = self.plan.ring;
        let mut sector = [0; SECTOR_BYTES];
        storage.read_at(ring.in_file(write.sector).0, &mut sector)?;
        write.restore(ring, &mut sector).map_err(io::Error::other)?;
        exact::copy_part(&sector, exact::within_sector(offset), piece);
        Ok(())
    }

    /// The file's own bytes, and zeros past its end.
    fn read_file<S: Storage + ?Sized>(
        &self,
        storage: &S,
        offset: u64,
        piece: &mut [u8],
    ) -> io::Result<()> {
        // Saturates on purpose: the view can be longer than the file (RPL-2, RPL-3).
        let in_file = self.plan.file_length.saturating_sub(offset);
        let in_file = cast::to_usize(in_file.min(cast::len_u64(piece.len())));
        let (inside, beyond) = piece.split_at_mut(in_file);
        beyond.fill(0);
        if inside.is_empty() {
            Ok(())
        } else {
            storage.read_at(offset, inside)
        }
    }
}
