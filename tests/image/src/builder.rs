//! Builders: recipes and entries made by chained calls, for tests and the vectors' tables.
//!
//! ```
//! use vhdx_log_image::{Entry, Recipe, Tail, Target};
//!
//! let torn = Entry::of_sectors(3).at(250).with_tail(Tail::Own).torn_at_piece(9);
//! let recipe = Recipe::default().run(0, 2, [Target::Bat(0)]).then(torn);
//! assert_eq!(recipe.entries().count(), 3);
//! ```

use super::checksum::Checksum;
use super::corruption::{Corruption, Tear};
use super::encode;
use super::entry::{Content, Data, Descriptor, Entry, Fill, Item, Place, Tail, Target, Zero};
use super::layout::Layout;
use super::recipe::Recipe;
use super::value::LogGuid;

impl Recipe {
    /// Adds one item to the log.
    #[must_use]
    pub fn then(mut self, item: impl Into<Item>) -> Self {
        self.log.push(item.into());
        self
    }

    /// Adds a sequence of `entries` entries, from `sector` of the ring on. Each has one data
    /// descriptor for every target, and the first entry as its tail, so that all are replayed.
    #[must_use]
    pub fn run(
        mut self,
        sector: u32,
        entries: u32,
        targets: impl IntoIterator<Item = Target>,
    ) -> Self {
        let first = self.log.len() as u32;
        let entry = targets
            .into_iter()
            .fold(Entry::default(), Entry::data)
            .with_tail(Tail::Item(first));
        self.log.extend((0..entries).map(|index| {
            Item::Entry(if index == 0 {
                entry.clone().at(sector)
            } else {
                entry.clone()
            })
        }));
        self
    }

    /// Adds a run of an older generation of the log: entries that no sequence may contain (ENT-7).
    #[must_use]
    pub fn stale_run(
        self,
        sector: u32,
        entries: u32,
        targets: impl IntoIterator<Item = Target>,
    ) -> Self {
        let first = self.log.len();
        let mut recipe = self.run(sector, entries, targets);
        for entry in recipe.log[first..].iter_mut().filter_map(Item::entry_mut) {
            entry.log_guid = LogGuid::B;
        }
        recipe
    }

    /// The entries of the log, with their indices among its items.
    pub fn entries(&self) -> impl Iterator<Item = (usize, &Entry)> {
        self.log
            .iter()
            .enumerate()
            .filter_map(|(index, item)| Some((index, item.entry()?)))
    }
}

impl Item {
    pub fn entry(&self) -> Option<&Entry> {
        if let Self::Entry(entry) = self {
            Some(entry)
        } else {
            None
        }
    }

    pub fn entry_mut(&mut self) -> Option<&mut Entry> {
        if let Self::Entry(entry) = self {
            Some(entry)
        } else {
            None
        }
    }

    pub fn place_mut(&mut self) -> &mut Place {
        match self {
            Self::Entry(entry) => &mut entry.at,
            Self::Fill(fill) => &mut fill.at,
        }
    }
}

impl From<Entry> for Item {
    fn from(entry: Entry) -> Self {
        Self::Entry(entry)
    }
}

impl From<Fill> for Item {
    fn from(fill: Fill) -> Self {
        Self::Fill(fill)
    }
}

impl Entry {
    /// The entry with which Windows begins a log: no descriptors, its own tail.
    pub fn empty() -> Self {
        Self::default()
    }

    /// An entry of exactly `sectors` sectors: as many data descriptors as fit, for consecutive
    /// sectors of the payload, and empty zero descriptors where one more data descriptor would need
    /// two more sectors.
    pub fn of_sectors(sectors: u32) -> Self {
        let sectors = u64::from(sectors.max(1));
        let data = encode::data_sectors_that_fit(sectors);
        let zeros = (data..)
            .take_while(|&all| encode::descriptor_sectors(all) + data < sectors)
            .count() as u32;
        let data = data.checked_sub(1).map(|more| {
            Descriptor::Data(Data {
                more: more as u32,
                ..Data::default()
            })
        });
        let zeros = (zeros > 0).then(|| {
            Descriptor::Zero(Zero {
                more: zeros - 1,
                ..Zero::default()
            })
        });
        Self {
            descriptors: data.into_iter().chain(zeros).collect(),
            ..Self::default()
        }
    }

    /// How many sectors it has on the ring of this layout, padding included.
    pub fn sectors(&self, layout: &Layout) -> u32 {
        let padding = encode::padding_sectors(&self.corruptions, layout.ring_sectors());
        encode::each_update(self, layout, |_| {}).saturating_add(padding)
    }

    #[must_use]
    pub fn at(self, sector: u32) -> Self {
        Self {
            at: Place::Sector(sector),
            ..self
        }
    }

    #[must_use]
    pub fn numbered(self, sequence_number: u64) -> Self {
        Self {
            sequence_number: Some(sequence_number),
            ..self
        }
    }

    #[must_use]
    pub fn with_tail(self, tail: Tail) -> Self {
        Self { tail, ..self }
    }

    #[must_use]
    pub fn with_log_guid(self, log_guid: LogGuid) -> Self {
        Self { log_guid, ..self }
    }

    #[must_use]
    pub fn with_checksum(self, checksum: Checksum) -> Self {
        Self { checksum, ..self }
    }

    /// Adds a data descriptor that writes [`Content::Own`].
    #[must_use]
    pub fn data(self, target: Target) -> Self {
        self.content(target, Content::Own)
    }

    /// Adds a data descriptor with these contents.
    #[must_use]
    pub fn content(self, target: Target, content: Content) -> Self {
        self.descriptor(Descriptor::Data(Data {
            target,
            content,
            more: 0,
        }))
    }

    /// Adds a zero descriptor over `length` bytes.
    #[must_use]
    pub fn zero(self, target: Target, length: u64) -> Self {
        self.descriptor(Descriptor::Zero(Zero {
            target,
            length,
            more: 0,
        }))
    }

    #[must_use]
    pub fn descriptor(mut self, descriptor: Descriptor) -> Self {
        self.descriptors.push(descriptor);
        self
    }

    #[must_use]
    pub fn corrupt(mut self, corruption: Corruption) -> Self {
        self.corruptions.push(corruption);
        self
    }

    /// Tears it: from this 512-byte piece on, the ring keeps what it had before.
    #[must_use]
    pub fn torn_at_piece(mut self, piece: u32) -> Self {
        self.tears.push(Tear {
            piece,
            ..Tear::default()
        });
        self
    }
}
