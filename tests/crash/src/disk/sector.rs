//! One sector of a simulated disk, with its hash.
//!
//! A sector is hashed once, when it is made, and shared from then on. That makes a crash state
//! cheap to build and cheap to recognise.

use std::fmt;
use std::sync::Arc;

use vhdx_log_image::SECTOR_BYTES;

/// A sector that may be absent, which makes it zero.
pub type Slot = Option<Arc<Sector>>;

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

    pub fn bytes(&self) -> &[u8; SECTOR_BYTES] {
        &self.bytes
    }

    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// The bytes of a [`Slot`].
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

/// Four lanes of multiply-and-fold over 16 bytes each: fast, and good enough where no input is
/// chosen to collide.
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
pub const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}
