//! From changes of any offset and length to whole sectors and ranges of them (WRT-6).
//!
//! A partial sector is completed with the bytes that are *at those very offsets* when everything
//! submitted before has been applied: from the changes before it in the transaction, then from what
//! is pending, then from the file. Reads only. The targets have been checked (DSC-5 to DSC-7).

use std::io;
use std::sync::Arc;

use super::error::WriteError;
use super::layers::{Layers, Piece, file_sector};
use super::state::State;
use super::transaction::Change;
use crate::canary::Canary;
use crate::storage::Storage;
use crate::units::{SECTOR, SECTOR_BYTES, cast, exact};

impl<S: Storage> State<S> {
    /// The changes as whole sectors and ranges, later ones over earlier ones.
    pub(super) fn resolve(&self, changes: &[&Change]) -> Result<Layers, WriteError> {
        let mut layers = Layers::default();
        for change in changes {
            match change {
                Change::Write { offset, bytes } => self.write(&mut layers, offset.0, bytes)?,
                Change::Zero { offset, length } => {
                    self.zero(&mut layers, offset.0, offset.advance(*length).0)?;
                }
            }
        }
        Ok(layers)
    }

    /// Puts bytes at an offset, sector by sector.
    fn write(
        &self,
        layers: &mut Layers,
        mut offset: u64,
        bytes: &Arc<[u8]>,
    ) -> Result<(), WriteError> {
        let mut rest: &[u8] = bytes;
        while !rest.is_empty() {
            let (part, after) = rest.split_at(exact::left_in_sector(offset).min(rest.len()));
            let start = exact::sector_start(offset);
            let done = exact::less(bytes.len(), rest.len());
            let whole = match part.len() {
                SECTOR_BYTES => Piece::of(bytes, done),
                _ => None,
            };
            let piece = match whole {
                Some(piece) => piece,
                None => {
                    let mut sector = self.before(layers, start)?;
                    let (_, target) = sector.split_at_mut(exact::within_sector(offset));
                    target.split_at_mut(part.len()).0.copy_from_slice(part);
                    Piece::from(sector)
                }
            };
            layers.put(start, piece);
            offset = exact::after(offset, part.len());
            rest = after;
        }
        Ok(())
    }

    /// Zeroes a range: its whole sectors as one range, what is left at its ends as partial sectors.
    fn zero(&self, layers: &mut Layers, start: u64, end: u64) -> Result<(), WriteError> {
        let inner_start = start.next_multiple_of(SECTOR);
        let inner_end = exact::sector_start(end);
        if self.canaries.has(Canary::ZeroWholeSectors) {
            layers.zero(exact::sector_start(start), end.next_multiple_of(SECTOR));
            return Ok(());
        }
        if inner_start > inner_end {
            // Inside one sector.
            return self.zero_part(layers, start, end);
        }
        if inner_start < inner_end {
            layers.zero(inner_start, inner_end);
        }
        self.zero_part(layers, start, inner_start)?;
        self.zero_part(layers, inner_end, end)
    }

    /// Zeroes some bytes of one sector, if any.
    fn zero_part(&self, layers: &mut Layers, start: u64, end: u64) -> Result<(), WriteError> {
        if start == end {
            return Ok(());
        }
        let length = cast::to_usize(exact::distance(start, end));
        let sector = exact::sector_start(start);
        let mut bytes = self.before(layers, sector)?;
        let (_, target) = bytes.split_at_mut(exact::within_sector(start));
        target.split_at_mut(length).0.fill(0);
        layers.put(sector, Piece::from(bytes));
        Ok(())
    }

    /// What a sector holds before some of its bytes are changed.
    fn before(&self, layers: &Layers, start: u64) -> Result<[u8; SECTOR_BYTES], WriteError> {
        if let Some(sector) = layers.sector(start) {
            return Ok(sector);
        }
        let mut sector = self.completing(start).map_err(WriteError::io(
            "read the sector that a partial update completes",
            start,
        ))?;
        self.canaries.completed(&mut sector);
        Ok(sector)
    }

    /// The sector that a partial update completes, with everything submitted before.
    fn completing(&self, start: u64) -> io::Result<[u8; SECTOR_BYTES]> {
        if self.canaries.has(Canary::CompleteFromFile) {
            return file_sector(&self.storage, start);
        }
        if self.canaries.has(Canary::CompleteWithoutGathered) {
            let pending = self.pending.sector(start);
            return pending.map_or_else(|| file_sector(&self.storage, start), Ok);
        }
        self.sector(start)
    }
}
