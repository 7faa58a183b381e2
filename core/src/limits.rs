//! The limits of the reader, as data.
//!
//! All but the last change only how much is in memory, and in how many calls things are done; never
//! the result. Programs have the defaults. Tests make them small, so that a log of a few updates
//! meets each limit from both sides.

/// How much is read, kept and written at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadLimits {
    /// How many sectors of the log are read at a time. By default 128 KiB, which fits in a core's
    /// second-level cache, so that the checksum does not fetch them from memory again. Fresh memory
    /// costs more than the calls it saves: a larger piece makes the replay of a small log slower.
    pub scan_piece_sectors: usize,
    /// The most updates that are resolved together when a replay is written back: by default all of
    /// a full log of 1 GiB, in 16 MiB of memory. Batches are applied in order, so the limit changes
    /// how often a sector is written, never what it ends up as.
    pub batch_updates: usize,
    /// The most sectors that a replay writes in one call; by default 128 KiB, as above.
    pub write_piece_sectors: usize,
    /// The most updates that a read-only view keeps (RPL-9).
    pub overlay_updates: usize,
}

impl ReadLimits {
    /// Those of programs.
    pub const DEFAULT: Self = Self {
        scan_piece_sectors: 32,
        batch_updates: 1 << 18,
        write_piece_sectors: 32,
        overlay_updates: MAX_OVERLAY_UPDATES,
    };
}

/// The most updates an overlay keeps, in about 40 MiB. Real logs hold a few thousand; more than
/// this takes a log of gigabytes, or one made to exhaust memory (RPL-9).
pub const MAX_OVERLAY_UPDATES: usize = 1 << 20;
