//! From changes of any offset and length to whole sectors and ranges of them (WRT-6).

use std::sync::Arc;

use super::canary::breaks;
use super::error::WriteError;
use super::layers::{Layers, Piece};
use super::state::State;
use super::transaction::Change;
use crate::storage::Storage;
use crate::units::{SECTOR, SECTOR_BYTES};

impl<S: Storage> State<S> {
    /// The changes as whole sectors and ranges. Partial sectors are completed from the changes
    /// before, then from what is pending, then from the file: always with what stands at their very
    /// place.
    pub(super) fn resolve(&self, changes: &[&Change]) -> Result<Layers, WriteError> {
        let mut layers = Layers::default();
        for change in changes {
            match change {
                Change::Write { offset, bytes } => {
                    self.put(&mut layers, offset.0, bytes.len(), Some(bytes))?
                }
                Change::Zero { offset, length } => {
                    self.zero(&mut layers, offset.0, offset.0.saturating_add(*length))?
                }
            }
        }
        Ok(layers)
    }

    /// Zeroes the whole sectors of a range as such, what is left at its ends as partial ones.
    fn zero(&self, layers: &mut Layers, start: u64, end: u64) -> Result<(), WriteError> {
        let length = |from: u64, to: u64| usize::try_from(to.saturating_sub(from)).unwrap_or(0);
        let (inner_start, inner_end) = (
            start.next_multiple_of(SECTOR),
            end.saturating_sub(end % SECTOR),
        );
        if inner_start >= inner_end {
            return self.put(layers, start, length(start, end), None);
        }
        layers.zero(inner_start, inner_end);
        self.put(layers, start, length(start, inner_start), None)?;
        self.put(layers, inner_end, length(inner_end, end), None)
    }

    /// Puts `length` bytes, or zeros, at an offset, sector by sector.
    fn put(
        &self,
        layers: &mut Layers,
        mut offset: u64,
        length: usize,
        bytes: Option<&Arc<[u8]>>,
    ) -> Result<(), WriteError> {
        let mut done = 0_usize;
        while done < length {
            let within = usize::try_from(offset % SECTOR).unwrap_or(0);
            let start = offset.saturating_sub(offset % SECTOR);
            let here = SECTOR_BYTES
                .saturating_sub(within)
                .min(length.saturating_sub(done));
            let whole = bytes
                .filter(|_| here == SECTOR_BYTES)
                .and_then(|bytes| Piece::of(bytes, done));
            let sector = match whole {
                Some(sector) => sector,
                None => {
                    let mut sector = self.completion(layers, start)?;
                    if let Some(target) = sector
                        .get_mut(within..)
                        .and_then(|rest| rest.get_mut(..here))
                    {
                        match bytes.and_then(|bytes| bytes.get(done..)?.get(..here)) {
                            Some(source) => target.copy_from_slice(source),
                            None => target.fill(0),
                        }
                    }
                    Piece::from(sector)
                }
            };
            layers.put(start, sector);
            done = done.saturating_add(here);
            offset = start.saturating_add(SECTOR);
        }
        Ok(())
    }

    /// What a sector holds before some of its bytes are changed.
    fn completion(&self, layers: &Layers, start: u64) -> Result<[u8; SECTOR_BYTES], WriteError> {
        if let Some(sector) = layers.sector(start) {
            return Ok(sector);
        }
        let mut sector = self.sector(start).map_err(WriteError::io(
            "read what a partial sector is completed with",
            start,
        ))?;
        if breaks!(self, CompleteFromSectorStart) {
            // What QEMU did before 8.0: the bytes around a partial update came from eight bytes off
            // their place.
            sector.rotate_right(8);
        }
        Ok(sector)
    }
}
