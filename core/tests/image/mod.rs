//! The smallest file the log can live in: an identifier, two headers, an empty log. For the tests
//! of this crate, which share nothing with the harness's builder.

#![allow(dead_code)] // each test uses its part of it

pub mod dirty;
pub mod flushes;
pub mod recorder;

use vhdx_log::storage::{SparseMemory, Storage};

pub const MIB: u64 = 1 << 20;
/// Where tests write: after the log.
pub const TARGET: u64 = 4 * MIB;

/// A clean file of 8 MiB with a log of `log_mib` at 1 MiB.
pub fn clean(log_mib: u32) -> SparseMemory {
    clean_with_header_sequence_number(log_mib, 1)
}

/// The same, with this SequenceNumber and the next in its headers.
pub fn clean_with_header_sequence_number(log_mib: u32, sequence_number: u64) -> SparseMemory {
    let mut image = SparseMemory::new(8 * MIB + u64::from(log_mib) * MIB);
    image.write_at(0, b"vhdxfile").unwrap();
    for (offset, number) in [
        (64 << 10, sequence_number),
        (128 << 10, sequence_number + 1),
    ] {
        let mut header = [0_u8; 4096];
        header[..4].copy_from_slice(b"head");
        header[8..16].copy_from_slice(&number.to_le_bytes());
        header[16..32].fill(0x16);
        header[32..48].fill(0x32);
        header[66] = 1;
        header[68..72].copy_from_slice(&(log_mib << 20).to_le_bytes());
        header[72..80].copy_from_slice(&MIB.to_le_bytes());
        let checksum = crc32c::crc32c(&header);
        header[4..8].copy_from_slice(&checksum.to_le_bytes());
        image.write_at(offset, &header).unwrap();
    }
    image
}
