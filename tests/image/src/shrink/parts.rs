//! Simpler values for each part of a recipe.
//!
//! Every type has one simplest value, its default where there is one, and every step leads towards
//! it. A new type in a recipe needs an implementation of [`Simpler`] here.

use std::ops::Range;

use crate::checksum::Checksum;
use crate::corruption::{Corruption, Leftover, Nth, Overwrite, Tear};
use crate::entry::{Content, Data, Descriptor, Entry, Fill, Filling, Item, Tail, Target, Zero};
use crate::geometry::{BatEntry, Block, Geometry};
use crate::recipe::{Header, Identifier, Patch, Presence};
use crate::value::{Bytes, Guid, LogGuid, Signature};

/// Values, made lazily: there are many, and mostly the first few are enough.
pub(crate) type Steps<T> = Box<dyn Iterator<Item = T>>;

/// A value that can be made simpler.
pub(crate) trait Simpler: Clone + 'static {
    /// The values one step simpler, the largest step first. No sequence of steps is endless.
    fn simpler(&self) -> Steps<Self>;
}

/// Replaces a part by its simpler value number `step`, or by the last one when there are fewer.
pub(crate) fn descend<P: Simpler>(part: &mut P, step: usize) {
    if let Some(simpler) = part.simpler().take(step + 1).last() {
        *part = simpler;
    }
}

/// Copies of `whole`, each with a simpler value in one part of it.
pub(super) fn field<W, P, F>(whole: &W, part: F) -> impl Iterator<Item = W> + use<W, P, F>
where
    W: Clone,
    P: Simpler,
    F: Fn(&mut W) -> &mut P,
{
    let mut whole = whole.clone();
    let steps = move || {
        part(&mut whole).simpler().map(move |simpler| {
            let mut copy = whole.clone();
            *part(&mut copy) = simpler;
            copy
        })
    };
    std::iter::once_with(steps).flatten()
}

/// Ranges of a list of this length that may be removed: all of it, halves, quarters, down to single
/// elements. Later ones come first: what is written last tends to matter least.
pub(super) fn pieces(length: usize) -> impl Iterator<Item = Range<usize>> {
    let sizes = std::iter::successors(Some(length), |&size| (size > 1).then(|| size.div_ceil(2)));
    sizes.flat_map(move |size| {
        let starts = (0..length)
            .step_by(size.max(1))
            .collect::<Vec<_>>()
            .into_iter()
            .rev();
        starts.map(move |start| start..(start + size).min(length))
    })
}

impl<T: Simpler> Simpler for Vec<T> {
    fn simpler(&self) -> Steps<Self> {
        let (list, whole) = (self.clone(), self.clone());
        let shorter = pieces(self.len())
            .map(move |range| [&list[..range.start], &list[range.end..]].concat());
        let simpler =
            (0..self.len()).flat_map(move |index| field(&whole, move |list| &mut list[index]));
        Box::new(shorter.chain(simpler))
    }
}

impl<T: Simpler> Simpler for Option<T> {
    fn simpler(&self) -> Steps<Self> {
        let simpler = self.as_ref().map(Simpler::simpler);
        Box::new(
            self.is_some()
                .then_some(None)
                .into_iter()
                .chain(simpler.into_iter().flatten().map(Some)),
        )
    }
}

/// Zero, one, the number rounded down to whole MiB and sectors, then smaller and smaller steps
/// down: half, three quarters, ... one less.
fn smaller(value: u64) -> impl Iterator<Item = u64> {
    let rounded = [
        0,
        1,
        value & !0xF_FFFF,
        value & !0xFFF,
        (value / 2) & !0xFFF,
    ];
    let steps = (1..64).map(move |shift| value - (value >> shift));
    let mut all: Vec<u64> = rounded
        .into_iter()
        .chain(steps)
        .filter(|&smaller| smaller < value)
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|&smaller| seen.insert(smaller));
    all.into_iter()
}

macro_rules! numbers {
    ($($number:ty),*) => {
        $(impl Simpler for $number {
            fn simpler(&self) -> Steps<Self> {
                Box::new(smaller(u64::from(*self)).map(|smaller| smaller as $number))
            }
        })*
    };
}
numbers!(u8, u16, u32, u64);

/// Enums without values: every variant before it in this list is simpler.
macro_rules! choices {
    ($($choice:ty: $($variant:expr),*;)*) => {
        $(impl Simpler for $choice {
            fn simpler(&self) -> Steps<Self> {
                let choice = self.clone();
                Box::new([$($variant),*].into_iter().take_while(move |simpler| *simpler != choice))
            }
        })*
    };
}
choices! {
    Presence: Presence::Written, Presence::Absent, Presence::Twin;
    Guid: Guid::default();
    Signature: Signature::default();
}

