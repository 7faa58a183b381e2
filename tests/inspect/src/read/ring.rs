//! Reads the ring: every valid entry of every generation, torn entries, runs, and what each sector
//! is.
//!
//! One scan by the library finds entries and faults (ENT-1 to ENT-7, DSC, DAT). Its run tracker,
//! fed with the current generation, finds the active sequence (SEQ-1 to SEQ-4). A second pass
//! classifies the sectors that belong to no entry.
//!
//! Contract: linear in the log's length; one byte of memory per sector, plus bounded lists. A log
//! that is partly past the end of the file is read as far as the file goes. The place of the log is
//! checked here only to be reported; what the library refuses for it is in the verdict.

use uuid::Uuid;
use vhdx_log::storage::Storage;
use vhdx_log::units::{FileOffset, LogOffset, MIB, SECTOR, SECTOR_BYTES};
use vhdx_log::{ActiveSequence, Entry, EntryFault, Found, OpenError, Ring, RunTracker, scan};

use super::extent::Extent;
use super::headers::LogHeader;
use super::io::failed;
use super::padded::Padded;
use super::runs::{self, Runs};
use crate::document::list::{Filling, List};
use crate::document::picture::{Picture, Sector};
use crate::document::size::Size;
use crate::document::{self, EntryCounts, EntryState, Log};
use vhdx_log_image::Guid;

/// How much of the log is read at a time.
const PIECE_BYTES: usize = 256 << 10;

/// Reads the log of a header.
pub(super) fn log<S: Storage>(
    storage: &S,
    from: &LogHeader,
    file_length: u64,
    extent: Extent,
) -> Result<Log, OpenError> {
    let LogHeader { header, trusted } = from;
    let generation = Some(header.log_guid).filter(|guid| !guid.is_nil());
    let (ring, fault) = place(header.log_offset, header.log_length, file_length);
    let ring = match ring {
        None => None,
        Some(ring) => {
            let padded = Padded {
                storage,
                file_length,
            };
            Some(RingReader::new(ring, generation, extent).read(&padded, file_length)?)
        }
    };
    Ok(Log {
        trusted: *trusted,
        offset: header.log_offset.0,
        length: header.log_length.into(),
        generation: generation.map(Guid),
        fault,
        ring,
    })
}

/// The ring, if at least its start can be read, and why its place is not valid.
fn place(offset: FileOffset, length: u32, file_length: u64) -> (Option<Ring>, Option<String>) {
    if length == 0 {
        return (None, Some("its length is 0 [HDR-10]".into()));
    }
    let ring = Ring::new(offset, length)
        .filter(|ring| offset.0.is_multiple_of(SECTOR) && ring.offset().0 < file_length);
    let fault = if offset.0 < MIB {
        Some("it lies in the header section [HDR-8]".into())
    } else if !offset.0.is_multiple_of(MIB) || !u64::from(length).is_multiple_of(MIB) {
        Some("its offset or length is not a multiple of 1 MiB [HDR-7]".into())
    } else if offset
        .0
        .checked_add(length.into())
        .is_none_or(|end| end > file_length)
    {
        Some(format!(
            "it extends past the end of the file at {} [HDR-8]",
            Size::with_hexadecimal(file_length)
        ))
    } else {
        None
    };
    (ring, fault)
}

/// What a scan of the ring collects.
struct RingReader {
    ring: Ring,
    generation: Option<Uuid>,
    extent: Extent,
    sectors: Vec<Sector>,
    entries: Filling<Entry>,
    torn: Filling<(LogOffset, EntryFault)>,
    runs: Runs,
    tracker: RunTracker,
}

impl RingReader {
    fn new(ring: Ring, generation: Option<Uuid>, extent: Extent) -> Self {
        let sectors = usize::try_from(u64::from(ring.length()) / SECTOR).unwrap_or(0);
        Self {
            ring,
            generation,
            extent,
            sectors: vec![Sector::Empty; sectors],
            entries: Filling::new(extent.all),
            torn: Filling::new(extent.all),
            runs: Runs::new(ring, extent.all),
            tracker: RunTracker::new(ring),
        }
    }

