//! The ring as a picture: one character a sector, rows one under the other.
//!
//! ```text
//!   00000  PPpPpTaHa....... ................ ................ ................
//!   40000  ................
//! ```
//!
//! A capital starts an entry, a small letter goes on with it. When the ring would take more than
//! [`MAX_ROWS`] rows, several sectors share a character: the most telling one, in the order of
//! [`Sector`].

use serde::Serialize;

/// The most rows a picture has.
pub const MAX_ROWS: usize = 32;

/// Characters of a row when nothing says otherwise.
pub const DEFAULT_COLUMNS: usize = 64;

/// What one sector of the ring is. The later of two tells more, and is shown when they share a
/// character.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sector {
    /// Zeros.
    #[default]
    Empty,
    /// Behind the end of the file.
    Missing,
    /// A descriptor or data sector of an entry whose start is overwritten or gone.
    Leftover,
    /// Data that no log would hold.
    Stray,
    /// The rest of an entry of another generation.
    StaleRest,
    /// The start of one (ENT-7).
    Stale,
    /// What follows a sector that begins like an entry and starts none.
    TornRest,
    /// Such a sector.
    Torn,
    /// The rest of an entry in a run that is not the active one.
    OtherRest,
    /// The start of one.
    Other,
    /// The rest of an entry before the tail.
    AppliedRest,
    /// The start of one: it is applied already (SEQ-4).
    Applied,
    /// The rest of an active entry.
    ActiveRest,
    /// The start of one that is neither tail nor head.
    Active,
    /// The start of the newest entry.
    Head,
    /// The start of the oldest entry to replay.
    Tail,
    /// Both.
    TailAndHead,
}

impl Sector {
    /// All of them, the most telling first.
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

    /// Its character.
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

    /// Whether an entry, sound or not, starts here.
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

/// The picture, folded into rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// How many sectors of 4 KiB the ring has.
    pub sectors: u64,
    /// How many of them share a character; the last character of all may stand for fewer.
    pub sectors_per_character: u64,
    /// The rows from the ring's start on, 64 characters each in JSON, the last one shorter. `T`
    /// tail, `H` head, `B` both in one, `A` active entry, `P` past entry (before the tail, applied
    /// already), `O` entry of another run, `X` torn or otherwise not valid, `S` stale entry
    /// (another generation); a small letter is the rest of the entry that the capital starts. `d`
    /// descriptor or data sector of an entry that is gone, `?` other data, `_` behind the file's
    /// end, `.` empty.
    pub rows: Vec<String>,
}

impl Picture {
    /// Folds the ring's sectors into rows of so many characters.
    pub fn new(sectors: &[Sector], columns: usize) -> Self {
        let columns = columns.max(1);
        let mut share = 1;
        while sectors.len().div_ceil(share).div_ceil(columns) > MAX_ROWS {
            share *= 2;
        }
        let characters: Vec<char> = sectors
            .chunks(share)
            .map(|chunk| most_telling(chunk).character())
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

fn most_telling(chunk: &[Sector]) -> Sector {
    let best = chunk.iter().copied().max().unwrap_or_default();
    if best == Sector::Tail && chunk.contains(&Sector::Head) {
        Sector::TailAndHead
    } else {
        best
    }
}
