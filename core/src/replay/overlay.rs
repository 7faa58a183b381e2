//! The replayed file, shown without writing a byte (RPL-5).

use std::io;

use super::plan::ReplayPlan;
use super::resolve::Resolved;
use crate::error::{OpenError, Refusal};
use crate::storage::Storage;
use crate::units::{SECTOR, SECTOR_BYTES};

/// The most updates an overlay keeps, in about 40 MiB. Real logs hold a few thousand; more than
/// this takes a log of gigabytes, or one made to exhaust memory.
pub const MAX_OVERLAY_UPDATES: usize = 1 << 20;

/// A view of a dirty file as it will be once replayed.
///
/// The one difference to the file written back: the headers are as they stand in the file, LogGuid
/// included.
#[derive(Debug)]
pub struct Overlay {
    plan: ReplayPlan,
    updates: Resolved,
}

/// What lies at an offset of the view, up to where something else begins.
enum Layer {
    Data(usize),
    Zero,
    File,
}

impl Overlay {
    /// Reads the plan's updates into memory, not their data.
    ///
    /// # Errors
    /// RPL-9 when there are more than [`MAX_OVERLAY_UPDATES`]; the device's error.
    pub fn new<S: Storage + ?Sized>(storage: &S, plan: ReplayPlan) -> Result<Self, OpenError> {
        if plan.data_updates.saturating_add(plan.zero_updates)
            > u64::try_from(MAX_OVERLAY_UPDATES).unwrap_or(u64::MAX)
        {
            return Err(Refusal::OverlayTooLarge {
                limit: MAX_OVERLAY_UPDATES,
            }
            .into());
        }
        let mut updates = Resolved::default();
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

    /// Whether the view has no bytes; never so for a file that was dirty.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What would be replayed.
    pub const fn plan(&self) -> &ReplayPlan {
        &self.plan
    }

    /// Fills `buffer` with the view's bytes from `offset` on; `storage` is the file the view was
    /// made of.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] past the end of the view, and the device's errors.
    pub fn read_at<S: Storage + ?Sized>(
        &self,
        storage: &S,
        offset: u64,
        buffer: &mut [u8],
    ) -> io::Result<()> {
        let length = u64::try_from(buffer.len()).unwrap_or(u64::MAX);
        if offset
            .checked_add(length)
            .is_none_or(|end| end > self.len())
        {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                format!("the replayed file ends within the {length} bytes at offset {offset}"),
            ));
        }
        let (mut offset, mut rest) = (offset, buffer);
        while !rest.is_empty() {
            let (layer, until) = self.layer_at(offset);
            let here = usize::try_from(until.saturating_sub(offset))
                .unwrap_or(usize::MAX)
                .min(rest.len())
                .max(1);
            let (piece, behind) = rest.split_at_mut(here);
            match layer {
                Layer::Data(index) => self.read_data(storage, index, offset, piece)?,
                Layer::Zero => piece.fill(0),
                Layer::File => self.read_file(storage, offset, piece)?,
            }
            offset = offset.saturating_add(u64::try_from(here).unwrap_or(u64::MAX));
            rest = behind;
        }
        Ok(())
    }

    fn layer_at(&self, offset: u64) -> (Layer, u64) {
        let data = self
            .updates
            .data
            .partition_point(|write| write.end() <= offset);
        let next_data = match self.updates.data.get(data) {
            Some(write) if write.target <= offset => return (Layer::Data(data), write.end()),
            Some(write) => write.target,
            None => u64::MAX,
        };
        let zero = self
            .updates
            .zeros
            .partition_point(|zero| zero.end <= offset);
        match self.updates.zeros.get(zero) {
            Some(zero) if zero.start <= offset => (Layer::Zero, zero.end.min(next_data)),
            Some(zero) => (Layer::File, zero.start.min(next_data)),
            None => (Layer::File, next_data),
        }
    }

    fn read_data<S: Storage + ?Sized>(
        &self,
        storage: &S,
        index: usize,
        offset: u64,
        piece: &mut [u8],
    ) -> io::Result<()> {
        let Some(write) = self.updates.data.get(index) else {
            return Ok(());
        };
        let mut sector = [0; SECTOR_BYTES];
        storage.read_at(self.plan.ring.in_file(write.sector).0, &mut sector)?;
        write
            .restore(self.plan.ring, &mut sector)
            .map_err(io::Error::other)?;
        let within = usize::try_from(offset % SECTOR).unwrap_or(0);
        if let Some(source) = sector
            .get(within..)
            .and_then(|rest| rest.get(..piece.len()))
        {
            piece.copy_from_slice(source);
        }
        Ok(())
    }

    /// The file's own bytes, and zeros where it is not that long yet.
    fn read_file<S: Storage + ?Sized>(
        &self,
        storage: &S,
        offset: u64,
        piece: &mut [u8],
    ) -> io::Result<()> {
        let there =
            usize::try_from(self.plan.file_length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let (inside, beyond) = piece.split_at_mut(there.min(piece.len()));
        beyond.fill(0);
        if inside.is_empty() {
            Ok(())
        } else {
            storage.read_at(offset, inside)
        }
    }
}
