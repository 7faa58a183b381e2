//! Every ring within bounds: first the tiles, then sequence numbers, Tails and faults.
//!
//! Rings that no correct writer leaves are included: entries may have any sequence number and any
//! Tail. The order of the choices is part of the contract: it decides which piece of a shard a case
//! is in, and how the cases are numbered.

use std::ops::RangeInclusive;

use vhdx_log_image::SECTOR;

use super::choices::Choose;
use super::faults::FAULTS;
use super::ring::{EntryTile, RingCase, Tile, What};

/// The sequence numbers that others are counted from: small, across 2^32, across 2^63, up to the
/// last one.
const SCALES: [u64; 4] = [7, (1 << 32) - 2, (1 << 63) - 2, u64::MAX - 2];
/// The most sectors of an entry.
const LIMIT_ENTRY_SECTORS: u32 = 3;

/// Which rings.
#[derive(Clone, Debug)]
pub(super) struct Bounds {
    /// How many sectors the rings have.
    pub(super) sectors: RangeInclusive<u32>,
    pub(super) sequence_numbers: SequenceNumbers,
    pub(super) tails: Tails,
    /// How many faults each ring has, where it can have that many.
    pub(super) faults: usize,
    /// Whether entries may be overwritten in part, and data sectors be without an entry.
    pub(super) leftovers: bool,
}

/// The sequence numbers of the entries of a ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SequenceNumbers {
    /// Each independent of the others: one of three in a row, on each of the scales.
    Free,
    /// As a writer leaves them that went round the ring: ascending from any entry on, in one run or
    /// in two.
    Ascending,
}

/// The Tails of the entries of a ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tails {
    /// For each entry every sector, one past the ring, and one inside a sector.
    Every,
    /// For one entry that none follows, every sector; for the others that none follows, their own
    /// start or a value past the ring.
    OneOfEveryHead,
    /// The same one for all entries: any entry's start.
    Starts,
}

/// What one tile can be.
#[derive(Clone, Copy)]
enum TileChoice {
    Hole,
    Stray,
    /// An entry of `sectors` sectors, of which `kept` are on the ring.
    Entry {
        kept: u32,
        sectors: u32,
    },
}

impl RingCase {
    /// The ring that these choices make.
    pub(super) fn make(bounds: &Bounds, choose: &mut impl Choose) -> Self {
        let range = (bounds.sectors.end() - bounds.sectors.start() + 1) as usize;
        let sectors = bounds.sectors.start() + choose.choose(range) as u32;
        let mut case = Self {
            sectors,
            tiles: Vec::new(),
        };
        case.lay_tiles(bounds, choose);
        case.set_sequence_numbers(bounds.sequence_numbers, choose);
        case.set_tails(bounds.tails, choose);
        case.set_faults(bounds.faults, choose);
        case
    }

    /// Places entries, holes and stray data sectors, all with sequence number 0.
    fn lay_tiles(&mut self, bounds: &Bounds, choose: &mut impl Choose) {
        let ring = self.sectors;
        let wrapped = choose.choose(3.min(ring as usize)) as u32;
        let mut at = wrapped;
        while at < ring {
            let options = tile_choices(at, wrapped, ring, bounds.leftovers);
            let Some(&choice) = options.get(choose.choose(options.len().max(1))) else {
                break;
            };
            let tile = choice.tile(at);
            at += tile.kept;
            self.tiles.push(tile);
        }
    }

    fn set_sequence_numbers(&mut self, how: SequenceNumbers, choose: &mut impl Choose) {
        let count = self.entries().count();
        let scale = if count == 0 {
            SCALES[0]
        } else {
            choose.pick(&SCALES)
        };
        for tile in &mut self.tiles {
            if let What::Stray { sequence_number } = &mut tile.what {
                *sequence_number = scale;
            }
        }
        match how {
            SequenceNumbers::Free => self
                .entries()
                .for_each(|(_, entry)| entry.sequence_number = scale + choose.choose(3) as u64),
            SequenceNumbers::Ascending if count > 0 => self.ascending(count, scale, choose),
            SequenceNumbers::Ascending => {}
        }
    }

    /// One run, which starts at any entry; or two, of which the older one's sequence numbers are
    /// lower by a gap. A gap of 2^32 does not show in the lower halves.
    fn ascending(&mut self, count: usize, scale: u64, choose: &mut impl Choose) {
        let (first, older_entries) = (choose.choose(count), choose.choose(count));
        let gap = if older_entries > 0 {
            choose.pick(&[1, 1 << 32])
        } else {
            0
        };
        for (index, (_, entry)) in self.entries().enumerate() {
            let step = (index + count - first) % count;
            let sequence_number = scale.wrapping_sub(2).wrapping_add(step as u64);
            entry.sequence_number = if step < older_entries {
                sequence_number.wrapping_sub(gap)
            } else {
                sequence_number
            };
        }
    }

