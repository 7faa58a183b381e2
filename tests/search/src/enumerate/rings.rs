//! Rings of a few sectors, and all that may stand on them.
//!
//! ```text
//!   wrapped end   |  tiles, one after another ...                      | first part
//!   of the last   |  [entry 3 sectors][entry 1][hole][entry 3, 2 kept] | of the last
//!   '------------------------------- the ring ------------------------------------'
//! ```
//!
//! A ring is a row of tiles: entries, what others left of an entry when they overwrote its end,
//! stray data sectors, holes. The last entry may wrap. What a right writer would not do is in: any
//! number, any Tail.

use std::collections::HashMap;
use std::fmt;
use std::ops::RangeInclusive;

use vhdx_log::storage::SparseMemory;

use super::choices::Choose;
use super::fault::FAULTS;
use vhdx_log_image::{Descriptor, Entry, LogGuid, SECTOR, Sector, Target, Zero};

/// The generation of a ring's entries.
pub(super) fn generation() -> [u8; 16] {
    LogGuid::A.on_disk()
}

/// The number that numbers are counted from: small, across 2^32, across 2^63, up to the last one.
const SCALES: [u64; 4] = [7, (1 << 32) - 2, (1 << 63) - 2, u64::MAX - 2];

/// Which rings.
#[derive(Clone, Debug)]
pub(super) struct Bounds {
    /// How many sectors they have.
    pub(super) sectors: RangeInclusive<u32>,
    /// How entries are numbered.
    pub(super) numbers: Numbers,
    /// Which Tails they have.
    pub(super) tails: Tails,
    /// How many faults they have.
    pub(super) faults: usize,
    /// Whether entries may have been overwritten in part, and data sectors stand alone.
    pub(super) leftovers: bool,
}

/// How the entries of a ring are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    /// Each by itself: one of three in a row, on each of the scales.
    Free,
    /// As by a writer that went round: counting up from any of them; and so that two runs meet.
    Counting,
}

/// The Tails of the entries of a ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tails {
    /// For each entry every sector, one past the ring, and one inside a sector.
    Every,
    /// One entry with nothing to follow it has every sector; others their own start, or nowhere.
    OneOfEveryHead,
    /// Every entry has the same one: any entry's start.
    Starts,
}

/// A ring.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RingCase {
    sectors: u32,
    tiles: Vec<Tile>,
}

