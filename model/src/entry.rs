//! Section 3 of `corpus/SPEC.md`: what makes an entry valid, ENT-1 to ENT-7, DSC-1 to DSC-4, DAT-1
//! and DAT-2.
//!
//! An entry that breaks one of these is not an error, it is part of no sequence. The demands on
//! targets, DSC-5 to DSC-7, are checked where entries are replayed (DSC-9, in `replay.rs`).
//!
//! ENT-8, ENT-9 and DSC-8 are OPEN, and the decision is not to check them: the Reserved fields may
//! hold anything, FlushedFileOffset and LastFileOffset need not be aligned.

use crate::image::{Ring, SECTOR, array, u32_at, u64_at};
use crate::layout::{Descriptor, Entry};
use crate::outcome::ClauseId;
use crate::rules::Rules;

/// The valid entry at byte `offset` of the ring, or the clause it breaks. What is cheap is checked
/// first.
pub fn entry_at(
    ring: &Ring<'_>,
    offset: u64,
    log_guid: &[u8; 16],
    rules: &dyn Rules,
) -> Result<Entry, ClauseId> {
    let check = |clause, statement, holds| {
        rules
            .require(clause, statement, holds)
            .map_err(|refusal| refusal.clause)
    };
    let place =
        |part, index| rules.ring_sector(part, offset / SECTOR + index, ring.length() / SECTOR);

    let header = ring.sector(offset / SECTOR);
    check("ENT-1", "Signature is `loge`", header.starts_with(b"loge"))?;
    check(
        "ENT-7",
        "LogGuid is the header's",
        rules.guid_matches(&array(header, 32), log_guid),
    )?;
    let sequence_number = u64_at(header, 16);
    check("ENT-5", "SequenceNumber > 0", sequence_number > 0)?;
    let length = u64::from(u32_at(header, 8));
    check(
        "ENT-3",
        "EntryLength is a multiple of 4 KiB",
        length.is_multiple_of(SECTOR),
    )?;
    check(
        "ENT-3",
        "EntryLength is not 0 and no longer than the log",
        (1..=ring.length()).contains(&length),
    )?;
    let tail = u64::from(u32_at(header, 12));
    check(
        "ENT-4",
        "Tail is a multiple of 4 KiB",
        tail.is_multiple_of(SECTOR),
    )?;
    check("ENT-4", "Tail lies inside the log", tail < ring.length())?;

    let (sectors, count) = (length.div_ceil(SECTOR), u64::from(u32_at(header, 24)));
    let descriptor_sectors = rules.descriptor_sectors(count);
    check(
        "ENT-6",
        "EntryLength holds the descriptors",
        descriptor_sectors <= sectors,
    )?;
    let (mut descriptors, mut needed) = (Vec::new(), descriptor_sectors);
    for index in 0..count {
        let (number, at) = rules.descriptor_place(index);
        let raw: [u8; 32] = array(ring.sector(place("descriptors", number)), at);
        let (is_data, target) = (raw.starts_with(b"desc"), u64_at(&raw, 16));
        check(
            "DSC-1",
            "the signature is known",
            is_data || raw.starts_with(b"zero"),
        )?;
        check(
            "DSC-2",
            "the descriptor has the entry's number",
            u64_at(&raw, 24) == sequence_number,
        )?;
        check(
            "DSC-3",
            "FileOffset is a multiple of 4 KiB",
            target.is_multiple_of(SECTOR),
        )?;
        if is_data {
            let (leading, trailing, sector) =
                (array(&raw, 8), array(&raw, 4), place("data", needed));
            descriptors.push(Descriptor::Data {
                offset: target,
                leading,
                trailing,
                sector,
            });
        } else {
            let length = u64_at(&raw, 8);
            check(
                "DSC-4",
                "ZeroLength is a multiple of 4 KiB",
                length.is_multiple_of(SECTOR),
            )?;
            descriptors.push(Descriptor::Zero {
                offset: target,
                length,
            });
        }
        needed += u64::from(rules.has_data_sector(is_data));
    }
    check(
        "ENT-6",
        "EntryLength holds the data sectors",
        sectors >= needed,
    )?;
    check("ENT-6", "EntryLength holds nothing else", sectors <= needed)?;

    for number in descriptor_sectors..needed {
        let data = ring.sector(place("data", number));
        check(
            "DAT-1",
            "the signature is `data`",
            data.starts_with(b"data"),
        )?;
        check(
            "DAT-2",
            "SequenceHigh is the number's upper half",
            u64::from(u32_at(data, 4)) == sequence_number >> 32,
        )?;
        check(
            "DAT-2",
            "SequenceLow is the number's lower half",
            u32_at(data, 4092) == sequence_number as u32,
        )?;
    }
    let (field, covered) = rules.checksum_input(array(header, 4), length, descriptor_sectors);
    let mut first = *header;
    first[4..8].copy_from_slice(&field);
    let checksum = (0..covered.div_ceil(SECTOR)).fold(0, |crc, index| {
        let bytes = if index == 0 {
            &first
        } else {
            ring.sector(place("checksum", index))
        };
        crc32c::crc32c_append(
            crc,
            &bytes[..(covered - index * SECTOR).min(SECTOR) as usize],
        )
    });
    check("ENT-2", "Checksum is right", checksum == u32_at(header, 4))?;

    let (length, flushed_file_offset, last_file_offset) =
        (sectors * SECTOR, u64_at(header, 48), u64_at(header, 56));
    let entry = Entry {
        offset,
        length,
        sequence_number,
        tail,
        flushed_file_offset,
        last_file_offset,
        descriptors,
    };
    rules.excess_demand(&entry, ring)?;
    Ok(entry)
}
