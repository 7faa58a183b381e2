//! One change to the bytes of an image: a place, an offset in it, and the new bytes.

use serde::{Deserialize, Serialize};
use vhdx_log_image::generate::Rng;
use vhdx_log_image::{Bytes, LogGuid, MIB, SECTOR};

/// Bytes that are written over those of an image.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Patch {
    pub place: Place,
    /// The offset in the sector; may be past its end.
    pub within: u16,
    pub bytes: Bytes,
}

/// A sector of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// The file identifier (FID-1).
    #[default]
    Identifier,
    Header1,
    Header2,
    /// A sector of the log that is not a hole in the base, modulo their number.
    Written(u16),
    /// A sector of the log, modulo its length.
    Log(u16),
    /// Any sector of the file.
    File(u64),
    /// Both region tables, which must not be read before replay (RPL-4).
    RegionTables,
}

/// Offset and length of the fields of a header.
const HEADER_FIELDS: [(u16, u16); 10] = [
    (0, 4),
    (4, 4),
    (8, 8),
    (16, 16),
    (48, 16),
    (64, 2),
    (66, 2),
    (68, 4),
    (72, 8),
    (80, 8),
];
/// Offset and length of the fields of an entry header, of its first two descriptors, and of the end
/// of a data sector.
const LOG_FIELDS: [(u16, u16); 22] = [
    (0, 4),
    (4, 4),
    (8, 4),
    (12, 4),
    (16, 8),
    (24, 4),
    (28, 4),
    (32, 16),
    (48, 8),
    (56, 8),
    (64, 4),
    (68, 4),
    (72, 8),
    (80, 8),
    (88, 8),
    (96, 4),
    (100, 4),
    (104, 8),
    (112, 8),
    (120, 8),
    (4092, 4),
    (4090, 4),
];

impl Patch {
    /// A field of some structure, with a value that it could have.
    pub(super) fn field(rng: &mut Rng) -> Self {
        let place = match rng.below(12) {
            0 => rng.pick(&[Place::Identifier, Place::RegionTables]),
            1 => Place::Header1,
            2 | 3 => Place::Header2,
            4 => Place::Log(rng.below(256) as u16),
            5 => Place::File(u64::from(rng.below(2048))),
            _ => Place::Written(rng.below(9) as u16),
        };
        match place {
            Place::Header1 | Place::Header2 => Self {
                place,
                ..Self::in_header(rng)
            },
            _ => Self {
                place,
                ..Self::in_log(rng)
            },
        }
    }

    /// A field of a header.
    pub(super) fn in_header(rng: &mut Rng) -> Self {
        let (within, length) = rng.pick(&HEADER_FIELDS);
        Self {
            place: Place::Header1,
            within,
            bytes: value(rng, length.into()),
        }
    }

    /// A field of a sector of the log.
    pub(super) fn in_log(rng: &mut Rng) -> Self {
        let (within, length) = rng.pick(&LOG_FIELDS);
        Self {
            place: Place::Written(0),
            within,
            bytes: value(rng, length.into()),
        }
    }

    /// One step to a neighbouring patch.
    pub(super) fn mutate(&mut self, rng: &mut Rng) {
        match rng.below(5) {
            0 => *self = Self::field(rng),
            1 => {
                self.within =
                    self.within
                        .wrapping_add(rng.pick(&[1, 4, 8, 32, 0u16.wrapping_sub(32)]))
                        % SECTOR as u16
            }
            2 if !self.bytes.0.is_empty() => {
                let at = rng.index(self.bytes.0.len());
                self.bytes.0[at] ^= 1 << rng.below(8);
            }
            _ => self.bytes = value(rng, self.bytes.0.len().max(1)),
        }
    }
}

/// A value of this many bytes: a signature, an edge, a multiple of a sector, or anything.
fn value(rng: &mut Rng, length: usize) -> Bytes {
    let number = match rng.below(8) {
        0 => rng.next_u64(),
        1 => u64::from(u32::from_le_bytes(
            rng.pick(&[*b"loge", *b"desc", *b"zero", *b"data", *b"head"]),
        )),
        2 => u64::from(rng.below(300)) * SECTOR,
        3 => u64::from(rng.below(9)) * MIB,
        4 => 1_u64.rotate_left(rng.below(64)),
        5 => 1_u64.rotate_left(rng.below(64)).wrapping_sub(SECTOR),
        6 => 97 + u64::from(rng.below(16)),
        _ => u64::from(rng.below(4)),
    };
    let guid = rng.pick(&[LogGuid::A, LogGuid::B, LogGuid::Zero]).on_disk();
    let bytes = if length == 16 {
        guid.to_vec()
    } else {
        number.to_le_bytes().to_vec()
    };
    Bytes(bytes.into_iter().cycle().take(length).collect())
}
