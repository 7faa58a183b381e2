//! The part of a sector write that reached the disk before the power went.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a device writes whole or not at all, in bytes (WRT-9).
pub const PIECE_BYTES: usize = 512;

/// Pieces in a sector.
pub const PIECES: u32 = 8;

/// Which 512-byte pieces of a sector reached the disk: bit n is piece n.
///
/// ```
/// use vhdx_log_crash::states::{Arrived, Tear};
///
/// assert_eq!(Arrived::TORN.len(), 26, "every prefix, suffix, hole and island, each once");
/// assert_eq!(Arrived(0b0000_0111).tear(), Some(Tear::Prefix));
/// assert_eq!(Arrived::WHOLE.tear(), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Arrived(pub u8);

/// How a torn sector write is torn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tear {
    /// Only the first pieces arrived.
    Prefix,
    /// Only the last pieces arrived.
    Suffix,
    /// One piece is missing.
    Hole,
    /// One piece arrived.
    Island,
    /// Any other pattern.
    Scattered,
}

impl Arrived {
    /// Every piece.
    pub const WHOLE: Self = Self(0xff);
    /// No piece.
    pub const ABSENT: Self = Self(0);

    /// Every torn pattern of the fault model: prefixes, suffixes, single missing and single present
    /// pieces.
    pub const TORN: [Self; 26] = {
        let mut masks = [Self(0); 26];
        let (mut count, mut mask) = (0, 1_u16);
        while mask < 0xff {
            if !matches!(Self(mask as u8).tear(), None | Some(Tear::Scattered)) {
                masks[count] = Self(mask as u8);
                count += 1;
            }
            mask += 1;
        }
        assert!(count == masks.len());
        masks
    };

    /// How the write is torn; `None` when it is whole or absent.
    pub const fn tear(self) -> Option<Tear> {
        let Self(mask) = self;
        if mask == 0 || mask == 0xff {
            None
        } else if mask & mask.wrapping_add(1) == 0 {
            Some(Tear::Prefix)
        } else if !mask & (!mask).wrapping_add(1) == 0 {
            Some(Tear::Suffix)
        } else if mask.count_zeros() == 1 {
            Some(Tear::Hole)
        } else if mask.count_ones() == 1 {
            Some(Tear::Island)
        } else {
            Some(Tear::Scattered)
        }
    }

    /// Whether this piece arrived.
    pub const fn has(self, piece: u32) -> bool {
        self.0 >> piece & 1 == 1
    }
}

impl fmt::Debug for Arrived {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::WHOLE => write!(formatter, "whole"),
            Self::ABSENT => write!(formatter, "absent"),
            Self(mask) => write!(formatter, "{mask:08b}"),
        }
    }
}