    fn read<S: Storage>(
        mut self,
        storage: &S,
        file_length: u64,
    ) -> Result<document::Ring, OpenError> {
        scan(storage, self.ring, None, &mut |found| self.take(found))?;
        self.mark_other_sectors(storage, file_length)?;
        let Self {
            ring,
            generation,
            extent,
            mut sectors,
            entries,
            torn,
            runs,
            tracker,
        } = self;
        let active = tracker.finish();
        if let Some(active) = &active {
            mark_active(&mut sectors, ring, active);
        }
        let counts = count(&sectors);
        let is_start = |at: LogOffset| {
            sectors
                .get(index(at))
                .is_some_and(|sector| sector.is_start())
        };
        let runs = runs.finish().map(|run| {
            let (current, tail) = (generation == Some(run.head.log_guid), run.head.tail);
            runs::judge(ring, run, active.as_ref(), current, is_start(tail))
        });
        let entries = entries
            .finish()
            .map(|entry| describe(entry, generation, &sectors));
        let torn = describe_torn(storage, ring, generation, torn.finish())?;
        let active = active.as_ref().map(|active| document::Active {
            start: active.run.start.0,
            tail: active.tail.0,
            head: active.head().offset.0,
            entries: active.entries,
            tail_sequence_number: active.tail_sequence_number().0,
            head_sequence_number: active.head().sequence_number.0,
        });
        let picture = Picture::new(&sectors, extent.columns);
        Ok(document::Ring {
            active,
            counts,
            entries,
            torn,
            runs,
            picture,
        })
    }

    fn take(&mut self, found: Found) {
        match found {
            Found::NotAnEntry { offset, fault } => {
                self.mark(offset, 1, Sector::Torn, Sector::Torn);
                self.torn.push((offset, fault));
            }
            Found::Entry(entry) => {
                let of_current = self.generation == Some(entry.log_guid);
                let (start, rest) = if of_current {
                    (Sector::Other, Sector::OtherRest)
                } else {
                    (Sector::Stale, Sector::StaleRest)
                };
                self.mark(entry.offset, index(LogOffset(entry.length)), start, rest);
                if of_current {
                    self.tracker.entry(entry.clone());
                }
                self.runs.entry(entry.clone());
                self.entries.push(entry);
            }
        }
    }

    fn mark(&mut self, at: LogOffset, count: usize, start: Sector, rest: Sector) {
        for (step, sector) in places(&self.sectors, at, count).enumerate() {
            self.sectors[sector] = if step == 0 { start } else { rest };
        }
    }

    /// Classifies the sectors that belong to no entry: empty, stray, or left of a torn entry.
    fn mark_other_sectors<S: Storage>(
        &mut self,
        storage: &S,
        file_length: u64,
    ) -> Result<(), OpenError> {
        let mut buffer = vec![0; PIECE_BYTES];
        for piece in 0..self.sectors.len().div_ceil(PIECE_BYTES / SECTOR_BYTES) {
            let first = piece * (PIECE_BYTES / SECTOR_BYTES);
            let count = (self.sectors.len() - first).min(PIECE_BYTES / SECTOR_BYTES);
            let offset = self.ring.offset().0 + first as u64 * SECTOR;
            let end = offset + count as u64 * SECTOR;
            let hole = storage
                .next_data(offset)
                .map_err(failed("look for data in the log", offset))?;
            let has_data = hole.is_some_and(|data| data < end);
            if has_data && self.sectors[first..first + count].contains(&Sector::Empty) {
                let bytes = &mut buffer[..count * SECTOR_BYTES];
                storage
                    .read_at(offset, bytes)
                    .map_err(failed("read the log", offset))?;
                self.mark_piece(first, bytes);
            }
            for sector in first..first + count {
                if self.ring.offset().0 + sector as u64 * SECTOR >= file_length {
                    self.sectors[sector] = Sector::Missing;
                }
            }
        }
        Ok(())
    }

