//! The format in which Linux's dm-log-writes and QEMU's `blklogwrites` record what a program asks
//! of a disk.
//!
//! ```text
//!  sector 0     magic 8 (0x6a736677736872), version 8 (1), number of entries 8, sector bytes 4
//!  then, for each entry, one sector:
//!               first sector 8, number of sectors 8, flags 8, length of the mark's text 8,
//!               the mark's text
//!  and, unless it is a discard or a mark, the data: so many sectors
//! ```
//!
//! All numbers are little-endian. Sectors are 512 or 4096 bytes, in the log and in what it is of.
//! Flags: 1 flush, 2 FUA, 4 discard, 8 mark, 16 metadata (ignored).
//!
//! Contract: [`Entries`] accepts any bytes, reads them once from first to last, and holds one
//! entry. What is not a log is refused with the offset; no memory is taken for a length before it
//! is compared with the bytes that are left.
//!
//! What the format leaves out: changes of the length, requests that overlap in time, and reads. A
//! FUA write is taken for a write and a flush, so fewer of the writes before it can be lost than on
//! a real disk, never more.

mod encode;
mod entries;
mod error;
mod requests;

pub use encode::encode;
pub use entries::{Entries, Entry, Kind};
pub use error::BadLog;
pub use requests::{Counts, Marks, Requests};

/// The first eight bytes of a log.
pub const MAGIC: u64 = 0x006a_7366_7773_6872;
const VERSION: u64 = 1;
/// The bytes of an entry before the text of its mark.
const ENTRY_BYTES: usize = 32;
const SUPERBLOCK_BYTES: usize = 28;

const FLUSH: u64 = 1;
const FUA: u64 = 2;
const DISCARD: u64 = 4;
const MARK: u64 = 8;
const METADATA: u64 = 16;

/// Whether a file that begins so is a log of this format.
pub fn is_log(first_bytes: &[u8]) -> bool {
    first_bytes.starts_with(&MAGIC.to_le_bytes())
}