/// Structs: the default, then one field simpler.
macro_rules! structs {
    ($($part:ty { $($field:ident),* })*) => {
        $(impl Simpler for $part {
            fn simpler(&self) -> Steps<Self> {
                let default = (*self != Self::default()).then(Self::default);
                let steps = default.into_iter();
                $(let steps = steps.chain(field(self, |part: &mut Self| &mut part.$field));)*
                Box::new(steps)
            }
        })*
    };
}
structs! {
    Header {
        presence, sequence_number, log_guid, version, log_version, log_length, log_offset,
        signature, reserved, checksum
    }
    Identifier { signature }
    Patch { bytes, at }
    Entry {
        corruptions, tears, descriptors, checksum, log_guid, tail, sequence_number,
        flushed_file_offset, last_file_offset
    }
    Fill { with, sectors }
    Data { more, content, target }
    Zero { more, target, length }
    BatEntry { block, state, at_mib }
    Overwrite { bytes, at }
    Tear { left, pieces, piece }
}

impl Simpler for Geometry {
    /// Each field to its default, then down to it. A size below the default is not simpler.
    fn simpler(&self) -> Steps<Self> {
        let usual = Self::default();
        let toward = |value: u32, usual: u32| {
            let steps = if value > usual {
                smaller(u64::from(value - usual)).collect()
            } else {
                vec![]
            };
            let steps = steps.into_iter().map(move |above| usual + above as u32);
            (value < usual)
                .then_some(usual)
                .into_iter()
                .chain(steps)
                .collect::<Vec<_>>()
        };
        let mut all: Vec<Self> = (*self != usual).then(Self::default).into_iter().collect();
        let fields: [fn(&mut Self) -> &mut u32; 9] = [
            |geometry| &mut geometry.log_offset_mib,
            |geometry| &mut geometry.log_mib,
            |geometry| &mut geometry.disk_mib,
            |geometry| &mut geometry.block_mib,
            |geometry| &mut geometry.present_blocks,
            |geometry| &mut geometry.spare_mib,
            |geometry| &mut geometry.disk_rest,
            |geometry| &mut geometry.logical_sector,
            |geometry| &mut geometry.physical_sector,
        ];
        for field in fields {
            let (mut copy, mut default) = (self.clone(), usual.clone());
            for value in toward(*field(&mut copy), *field(&mut default)) {
                *field(&mut copy) = value;
                all.push(copy.clone());
            }
        }
        if self.has_parent {
            all.push(Self {
                has_parent: false,
                ..self.clone()
            });
        }
        Box::new(
            all.into_iter()
                .chain(field(self, |geometry| &mut geometry.bat)),
        )
    }
}

impl Simpler for Block {
    fn simpler(&self) -> Steps<Self> {
        match *self {
            Self::Payload(index) => each(&index, Self::Payload),
            Self::Bitmap(chunk) => then(Self::Payload(0), chunk, Self::Bitmap),
        }
    }
}

impl Simpler for Bytes {
    fn simpler(&self) -> Steps<Self> {
        Box::new(self.0.simpler().map(Self))
    }
}

impl<V: Simpler + Default + PartialEq> Simpler for Nth<V> {
    fn simpler(&self) -> Steps<Self> {
        Box::new(
            field(self, |nth: &mut Self| &mut nth.index)
                .chain(field(self, |nth: &mut Self| &mut nth.to)),
        )
    }
}

impl Simpler for Item {
    fn simpler(&self) -> Steps<Self> {
        // The place is not changed here: that is a step of the whole recipe.
        let item = self.clone();
        let simpler: Steps<Self> = match self {
            Self::Entry(entry) => {
                let at = entry.at;
                Box::new(
                    entry
                        .simpler()
                        .map(move |entry| Self::Entry(Entry { at, ..entry })),
                )
            }
            Self::Fill(fill) => {
                let at = fill.at;
                Box::new(
                    fill.simpler()
                        .map(move |fill| Self::Fill(Fill { at, ..fill })),
                )
            }
        };
        Box::new(simpler.filter(move |simpler| *simpler != item))
    }
}

impl Simpler for Filling {
    fn simpler(&self) -> Steps<Self> {
        match *self {
            Self::Zeros => steps([]),
            Self::Pattern(pattern) => then(Self::Zeros, pattern, Self::Pattern),
            Self::Claims(length) => then(Self::Zeros, length, Self::Claims),
        }
    }
}

impl Simpler for Leftover {
    fn simpler(&self) -> Steps<Self> {
        match *self {
            Self::Older => steps([]),
            Self::Zeros => steps([Self::Older]),
            Self::Pattern(pattern) => then(Self::Zeros, pattern, Self::Pattern),
        }
    }
}

