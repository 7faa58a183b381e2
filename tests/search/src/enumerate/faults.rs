//! Everything that can be wrong, or unusual, with one small entry. Each fault names its clause.

use uuid::Uuid;

use vhdx_log_image::{
    Bytes, Checksum, Corruption, Descriptor, Entry, Guid, LogGuid, Nth, Overwrite, SECTOR,
    Signature,
};

/// Bytes in a sector, as the fields of an entry count them.
const LOG_SECTOR: u32 = SECTOR as u32;

/// One change to an entry.
pub(super) struct Fault {
    pub(super) clause: &'static str,
    pub(super) words: &'static str,
    /// Whether only an entry with data sectors can have it.
    needs_data: bool,
    corrupt: fn(&mut Entry, u32),
}

impl Fault {
    /// Whether an entry of this many sectors can have it.
    pub(super) fn suits(&self, sectors: u32) -> bool {
        sectors > 1 || !self.needs_data
    }

    pub(super) fn apply(&self, entry: &mut Entry, ring_sectors: u32) {
        (self.corrupt)(entry, ring_sectors);
    }
}

/// The offset in the entry of the last byte of the last data sector's body. Without a data sector,
/// of a byte that does not belong to a descriptor.
fn last_byte(entry: &Entry) -> u32 {
    entry_sectors(entry) * LOG_SECTOR - 5
}

fn entry_sectors(entry: &Entry) -> u32 {
    1 + data(entry)
}

fn data(entry: &Entry) -> u32 {
    let descriptors = entry.descriptors.iter();
    descriptors
        .map(|descriptor| match descriptor {
            Descriptor::Data(data) => 1 + data.more,
            Descriptor::Zero(_) => 0,
        })
        .sum()
}

/// A value for the first descriptor or data sector.
fn nth<V: Default + PartialEq>(to: V) -> Nth<V> {
    Nth { index: 0, to }
}

/// A GUID that differs in its last byte.
fn nearly(guid: LogGuid) -> LogGuid {
    let mut bytes = guid.on_disk();
    bytes[15] ^= 1;
    LogGuid::Explicit(Guid(Uuid::from_bytes_le(bytes)))
}

macro_rules! faults {
    ($(
        $clause:literal $words:literal $(if $data:ident)?
        |$entry:ident, $ring:pat_param| $corrupt:expr;
    )*) => {
        &[$(Fault {
            clause: $clause,
            words: $words,
            needs_data: !stringify!($($data)?).is_empty(),
            corrupt: |$entry, $ring| $corrupt,
        }),*]
    };
}

