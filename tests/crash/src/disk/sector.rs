//! One sector of a simulated disk, with its hash, and the part of a sector that reached the disk.
//!
//! A sector is hashed once, when it is made, and shared from then on; that is what makes a crash
//! state cheap to build and cheap to recognise (see [`DiskImage`](super::DiskImage)).

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Bytes in a sector.
pub const SECTOR_BYTES: usize = 4096;

/// What a device writes whole or not at all, in bytes (WRT-9).
pub const PIECE_BYTES: usize = 512;

/// Pieces in a sector.
pub const PIECES: u32 = 8;

static ZEROS: [u8; SECTOR_BYTES] = [0; SECTOR_BYTES];

/// The contents of one sector and their hash. All zeros hash to zero.
pub struct Sector {
    hash: u64,
    bytes: [u8; SECTOR_BYTES],
}

impl Sector {
    /// A sector of these bytes; `None` when they are all zero, which no image stores.
    pub fn new(bytes: &[u8; SECTOR_BYTES]) -> Option<Arc<Self>> {
        (*bytes != ZEROS).then(|| {
            Arc::new(Self {
                hash: hash(bytes),
                bytes: *bytes,
            })
        })
    }

    /// The contents.
    pub fn bytes(&self) -> &[u8; SECTOR_BYTES] {
        &self.bytes
    }

    /// The hash of the contents.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// The contents of a sector that may be absent, which makes it zero.
    pub fn contents(sector: Option<&Arc<Self>>) -> &[u8; SECTOR_BYTES] {
        sector.map_or(&ZEROS, |sector| &sector.bytes)
    }
}

impl PartialEq for Sector {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && self.bytes == other.bytes
    }
}

impl Eq for Sector {}

impl fmt::Debug for Sector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Sector({:016x}, \"{}...\")",
            self.hash,
            self.bytes[..8].escape_ascii()
        )
    }
}

/// Four lanes of multiply-and-fold over 16 bytes each: fast, and good enough where nobody chooses
/// the input to collide.
fn hash(bytes: &[u8; SECTOR_BYTES]) -> u64 {
    const KEYS: [u64; 4] = [
        0x9E37_79B9_7F4A_7C15,
        0xBF58_476D_1CE4_E5B9,
        0x94D0_49BB_1331_11EB,
        0xD6E8_FEB8_6659_FD93,
    ];
    let mut lanes = KEYS;
    for block in bytes.as_chunks::<64>().0 {
        let words = block.as_chunks::<8>().0;
        for (index, lane) in lanes.iter_mut().enumerate() {
            let [one, two] = [words[2 * index], words[2 * index + 1]].map(u64::from_le_bytes);
            *lane = fold(one ^ KEYS[index], two ^ *lane);
        }
    }
    lanes
        .into_iter()
        .fold(1, |sum, lane| fold(sum ^ lane, KEYS[0]))
        .max(1)
}

const fn fold(one: u64, two: u64) -> u64 {
    let product = (one as u128).wrapping_mul(two as u128);
    (product as u64) ^ ((product >> 64) as u64)
}

/// SplitMix64's finisher: each bit of the result depends on each bit of `value`.
pub(super) const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// Which 512-byte pieces of a sector reached the disk before the power went: bit n is piece n.
///
/// ```
/// use vhdx_log_crash::disk::{Arrived, Tear};
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
    /// None.
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
