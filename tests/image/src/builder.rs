//! Common things in one line.

use super::corruption::{Corruption, Tear};
use super::encode;
use super::entry::{Content, Data, Descriptor, Entry, Item, LogGuid, Place, Tail, Target, Zero};
use super::layout::Layout;
use super::recipe::{Checksum, Recipe};

impl Recipe {
    /// Adds one item to the log.
    #[must_use]
    pub fn then(mut self, item: impl Into<Item>) -> Self {
        self.log.push(item.into());
        self
    }

    /// Adds a sequence to the log: `entries` entries from `sector` of the ring on, each with one
    /// data descriptor for every target, and each with the first one for its tail, so that all of
    /// them are replayed.
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

    /// Adds a run of an older generation of the log: entries no sequence may hold any more (ENT-7).
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
    /// The entry, if it is one.
    pub fn entry(&self) -> Option<&Entry> {
        if let Self::Entry(entry) = self {
            Some(entry)
        } else {
            None
        }
    }

    /// The entry, if it is one.
    pub fn entry_mut(&mut self) -> Option<&mut Entry> {
        if let Self::Entry(entry) = self {
            Some(entry)
        } else {
            None
        }
    }

    /// Where it is placed.
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

impl From<super::entry::Fill> for Item {
    fn from(fill: super::entry::Fill) -> Self {
        Self::Fill(fill)
    }
}

impl Entry {
    /// The empty entry with which Windows begins a log: its own tail, no descriptors.
    pub fn empty() -> Self {
        Self::default()
    }

    /// An entry that takes exactly `sectors` sectors: as many data descriptors as fit, for the
    /// payload's sectors one after another, and empty zero descriptors where one more data
    /// descriptor would take two sectors.
    pub fn of_sectors(sectors: u32) -> Self {
        let sectors = u64::from(sectors.max(1));
        let fits = |data: u64| encode::descriptor_sectors(data) + data <= sectors;
        let data = (0..sectors).rev().find(|&data| fits(data)).unwrap_or(0);
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

    /// How many sectors it takes on the ring of this layout, padding included.
    pub fn sectors(&self, layout: &Layout) -> u32 {
        let padding = encode::padding_sectors(&self.corruptions, layout.ring_sectors());
        encode::each_update(self, layout, |_| {}).saturating_add(padding)
    }

    /// Places it at a sector of the ring.
    #[must_use]
    pub fn at(self, sector: u32) -> Self {
        Self {
            at: Place::Sector(sector),
            ..self
        }
    }

    /// Gives it a sequence number.
    #[must_use]
    pub fn numbered(self, sequence_number: u64) -> Self {
        Self {
            sequence_number: Some(sequence_number),
            ..self
        }
    }

    /// Gives it a tail.
    #[must_use]
    pub fn with_tail(self, tail: Tail) -> Self {
        Self { tail, ..self }
    }

    /// Gives it a LogGuid.
    #[must_use]
    pub fn with_log_guid(self, log_guid: LogGuid) -> Self {
        Self { log_guid, ..self }
    }

    /// Gives it a checksum.
    #[must_use]
    pub fn with_checksum(self, checksum: Checksum) -> Self {
        Self { checksum, ..self }
    }

    /// Adds a data descriptor with contents of its own.
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

    /// Adds a descriptor.
    #[must_use]
    pub fn descriptor(mut self, descriptor: Descriptor) -> Self {
        self.descriptors.push(descriptor);
        self
    }

    /// Adds a corruption.
    #[must_use]
    pub fn corrupt(mut self, corruption: Corruption) -> Self {
        self.corruptions.push(corruption);
        self
    }

    /// Tears it: from this 512-byte piece on, what was on the ring before is still there.
    #[must_use]
    pub fn torn_at_piece(mut self, piece: u32) -> Self {
        self.tears.push(Tear {
            piece,
            ..Tear::default()
        });
        self
    }
}
