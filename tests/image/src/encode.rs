//! Headers and log entries as bytes. This is the third opinion on the format beside the
//! implementation and the model: it shares no code, not even a constant, with either.

use uuid::{Uuid, uuid};

use super::build::LIMIT_SECTORS;
use super::corruption::Corruption;
use super::entry::{Content, Descriptor, Entry, LogGuid};
use super::layout::Layout;
use super::recipe::{Checksum, Header};
use super::sector::{SECTOR, SECTOR_BYTES, put};
use super::{base, pattern};

const GENERATION_A: Uuid = uuid!("a1b2c3d4-e5f6-4718-8293-a4b5c6d7e8f9");
const GENERATION_B: Uuid = uuid!("0b1c2d3e-4f50-4162-9374-8596a7b8c9da");
const FILE_WRITE: Uuid = uuid!("66696c65-2077-4269-8465-206775696400");
const DATA_WRITE: Uuid = uuid!("64617461-2077-4269-8465-206775696400");

impl LogGuid {
    /// The 16 bytes on disk.
    pub fn on_disk(self) -> [u8; 16] {
        match self {
            Self::A => GENERATION_A.to_bytes_le(),
            Self::B => GENERATION_B.to_bytes_le(),
            Self::TextOrder => GENERATION_A.into_bytes(),
            Self::Zero => [0; 16],
            Self::Explicit(guid) => guid.on_disk(),
        }
    }
}

/// The header in slot 0 or 1 (the table in section 1 of the clauses), whatever its presence.
pub(super) fn header(header: &Header, slot: usize, layout: &Layout) -> [u8; SECTOR_BYTES] {
    let mut bytes = [0; SECTOR_BYTES];
    let sequence_number = header
        .sequence_number
        .unwrap_or(Header::SEQUENCE_NUMBERS[slot]);
    put(&mut bytes, 0, b"head");
    put(&mut bytes, 8, &sequence_number.to_le_bytes());
    put(&mut bytes, 16, &FILE_WRITE.to_bytes_le());
    put(&mut bytes, 32, &DATA_WRITE.to_bytes_le());
    put(&mut bytes, 48, &header.log_guid.on_disk());
    put(&mut bytes, 64, &header.log_version.to_le_bytes());
    put(&mut bytes, 66, &header.version.unwrap_or(1).to_le_bytes());
    put(
        &mut bytes,
        68,
        &header
            .log_length
            .unwrap_or(layout.log_bytes as u32)
            .to_le_bytes(),
    );
    put(
        &mut bytes,
        72,
        &header.log_offset.unwrap_or(layout.log_offset).to_le_bytes(),
    );
    let before_bends = if header.checksum == Checksum::BeforeCorruptions {
        crc32c::crc32c(&bytes)
    } else {
        0
    };
    put(
        &mut bytes,
        0,
        &header.signature.map_or(*b"head", |signature| signature.0),
    );
    bytes[80..].fill(header.reserved);
    let checksum = match header.checksum {
        Checksum::Right => crc32c::crc32c(&bytes),
        Checksum::BeforeCorruptions => before_bends,
        Checksum::Wrong => !crc32c::crc32c(&bytes),
        Checksum::Explicit(value) => value,
    };
    put(&mut bytes, 4, &checksum.to_le_bytes());
    bytes
}

/// One descriptor of an entry, its target resolved.
#[derive(Clone, Copy, Debug)]
pub(super) enum Update {
    /// A data descriptor.
    Data { offset: u64, content: Content },
    /// A zero descriptor.
    Zero { offset: u64, length: u64 },
}

/// The descriptors of an entry one by one, cut where it is longer than the ring by one sector
/// (ENT-3), or longer than a recipe may be.
pub(super) fn updates(entry: &Entry, layout: &Layout) -> Vec<Update> {
    let mut updates = Vec::new();
    each_update(entry, layout, |update| updates.push(update));
    updates
}

/// Goes through what [`updates`] lists; returns how many sectors the entry takes, padding left out.
pub(super) fn each_update(entry: &Entry, layout: &Layout, mut take: impl FnMut(Update)) -> u32 {
    let limit = u64::from(layout.ring_sectors()).min(LIMIT_SECTORS) + 1;
    let sectors = |descriptors, data| descriptor_sectors(descriptors) + data;
    let (mut descriptors, mut data) = (0, 0);
    for descriptor in &entry.descriptors {
        let (target, more) = match descriptor {
            Descriptor::Data(data) => (data.target, data.more),
            Descriptor::Zero(zero) => (zero.target, zero.more),
        };
        let offset = layout.offset_of(target);
        for step in 0..=u64::from(more) {
            let with_data = data + u64::from(matches!(descriptor, Descriptor::Data(_)));
            if sectors(descriptors + 1, with_data) > limit {
                return sectors(descriptors, data) as u32;
            }
            (descriptors, data) = (descriptors + 1, with_data);
            take(match descriptor {
                Descriptor::Data(data) => Update::Data {
                    offset: offset.wrapping_add(step * SECTOR),
                    content: data.content,
                },
                Descriptor::Zero(zero) => Update::Zero {
                    offset: offset.wrapping_add(step.wrapping_mul(zero.length)),
                    length: zero.length,
                },
            });
        }
    }
    sectors(descriptors, data) as u32
}

