//! Headers and log entries as bytes, and the corruptions of an entry.
//!
//! This is the third independent writing of the format, besides the implementation and the model:
//! it shares no code, not even a constant, with either. Offsets of fields are literals, as in the
//! tables of [MS-VHDX] 2.2.2 (header) and 2.3 (log entry).

use uuid::{Uuid, uuid};

use super::corruption::Corruption;
use super::entry::{Content, Descriptor, Entry};
use super::layout::{LIMIT_SECTORS, Layout};
use super::recipe::Header;
use super::sector::{SECTOR, SECTOR_BYTES, put};
use super::value::LogGuid;
use super::{base, blocks, pattern};

const FILE_WRITE: Uuid = uuid!("66696c65-2077-4269-8465-206775696400");
const DATA_WRITE: Uuid = uuid!("64617461-2077-4269-8465-206775696400");

/// The header in slot 0 or 1, whatever its presence.
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
    let before = header.checksum.before_corruptions(&bytes);
    put(
        &mut bytes,
        0,
        &header.signature.map_or(*b"head", |signature| signature.0),
    );
    bytes[80..].fill(header.reserved);
    header.checksum.apply(&mut bytes, before, crc32c::crc32c);
    bytes
}

/// One descriptor of an entry, its target resolved.
#[derive(Clone, Copy, Debug)]
pub(super) enum Update {
    Data { offset: u64, content: Content },
    Zero { offset: u64, length: u64 },
}

/// The descriptors of an entry one by one, cut off where the entry becomes one sector longer than
/// the ring (ENT-3), or than a recipe may be.
pub(super) fn updates(entry: &Entry, layout: &Layout) -> Vec<Update> {
    let mut updates = Vec::new();
    each_update(entry, layout, |update| updates.push(update));
    updates
}

/// Passes what [`updates`] lists to `take`. Returns how many sectors the entry has, without
/// padding.
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

/// How many sectors the header and this many descriptors need.
pub(super) fn descriptor_sectors(descriptors: u64) -> u64 {
    (64 + 32 * descriptors).div_ceil(SECTOR)
}

/// The most data sectors, each with its descriptor, that an entry of this many sectors can have.
///
/// With `d` of them, header and descriptors need `(2 + d) / 128` sectors, rounded up; the least
/// number `s` of sectors that holds the descriptors of all others is `(sectors + 2) / 129`, rounded
/// up.
pub(super) fn data_sectors_that_fit(sectors: u64) -> u64 {
    sectors.saturating_sub((sectors + 2).div_ceil(129))
}

/// The values of an entry that depend on its place in the recipe.
pub(super) struct Surroundings<'a> {
    pub(super) layout: &'a Layout,
    pub(super) base: &'a base::Base,
    pub(super) sequence_number: u64,
    pub(super) tail: u32,
}

/// An entry before it is corrupted, with checksum zero.
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

/// Everything that a data descriptor writes to its target.
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
        Content::Original => put(sector, 0, around.base.original(number)),
        Content::BatEntry(entry) => {
            put(sector, 0, around.base.original(number));
            let at = around.layout.bat_entry_offset(entry.block);
            if let Some(at) = at.checked_sub(number * SECTOR) {
                put(sector, at as usize, &entry.on_disk());
            }
        }
        Content::BlockTable(present) => put(sector, 0, &blocks::bat(around.layout, present, 0)[..]),
    }
}

/// Applies the corruptions to an entry that was encoded from this many descriptors.
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

/// How many padding sectors these corruptions add; each of them adds at most as many as the ring
/// has.
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

/// Adds padding sectors, inside EntryLength (ENT-6).
fn pad(bytes: &mut Vec<u8>, sectors: u32) {
    for number in 0..u64::from(sectors) {
        let mut sector = [0; SECTOR_BYTES];
        pattern::fill(&mut sector, 0, number);
        bytes.extend_from_slice(&sector);
    }
    let length = bytes.len() as u32;
    put(bytes, 8, &length.to_le_bytes());
}

/// Makes the sector look like the first one of an entry of `length` bytes to a reader that has read
/// no further. The checksum is wrong (SEQ-9).
pub(super) fn fake_entry(sector: &mut [u8; SECTOR_BYTES], length: u32, layout: &Layout) {
    const SEQUENCE_NUMBER: [u8; 8] = Entry::FIRST_SEQUENCE_NUMBER.to_le_bytes();
    let sectors = u64::from(length) / SECTOR;
    let data = data_sectors_that_fit(sectors);
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
