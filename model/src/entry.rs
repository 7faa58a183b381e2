//! Section 3: what makes an entry valid.
//!
//! ```text
//!  0 loge | Checksum | EntryLength | Tail     16 SequenceNumber | DescriptorCount | Reserved
//! 32 LogGuid                                  48 FlushedFileOffset | LastFileOffset
//! 64 descriptors of 32 bytes, 126 in this sector and 128 in each further one
//!    then one sector for each data descriptor
//! ```

use crate::bytes::{array, u32_at, u64_at};
use crate::image::{Bytes, Ring, SECTOR};
use crate::rules::{Fault, Part, Rules};

/// A valid entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Where in the ring it starts, in bytes.
    pub offset: u64,
    /// EntryLength in bytes, in whole sectors.
    pub length: u64,
    /// SequenceNumber.
    pub sequence: u64,
    /// Tail, in bytes from the ring's start.
    pub tail: u64,
    /// FlushedFileOffset.
    pub flushed_file_offset: u64,
    /// LastFileOffset.
    pub last_file_offset: u64,
    /// The descriptors, in order.
    pub descriptors: Vec<Descriptor>,
}

/// One update of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Descriptor {
    /// 4 KiB of data.
    Data {
        /// FileOffset.
        offset: u64,
        /// LeadingBytes.
        leading: [u8; 8],
        /// TrailingBytes.
        trailing: [u8; 4],
        /// The sector of the ring that is its data sector.
        sector: u64,
    },
    /// A range of zeros.
    Zero {
        /// FileOffset.
        offset: u64,
        /// ZeroLength.
        length: u64,
    },
}

/// The valid entry at byte `offset` of the ring, or the clause it breaks. What is cheap is checked first.
pub fn entry_at(ring: &Ring<'_>, offset: u64, log_guid: &[u8; 16], rules: &dyn Rules) -> Result<Entry, Fault> {
    let check = |clause, statement, holds| match rules.demand(clause, statement, holds) {
        true => Ok(()),
        false => Err(clause),
    };
    let place = |part, index| rules.ring_sector(part, offset / SECTOR + index, ring.sectors());
    let sector = |part, index| ring.sector(place(part, index));

    let header = ring.sector(offset / SECTOR);
    check("ENT-1", "Signature is `loge`", header.starts_with(b"loge"))?;
    check("ENT-7", "LogGuid is the header's", rules.guid_matches(&array(header, 32), log_guid))?;
    let sequence = u64_at(header, 16);
    check("ENT-5", "SequenceNumber > 0", sequence > 0)?;
    let length = u64::from(u32_at(header, 8));
    check("ENT-3", "EntryLength is a multiple of 4 KiB", length.is_multiple_of(SECTOR))?;
    check("ENT-3", "EntryLength is not 0", length > 0)?;
    check("ENT-3", "EntryLength is no longer than the log", length <= ring.length())?;
    let tail = u64::from(u32_at(header, 12));
    check("ENT-4", "Tail is a multiple of 4 KiB", tail.is_multiple_of(SECTOR))?;
    check("ENT-4", "Tail lies inside the log", tail < ring.length())?;

    let (sectors, count) = (length.div_ceil(SECTOR), u64::from(u32_at(header, 24)));
    let descriptor_sectors = rules.descriptor_sectors(count);
    check("ENT-6", "EntryLength holds the descriptors", descriptor_sectors <= sectors)?;
    let mut descriptors = Vec::new();
    let mut needed = descriptor_sectors;
    for index in 0..count {
        let (number, at) = rules.descriptor_place(index);
        let raw: [u8; 32] = array(sector(Part::Descriptors, number), at);
        let is_data = raw.starts_with(b"desc");
        check("DSC-1", "the signature is known", is_data || raw.starts_with(b"zero"))?;
        check("DSC-2", "the descriptor has the entry's number", u64_at(&raw, 24) == sequence)?;
        let target = u64_at(&raw, rules.file_offset_field(is_data));
        check("DSC-3", "FileOffset is a multiple of 4 KiB", target.is_multiple_of(SECTOR))?;
        let zeros = u64_at(&raw, 8);
        let whole = is_data || zeros.is_multiple_of(SECTOR);
        check("DSC-4", "ZeroLength is a multiple of 4 KiB", whole)?;
        descriptors.push(match is_data {
            true => Descriptor::Data {
                offset: target,
                leading: array(&raw, 8),
                trailing: array(&raw, 4),
                sector: place(Part::Data, needed),
            },
            false => Descriptor::Zero { offset: target, length: zeros },
        });
        needed += u64::from(rules.has_data_sector(is_data));
    }
    check("ENT-6", "EntryLength holds the data sectors", sectors >= needed)?;
    check("ENT-6", "EntryLength holds nothing else", sectors <= needed)?;

    for descriptor in &descriptors {
        if let Descriptor::Data { sector, .. } = descriptor {
            let data = ring.sector(*sector);
            let high = u64::from(u32_at(data, 4)) == sequence >> 32;
            let low = u32_at(data, 4092) == sequence as u32;
            check("DAT-1", "the signature is `data`", data.starts_with(b"data"))?;
            check("DAT-2", "SequenceHigh is the number's upper half", high)?;
            check("DAT-2", "SequenceLow is the number's lower half", low)?;
        }
    }
    let covered = rules.checksummed_bytes(length, descriptor_sectors);
    let field = rules.checksum_field(array(header, 4));
    let checksum = checksum(covered, field, |index| sector(Part::Checksum, index));
    check("ENT-2", "Checksum is right", checksum == u32_at(header, 4))?;

    let entry = Entry {
        offset,
        length: sectors * SECTOR,
        sequence,
        tail,
        flushed_file_offset: u64_at(header, 48),
        last_file_offset: u64_at(header, 56),
        descriptors,
    };
    rules.excess_demand(&entry, ring.length())?;
    Ok(entry)
}

/// ENT-2: the CRC-32C of the first `covered` bytes, with `field` in the place of Checksum.
fn checksum<'a>(covered: u64, field: [u8; 4], sector: impl Fn(u64) -> &'a Bytes) -> u32 {
    let mut crc = 0;
    for index in 0..covered.div_ceil(SECTOR) {
        let mut bytes = *sector(index);
        if index == 0 {
            bytes[4..8].copy_from_slice(&field);
        }
        let end = (covered - index * SECTOR).min(SECTOR) as usize;
        crc = crc32c::crc32c_append(crc, &bytes[..end]);
    }
    crc
}
