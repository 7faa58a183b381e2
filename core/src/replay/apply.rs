//! Writing a replay back to the file, in an order that survives a crash at any point (RPL-6,
//! RPL-7).
//!
//! ```text
//!  headers: new FileWriteGuid, flush, twice  (UPD-1, UPD-2)   the file is dirty, as before
//!  set length, zero ranges, sectors                           in any order: the log still says it all
//!  flush                                                      now the log is no longer needed
//!  headers: LogGuid zero, flush, twice                        the file is clean
//! ```
//!
//! Memory: one batch of updates and one piece of data, whatever the log holds.

use uuid::Uuid;

use super::plan::ReplayPlan;
use super::resolve::{Resolved, SectorWrite};
use super::updates::Cursor;
use crate::error::OpenError;
use crate::guids::GuidSource;
use crate::header::{Change, Current};
use crate::storage::Storage;
use crate::units::{FileOffset, SECTOR_BYTES, SECTOR_U32};

/// The most updates that are resolved together: a full log of 1 GiB in one go, and 16 MiB of
/// memory. Batches are applied in order, so the limit changes what is written twice, never what the
/// file ends up as.
const MAX_BATCH_UPDATES: usize = 1 << 18;

/// The most bytes written in one call.
const PIECE_BYTES: usize = 1 << 20;

/// Told how far a replay has come: updates done, updates in all.
pub(crate) type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// What a replay wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Sectors written, each once a batch.
    pub sectors_written: u64,
    /// Zero ranges made, merged where they touch.
    pub zero_ranges: u64,
    /// Write calls the sectors took.
    pub writes: u64,
}

/// Carries out a plan and marks the log empty.
///
/// # Errors
/// The device's, after which the file is as good as before: still marked dirty, and a second replay
/// finishes the job.
pub(crate) fn apply<S: Storage + ?Sized>(
    storage: &mut S,
    plan: &ReplayPlan,
    current: &mut Current,
    guids: &mut GuidSource,
    progress: Progress<'_>,
) -> Result<Applied, OpenError> {
    current.change(
        storage,
        Change {
            file_write_guid: Some(guids.fresh()),
            ..Change::default()
        },
    )?;
    if plan.resulting_length > plan.file_length {
        let end = FileOffset(plan.resulting_length);
        storage
            .set_len(end.0)
            .map_err(OpenError::io("extend the file", end))?;
    }
    let applied = write_updates(storage, plan, progress)?;
    storage
        .flush()
        .map_err(OpenError::io("flush the replayed file", FileOffset(0)))?;
    current.change(
        storage,
        Change {
            log_guid: Some(Uuid::nil()),
            ..Change::default()
        },
    )?;
    Ok(applied)
}

/// Writes all updates, batch after batch.
fn write_updates<S: Storage + ?Sized>(
    storage: &mut S,
    plan: &ReplayPlan,
    progress: Progress<'_>,
) -> Result<Applied, OpenError> {
    let total = plan.data_updates.saturating_add(plan.zero_updates);
    let mut applied = Applied::default();
    let mut writer = BatchWriter {
        plan,
        applied: &mut applied,
        buffer: Vec::new(),
    };
    let mut batch = Resolved::default();
    let mut done = 0_u64;
    let mut rest = Cursor::start(plan.ring, &plan.active);
    loop {
        batch.clear();
        while batch.len() < MAX_BATCH_UPDATES {
            match rest.advance(&*storage)? {
                Some(update) => batch.take(&update),
                None => break,
            }
            done = done.saturating_add(1);
        }
        if batch.len() == 0 {
            return Ok(applied);
        }
        batch.resolve();
        writer.write(storage, &batch)?;
        progress(done, total);
    }
}

struct BatchWriter<'a> {
    plan: &'a ReplayPlan,
    applied: &'a mut Applied,
    buffer: Vec<u8>,
}

impl BatchWriter<'_> {
    fn write<S: Storage + ?Sized>(
        &mut self,
        storage: &mut S,
        batch: &Resolved,
    ) -> Result<(), OpenError> {
        for zero in &batch.zeros {
            let length = zero.end.saturating_sub(zero.start);
            storage
                .zero(zero.start, length)
                .map_err(OpenError::io("zero a range", FileOffset(zero.start)))?;
            self.applied.zero_ranges = self.applied.zero_ranges.saturating_add(1);
        }
        let mut rest = batch.data.as_slice();
        while let Some(first) = rest.first() {
            let adjacent =
                |pair: &&[SectorWrite]| matches!(pair, [one, next] if one.end() == next.target);
            let most = PIECE_BYTES / SECTOR_BYTES;
            let count = rest
                .windows(2)
                .take(most.saturating_sub(1))
                .take_while(adjacent)
                .count()
                .saturating_add(1);
            let (extent, behind) = rest.split_at_checked(count).unwrap_or((rest, &[]));
            self.write_extent(storage, FileOffset(first.target), extent)?;
            rest = behind;
        }
        Ok(())
    }

    /// Writes sectors whose targets lie side by side, in one call.
    fn write_extent<S: Storage + ?Sized>(
        &mut self,
        storage: &mut S,
        target: FileOffset,
        extent: &[SectorWrite],
    ) -> Result<(), OpenError> {
        let length = extent.len().saturating_mul(SECTOR_BYTES);
        if self.buffer.len() < length {
            self.buffer.resize(length, 0);
        }
        let buffer = self.buffer.get_mut(..length).unwrap_or_default();
        read_bodies(storage, self.plan, extent, buffer)?;
        for (write, sector) in extent.iter().zip(buffer.chunks_exact_mut(SECTOR_BYTES)) {
            write.restore(self.plan.ring, sector)?;
        }
        storage
            .write_at(target.0, buffer)
            .map_err(OpenError::io("write", target))?;
        self.applied.writes = self.applied.writes.saturating_add(1);
        let sectors = u64::try_from(extent.len()).unwrap_or(u64::MAX);
        self.applied.sectors_written = self.applied.sectors_written.saturating_add(sectors);
        Ok(())
    }
}

/// Reads the data sectors of an extent, those that lie side by side in the log in one call.
fn read_bodies<S: Storage + ?Sized>(
    storage: &S,
    plan: &ReplayPlan,
    extent: &[SectorWrite],
    buffer: &mut [u8],
) -> Result<(), OpenError> {
    let in_file = |write: &SectorWrite| plan.ring.in_file(write.sector);
    let mut rest = buffer;
    for group in
        extent.chunk_by(|one, next| one.sector.0.checked_add(SECTOR_U32) == Some(next.sector.0))
    {
        let Some(offset) = group.first().map(in_file) else {
            continue;
        };
        let length = group.len().saturating_mul(SECTOR_BYTES);
        let Some((piece, behind)) = std::mem::take(&mut rest).split_at_mut_checked(length) else {
            continue;
        };
        storage
            .read_at(offset.0, piece)
            .map_err(OpenError::io("read the log", offset))?;
        rest = behind;
    }
    Ok(())
}
