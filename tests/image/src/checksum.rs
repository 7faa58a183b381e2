//! The checksum of a header or an entry (HDR-1, ENT-2): which value a recipe asks for, and how it
//! gets into the bytes.
//!
//! Both structures have the field at the same place and compute CRC-32C with the field zero, so one
//! [`Checksum::apply`] serves both. Which bytes the valid checksum covers differs and is the
//! caller's: an entry may claim to be longer or shorter than it is.

use serde::{Deserialize, Serialize};

use super::sector::put;

/// Where the field is, in bytes from the start of the header or entry.
const OFFSET: usize = 4;

/// How the checksum of a header or an entry is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Checksum {
    /// Valid for the final bytes, corruptions included: the writer meant them so.
    #[default]
    Right,
    /// Valid for the bytes before they were corrupted: something went wrong after the writer was
    /// done.
    #[serde(rename = "before_bends")]
    BeforeCorruptions,
    /// The valid one with every bit inverted.
    Wrong,
    Explicit(u32),
}

impl Checksum {
    /// The checksum of uncorrupted bytes, whose checksum field is zero, for [`apply`](Self::apply)
    /// to use after the corruption. Only [`BeforeCorruptions`](Self::BeforeCorruptions) needs it;
    /// for the others this is 0 and costs nothing.
    pub(super) fn before_corruptions(self, bytes: &[u8]) -> u32 {
        match self {
            Self::BeforeCorruptions => crc32c::crc32c(bytes),
            _ => 0,
        }
    }

    /// Writes the checksum into a header or entry. `valid` computes the valid one and is called
    /// only where it is needed; it must count the field itself as zero.
    pub(super) fn apply(self, bytes: &mut [u8], before: u32, valid: impl FnOnce(&[u8]) -> u32) {
        let checksum = match self {
            Self::Right => valid(bytes),
            Self::BeforeCorruptions => before,
            Self::Wrong => !valid(bytes),
            Self::Explicit(value) => value,
        };
        put(bytes, OFFSET, &checksum.to_le_bytes());
    }
}
