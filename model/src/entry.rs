//! Section 3 of `corpus/SPEC.md`: what makes an entry valid, ENT-1 to ENT-7, DSC-1 to DSC-4, DAT-1
//! and DAT-2.
//!
//! An entry that breaks one of these is not an error, it is part of no sequence. The demands on
//! targets, DSC-5 to DSC-7, are checked where entries are replayed (DSC-9, in `replay.rs`).
//!
//! ENT-8, ENT-9 and DSC-8 are OPEN, and the decision is not to check them: the Reserved fields may
//! hold anything, FlushedFileOffset and LastFileOffset need not be aligned.

use crate::image::{Bytes, Ring, SECTOR, array, u32_at, u64_at};
use crate::layout::{Descriptor, Entry};
use crate::outcome::{Checked, ClauseId};
use crate::rules::Rules;

/// The valid entry at byte `offset` of the ring, or the clause it breaks. What is cheap is checked
/// first, so an entry that breaks several clauses is reported by the first in the order below.
pub fn entry_at(
    ring: &Ring<'_>,
    offset: u64,
    log_guid: &[u8; 16],
    rules: &dyn Rules,
) -> Checked<Entry> {
    let start = offset / SECTOR;
    let candidate = Candidate { ring, start, rules };
    let header = ring.sector(start);
    candidate.check_header(header, log_guid)?;

    let (sequence_number, length) = (u64_at(header, 16), candidate.length(header));
    let sectors = length.div_ceil(SECTOR);
    let count = rules.field("DescriptorCount", u32_at(header, 24).into());
    let descriptor_sectors = rules.descriptor_sectors(count);
    let fits = descriptor_sectors <= sectors;
    candidate.check("ENT-6", "EntryLength holds the descriptors", fits)?;
    let (descriptors, needed) =
        candidate.descriptors(count, descriptor_sectors, sequence_number)?;
    let fits = sectors >= needed;
    candidate.check("ENT-6", "EntryLength holds the data sectors", fits)?;
    let is_exact = sectors <= needed;
    candidate.check("ENT-6", "EntryLength holds nothing else", is_exact)?;
    for index in descriptor_sectors..needed {
        candidate.check_data_sector(index, sequence_number)?;
    }
    let computed = candidate.checksum(length, descriptor_sectors);
    let is_right = rules.checksum_matches("entry", u32_at(header, 4), computed);
    candidate.check("ENT-2", "Checksum is right", is_right)?;

    let entry = Entry {
        offset,
        length: sectors * SECTOR,
        sequence_number,
        tail: candidate.tail(header),
        flushed_file_offset: rules.field("FlushedFileOffset", u64_at(header, 48)),
        last_file_offset: rules.field("LastFileOffset", u64_at(header, 56)),
        descriptors,
    };
    rules.excess_demand(&entry, ring)?;
    Ok(entry)
}

/// What may be an entry: the sectors of the ring from `start` on.
struct Candidate<'a> {
    ring: &'a Ring<'a>,
    start: u64,
    rules: &'a dyn Rules,
}

impl<'a> Candidate<'a> {
    fn check(&self, clause: ClauseId, statement: &'static str, holds: bool) -> Checked<()> {
        let checked = self.rules.require(clause, statement, holds);
        checked.map_err(|refusal| refusal.clause)
    }

    fn length(&self, header: &Bytes) -> u64 {
        self.rules.field("EntryLength", u32_at(header, 8).into())
    }

    fn tail(&self, header: &Bytes) -> u64 {
        self.rules.field("Tail", u32_at(header, 12).into())
    }

    /// The sector of the ring that is sector `index` of the entry.
    fn place(&self, part: &str, index: u64) -> u64 {
        let ring_sectors = self.ring.length() / SECTOR;
        self.rules
            .ring_sector(part, self.start + index, ring_sectors)
    }

