//! Writing a replay back to the file, in an order that survives a crash at any point.
//!
//! ```text
//! headers: new FileWriteGuid, flush, twice   UPD-1, UPD-2   the file is dirty, as before
//! set length, zero ranges, write sectors                    in any order: the log still has it all
//! flush                                      RPL-6          the log is no longer needed
//! headers: LogGuid zero, flush, twice        RPL-6, UPD-2   the file is clean
//! ```
//!
//! Serves RPL-1 to RPL-3, RPL-6, RPL-7, RPL-10, UPD-1 to UPD-4. A crash before the last line leaves
//! a dirty file whose next replay gives the same result (RPL-7); DataWriteGuid is not changed, as a
//! replay shows nothing new (UPD-4).
//!
//! Memory: one batch of updates and one piece of data, whatever the log holds. Not promised: that a
//! sector is written once. Several batches can write it, the newest last.

use uuid::Uuid;

use super::plan::ReplayPlan;
use super::resolve::{Resolved, SectorWrite};
use super::updates::Cursor;
use crate::canary::{Canaries, Canary};
use crate::error::OpenError;
use crate::guids::GuidSource;
use crate::header::{Change, Current};
use crate::limits::ReadLimits;
use crate::ring::Ring;
use crate::storage::Storage;
use crate::units::{FileOffset, SECTOR_BYTES, cast, exact};

/// Called with the progress of a replay: updates done, updates in all. At least once, and the last
/// time with both equal.
pub(crate) type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// What a replay wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applied {
    /// Sectors written.
    pub sectors_written: u64,
    /// Zero ranges made, merged where they touch.
    pub zero_ranges: u64,
    /// Write calls that the sectors took.
    pub writes: u64,
}

/// Carries out a plan and marks the log empty.
///
/// # Errors
/// The device's. The file is still marked dirty then, and a second replay gives the same result.
pub(crate) fn apply<S: Storage + ?Sized>(
    storage: &mut S,
    plan: &ReplayPlan,
    limits: &ReadLimits,
    canaries: Canaries,
    current: &mut Current,
    guids: &mut GuidSource,
    progress: Progress<'_>,
) -> Result<Applied, OpenError> {
    // UPD-1: before anything else in the file changes.
    let announced = Change {
        file_write_guid: Some(guids.fresh()),
        ..Change::default()
    };
    if !canaries.has(Canary::ReplayUnannounced) {
        current.change(storage, announced)?;
    }
    // RPL-2, RPL-3; RPL-10: what lies past the end becomes zero by this alone.
    if plan.resulting_length > plan.file_length && !canaries.has(Canary::ReplayWithoutLength) {
        let end = FileOffset(plan.resulting_length);
        storage
            .set_len(end.0)
            .map_err(OpenError::io("extend the file", end))?;
    }
    let applied = write_updates(storage, plan, limits, canaries, progress)?;
    // RPL-6: only once all of this is stable.
    if !canaries.has(Canary::ReplayEmptiesEarly) {
        storage
            .flush()
            .map_err(OpenError::io("flush the replayed file", FileOffset(0)))?;
    }
    let emptied = Change {
        log_guid: Some(Uuid::nil()),
        ..Change::default()
    };
    if canaries.has(Canary::ReplaySkipsSecondHeader) {
        current.change_other_slot(storage, emptied)?;
    } else {
        current.change(storage, emptied)?;
    }
    Ok(applied)
}

/// Writes all updates, batch after batch.
fn write_updates<S: Storage + ?Sized>(
    storage: &mut S,
    plan: &ReplayPlan,
    limits: &ReadLimits,
    canaries: Canaries,
    progress: Progress<'_>,
) -> Result<Applied, OpenError> {
    let mut applied = Applied::default();
    let mut writer = BatchWriter {
        ring: plan.ring,
        piece_sectors: limits.write_piece_sectors.max(1),
        applied: &mut applied,
        buffer: Vec::new(),
    };
    let mut batch = Resolved::default();
    let batch_updates = limits.batch_updates.max(1);
    let (mut done, mut reported) = (0_u64, None);
    let mut rest = Cursor::start(plan.ring, &plan.active, plan.budget());
    loop {
        batch.clear();
        let mut ended = false;
        while !ended && batch.len() < batch_updates {
            let is_last = exact::together(batch.len(), 1) == batch_updates;
            match rest.advance(&*storage)? {
                Some(_) if is_last && canaries.has(Canary::ReplayLosesUpdateOfBatch) => break,
                Some(update) => {
                    batch.take(&update);
                    exact::increment(&mut done);
                }
                None => ended = true,
            }
        }
        batch.resolve();
        writer.write(storage, &batch)?;
        if reported.replace(done) != Some(done) {
            progress(done, plan.update_count());
        }
        if ended {
            return Ok(applied);
        }
    }
}

struct BatchWriter<'a> {
    ring: Ring,
    piece_sectors: usize,
    applied: &'a mut Applied,
    buffer: Vec<[u8; SECTOR_BYTES]>,
}

impl BatchWriter<'_> {
    fn write<S: Storage + ?Sized>(
        &mut self,
        storage: &mut S,
        batch: &Resolved,
    ) -> Result<(), OpenError> {
        for zero in &batch.zeros {
            let length = exact::distance(zero.start, zero.end);
            storage
                .zero(zero.start, length)
                .map_err(OpenError::io("zero a range", FileOffset(zero.start)))?;
            exact::increment(&mut self.applied.zero_ranges);
        }
        let adjacent = |one: &SectorWrite, next: &SectorWrite| one.end() == next.target;
        for extent in batch.data.chunk_by(adjacent) {
            for piece in extent.chunks(self.piece_sectors) {
                self.write_piece(storage, piece)?;
            }
        }
        Ok(())
    }

    /// Writes sectors whose targets are adjacent in the file, in one call.
    fn write_piece<S: Storage + ?Sized>(
        &mut self,
        storage: &mut S,
        piece: &[SectorWrite],
    ) -> Result<(), OpenError> {
        let Some(target) = piece.first().map(|first| FileOffset(first.target)) else {
            return Ok(());
        };
        if self.buffer.len() < piece.len() {
            self.buffer.resize(piece.len(), [0; SECTOR_BYTES]);
        }
        let (sectors, _) = self.buffer.split_at_mut(piece.len());
        read_data_sectors(storage, self.ring, piece, sectors)?;
        for (write, sector) in piece.iter().zip(&mut *sectors) {
            write.restore(self.ring, sector)?;
        }
        storage
            .write_at(target.0, sectors.as_flattened())
            .map_err(OpenError::io("write", target))?;
        exact::increment(&mut self.applied.writes);
        exact::add(
            &mut self.applied.sectors_written,
            cast::len_u64(piece.len()),
        );
        Ok(())
    }
}

/// Reads the data sectors of a piece; those that are adjacent in the log, too, in one call.
fn read_data_sectors<S: Storage + ?Sized>(
    storage: &S,
    ring: Ring,
    piece: &[SectorWrite],
    mut sectors: &mut [[u8; SECTOR_BYTES]],
) -> Result<(), OpenError> {
    let adjacent = |one: &SectorWrite, next: &SectorWrite| {
        exact::next_sector(one.sector.0.into()) == u64::from(next.sector.0)
    };
    for group in piece.chunk_by(adjacent) {
        let (here, rest) = sectors.split_at_mut(group.len());
        if let Some(first) = group.first() {
            let offset = ring.in_file(first.sector);
            storage
                .read_at(offset.0, here.as_flattened_mut())
                .map_err(OpenError::io("read the log", offset))?;
        }
        sectors = rest;
    }
    Ok(())
}
