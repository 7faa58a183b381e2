//! The limits of the writer, as data.
//!
//! None of them changes what a file holds in the end or after a crash. The defaults make few, large
//! requests. Tests make them small, so that a few transactions meet each limit from both sides.

use crate::units::Sectors;

/// What the writer keeps back, how much it writes at once, and where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Encoded entries are kept back until a commit or until they have this many bytes, so that the
    /// log is written in few large pieces.
    pub buffered_bytes: usize,
    /// The most bytes written in one call when changes go to their place; at least a sector is.
    pub piece_bytes: usize,
    /// The sector of the ring, counted from 0, that the first entry of each generation goes to.
    /// Taken modulo the ring's length.
    pub first_sector: u32,
}

impl Limits {
    /// Those of a released program.
    pub const DEFAULT: Self = Self {
        buffered_bytes: 256 << 10,
        piece_bytes: 1 << 20,
        first_sector: 0,
    };

    /// Where the first entry of a generation goes, in sectors from the ring's start.
    pub(super) fn first_sector(&self) -> Sectors {
        Sectors::in_log(self.first_sector).unwrap_or(Sectors::ZERO)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