    fn check_header(&self, header: &Bytes, log_guid: &[u8; 16]) -> Checked<()> {
        let is_loge = self.rules.signature(header, b"loge");
        self.check("ENT-1", "Signature is `loge`", is_loge)?;
        let matches = self.rules.guid_matches(&array(header, 32), log_guid);
        self.check("ENT-7", "LogGuid is the header's", matches)?;
        self.check("ENT-5", "SequenceNumber > 0", u64_at(header, 16) > 0)?;
        let length = self.length(header);
        let is_aligned = length.is_multiple_of(SECTOR);
        self.check("ENT-3", "EntryLength is a multiple of 4 KiB", is_aligned)?;
        let fits = (1..=self.ring.length()).contains(&length);
        self.check(
            "ENT-3",
            "EntryLength is not 0 and no longer than the log",
            fits,
        )?;
        let tail = self.tail(header);
        let is_aligned = tail.is_multiple_of(SECTOR);
        self.check("ENT-4", "Tail is a multiple of 4 KiB", is_aligned)?;
        self.check(
            "ENT-4",
            "Tail lies inside the log",
            tail < self.ring.length(),
        )
    }

    /// The descriptors, and how many sectors the entry needs for them and their data.
    fn descriptors(
        &self,
        count: u64,
        descriptor_sectors: u64,
        sequence_number: u64,
    ) -> Checked<(Vec<Descriptor>, u64)> {
        let (mut descriptors, mut needed) = (Vec::new(), descriptor_sectors);
        for index in 0..count {
            let (sector, at) = self.rules.descriptor_place(index);
            let raw: [u8; 32] = array(self.ring.sector(self.place("descriptors", sector)), at);
            let descriptor = self.descriptor(&raw, needed, sequence_number)?;
            let is_data = matches!(descriptor, Descriptor::Data { .. });
            descriptors.push(descriptor);
            needed += u64::from(self.rules.has_data_sector(is_data));
        }
        Ok((descriptors, needed))
    }

    fn descriptor(
        &self,
        raw: &[u8; 32],
        data_sector: u64,
        sequence_number: u64,
    ) -> Checked<Descriptor> {
        let is_data = self.rules.signature(raw, b"desc");
        let offset = self.rules.field("FileOffset", u64_at(raw, 16));
        let is_known = is_data || self.rules.signature(raw, b"zero");
        self.check("DSC-1", "the signature is known", is_known)?;
        let number = |value| self.rules.field("number of a descriptor", value);
        let is_same = number(u64_at(raw, 24)) == number(sequence_number);
        self.check("DSC-2", "SequenceNumber is the entry's", is_same)?;
        let is_aligned = offset.is_multiple_of(SECTOR);
        self.check("DSC-3", "FileOffset is a multiple of 4 KiB", is_aligned)?;
        if is_data {
            let (leading, trailing) = (array(raw, 8), array(raw, 4));
            let sector = self.place("data", data_sector);
            return Ok(Descriptor::Data {
                offset,
                leading,
                trailing,
                sector,
            });
        }
        let length = self.rules.field("ZeroLength", u64_at(raw, 8));
        let is_aligned = length.is_multiple_of(SECTOR);
        self.check("DSC-4", "ZeroLength is a multiple of 4 KiB", is_aligned)?;
        Ok(Descriptor::Zero { offset, length })
    }

    fn check_data_sector(&self, index: u64, sequence_number: u64) -> Checked<()> {
        let data = self.ring.sector(self.place("data", index));
        self.check(
            "DAT-1",
            "the signature is `data`",
            self.rules.signature(data, b"data"),
        )?;
        let high = |value| self.rules.field("SequenceHigh", value);
        let is_high = high(u32_at(data, 4).into()) == high(sequence_number >> 32);
        self.check("DAT-2", "SequenceHigh is the entry's", is_high)?;
        let low = |value: u32| self.rules.field("SequenceLow", value.into());
        let is_low = low(u32_at(data, 4092)) == low(sequence_number as u32);
        self.check("DAT-2", "SequenceLow is the entry's", is_low)
    }

    fn checksum(&self, length: u64, descriptor_sectors: u64) -> u32 {
        let mut first = *self.ring.sector(self.start);
        let stored = array(&first, 4);
        let (field, covered) = self
            .rules
            .checksum_input(stored, length, descriptor_sectors);
        first[4..8].copy_from_slice(&field);
        (0..covered.div_ceil(SECTOR)).fold(0, |crc, index| {
            let bytes = match index {
                0 => &first,
                index => self.ring.sector(self.place("checksum", index)),
            };
            let end = (covered - index * SECTOR).min(SECTOR) as usize;
            crc32c::crc32c_append(crc, &bytes[..end])
        })
    }
}