/// How many sectors the header and this many descriptors take.
pub(super) fn descriptor_sectors(descriptors: u64) -> u64 {
    (64 + 32 * descriptors).div_ceil(SECTOR)
}

/// The values of an entry that its place in the recipe decides.
pub(super) struct Surroundings<'a> {
    pub(super) layout: &'a Layout,
    pub(super) base: &'a base::Base,
    pub(super) sequence_number: u64,
    pub(super) tail: u32,
}

/// An entry before it is corrupted, its checksum zero (the tables in section 1 of the clauses).
pub(super) fn entry(entry: &Entry, updates: &[Update], around: &Surroundings<'_>) -> Vec<u8> {
    let data = updates
        .iter()
        .filter(|update| matches!(update, Update::Data { .. }))
        .count();
    let mut bytes =
        vec![0; (descriptor_sectors(updates.len() as u64) as usize + data) * SECTOR_BYTES];
    let length = bytes.len() as u32;
    put(&mut bytes, 0, b"loge");
    put(&mut bytes, 8, &length.to_le_bytes());
    put(&mut bytes, 12, &around.tail.to_le_bytes());
    put(&mut bytes, 16, &around.sequence_number.to_le_bytes());
    put(&mut bytes, 24, &(updates.len() as u32).to_le_bytes());
    put(&mut bytes, 32, &entry.log_guid.on_disk());
    put(
        &mut bytes,
        48,
        &entry
            .flushed_file_offset
            .unwrap_or(around.layout.file_bytes)
            .to_le_bytes(),
    );
    put(
        &mut bytes,
        56,
        &entry
            .last_file_offset
            .unwrap_or(around.layout.file_bytes)
            .to_le_bytes(),
    );
    let (descriptors, data) =
        bytes.split_at_mut(descriptor_sectors(updates.len() as u64) as usize * SECTOR_BYTES);
    let mut data_sectors = data.as_chunks_mut::<SECTOR_BYTES>().0.iter_mut();
    for (index, (update, descriptor)) in updates
        .iter()
        .zip(descriptors[64..].chunks_exact_mut(32))
        .enumerate()
    {
        match *update {
            Update::Zero { offset, length } => {
                put(descriptor, 0, b"zero");
                put(descriptor, 8, &length.to_le_bytes());
                put(descriptor, 16, &offset.to_le_bytes());
            }
            Update::Data { offset, content } => {
                let sector = data_sectors
                    .next()
                    .expect("a sector for each data descriptor");
                fill(sector, content, offset, index, around);
                put(descriptor, 0, b"desc");
                put(descriptor, 4, &sector[SECTOR_BYTES - 4..]);
                put(descriptor, 8, &sector[..8]);
                put(descriptor, 16, &offset.to_le_bytes());
                put(sector, 0, b"data");
                put(
                    sector,
                    4,
                    &((around.sequence_number >> 32) as u32).to_le_bytes(),
                );
                put(
                    sector,
                    SECTOR_BYTES - 4,
                    &(around.sequence_number as u32).to_le_bytes(),
                );
            }
        }
        put(descriptor, 24, &around.sequence_number.to_le_bytes());
    }
    bytes
}

/// What a data descriptor writes to its target, whole.
fn fill(
    sector: &mut [u8; SECTOR_BYTES],
    content: Content,
    offset: u64,
    index: usize,
    around: &Surroundings<'_>,
) {
    let number = offset / SECTOR;
    match content {
        Content::Own => pattern::fill(sector, pattern::own(around.sequence_number, index), number),
        Content::Pattern(pattern) => pattern::fill(sector, pattern, number),
        Content::Zeros => {}
        Content::Original => put(
            sector,
            0,
            around
                .base
                .sectors
                .get(&number)
                .map_or(&[], |original| &original[..]),
        ),
        Content::BlockTable(present) => put(sector, 0, &base::bat(around.layout, present, 0)[..]),
    }
}

