//! What the two directions of the format share.

use vhdx_log_image::SECTOR;

use crate::trace::RequestKind;

pub const MAGIC: [u8; 8] = *b"VHDXTRCE";
pub const VERSION: u32 = 1;

/// The most marks. The line of a history grows with each change, so N marks take up to N²/2
/// indices; these take 64 MiB.
pub const LIMIT_MARKS: usize = 4096;

/// The greatest length of a file, in bytes: more than the 64 TiB of a VHDX disk.
pub const LIMIT_LENGTH: u64 = 1 << 47;
/// The greatest number of a sector, plus one.
pub const LIMIT_SECTOR: u64 = LIMIT_LENGTH / SECTOR;

/// The bytes of the smallest element of each list. A count cannot be greater than the bytes left
/// divided by these.
pub const BASE_SECTOR_BYTES: u64 = 12;
pub const REQUEST_BYTES: u64 = 8;
pub const WRITE_BYTES: u64 = 16;
pub const OPEN_BYTES: u64 = 16;
pub const VERSION_BYTES: u64 = 20;
pub const RANGE_BYTES: u64 = 16;
pub const MARK_BYTES: u64 = 20;

/// Request kinds by their number.
pub const KINDS: [RequestKind; 6] = [
    RequestKind::Write,
    RequestKind::Zero,
    RequestKind::SetLength,
    RequestKind::Flush,
    RequestKind::FailedFlush,
    RequestKind::PowerCut,
];

pub const BEGUN: u8 = 0;
pub const ACKNOWLEDGED: u8 = 1;
pub const REOPENED: u8 = 2;
