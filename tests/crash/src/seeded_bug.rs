//! The bug that a search may seed into the writer, to show that it finds real ones.
//!
//! Only tests can: without the feature `canary` there is no such bug, and the type has no value.

use vhdx_log::storage::Storage;
#[cfg(feature = "canary")]
pub use vhdx_log::writer::Canary as SeededBug;
use vhdx_log::writer::Log;

/// No bug: the feature `canary` is off.
#[cfg(not(feature = "canary"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SeededBug {}

#[cfg(not(feature = "canary"))]
impl SeededBug {
    /// All of them.
    pub const ALL: [Self; 0] = [];
}

/// Seeds a bug into a writer.
#[cfg(feature = "canary")]
pub(crate) fn seed<S: Storage>(log: &mut Log<S>, bug: SeededBug) {
    log.set_canary(bug);
}

#[cfg(not(feature = "canary"))]
pub(crate) const fn seed<S: Storage>(_: &mut Log<S>, bug: SeededBug) {
    match bug {}
}