    fn mark_piece(&mut self, first: usize, bytes: &[u8]) {
        for (sector, bytes) in (first..).zip(bytes.chunks_exact(SECTOR_BYTES)) {
            if self.sectors[sector] != Sector::Empty || bytes.iter().all(|&byte| byte == 0) {
                continue;
            }
            let before = sector.checked_sub(1).map(|before| self.sectors[before]);
            let after_torn = matches!(before, Some(Sector::Torn | Sector::TornRest));
            let is_part = [b"desc", b"zero", b"data"]
                .iter()
                .any(|signature| bytes.starts_with(*signature));
            self.sectors[sector] = match (is_part, after_torn) {
                (true, true) => Sector::TornRest,
                (true, false) => Sector::Leftover,
                (false, _) => Sector::Stray,
            };
        }
    }
}

/// The sector index of an offset in the ring, or the number of sectors of a length.
fn index(at: LogOffset) -> usize {
    at.0 as usize / SECTOR_BYTES
}

/// The indices of `count` sectors from `at` on, wrapping at the end of the ring.
fn places(sectors: &[Sector], at: LogOffset, count: usize) -> impl Iterator<Item = usize> + use<> {
    let length = sectors.len();
    (index(at)..).take(count).map(move |place| place % length)
}

/// Marks the active entries and those already applied.
fn mark_active(sectors: &mut [Sector], ring: Ring, active: &ActiveSequence) {
    let (run, head) = (&active.run, active.head());
    let count = |from, to| index(LogOffset(ring.distance(from, to)));
    for place in places(sectors, run.start, count(run.start, active.tail)) {
        sectors[place] = if sectors[place].is_start() {
            Sector::Applied
        } else {
            Sector::AppliedRest
        };
    }
    let live = count(active.tail, head.offset) + index(LogOffset(head.length));
    for place in places(sectors, active.tail, live) {
        sectors[place] = if sectors[place].is_start() {
            Sector::Active
        } else {
            Sector::ActiveRest
        };
    }
    sectors[index(head.offset)] = Sector::Head;
    sectors[index(active.tail)] = if active.tail == head.offset {
        Sector::TailAndHead
    } else {
        Sector::Tail
    };
}

/// Counts the first sectors of entries of each kind.
fn count(sectors: &[Sector]) -> EntryCounts {
    let mut counts = EntryCounts::default();
    for sector in sectors {
        match sector {
            Sector::TailAndHead | Sector::Tail | Sector::Head | Sector::Active => {
                counts.active += 1
            }
            Sector::Applied => counts.applied += 1,
            Sector::Other => counts.other_run += 1,
            Sector::Stale => counts.stale += 1,
            _ => {}
        }
    }
    counts
}

fn describe(entry: Entry, generation: Option<Uuid>, sectors: &[Sector]) -> document::Entry {
    document::Entry {
        offset: entry.offset.0,
        length: entry.length,
        sequence_number: entry.sequence_number.0,
        tail: entry.tail.0,
        data_descriptors: entry.data_descriptors,
        zero_descriptors: entry.zero_descriptors,
        flushed_file_offset: entry.flushed_file_offset,
        last_file_offset: entry.last_file_offset,
        log_guid: Guid(entry.log_guid),
        current_generation: generation == Some(entry.log_guid),
        state: match sectors.get(index(entry.offset)) {
            Some(Sector::TailAndHead | Sector::Tail | Sector::Head | Sector::Active) => {
                EntryState::Active
            }
            Some(Sector::Applied) => EntryState::Applied,
            Some(Sector::Stale) => EntryState::Stale,
            _ => EntryState::OtherRun,
        },
    }
}

/// Reads the generation of the torn entries that are listed.
fn describe_torn<S: Storage>(
    storage: &S,
    ring: Ring,
    generation: Option<Uuid>,
    torn: List<(LogOffset, EntryFault)>,
) -> Result<List<document::Torn>, OpenError> {
    let mut items = Vec::with_capacity(torn.items.len());
    for (offset, fault) in torn.items {
        let mut guid = [0; 16];
        let at = ring.in_file(offset).0 + 32;
        storage
            .read_at(at, &mut guid)
            .map_err(failed("read the log", at))?;
        items.push(document::Torn {
            offset: offset.0,
            current_generation: generation == Some(Uuid::from_bytes_le(guid)),
            clause: fault.clause.id(),
            demand: fault.clause.demand(),
            at: fault.at.0,
            message: document::FaultMessage(fault),
        });
    }
    Ok(List {
        total: torn.total,
        omitted: torn.omitted,
        items,
    })
}