/// Corrupts an entry that was encoded from this many descriptors.
pub(super) fn corrupt(
    bytes: &mut Vec<u8>,
    corruptions: &[Corruption],
    descriptors: usize,
    ring_sectors: u32,
) {
    let data = descriptor_sectors(descriptors as u64) as usize * SECTOR_BYTES;
    let unpadded = bytes.len();
    let descriptor_at = |index: u32, field| match index as usize {
        index if index < descriptors => 64 + 32 * index + field,
        _ => usize::MAX,
    };
    let data_at = |index: u32, field| match data + index as usize * SECTOR_BYTES {
        at if at < unpadded => at + field,
        _ => usize::MAX,
    };
    for corruption in corruptions {
        match corruption {
            Corruption::Signature(to) => put(bytes, 0, &to.0),
            Corruption::EntryLength(to) => put(bytes, 8, &to.to_le_bytes()),
            Corruption::Tail(to) => put(bytes, 12, &to.to_le_bytes()),
            Corruption::SequenceNumber(to) => put(bytes, 16, &to.to_le_bytes()),
            Corruption::DescriptorCount(to) => put(bytes, 24, &to.to_le_bytes()),
            Corruption::Reserved(to) => put(bytes, 28, &to.to_le_bytes()),
            Corruption::Padding(sectors) => pad(bytes, (*sectors).min(ring_sectors)),
            Corruption::Garbage(byte) => bytes[64 + 32 * descriptors..data].fill(*byte),
            Corruption::DescriptorSignature(nth) => {
                put(bytes, descriptor_at(nth.index, 0), &nth.to.0)
            }
            Corruption::DescriptorReserved(nth) => {
                put(bytes, descriptor_at(nth.index, 4), &nth.to.to_le_bytes())
            }
            Corruption::DescriptorLength(nth) => {
                put(bytes, descriptor_at(nth.index, 8), &nth.to.to_le_bytes())
            }
            Corruption::DescriptorFileOffset(nth) => {
                put(bytes, descriptor_at(nth.index, 16), &nth.to.to_le_bytes())
            }
            Corruption::DescriptorSequenceNumber(nth) => {
                put(bytes, descriptor_at(nth.index, 24), &nth.to.to_le_bytes())
            }
            Corruption::DataSignature(nth) => put(bytes, data_at(nth.index, 0), &nth.to.0),
            Corruption::DataSequenceHigh(nth) => {
                put(bytes, data_at(nth.index, 4), &nth.to.to_le_bytes())
            }
            Corruption::DataSequenceLow(nth) => put(
                bytes,
                data_at(nth.index, SECTOR_BYTES - 4),
                &nth.to.to_le_bytes(),
            ),
            Corruption::Overwrite(overwrite) => {
                put(bytes, overwrite.at as usize, &overwrite.bytes.0)
            }
        }
    }
}

/// How many padding sectors these corruptions add, none of them more than the ring has.
pub(super) fn padding_sectors(corruptions: &[Corruption], ring_sectors: u32) -> u32 {
    let sectors = corruptions.iter().map(|corruption| {
        if let Corruption::Padding(sectors) = corruption {
            *sectors
        } else {
            0
        }
    });
    sectors.fold(0, |sum, sectors| {
        sum.saturating_add(sectors.min(ring_sectors))
    })
}

/// Padding sectors inside EntryLength (ENT-6).
fn pad(bytes: &mut Vec<u8>, sectors: u32) {
    for number in 0..u64::from(sectors) {
        let mut sector = [0; SECTOR_BYTES];
        pattern::fill(&mut sector, 0, number);
        bytes.extend_from_slice(&sector);
    }
    let length = bytes.len() as u32;
    put(bytes, 8, &length.to_le_bytes());
}

/// A sector that looks like the first one of an entry of `length` bytes, as far as a reader can
/// tell without looking further; the checksum is wrong (SEQ-9).
pub(super) fn claim(sector: &mut [u8; SECTOR_BYTES], length: u32, layout: &Layout) {
    const SEQUENCE_NUMBER: [u8; 8] = Entry::FIRST_SEQUENCE_NUMBER.to_le_bytes();
    let sectors = u64::from(length) / SECTOR;
    let data = (0..sectors)
        .rev()
        .find(|data| descriptor_sectors(*data) + data <= sectors)
        .unwrap_or(0);
    put(sector, 0, b"loge");
    put(sector, 4, &[0xBA; 4]);
    put(sector, 8, &length.to_le_bytes());
    put(sector, 16, &SEQUENCE_NUMBER);
    put(sector, 24, &(data as u32).to_le_bytes());
    put(sector, 32, &LogGuid::A.on_disk());
    for (descriptor, _) in sector[64..].chunks_exact_mut(32).zip(0..data) {
        put(descriptor, 0, b"desc");
        put(descriptor, 16, &layout.block_offset(0).to_le_bytes());
        put(descriptor, 24, &SEQUENCE_NUMBER);
    }
}
