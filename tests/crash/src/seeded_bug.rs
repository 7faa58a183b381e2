//! The bug that a search may seed into the writer, to show that it finds real ones.
//!
//! Only tests can: without the feature `canary` there is no such bug, and the type has no value.

use vhdx_log::OpenOptions;
#[cfg(feature = "canary")]
pub use vhdx_log::writer::Canary as SeededBug;

/// No bug: the feature `canary` is off.
#[cfg(not(feature = "canary"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SeededBug {}

#[cfg(not(feature = "canary"))]
impl SeededBug {
    /// All of them.
    pub const ALL: [Self; 0] = [];
}

/// Seeds a bug into what is opened with these options.
#[cfg(feature = "canary")]
pub(crate) fn seed(options: OpenOptions, bug: SeededBug) -> OpenOptions {
    options.with_seeded_bug(bug)
}

#[cfg(not(feature = "canary"))]
pub(crate) fn seed(_: OpenOptions, bug: SeededBug) -> OpenOptions {
    match bug {}
}
