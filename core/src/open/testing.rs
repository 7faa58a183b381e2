//! What only tests change of an open: small logs and seeded bugs.
//!
//! No program reaches them by accident: they are not documented, and bugs can be seeded with the
//! feature `canary` only.

use super::options::OpenOptions;
use crate::canary::Canaries;
#[cfg(feature = "canary")]
use crate::canary::Canary;
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

impl OpenOptions {
    /// Takes logs of any number of whole sectors, against HDR-7: on a ring of a few sectors every
    /// workload wraps, fills and drains the log. Only for tests of the writer.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_small_logs(mut self) -> Self {
        self.testing.log_unit_bytes = crate::units::SECTOR;
        self
    }

    /// Seeds a bug into the replay and the writer. Only for tests of tests.
    #[cfg(feature = "canary")]
    #[must_use]
    pub const fn with_seeded_bug(mut self, bug: Canary) -> Self {
        self.testing.canaries = Canaries::one(bug);
        self
    }
}
