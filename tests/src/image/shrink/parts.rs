//! The steps down from each part of a recipe.
//!
//! For every type there is one simplest value, its default wherever there is one, and every step leads towards it.

use std::ops::Range;

use crate::image::bend::{Bend, Leftover, Nth, Overwrite, Tear};
use crate::image::entry::{Content, Data, Descriptor, Entry, Fill, Filling, Item, LogGuid, Tail, Target, Zero};
use crate::image::recipe::{Checksum, Geometry, Header, Identifier, Patch, Presence};
use crate::image::value::{Bytes, Guid, Signature};

/// A value with simpler ones below it.
pub(super) trait Simpler: Clone {
    /// The values one step simpler, the boldest first. Following them ends, wherever one begins.
    fn simpler(&self) -> Vec<Self>;
}

/// The wholes that differ from `whole` by a simpler value in one part of it.
pub(super) fn field<W: Clone, P: Simpler>(whole: &W, part: impl Fn(&mut W) -> &mut P) -> impl Iterator<Item = W> {
    let mut whole = whole.clone();
    part(&mut whole).simpler().into_iter().map(move |simpler| {
        let mut copy = whole.clone();
        *part(&mut copy) = simpler;
        copy
    })
}

/// Ranges of a list of this length that may go: all of it, its halves, its quarters, down to each element. The later
/// come first: what is written last tends to matter least for what went before.
pub(super) fn pieces(length: usize) -> impl Iterator<Item = Range<usize>> {
    let sizes = std::iter::successors(Some(length), |&size| (size > 1).then(|| size.div_ceil(2)));
    sizes.flat_map(move |size| {
        let starts = (0..length).step_by(size.max(1)).collect::<Vec<_>>().into_iter().rev();
        starts.map(move |start| start..(start + size).min(length))
    })
}

impl<T: Simpler> Simpler for Vec<T> {
    fn simpler(&self) -> Vec<Self> {
        let shorter = pieces(self.len()).map(|range| [&self[..range.start], &self[range.end..]].concat());
        shorter.chain((0..self.len()).flat_map(|index| field(self, move |list| &mut list[index]))).collect()
    }
}

impl<T: Simpler> Simpler for Option<T> {
    fn simpler(&self) -> Vec<Self> {
        let Some(value) = self else { return Vec::new() };
        std::iter::once(None).chain(value.simpler().into_iter().map(Some)).collect()
    }
}

/// Zero, one, the number cut to whole MiB and sectors, then ever smaller steps down: half, three quarters, ... one less.
fn smaller(value: u64) -> impl Iterator<Item = u64> {
    let rounded = [0, 1, value & !0xF_FFFF, value & !0xFFF, (value / 2) & !0xFFF];
    let steps = (1..64).map(move |shift| value - (value >> shift));
    let mut all: Vec<u64> = rounded.into_iter().chain(steps).filter(|&smaller| smaller < value).collect();
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|&smaller| seen.insert(smaller));
    all.into_iter()
}

macro_rules! numbers {
    ($($number:ty),*) => {
        $(impl Simpler for $number {
            fn simpler(&self) -> Vec<Self> {
                smaller(u64::from(*self)).map(|smaller| smaller as $number).collect()
            }
        })*
    };
}
numbers!(u8, u16, u32, u64);

