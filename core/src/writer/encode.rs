//! A log entry as bytes.

use uuid::Uuid;
use zerocopy::{FromBytes, IntoBytes};

use super::layers::Layers;
use crate::entry::layout::{
    BODY, DATA_DESCRIPTOR, DATA_SECTOR, DESCRIPTOR_BYTES, RawDescriptor, RawEntryHeader, SIGNATURE, ZERO_DESCRIPTOR,
    descriptor_sectors,
};
use crate::units::{LogOffset, SECTOR_BYTES, SECTOR_U32, SequenceNumber};

/// The fields of an entry that its changes do not tell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Envelope {
    pub(super) log_guid: Uuid,
    pub(super) sequence_number: SequenceNumber,
    pub(super) tail: LogOffset,
    pub(super) flushed_file_offset: u64,
    pub(super) last_file_offset: u64,
}

/// How many bytes of log an entry with these changes takes; `None` when no 32-bit length can say it.
pub(super) fn entry_length(changes: &Layers) -> Option<u32> {
    let data = u32::try_from(changes.data().len()).ok()?;
    let descriptors = u32::try_from(changes.zeros().len()).ok()?.checked_add(data)?;
    descriptor_sectors(descriptors).checked_add(data)?.checked_mul(SECTOR_U32)
}

/// Appends the entry to `log`: zero descriptors first, so that data in their ranges comes later and wins (RPL-1).
///
/// `length` is what [`entry_length`] says.
pub(super) fn append_entry(log: &mut Vec<u8>, length: u32, changes: &Layers, envelope: &Envelope) {
    let start = log.len();
    log.reserve(usize::try_from(length).unwrap_or(0));
    let descriptors = changes.zeros().len().saturating_add(changes.data().len());
    let descriptor_count = u32::try_from(descriptors).unwrap_or(u32::MAX);
    let SequenceNumber(number) = envelope.sequence_number;
    let header = RawEntryHeader {
        signature: SIGNATURE,
        checksum: 0.into(),
        entry_length: length.into(),
        tail: envelope.tail.0.into(),
        sequence_number: number.into(),
        descriptor_count: descriptor_count.into(),
        reserved: 0.into(),
        log_guid: envelope.log_guid.to_bytes_le(),
        flushed_file_offset: envelope.flushed_file_offset.into(),
        last_file_offset: envelope.last_file_offset.into(),
    };
    log.extend_from_slice(header.as_bytes());
    for (from, to) in changes.zeros() {
        let descriptor = RawDescriptor {
            signature: ZERO_DESCRIPTOR,
            trailing: [0; 4],
            leading: to.saturating_sub(from).to_le_bytes(),
            file_offset: from.into(),
            sequence_number: number.into(),
        };
        log.extend_from_slice(descriptor.as_bytes());
    }
    for (target, sector) in changes.data() {
        let descriptor = RawDescriptor {
            signature: DATA_DESCRIPTOR,
            trailing: sector.bytes().last_chunk().copied().unwrap_or_default(),
            leading: sector.bytes().first_chunk().copied().unwrap_or_default(),
            file_offset: target.into(),
            sequence_number: number.into(),
        };
        log.extend_from_slice(descriptor.as_bytes());
    }
    let descriptor_bytes =
        usize::try_from(descriptor_sectors(descriptor_count)).unwrap_or(0).saturating_mul(SECTOR_BYTES);
    log.resize(start.saturating_add(descriptor_bytes), 0);
    // The checksum field is zero still, as its definition wants it (ENT-2). Each sector is summed while it is in cache.
    let mut checksum = crc32c::crc32c(log.get(start..).unwrap_or_default());
    let [h0, h1, h2, h3, l0, l1, l2, l3] = number.to_be_bytes();
    let high = u32::from_be_bytes([h0, h1, h2, h3]);
    let low = u32::from_be_bytes([l0, l1, l2, l3]);
    for (_, sector) in changes.data() {
        let from = log.len();
        log.extend_from_slice(&DATA_SECTOR);
        log.extend_from_slice(&high.to_le_bytes());
        log.extend_from_slice(sector.bytes().get(BODY).unwrap_or_default());
        log.extend_from_slice(&low.to_le_bytes());
        checksum = crc32c::crc32c_append(checksum, log.get(from..).unwrap_or_default());
    }
    let entry = log.get_mut(start..).unwrap_or_default();
    if let Ok((header, _)) = RawEntryHeader::mut_from_prefix(entry) {
        header.checksum = checksum.into();
    }
}

const _: () = assert!(DESCRIPTOR_BYTES == size_of::<RawDescriptor>());