/// What stands from one sector on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Tile {
    at: u32,
    /// How many sectors it has on the ring.
    kept: u32,
    what: What,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum What {
    Hole,
    /// A data sector of this number.
    Stray(u64),
    Entry(EntryTile),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct EntryTile {
    /// How many sectors it was written with.
    sectors: u32,
    number: u64,
    tail: u32,
    /// Indices of [`FAULTS`].
    faults: Vec<usize>,
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
        case.number(bounds, choose);
        case.name_tails(bounds, choose);
        case.spoil(bounds, choose);
        case
    }

    /// Places entries and holes, without numbers.
    fn lay_tiles(&mut self, bounds: &Bounds, choose: &mut impl Choose) {
        let ring = self.sectors;
        let wrapped = choose.choose(3.min(ring as usize)) as u32;
        let end = ring + wrapped;
        let mut at = wrapped;
        while at < ring {
            let mut options = Vec::new();
            if at + 1 < ring || wrapped == 0 {
                options.push((1, 0));
                if bounds.leftovers {
                    options.push((1, u32::MAX));
                }
            }
            for sectors in 1..=3.min(ring) {
                let least = if bounds.leftovers { 1 } else { sectors };
                let fits = |kept: &u32| {
                    at + kept == end || at + kept < ring || (wrapped == 0 && at + kept == ring)
                };
                options.extend((least..=sectors).filter(fits).map(|kept| (kept, sectors)));
            }
            let Some(&(kept, sectors)) = options.get(choose.choose(options.len().max(1))) else {
                break;
            };
            let what = match sectors {
                0 => What::Hole,
                u32::MAX => What::Stray(0),
                sectors => What::Entry(EntryTile {
                    sectors,
                    number: 0,
                    tail: at * 4096,
                    faults: Vec::new(),
                }),
            };
            self.tiles.push(Tile { at, kept, what });
            at += kept;
        }
    }

    fn entries(&mut self) -> impl Iterator<Item = (u32, &mut EntryTile)> {
        self.tiles
            .iter_mut()
            .filter_map(|tile| match &mut tile.what {
                What::Entry(entry) => Some((tile.at, entry)),
                What::Hole | What::Stray(_) => None,
            })
    }

    fn number(&mut self, bounds: &Bounds, choose: &mut impl Choose) {
        let count = self.entries().count();
        let scale = if count == 0 {
            SCALES[0]
        } else {
            choose.pick(&SCALES)
        };
        for tile in &mut self.tiles {
            if let What::Stray(number) = &mut tile.what {
                *number = scale;
            }
        }
        match bounds.numbers {
            Numbers::Free => self
                .entries()
                .for_each(|(_, entry)| entry.number = scale + choose.choose(3) as u64),
            Numbers::Counting if count > 0 => {
                // The run begins at any entry. Where a second one meets it, its numbers are those
                // before, with a gap, which the lower halves may not show.
                let (first, second) = (choose.choose(count), choose.choose(count));
                let gap = if second > 0 {
                    choose.pick(&[1, 1 << 32])
                } else {
                    0
                };
                for (index, (_, entry)) in self.entries().enumerate() {
                    let step = (index + count - first) % count;
                    let number = scale.wrapping_sub(2).wrapping_add(step as u64);
                    let older = second > 0 && step < second;
                    entry.number = if older {
                        number.wrapping_sub(gap)
                    } else {
                        number
                    };
                }
            }
            Numbers::Counting => {}
        }
    }

    fn name_tails(&mut self, bounds: &Bounds, choose: &mut impl Choose) {
        let ring = self.sectors;
        match bounds.tails {
            Tails::Every => {
                for (_, entry) in self.entries() {
                    let tail = choose.choose(ring as usize + 2) as u32;
                    entry.tail = if tail > ring { 512 } else { tail * 4096 };
                }
            }
            Tails::Starts => {
                let starts: Vec<u32> = self.entries().map(|(at, _)| at).collect();
                if !starts.is_empty() {
                    let tail = choose.pick(&starts) * 4096;
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
                        entry.tail = choose.choose(ring as usize) as u32 * 4096;
                    } else if heads.contains(&at) && choose.choose(2) == 1 {
                        entry.tail = ring * 4096;
                    }
                }
            }
        }
    }

    /// Where the entries are that none follows with the next number.
    fn heads(&mut self) -> Vec<u32> {
        let ring = self.sectors;
        let all: Vec<(u32, u32, u64)> = self
            .entries()
            .map(|(at, entry)| (at, (at + entry.sectors) % ring, entry.number))
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

    fn spoil(&mut self, bounds: &Bounds, choose: &mut impl Choose) {
        let sectors: Vec<u32> = self.entries().map(|(_, entry)| entry.sectors).collect();
        let all: Vec<(usize, usize)> = (0..sectors.len())
            .flat_map(|entry| (0..FAULTS.len()).map(move |fault| (entry, fault)))
            .filter(|&(entry, fault)| FAULTS[fault].suits(sectors[entry]))
            .collect();
        // Pairs in order: each only once.
        let mut rest = all.as_slice();
        for left in (0..bounds.faults).rev() {
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

    /// Its sectors.
    pub(super) fn image(&self, cache: &mut Encoded) -> SparseMemory {
        let mut sectors = Vec::with_capacity(8);
        for tile in &self.tiles {
            let encoded = match &tile.what {
                What::Hole => continue,
                What::Stray(number) => cache.stray(*number, self.sectors),
                What::Entry(entry) => cache.entry(entry, self.sectors),
            };
            for (step, sector) in encoded.iter().take(tile.kept as usize).enumerate() {
                sectors.push((
                    u64::from((tile.at + step as u32) % self.sectors),
                    Sector::clone(sector),
                ));
            }
        }
        SparseMemory::from_sectors(u64::from(self.sectors) * SECTOR, sectors)
    }
}

/// Entries that were encoded before: making their patterns and checksums is what a case would cost
/// most.
#[derive(Default)]
pub(super) struct Encoded {
    entries: HashMap<(u32, EntryTile), Vec<Sector>>,
}

impl Encoded {
    /// The most that are kept: 4096 of two sectors are 32 MiB.
    const KEPT: usize = 4096;

    fn entry(&mut self, tile: &EntryTile, ring: u32) -> &[Sector] {
        if self.entries.len() >= Self::KEPT {
            self.entries.clear();
        }
        self.entries
            .entry((ring, tile.clone()))
            .or_insert_with(|| encode(tile, ring))
    }

    fn stray(&mut self, number: u64, ring: u32) -> &[Sector] {
        let whole = EntryTile {
            sectors: 2,
            number,
            tail: 0,
            faults: Vec::new(),
        };
        self.entry(&whole, ring).get(1..).unwrap_or_default()
    }
}

fn encode(tile: &EntryTile, ring: u32) -> Vec<Sector> {
    let mut entry = match tile.sectors {
        1 => Entry::empty().descriptor(Descriptor::Zero(Zero {
            target: Target::Payload(0),
            length: 4096,
            more: 0,
        })),
        sectors => Entry::of_sectors(sectors),
    };
    entry.sequence_number = Some(tile.number);
    tile.faults
        .iter()
        .for_each(|&fault| FAULTS[fault].apply(&mut entry, ring));
    let number = entry.sequence_number.unwrap_or(tile.number);
    entry.standalone(number, tile.tail, ring)
}

impl fmt::Display for RingCase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a ring of {} sectors:", self.sectors)?;
        for Tile { at, kept, what } in &self.tiles {
            match what {
                What::Hole => write!(f, " [{at}: hole]")?,
                What::Stray(number) => write!(f, " [{at}: a data sector of {number:#x}]")?,
                What::Entry(EntryTile {
                    sectors,
                    number,
                    tail,
                    faults,
                }) => {
                    write!(
                        f,
                        " [{at}: entry {number:#x}, {kept} of {sectors} sectors, Tail {tail:#x}"
                    )?;
                    for fault in faults.iter().map(|&fault| &FAULTS[fault]) {
                        write!(f, ", {}: {}", fault.clause, fault.words)?;
                    }
                    f.write_str("]")?;
                }
            }
        }
        Ok(())
    }
}