/// A choice with no number in it: every variant before it in this list is simpler.
macro_rules! choices {
    ($($choice:ty: $($variant:expr),*;)*) => {
        $(impl Simpler for $choice {
            fn simpler(&self) -> Vec<Self> {
                [$($variant),*].into_iter().take_while(|simpler| simpler != self).collect()
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
            fn simpler(&self) -> Vec<Self> {
                let default = (*self != Self::default()).then(Self::default);
                default.into_iter()$(.chain(field(self, |part| &mut part.$field)))*.collect()
            }
        })*
    };
}
structs! {
    Header {
        presence, sequence_number, log_guid, version, log_version, log_length, log_offset, signature, reserved, checksum
    }
    Identifier { signature }
    Patch { bytes, at }
    Entry {
        bends, tears, descriptors, checksum, log_guid, tail, sequence_number, flushed_file_offset, last_file_offset
    }
    Fill { with, sectors }
    Data { more, content, target }
    Zero { more, target, length }
    Overwrite { bytes, at }
    Tear { left, pieces, piece }
}

impl Simpler for Geometry {
    /// Each field to its default, then down: a size below the default is no simpler than it.
    fn simpler(&self) -> Vec<Self> {
        let usual = Self::default();
        let toward = |value: u32, usual: u32| {
            let steps = if value > usual { smaller(u64::from(value - usual)).collect() } else { vec![] };
            let steps = steps.into_iter().map(move |above| usual + above as u32);
            (value < usual).then_some(usual).into_iter().chain(steps).collect::<Vec<_>>()
        };
        let mut all: Vec<Self> = (*self != usual).then(Self::default).into_iter().collect();
        let fields: [fn(&mut Self) -> &mut u32; 6] = [
            |geometry| &mut geometry.log_offset_mib,
            |geometry| &mut geometry.log_mib,
            |geometry| &mut geometry.disk_mib,
            |geometry| &mut geometry.block_mib,
            |geometry| &mut geometry.present_blocks,
            |geometry| &mut geometry.spare_mib,
        ];
        for field in fields {
            let (mut copy, mut default) = (self.clone(), usual.clone());
            for value in toward(*field(&mut copy), *field(&mut default)) {
                *field(&mut copy) = value;
                all.push(copy.clone());
            }
        }
        all
    }
}

impl Simpler for Bytes {
    fn simpler(&self) -> Vec<Self> {
        self.0.simpler().into_iter().map(Self).collect()
    }
}

impl<V: Simpler + Default + PartialEq> Simpler for Nth<V> {
    fn simpler(&self) -> Vec<Self> {
        field(self, |nth| &mut nth.index).chain(field(self, |nth| &mut nth.to)).collect()
    }
}

impl Simpler for Item {
    fn simpler(&self) -> Vec<Self> {
        match self {
            // The place stays: it is a step of the recipe as a whole.
            Self::Entry(entry) => {
                let at = entry.at;
                entry
                    .simpler()
                    .into_iter()
                    .map(|entry| Self::Entry(Entry { at, ..entry }))
                    .filter(|item| item != self)
                    .collect()
            }
            Self::Fill(fill) => {
                let at = fill.at;
                fill.simpler()
                    .into_iter()
                    .map(|fill| Self::Fill(Fill { at, ..fill }))
                    .filter(|item| item != self)
                    .collect()
            }
        }
    }
}

impl Simpler for Filling {
    fn simpler(&self) -> Vec<Self> {
        match *self {
            Self::Zeros => vec![],
            Self::Pattern(pattern) => then(Self::Zeros, pattern, Self::Pattern),
            Self::Claims(length) => then(Self::Zeros, length, Self::Claims),
        }
    }
}

impl Simpler for Leftover {
    fn simpler(&self) -> Vec<Self> {
        match *self {
            Self::Older => vec![],
            Self::Zeros => vec![Self::Older],
            Self::Pattern(pattern) => then(Self::Zeros, pattern, Self::Pattern),
        }
    }
}

impl Simpler for Checksum {
    fn simpler(&self) -> Vec<Self> {
        match *self {
            Self::Right => vec![],
            Self::Wrong => vec![Self::Right],
            Self::BeforeBends => vec![Self::Right, Self::Wrong],
            Self::Explicit(value) => [vec![Self::Right], then(Self::Wrong, value, Self::Explicit)].concat(),
        }
    }
}

impl Simpler for Tail {
    fn simpler(&self) -> Vec<Self> {
        match *self {
            Self::Own => vec![],
            Self::Item(index) => then(Self::Own, index, Self::Item),
            Self::Explicit(offset) => then(Self::Own, offset, Self::Explicit),
        }
    }
}

impl Simpler for LogGuid {
    fn simpler(&self) -> Vec<Self> {
        match *self {
            Self::A => vec![],
            Self::B => vec![Self::A],
            Self::Zero | Self::TextOrder => vec![Self::A, Self::B],
            Self::Explicit(guid) => then(Self::B, guid, Self::Explicit),
        }
    }
}

impl Simpler for Content {
    fn simpler(&self) -> Vec<Self> {
        match *self {
            Self::Own => vec![],
            Self::Zeros | Self::Original => vec![Self::Own],
            Self::Pattern(pattern) => then(Self::Own, pattern, Self::Pattern),
            Self::BlockTable(present) => then(Self::Own, present, Self::BlockTable),
        }
    }
}

impl Simpler for Target {
    fn simpler(&self) -> Vec<Self> {
        let elsewhere = Self::Payload(0);
        match *self {
            Self::Payload(sector) => sector.simpler().into_iter().map(Self::Payload).collect(),
            Self::Bat(sector) => then(elsewhere, sector, Self::Bat),
            Self::Metadata(sector) => then(elsewhere, sector, Self::Metadata),
            Self::RegionTable(sector) => then(elsewhere, sector, Self::RegionTable),
            Self::Beyond(sector) => then(elsewhere, sector, Self::Beyond),
            Self::Log(sector) => then(elsewhere, sector, Self::Log),
            Self::Header(sector) => then(elsewhere, sector, Self::Header),
            Self::Identifier(sector) => then(elsewhere, sector, Self::Identifier),
            Self::At(offset) => then(elsewhere, offset, Self::At),
        }
    }
}

impl Simpler for Descriptor {
    fn simpler(&self) -> Vec<Self> {
        match self {
            Self::Data(data) => data.simpler().into_iter().map(Self::Data).collect(),
            Self::Zero(zero) => zero.simpler().into_iter().map(Self::Zero).collect(),
        }
    }
}

impl Simpler for Bend {
    fn simpler(&self) -> Vec<Self> {
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

/// A variant with a simpler value in it.
fn each<V: Simpler, T>(value: &V, variant: impl Fn(V) -> T) -> Vec<T> {
    value.simpler().into_iter().map(variant).collect()
}

/// A simpler variant, then the same one with a simpler value in it.
fn then<V: Simpler, T>(simplest: T, value: V, variant: impl Fn(V) -> T) -> Vec<T> {
    std::iter::once(simplest).chain(each(&value, variant)).collect()
}