impl Simpler for Checksum {
    fn simpler(&self) -> Steps<Self> {
        match *self {
            Self::Right => steps([]),
            Self::Wrong => steps([Self::Right]),
            Self::BeforeCorruptions => steps([Self::Right, Self::Wrong]),
            Self::Explicit(value) => {
                Box::new(steps([Self::Right]).chain(then(Self::Wrong, value, Self::Explicit)))
            }
        }
    }
}

impl Simpler for Tail {
    fn simpler(&self) -> Steps<Self> {
        match *self {
            Self::Own => steps([]),
            Self::Item(index) => then(Self::Own, index, Self::Item),
            Self::Explicit(offset) => then(Self::Own, offset, Self::Explicit),
        }
    }
}

impl Simpler for LogGuid {
    fn simpler(&self) -> Steps<Self> {
        match *self {
            Self::A => steps([]),
            Self::B => steps([Self::A]),
            Self::Zero | Self::TextOrder => steps([Self::A, Self::B]),
            Self::Explicit(guid) => then(Self::B, guid, Self::Explicit),
        }
    }
}

impl Simpler for Content {
    fn simpler(&self) -> Steps<Self> {
        match *self {
            Self::Own => steps([]),
            Self::Zeros | Self::Original => steps([Self::Own]),
            Self::Pattern(pattern) => then(Self::Own, pattern, Self::Pattern),
            Self::BlockTable(present) => then(Self::Own, present, Self::BlockTable),
            Self::BatEntry(entry) => then(Self::Original, entry, Self::BatEntry),
        }
    }
}

impl Simpler for Target {
    fn simpler(&self) -> Steps<Self> {
        let elsewhere = Self::Payload(0);
        match *self {
            Self::Payload(sector) => each(&sector, Self::Payload),
            Self::Bat(sector) => then(elsewhere, sector, Self::Bat),
            Self::Metadata(sector) => then(elsewhere, sector, Self::Metadata),
            Self::RegionTable(sector) => then(elsewhere, sector, Self::RegionTable),
            Self::Beyond(sector) => then(elsewhere, sector, Self::Beyond),
            Self::Log(sector) => then(elsewhere, sector, Self::Log),
            Self::Header(sector) => then(elsewhere, sector, Self::Header),
            Self::Identifier(sector) => then(elsewhere, sector, Self::Identifier),
            Self::At(offset) => then(elsewhere, offset, Self::At),
            Self::BatOf(block) => then(Self::Bat(0), block, Self::BatOf),
        }
    }
}

impl Simpler for Descriptor {
    fn simpler(&self) -> Steps<Self> {
        match self {
            Self::Data(data) => each(data, Self::Data),
            Self::Zero(zero) => each(zero, Self::Zero),
        }
    }
}

impl Simpler for Corruption {
    fn simpler(&self) -> Steps<Self> {
        match self {
            Self::Signature(to) => each(to, Self::Signature),
            Self::EntryLength(to) => each(to, Self::EntryLength),
            Self::Tail(to) => each(to, Self::Tail),
            Self::SequenceNumber(to) => each(to, Self::SequenceNumber),
            Self::DescriptorCount(to) => each(to, Self::DescriptorCount),
            Self::Reserved(to) => each(to, Self::Reserved),
            Self::Padding(sectors) => each(sectors, Self::Padding),
            Self::Garbage(byte) => each(byte, Self::Garbage),
            Self::DescriptorSignature(nth) => each(nth, Self::DescriptorSignature),
            Self::DescriptorSequenceNumber(nth) => each(nth, Self::DescriptorSequenceNumber),
            Self::DescriptorFileOffset(nth) => each(nth, Self::DescriptorFileOffset),
            Self::DescriptorLength(nth) => each(nth, Self::DescriptorLength),
            Self::DescriptorReserved(nth) => each(nth, Self::DescriptorReserved),
            Self::DataSignature(nth) => each(nth, Self::DataSignature),
            Self::DataSequenceHigh(nth) => each(nth, Self::DataSequenceHigh),
            Self::DataSequenceLow(nth) => each(nth, Self::DataSequenceLow),
            Self::Overwrite(overwrite) => each(overwrite, Self::Overwrite),
        }
    }
}

fn steps<T: 'static, const N: usize>(values: [T; N]) -> Steps<T> {
    Box::new(values.into_iter())
}

/// The same variant with a simpler value in it.
fn each<V: Simpler, T: 'static>(value: &V, variant: impl Fn(V) -> T + 'static) -> Steps<T> {
    Box::new(value.simpler().map(variant))
}

/// A simpler variant, then the same one with a simpler value in it.
fn then<V: Simpler, T: 'static>(
    simplest: T,
    value: V,
    variant: impl Fn(V) -> T + 'static,
) -> Steps<T> {
    Box::new(std::iter::once(simplest).chain(each(&value, variant)))
}
