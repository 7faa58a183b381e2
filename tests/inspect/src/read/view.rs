//! The contents of a file, as they stand or as the replay makes them, for the readers of regions,
//! metadata and BAT. Nothing is written for that (RPL-5).
//!
//! Contract: holes are not read, so a sparse BAT of any size costs little; what is read in order is
//! read in pieces of up to 64 KiB, and at most twice what is asked for; memory is one piece and the
//! library's overlay.

use std::cell::RefCell;
use std::io;

use vhdx_log::storage::Storage;
use vhdx_log::units::{SECTOR, SECTOR_BYTES};
use vhdx_log::{OpenError, Overlay, ReplayPlan};
use vhdx_log_image::Source;

/// The most bytes that are read at once.
const MAX_PIECE: u64 = 64 << 10;

/// The contents of a file.
pub(super) struct View<'a, S> {
    storage: &'a S,
    pub(super) length: u64,
    overlay: Option<Result<Overlay, OpenError>>,
    last: RefCell<Known>,
}

/// What the last read found out, for the next one.
#[derive(Default)]
struct Known {
    piece_offset: u64,
    piece: Vec<u8>,
}

impl Known {
    /// How much to read at `offset`: a sector, or twice the last piece when this one follows it.
    fn next_length(&self, offset: u64) -> u64 {
        let last = self.piece.len() as u64;
        match self.piece_offset + last == offset {
            true => (2 * last).clamp(SECTOR, MAX_PIECE),
            false => SECTOR,
        }
    }
}

impl<'a, S: Storage> View<'a, S> {
    /// A file of `length` bytes as it stands or, with a plan, as the replay makes it.
    pub(super) fn new(storage: &'a S, plan: Option<&ReplayPlan>, length: u64) -> Self {
        let overlay = plan.map(|plan| Overlay::new(storage, plan.clone()));
        Self {
            storage,
            length: plan.map_or(length, |plan| plan.resulting_length),
            overlay,
            last: RefCell::default(),
        }
    }

    pub(super) fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        match &self.overlay {
            None => self.storage.read_at(offset, buffer),
            Some(Ok(overlay)) => overlay.read_at(self.storage, offset, buffer),
            Some(Err(error)) => Err(io::Error::other(error.to_string())),
        }
    }

    /// Why there is no view, when there is none.
    pub(super) fn fault(&self) -> Option<String> {
        let error = self.overlay.as_ref()?.as_ref().err()?;
        Some(error.to_string())
    }

    fn next_data(&self, offset: u64) -> io::Result<Option<u64>> {
        match &self.overlay {
            Some(Ok(overlay)) => overlay.next_data(self.storage, offset),
            None | Some(Err(_)) => self.storage.next_data(offset),
        }
    }
}

impl<S: Storage> Source for View<'_, S> {
    fn length(&self) -> io::Result<u64> {
        Ok(self.length)
    }

    fn read_sector(&self, number: u64, sector: &mut [u8; SECTOR_BYTES]) -> io::Result<bool> {
        sector.fill(0);
        let Some(offset) = number
            .checked_mul(SECTOR)
            .filter(|&offset| offset < self.length)
        else {
            return Ok(false);
        };
        let last = &mut *self.last.borrow_mut();
        let within = |piece_offset: u64| usize::try_from(offset.checked_sub(piece_offset)?).ok();
        let known = within(last.piece_offset).filter(|&at| at < last.piece.len());
        let at = match known {
            Some(at) => at,
            None => {
                let data = self.next_data(offset)?;
                if data.is_none_or(|data| data.saturating_sub(offset) >= SECTOR) {
                    return Ok(false);
                }
                let length = last.next_length(offset).min(self.length - offset);
                last.piece.resize(usize::try_from(length).unwrap_or(0), 0);
                last.piece_offset = offset;
                let read = self.read_at(offset, &mut last.piece);
                if read.is_err() {
                    last.piece.clear();
                }
                read?;
                0
            }
        };
        let stored = last.piece[at..].iter().take(SECTOR_BYTES);
        sector
            .iter_mut()
            .zip(stored)
            .for_each(|(to, from)| *to = *from);
        Ok(true)
    }

    fn next_stored(&self, number: u64) -> io::Result<Option<u64>> {
        let offset = number.saturating_mul(SECTOR);
        let next = self.next_data(offset)?.filter(|&data| data < self.length);
        Ok(next.map(|data| data / SECTOR))
    }
}
