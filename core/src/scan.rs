//! Finding every valid entry of the ring.
//!
//! ```text
//!   idle --sector begins `loge`, header sound--> assembling --last sector, checksum right--> entry found
//!    ^                                               |
//!    '---- resume AT the sector that broke it -------'
//! ```
//!
//! Serves SEQ-5 and SEQ-9. Contract, for any content: each sector of the ring is read once, those
//! at its start a second time when an entry wraps; each is checksummed at most once a reading; one
//! piece of the log is in memory at a time. At most one entry wraps: the one that is still being
//! assembled when the ring ends.
//!
//! Rejected: reading EntryLength bytes ahead and checking the checksum first. A log in which every
//! sector claims to start a log-long entry then costs the square of its length.

use uuid::Uuid;

use crate::entry::{Assembly, Entry, Progress, layout};
use crate::error::OpenError;
use crate::fault::EntryFault;
use crate::ring::Ring;
use crate::storage::Storage;
use crate::units::{LogOffset, SECTOR, SECTOR_BYTES};

/// How much of the log is read at a time. Fits a core's second-level cache, so that the checksum
/// does not go to memory again.
const PIECE_BYTES: usize = 256 << 10;

/// What a scan comes by, in the order of the ring; a wrapping entry last.
#[derive(Clone, Debug)]
pub enum Found {
    /// A valid entry.
    Entry(Entry),
    /// A sector that begins with `loge` and starts no valid entry.
    NotAnEntry {
        /// The sector.
        offset: LogOffset,
        /// Why not.
        fault: EntryFault,
    },
}

/// Looks at every sector of the ring and reports what begins like an entry.
///
/// With `generation`, entries of other generations are not valid (ENT-7) and passed over cheaply;
/// without, every entry that is sound in itself is reported, for inspection.
///
/// # Errors
/// Only [`OpenError::Io`].
pub fn scan<S: Storage + ?Sized>(
    storage: &S,
    ring: Ring,
    generation: Option<Uuid>,
    found: &mut dyn FnMut(Found),
) -> Result<(), OpenError> {
    let mut scanner = Scanner {
        ring,
        generation,
        assembly: None,
        found,
    };
    let mut buffer = Vec::new();
    let mut at = 0;
    while at < ring.length() {
        if scanner.assembly.is_none() {
            at = match skip_hole(storage, ring, at)? {
                Some(at) => at,
                None => break,
            };
        }
        let piece = read_piece(storage, ring, at, ring.length(), &mut buffer)?;
        scanner.feed(LogOffset(at), piece);
        at = advance(at, piece);
    }
    // Whatever is still open runs past the end. It cannot reach its own start again: no entry is
    // longer than the ring.
    let mut at = 0;
    while let Some(start) = scanner.assembly.as_ref().map(Assembly::offset)
        && at < start.0
    {
        let piece = read_piece(storage, ring, at, start.0, &mut buffer)?;
        scanner.feed_wrapped(piece);
        at = advance(at, piece);
    }
    Ok(())
}

struct Scanner<'a> {
    ring: Ring,
    generation: Option<Uuid>,
    assembly: Option<Assembly>,
    found: &'a mut dyn FnMut(Found),
}

impl Scanner<'_> {
    /// Takes the piece of the ring that starts at `at`.
    fn feed(&mut self, at: LogOffset, piece: &[u8]) {
        let mut done = 0_usize;
        while let Some(rest) = piece.get(done..).filter(|rest| !rest.is_empty()) {
            done = done.saturating_add(match &mut self.assembly {
                None => {
                    self.begin_next(self.ring.after(at, u32::try_from(done).unwrap_or(0)), rest)
                }
                Some(_) => self.feed_wrapped(rest),
            });
        }
    }

    /// Steps to the next sector that begins like an entry and begins it; returns how many bytes
    /// that took.
    fn begin_next(&mut self, at: LogOffset, rest: &[u8]) -> usize {
        let mut sectors = rest.chunks_exact(SECTOR_BYTES).enumerate();
        let Some((index, sector)) =
            sectors.find(|(_, sector)| sector.starts_with(&layout::SIGNATURE))
        else {
            return rest.len();
        };
        let before = index.saturating_mul(SECTOR_BYTES);
        let offset = self.ring.after(at, u32::try_from(before).unwrap_or(0));
        match Assembly::begin(self.ring, offset, sector, self.generation) {
            Err(fault) => (self.found)(Found::NotAnEntry { offset, fault }),
            Ok(assembly) => match assembly.finish() {
                None => self.assembly = Some(assembly),
                Some(Ok(entry)) => (self.found)(Found::Entry(entry)),
                Some(Err(fault)) => (self.found)(Found::NotAnEntry { offset, fault }),
            },
        }
        before.saturating_add(SECTOR_BYTES)
    }

    /// Feeds the open entry and reports it when it ends; returns how many bytes of the piece it
    /// took.
    fn feed_wrapped(&mut self, piece: &[u8]) -> usize {
        let Some(assembly) = &mut self.assembly else {
            return piece.len();
        };
        let offset = assembly.offset();
        let (found, taken) = match assembly.feed(piece) {
            Progress::More => return piece.len(),
            Progress::Complete(entry, taken) => (Found::Entry(entry), taken),
            Progress::Broken(fault, taken) => (Found::NotAnEntry { offset, fault }, taken),
        };
        self.assembly = None;
        (self.found)(found);
        taken
    }
}

/// The first sector at or after `at` that is not in a hole; `None` when the rest of the ring is
/// one.
fn skip_hole<S: Storage + ?Sized>(
    storage: &S,
    ring: Ring,
    at: u32,
) -> Result<Option<u32>, OpenError> {
    let here = ring.in_file(LogOffset(at));
    let next = storage
        .next_data(here.0)
        .map_err(OpenError::io("look for data in the log", here))?;
    let ahead = next
        .map(|next| next.saturating_sub(ring.offset().0))
        .filter(|&ahead| ahead < ring.length().into());
    let sector = ahead.map(|ahead| ahead.saturating_sub(ahead % SECTOR));
    Ok(sector
        .and_then(|sector| u32::try_from(sector).ok())
        .map(|sector| sector.max(at)))
}

/// Some whole sectors of the ring from `at` on, at least one, none at or behind `end`: lent by the
/// storage or read.
fn read_piece<'a, S: Storage + ?Sized>(
    storage: &'a S,
    ring: Ring,
    at: u32,
    end: u32,
    buffer: &'a mut Vec<u8>,
) -> Result<&'a [u8], OpenError> {
    let offset = ring.in_file(LogOffset(at));
    let left = usize::try_from(end.saturating_sub(at)).unwrap_or(usize::MAX);
    if let Some(lent) = storage.lend(offset.0, left.min(PIECE_BYTES)) {
        let whole = lent.len().saturating_sub(lent.len() % SECTOR_BYTES);
        if let Some(lent) = lent.get(..whole).filter(|lent| !lent.is_empty()) {
            return Ok(lent);
        }
    }
    if buffer.is_empty() {
        buffer.resize(
            PIECE_BYTES.min(usize::try_from(ring.length()).unwrap_or(PIECE_BYTES)),
            0,
        );
    }
    let length = left.min(buffer.len());
    let piece = buffer.get_mut(..length).unwrap_or_default();
    storage
        .read_at(offset.0, piece)
        .map_err(OpenError::io("read the log", offset))?;
    Ok(piece)
}

fn advance(at: u32, piece: &[u8]) -> u32 {
    at.saturating_add(u32::try_from(piece.len()).unwrap_or(u32::MAX))
}
