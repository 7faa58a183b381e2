//! Finding every valid entry in the ring.
//!
//! ```text
//!   idle --sector begins `loge`, header valid--> assembling --last sector, checksum right--> entry
//!    ^                                               |
//!    '---- resume AT the sector that broke it -------'
//! ```
//!
//! Serves SEQ-5 and SEQ-9. Contract, for any content: each sector of the ring is read once, those
//! at its start a second time when an entry wraps; each is checksummed at most once per read; one
//! piece of the log is in memory at a time; holes of a sparse file are skipped. At most one entry
//! wraps: the one still being assembled when the ring ends.
//!
//! Not done here: deciding which entries form a sequence ([`sequence`](crate::sequence)).
//!
//! Rejected: reading EntryLength bytes ahead and checking the checksum first. A log in which every
//! sector claims to start a log-long entry then costs the square of its length.

use uuid::Uuid;

use crate::entry::{Assembly, Entry, Progress, layout};
use crate::error::OpenError;
use crate::fault::EntryFault;
use crate::limits::ReadLimits;
use crate::ring::Ring;
use crate::storage::Storage;
use crate::units::{FileOffset, LogOffset, SECTOR_BYTES, Sectors, cast, exact};

type Sector = [u8; SECTOR_BYTES];

/// An item reported by [`scan`], in ring order; a wrapping entry comes last.
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

/// Looks at every sector of the ring and reports each that begins like an entry.
///
/// With `generation`, entries with another LogGuid are not valid (ENT-7) and are skipped cheaply.
/// Without, every entry that is valid in itself is reported, for inspection.
///
/// # Errors
/// Only [`OpenError::Io`].
pub fn scan<S: Storage + ?Sized>(
    storage: &S,
    ring: Ring,
    generation: Option<Uuid>,
    found: &mut dyn FnMut(Found),
) -> Result<(), OpenError> {
    scan_within(&ReadLimits::DEFAULT, storage, ring, generation, found)
}

/// As [`scan`], in other pieces.
pub(crate) fn scan_within<S: Storage + ?Sized>(
    limits: &ReadLimits,
    storage: &S,
    ring: Ring,
    generation: Option<Uuid>,
    found: &mut dyn FnMut(Found),
) -> Result<(), OpenError> {
    let pieces = Pieces {
        storage,
        ring,
        sectors: limits.scan_piece_sectors.max(1),
    };
    let mut scanner = Scanner {
        ring,
        generation,
        assembly: None,
        found,
    };
    let mut buffer = Vec::new();
    // SEQ-5: every sector of the ring, from its start.
    let mut at = Sectors::ZERO;
    while at < ring.sectors() {
        if scanner.assembly.is_none() {
            at = match pieces.skip_hole(at)? {
                Some(at) => at,
                None => break,
            };
        }
        let piece = pieces.read(at, ring.sectors(), &mut buffer)?;
        scanner.take(at, piece);
        at = at.plus(Sectors::of_slice(piece.len()));
    }
    // An entry still open passes the end of the ring and continues at its start. It cannot reach
    // its own first sector again: no entry is longer than the ring (ENT-3).
    let mut at = Sectors::ZERO;
    while let Some(start) = scanner.assembly.as_ref().map(Assembly::offset)
        && at.offset() < start
    {
        let piece = pieces.read(at, Sectors::in_bytes(start.0), &mut buffer)?;
        scanner.continue_entry(piece);
        at = at.plus(Sectors::of_slice(piece.len()));
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
    /// Takes the sectors of the ring that start at sector `at`.
    fn take(&mut self, mut at: Sectors, mut piece: &[Sector]) {
        while !piece.is_empty() {
            let taken = match &self.assembly {
                None => self.begin_entry(at, piece),
                Some(_) => self.continue_entry(piece),
            };
            (_, piece) = piece.split_at(taken);
            at = at.plus(Sectors::of_slice(taken));
        }
    }

    /// Finds the next sector that begins like an entry and begins to assemble it; returns how many
    /// sectors that took.
    fn begin_entry(&mut self, at: Sectors, piece: &[Sector]) -> usize {
        let begins = |sector: &Sector| sector.starts_with(&layout::SIGNATURE);
        let mut sectors = piece.iter();
        let Some((index, sector)) = sectors.by_ref().enumerate().find(|(_, s)| begins(s)) else {
            return piece.len();
        };
        let offset = at.plus(Sectors::of_slice(index)).offset();
        match Assembly::begin(self.ring, offset, sector, self.generation) {
            Err(fault) => (self.found)(Found::NotAnEntry { offset, fault }),
            Ok(assembly) => match assembly.finish() {
                None => self.assembly = Some(assembly),
                Some(Ok(entry)) => (self.found)(Found::Entry(entry)),
                Some(Err(fault)) => (self.found)(Found::NotAnEntry { offset, fault }),
            },
        }
        exact::together(index, 1)
    }

    /// Feeds the open entry and reports it when it ends; returns how many sectors of the piece it
    /// took. An entry that breaks frees the sector that broke it (SEQ-5).
    fn continue_entry(&mut self, piece: &[Sector]) -> usize {
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

/// The ring, as it is read: in pieces, without its holes.
struct Pieces<'a, S: ?Sized> {
    storage: &'a S,
    ring: Ring,
    /// The most sectors of a piece.
    sectors: usize,
}

impl<'a, S: Storage + ?Sized> Pieces<'a, S> {
    /// The first sector at or after `at` that is not in a hole; `None` when the rest of the ring is
    /// a hole.
    fn skip_hole(&self, at: Sectors) -> Result<Option<Sectors>, OpenError> {
        let here = self.ring.in_file(at.offset());
        let data = self
            .storage
            .next_data(here.0)
            .map_err(OpenError::io("look for data in the log", here))?;
        let Some(data) = data.filter(|&data| FileOffset(data) < self.ring.end()) else {
            return Ok(None);
        };
        if data <= here.0 {
            return Ok(Some(at));
        }
        let skipped = cast::less_than_u32(exact::distance(here.0, data));
        Ok(Some(at.plus(Sectors::in_bytes(skipped))))
    }

    /// The sectors of the ring from `at` on, at least one and none at or after `end`: lent by the
    /// storage, or read into `buffer`.
    fn read<'b>(
        &self,
        at: Sectors,
        end: Sectors,
        buffer: &'b mut Vec<Sector>,
    ) -> Result<&'b [Sector], OpenError>
    where
        'a: 'b,
    {
        let offset = self.ring.in_file(at.offset());
        let most = end.minus(at).index().min(self.sectors);
        if let Some(lent) = self.storage.lend(offset.0, exact::sectors_bytes(most)) {
            let (sectors, _) = lent.as_chunks();
            // A storage may lend less than was asked for, and must not lend more; what is more is
            // not used.
            let (sectors, _) = sectors.split_at(sectors.len().min(most));
            if !sectors.is_empty() {
                return Ok(sectors);
            }
        }
        if buffer.is_empty() {
            let longest = self.ring.sectors().index().min(self.sectors);
            buffer.resize(longest, [0; SECTOR_BYTES]);
        }
        let (piece, _) = buffer.split_at_mut(most);
        self.storage
            .read_at(offset.0, piece.as_flattened_mut())
            .map_err(OpenError::io("read the log", offset))?;
        Ok(piece)
    }
}
