//! A builder for dirty files: entries placed sector by sector in a ring of 1 MiB at 1 MiB.

use vhdx_log::storage::{SparseMemory, Storage};

use super::{MIB, clean};

/// LogGuid of the file's generation.
pub const LOG_GUID: [u8; 16] = [7; 16];
/// Sectors in the ring.
pub const RING: u32 = 256;
const SECTOR: usize = 4096;

/// One entry to write; the fields are those of the format, in sectors where they are offsets.
#[derive(Clone)]
pub struct Entry {
    pub sequence_number: u64,
    pub tail: u32,
    pub log_guid: [u8; 16],
    pub flushed_file_offset: u64,
    pub last_file_offset: u64,
    /// File offset and byte to fill the sector with.
    pub data: Vec<(u64, u8)>,
    /// File offset and length.
    pub zeros: Vec<(u64, u64)>,
}

/// An entry without updates.
pub fn entry(sequence_number: u64, tail: u32) -> Entry {
    Entry {
        sequence_number,
        tail,
        log_guid: LOG_GUID,
        flushed_file_offset: 0,
        last_file_offset: 0,
        data: Vec::new(),
        zeros: Vec::new(),
    }
}

impl Entry {
    /// Adds a sector to write.
    pub fn data(mut self, offset: u64, fill: u8) -> Self {
        self.data.push((offset, fill));
        self
    }

    /// Adds a range to zero; zero descriptors precede data descriptors.
    pub fn zero(mut self, offset: u64, length: u64) -> Self {
        self.zeros.push((offset, length));
        self
    }

    /// The entry's bytes, with a valid checksum. Up to 126 descriptors.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0; SECTOR * (1 + self.data.len())];
        let length = bytes.len() as u32;
        let descriptors = (self.zeros.len() + self.data.len()) as u32;
        bytes[..4].copy_from_slice(b"loge");
        bytes[8..12].copy_from_slice(&length.to_le_bytes());
        bytes[12..16].copy_from_slice(&(self.tail * 4096).to_le_bytes());
        bytes[16..24].copy_from_slice(&self.sequence_number.to_le_bytes());
        bytes[24..28].copy_from_slice(&descriptors.to_le_bytes());
        bytes[32..48].copy_from_slice(&self.log_guid);
        bytes[48..56].copy_from_slice(&self.flushed_file_offset.to_le_bytes());
        bytes[56..64].copy_from_slice(&self.last_file_offset.to_le_bytes());
        let mut at = 64;
        let mut descriptor = |signature: &[u8; 4], trailing: [u8; 4], leading: u64, offset: u64| {
            bytes[at..at + 4].copy_from_slice(signature);
            bytes[at + 4..at + 8].copy_from_slice(&trailing);
            bytes[at + 8..at + 16].copy_from_slice(&leading.to_le_bytes());
            bytes[at + 16..at + 24].copy_from_slice(&offset.to_le_bytes());
            bytes[at + 24..at + 32].copy_from_slice(&self.sequence_number.to_le_bytes());
            at += 32;
        };
        for &(offset, length) in &self.zeros {
            descriptor(b"zero", [0; 4], length, offset);
        }
        for &(offset, fill) in &self.data {
            descriptor(b"desc", [fill; 4], u64::from_le_bytes([fill; 8]), offset);
        }
        for (sector, &(_, fill)) in bytes[SECTOR..].chunks_exact_mut(SECTOR).zip(&self.data) {
            sector.fill(fill);
            sector[..4].copy_from_slice(b"data");
            sector[4..8].copy_from_slice(&((self.sequence_number >> 32) as u32).to_le_bytes());
            sector[4092..].copy_from_slice(&(self.sequence_number as u32).to_le_bytes());
        }
        seal(&mut bytes);
        bytes
    }
}

/// Makes the checksum at offset 4 valid.
pub fn seal(bytes: &mut [u8]) {
    bytes[4..8].fill(0);
    let checksum = crc32c::crc32c(bytes);
    bytes[4..8].copy_from_slice(&checksum.to_le_bytes());
}

/// A file of 9 MiB that is marked dirty, with these bytes at these sectors of its ring.
pub fn dirty_bytes(placed: &[(u32, Vec<u8>)]) -> SparseMemory {
    let mut image = clean(1);
    for at in [64 << 10, 128 << 10] {
        let mut header = [0; SECTOR];
        image.read_at(at, &mut header).unwrap();
        header[48..64].copy_from_slice(&LOG_GUID);
        seal(&mut header);
        image.write_at(at, &header).unwrap();
    }
    for (at, bytes) in placed {
        for (nth, sector) in (0..).zip(bytes.chunks(SECTOR)) {
            let place = u64::from((at + nth) % RING);
            image.write_at(MIB + place * 4096, sector).unwrap();
        }
    }
    image
}

/// The same, with these entries.
pub fn dirty(placed: &[(u32, Entry)]) -> SparseMemory {
    let bytes = placed.iter().map(|(at, entry)| (*at, entry.bytes()));
    dirty_bytes(&bytes.collect::<Vec<_>>())
}
