//! The words by which this program starts itself.

/// The first argument that makes this program a part of the containment.
pub const HIDDEN: &str = "__contain";

/// The part of the process that watches.
#[cfg(target_os = "linux")]
pub(super) const SUPERVISE: &str = "supervise";
/// The same, for a program that is asked many questions: its standard input and output are passed
/// on.
#[cfg(target_os = "linux")]
pub(super) const RELAY: &str = "relay";
/// The part of the process that becomes the program.
#[cfg(target_os = "linux")]
pub(super) const EXECUTE: &str = "execute";