    fn set_tails(&mut self, tails: Tails, choose: &mut impl Choose) {
        let ring = self.sectors;
        match tails {
            Tails::Every => {
                for (_, entry) in self.entries() {
                    let tail = choose.choose(ring as usize + 2) as u32;
                    entry.tail = if tail > ring { 512 } else { offset(tail) };
                }
            }
            Tails::Starts => {
                let starts: Vec<u32> = self.entries().map(|(at, _)| at).collect();
                if !starts.is_empty() {
                    let tail = offset(choose.pick(&starts));
                    self.entries().for_each(|(_, entry)| entry.tail = tail);
                }
            }
            Tails::OneOfEveryHead => {
                let heads = self.heads();
                if heads.is_empty() {
                    return;
                }
                let chosen = choose.pick(&heads);
                for (at, entry) in self.entries() {
                    if at == chosen {
                        entry.tail = offset(choose.choose(ring as usize) as u32);
                    } else if heads.contains(&at) && choose.choose(2) == 1 {
                        entry.tail = offset(ring);
                    }
                }
            }
        }
    }

    /// Where the entries are that no entry with the next sequence number follows.
    fn heads(&mut self) -> Vec<u32> {
        let ring = self.sectors;
        let all: Vec<(u32, u32, u64)> = self
            .entries()
            .map(|(at, entry)| (at, (at + entry.sectors) % ring, entry.sequence_number))
            .collect();
        let followed = |end: u32, number: u64| {
            all.iter()
                .any(|&(at, _, next)| at == end && Some(next) == number.checked_add(1))
        };
        all.iter()
            .filter(|&&(_, end, number)| !followed(end, number))
            .map(|&(at, ..)| at)
            .collect()
    }

    /// Gives entries `count` faults in all, each set of them once: what is chosen next is always
    /// after what was chosen before.
    fn set_faults(&mut self, count: usize, choose: &mut impl Choose) {
        let sectors: Vec<u32> = self.entries().map(|(_, entry)| entry.sectors).collect();
        let all: Vec<(usize, usize)> = (0..sectors.len())
            .flat_map(|entry| (0..FAULTS.len()).map(move |fault| (entry, fault)))
            .filter(|&(entry, fault)| FAULTS[fault].suits(sectors[entry]))
            .collect();
        let mut rest = all.as_slice();
        for left in (0..count).rev() {
            let Some(choice) = rest.len().checked_sub(left).filter(|&choices| choices > 0) else {
                return;
            };
            let chosen = choose.choose(choice);
            let (entry, fault) = rest[chosen];
            if let Some((_, entry)) = self.entries().nth(entry) {
                entry.faults.push(fault);
            }
            rest = &rest[chosen + 1..];
        }
    }
}

/// What the tile at `at` can be, in order, when the last entry has `wrapped` sectors at the start
/// of the ring: it must end there, and without it no tile may reach past the ring.
fn tile_choices(at: u32, wrapped: u32, ring: u32, leftovers: bool) -> Vec<TileChoice> {
    let end = ring + wrapped;
    let mut choices = Vec::new();
    if at + 1 < ring || wrapped == 0 {
        choices.push(TileChoice::Hole);
        if leftovers {
            choices.push(TileChoice::Stray);
        }
    }
    for sectors in 1..=LIMIT_ENTRY_SECTORS.min(ring) {
        let least = if leftovers { 1 } else { sectors };
        for kept in least..=sectors {
            if at + kept == end || at + kept < ring {
                choices.push(TileChoice::Entry { kept, sectors });
            }
        }
    }
    choices
}

impl TileChoice {
    fn tile(self, at: u32) -> Tile {
        let (kept, what) = match self {
            Self::Hole => (1, What::Hole),
            Self::Stray => (1, What::Stray { sequence_number: 0 }),
            Self::Entry { kept, sectors } => {
                let entry = EntryTile {
                    sectors,
                    sequence_number: 0,
                    tail: offset(at),
                    faults: Vec::new(),
                };
                (kept, What::Entry(entry))
            }
        };
        Tile { at, kept, what }
    }
}

/// The offset of a sector of the ring, in bytes.
fn offset(sector: u32) -> u32 {
    sector * SECTOR as u32
}
