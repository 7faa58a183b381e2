//! What only tests change of an open: small logs and seeded bugs.
//!
//! No program reaches them by accident: they are not documented, and bugs can be seeded with the
//! feature `canary` only.

use crate::canary::Canaries;
use crate::units::MIB;

/// What tests change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Testing {
    /// What LogLength is a multiple of, in bytes: 1 MiB (HDR-7).
    pub(crate) log_unit_bytes: u64,
    pub(crate) canaries: Canaries,
}

impl Testing {
    /// What a released program has.
    pub(crate) const NONE: Self = Self {
        log_unit_bytes: MIB,
        canaries: Canaries::NONE,
    };
}
