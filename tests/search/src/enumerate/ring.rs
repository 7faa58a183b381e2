//! One ring of a few sectors: the tiles on it, and what they look like in a message.
//!
//! ```text
//!   wrapped end   |  tiles, one after another ...                      | first part
//!   of the last   |  [entry 3 sectors][entry 1][hole][entry 3, 2 kept] | of the last
//!   '------------------------------- the ring ------------------------------------'
//! ```
//!
//! A tile is an entry, the rest of an entry whose end was overwritten, a stray data sector, or a
//! hole. The last entry may wrap.

use std::fmt;

use super::faults::FAULTS;

/// A ring of a few sectors, not built yet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RingCase {
    pub(super) sectors: u32,
    pub(super) tiles: Vec<Tile>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Tile {
    pub(super) at: u32,
    /// How many sectors it has on the ring.
    pub(super) kept: u32,
    pub(super) what: What,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum What {
    Hole,
    Stray { sequence_number: u64 },
    Entry(EntryTile),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct EntryTile {
    /// How many sectors it was written with.
    pub(super) sectors: u32,
    pub(super) sequence_number: u64,
    pub(super) tail: u32,
    /// Indices of [`FAULTS`].
    pub(super) faults: Vec<usize>,
}

impl RingCase {
    /// The entries, each with the sector at which it starts.
    pub(super) fn entries(&mut self) -> impl Iterator<Item = (u32, &mut EntryTile)> {
        self.tiles
            .iter_mut()
            .filter_map(|tile| match &mut tile.what {
                What::Entry(entry) => Some((tile.at, entry)),
                What::Hole | What::Stray { .. } => None,
            })
    }
}

impl fmt::Display for RingCase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a ring of {} sectors:", self.sectors)?;
        for Tile { at, kept, what } in &self.tiles {
            match what {
                What::Hole => write!(f, " [sector {at}: hole]")?,
                What::Stray { sequence_number } => write!(
                    f,
                    " [sector {at}: data sector, SequenceNumber {sequence_number:#x}]"
                )?,
                What::Entry(entry) => {
                    write!(f, " [sector {at}: ")?;
                    entry.write(f, *kept)?;
                    f.write_str("]")?;
                }
            }
        }
        Ok(())
    }
}

impl EntryTile {
    fn write(&self, f: &mut fmt::Formatter<'_>, kept: u32) -> fmt::Result {
        let Self {
            sectors,
            sequence_number,
            tail,
            faults,
        } = self;
        write!(
            f,
            "entry, SequenceNumber {sequence_number:#x}, {kept} of {sectors} sectors, \
             Tail {tail:#x}"
        )?;
        for fault in faults.iter().map(|&fault| &FAULTS[fault]) {
            write!(f, ", {}: {}", fault.clause, fault.words)?;
        }
        Ok(())
    }
}
