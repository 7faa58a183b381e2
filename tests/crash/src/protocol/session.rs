//! What the checker knows about one open of the file, from its first request to the next open.

use std::collections::BTreeSet;

use vhdx_log_model::{Format, HEADER_OFFSETS, Header, Image, Ring, SECTOR, current_header};

/// One open of the file.
#[derive(Debug)]
pub struct Session {
    /// FileWriteGuid of both headers when it began, whether they were valid or not.
    pub file_write_guids: [[u8; 16]; 2],
    /// The current header when it began.
    pub first_header: Option<Header>,
    /// Every LogGuid that a header or an entry in the log had when it began.
    pub known_log_guids: BTreeSet<[u8; 16]>,
    /// How many header updates there were.
    pub header_updates: u32,
    /// Whether anything has been changed but by a header update that keeps LogGuid.
    pub changed: bool,
    /// Whether anything was changed that a reader of the virtual disk may see, a replay excepted.
    pub changed_visibly: bool,
    /// Whether a header update waits for its counterpart in the other slot.
    pub one_slot_updated: bool,
}

impl Session {
    /// A session that begins with these contents.
    pub fn of(seen: &Image) -> Self {
        let headers = HEADER_OFFSETS.map(|offset| Header::parse(seen.bytes(offset / SECTOR)));
        let mut known_log_guids: BTreeSet<_> =
            headers.iter().map(|header| header.log_guid).collect();
        let first_header = current(seen).map(|(_, header)| header);
        if let Some(ring) = first_header.as_ref().and_then(|header| ring(seen, header)) {
            let entries = ring.present().map(|index| ring.sector(index));
            let entries = entries.filter(|sector| sector.starts_with(b"loge"));
            known_log_guids.extend(entries.map(|sector| log_guid_of(sector)));
        }
        Self {
            file_write_guids: headers.map(|header| header.file_write_guid),
            first_header,
            known_log_guids,
            header_updates: 0,
            changed: false,
            changed_visibly: false,
            one_slot_updated: false,
        }
    }

    /// Whether there was a log to replay.
    pub fn began_dirty(&self) -> bool {
        self.first_header
            .is_some_and(|header| header.log_guid != [0; 16])
    }
}

/// The current header and its slot (HDR-2).
pub fn current(image: &Image) -> Option<(usize, Header)> {
    current_header(image, &Format).ok()
}

/// The log that a header names, if the file holds it.
pub fn ring<'a>(image: &'a Image, header: &Header) -> Option<Ring<'a>> {
    let (offset, length) = (header.log_offset, u64::from(header.log_length));
    let end = offset.checked_add(length)?;
    (length >= SECTOR && end <= image.length()).then(|| Ring::of_log(image, offset, length))
}

/// LogGuid of an entry's first sector (ENT-7).
pub fn log_guid_of(sector: &[u8]) -> [u8; 16] {
    sector[32..48].try_into().expect("16 bytes")
}
