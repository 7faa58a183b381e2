//! The ring as a picture: one character per sector, in rows.
//!
//! ```text
//!   00000  PPpPpTaHa....... ................ ................ ................
//!   40000  ................
//! ```
//!
//! Upper case is the first sector of an entry, lower case its continuation. When the ring would
//! take more than [`MAX_ROWS`] rows, several sectors share a character, and the most significant
//! one, in the order of [`Sector`], is shown.

use serde::Serialize;

pub const MAX_ROWS: usize = 32;

/// Characters in a row of the JSON, and of the text without a terminal.
pub const DEFAULT_COLUMNS: usize = 64;

/// What one sector of the ring is, in ascending order of significance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sector {
    /// Zeros.
    #[default]
    Empty,
    /// Past the end of the file.
    Missing,
    /// A descriptor or data sector of an entry whose first sector was overwritten.
    Leftover,
    /// Data that is not log data.
    Stray,
    /// Continuation of an entry of another generation.
    StaleRest,
    /// First sector of an entry of another generation (ENT-7).
    Stale,
    /// Entry sectors that follow a torn one.
    TornRest,
    /// An entry signature, but no valid entry.
    Torn,
    /// Continuation of an entry of another run.
    OtherRest,
    /// First sector of an entry of a run that is not the active one.
    Other,
    /// Continuation of an entry before the tail.
    AppliedRest,
    /// First sector of an entry before the tail, which is already applied (SEQ-4).
    Applied,
    /// Continuation of an active entry.
    ActiveRest,
    /// First sector of an active entry that is neither tail nor head.
    Active,
    /// First sector of the newest entry.
    Head,
    /// First sector of the oldest entry to replay.
    Tail,
    /// First sector of an entry that is both.
    TailAndHead,
}

impl Sector {
    /// The most significant first.
    pub const ALL: [Self; 17] = [
        Self::TailAndHead,
        Self::Tail,
        Self::Head,
        Self::Active,
        Self::ActiveRest,
        Self::Applied,
        Self::AppliedRest,
        Self::Other,
        Self::OtherRest,
        Self::Torn,
        Self::TornRest,
        Self::Stale,
        Self::StaleRest,
        Self::Stray,
        Self::Leftover,
        Self::Missing,
        Self::Empty,
    ];

    pub const fn character(self) -> char {
        match self {
            Self::Empty => '.',
            Self::Missing => '_',
            Self::Leftover => 'd',
            Self::Stray => '?',
            Self::StaleRest => 's',
            Self::Stale => 'S',
            Self::TornRest => 'x',
            Self::Torn => 'X',
            Self::OtherRest => 'o',
            Self::Other => 'O',
            Self::AppliedRest => 'p',
            Self::Applied => 'P',
            Self::ActiveRest => 'a',
            Self::Active => 'A',
            Self::Head => 'H',
            Self::Tail => 'T',
            Self::TailAndHead => 'B',
        }
    }

    /// Whether an entry, valid or not, starts here.
    pub const fn is_start(self) -> bool {
        matches!(
            self,
            Self::Stale
                | Self::Torn
                | Self::Other
                | Self::Applied
                | Self::Active
                | Self::Head
                | Self::Tail
                | Self::TailAndHead
        )
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// How many 4 KiB sectors the ring has.
    pub sectors: u64,
    /// How many sectors share a character; the last character may be for fewer.
    pub sectors_per_character: u64,
    /// The rows from the ring's start on, 64 characters each in JSON, the last one shorter. `T`
    /// tail, `H` head, `B` both in one, `A` active entry, `P` past entry (before the tail, already
    /// applied), `O` entry of another run, `X` torn or otherwise not valid, `S` stale entry
    /// (another generation); lower case is the continuation of the entry. `d` descriptor or data
    /// sector of an overwritten entry, `?` other data, `_` past the end of the file, `.` empty.
    pub rows: Vec<String>,
}

impl Picture {
    /// Arranges the ring's sectors in rows of `columns` characters.
    pub fn new(sectors: &[Sector], columns: usize) -> Self {
        let columns = columns.max(1);
        let mut share = 1;
        while sectors.len().div_ceil(share).div_ceil(columns) > MAX_ROWS {
            share *= 2;
        }
        let characters: Vec<char> = sectors
            .chunks(share)
            .map(|chunk| most_significant(chunk).character())
            .collect();
        let rows = characters
            .chunks(columns)
            .map(|row| row.iter().collect())
            .collect();
        Self {
            sectors: sectors.len() as u64,
            sectors_per_character: share as u64,
            rows,
        }
    }
}

/// Tail and head in one character show as both.
fn most_significant(chunk: &[Sector]) -> Sector {
    let best = chunk.iter().copied().max().unwrap_or_default();
    if best == Sector::Tail && chunk.contains(&Sector::Head) {
        Sector::TailAndHead
    } else {
        best
    }
}