/// All faults. The checksum is valid with each of them, except those of ENT-2.
pub(super) const FAULTS: &[Fault] = faults! {
    "ENT-1" "another signature" |entry, _| {
        entry.corruptions.push(Corruption::Signature(Signature(*b"LOGE")));
    };
    "ENT-2" "a wrong checksum" |entry, _| entry.checksum = Checksum::Wrong;
    "ENT-2" "Checksum 0" |entry, _| entry.checksum = Checksum::Explicit(0);
    "ENT-2" "a byte changed after the checksum was made" |entry, _| {
        let at = last_byte(entry);
        entry.corruptions.push(Corruption::Overwrite(Overwrite { at, bytes: Bytes(vec![0xEE]) }));
        entry.checksum = Checksum::BeforeCorruptions;
    };
    "ENT-3" "EntryLength 0" |entry, _| entry.corruptions.push(Corruption::EntryLength(0));
    "ENT-3" "EntryLength not whole sectors" |entry, _| {
        let length = entry_sectors(entry) * LOG_SECTOR - 512;
        entry.corruptions.push(Corruption::EntryLength(length));
    };
    "ENT-3" "EntryLength longer than the ring" |entry, ring| {
        entry.corruptions.push(Corruption::EntryLength((ring + 1) * LOG_SECTOR));
    };
    "ENT-3" "EntryLength 2^32 - 4096" |entry, _| {
        entry.corruptions.push(Corruption::EntryLength(u32::MAX - 4095));
    };
    "ENT-6" "EntryLength one sector more" |entry, _| {
        let length = (entry_sectors(entry) + 1) * LOG_SECTOR;
        entry.corruptions.push(Corruption::EntryLength(length));
    };
    "ENT-6" "EntryLength one sector" if data |entry, _| {
        entry.corruptions.push(Corruption::EntryLength(4096));
    };
    "ENT-6" "EntryLength as long as the ring" |entry, ring| {
        entry.corruptions.push(Corruption::EntryLength(ring * LOG_SECTOR));
    };
    "ENT-5" "SequenceNumber 0, also in descriptors and data" |entry, _| {
        entry.sequence_number = Some(0);
    };
    "ENT-5" "SequenceNumber 0 in the header" |entry, _| {
        entry.corruptions.push(Corruption::SequenceNumber(0));
    };
    "DSC-2" "another SequenceNumber in the header" |entry, _| {
        entry.corruptions.push(Corruption::SequenceNumber(6));
    };
    "ENT-6" "DescriptorCount 0" |entry, _| entry.corruptions.push(Corruption::DescriptorCount(0));
    "ENT-6" "DescriptorCount one more" |entry, _| {
        let count = data(entry).max(1) + 1;
        entry.corruptions.push(Corruption::DescriptorCount(count));
    };
    "ENT-6" "DescriptorCount 127" |entry, _| {
        entry.corruptions.push(Corruption::DescriptorCount(127));
    };
    "ENT-6" "DescriptorCount 2^32 - 1" |entry, _| {
        entry.corruptions.push(Corruption::DescriptorCount(u32::MAX));
    };
    "ENT-7" "another generation's LogGuid" |entry, _| entry.log_guid = LogGuid::B;
    "ENT-7" "LogGuid in the order of its text" |entry, _| entry.log_guid = LogGuid::TextOrder;
    "ENT-7" "a LogGuid with another last byte" |entry, _| entry.log_guid = nearly(LogGuid::A);
    "ENT-7" "LogGuid zero" |entry, _| entry.log_guid = LogGuid::Zero;
    "ENT-8" "Reserved not zero" |entry, _| entry.corruptions.push(Corruption::Reserved(1));
    "DSC-1" "a descriptor with another signature" |entry, _| {
        entry.corruptions.push(Corruption::DescriptorSignature(nth(Signature(*b"data"))));
    };
    "DSC-2" "a descriptor with another SequenceNumber" |entry, _| {
        entry.corruptions.push(Corruption::DescriptorSequenceNumber(nth(5)));
    };
    "DSC-3" "FileOffset not whole sectors" |entry, _| {
        entry.corruptions.push(Corruption::DescriptorFileOffset(nth(4_194_304 + 512)));
    };
    "DSC-4" "ZeroLength not whole sectors (LeadingBytes of a data descriptor)" |entry, _| {
        entry.corruptions.push(Corruption::DescriptorLength(nth(512)));
    };
    "DSC-9" "a target in the headers" |entry, _| {
        entry.corruptions.push(Corruption::DescriptorFileOffset(nth(64 << 10)));
    };
    "DAT-1" "a data sector with another signature" if data |entry, _| {
        entry.corruptions.push(Corruption::DataSignature(nth(Signature(*b"desc"))));
    };
    "DAT-1" "a data sector with an entry's signature" if data |entry, _| {
        entry.corruptions.push(Corruption::DataSignature(nth(Signature(*b"loge"))));
    };
    "DAT-2" "another SequenceHigh" if data |entry, _| {
        entry.corruptions.push(Corruption::DataSequenceHigh(nth(77)));
    };
    "DAT-2" "another SequenceLow" if data |entry, _| {
        entry.corruptions.push(Corruption::DataSequenceLow(nth(77)));
    };
};
