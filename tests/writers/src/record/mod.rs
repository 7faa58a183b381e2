//! Recording any program: the image is the only file of a private file system, which records what
//! is asked of it.
//!
//! ```text
//!  program --write, fsync, ...--> kernel --FUSE--> OneFile --in order--> worker --> backing file
//!                                                     |                     |
//!                                                   begin                  end
//!                                                     '------> Tape <-------'
//! ```
//!
//! A write counts as stable by a flush only if it had ended before the flush began: of two that
//! overlap, the write comes after the flush. Everything goes through direct I/O, so nothing stays
//! in a cache that the recorder does not see; a shared writable mapping is refused by the kernel.
//!
//! Contract: the program runs contained, in a private folder. Whatever it does, the file system is
//! unmounted when it has ended. When this program itself is killed, the kernel ends every request
//! with an error, and the next recording removes what is left of the mount.
//!
//! Not recorded, and said ([`Recorded::notes`]): attempts to replace, remove or create files beside
//! the image, which fail. Only Linux has this, in builds with the feature `fuse`.

#[cfg(all(target_os = "linux", feature = "fuse"))]
mod filesystem;
#[cfg(all(target_os = "linux", feature = "fuse"))]
mod mount;
mod outcome;
#[cfg(all(target_os = "linux", feature = "fuse"))]
mod run;
#[cfg(all(target_os = "linux", feature = "fuse"))]
mod tape;
#[cfg(all(target_os = "linux", feature = "fuse"))]
mod worker;

#[cfg(not(all(target_os = "linux", feature = "fuse")))]
use std::path::Path;

#[cfg(not(all(target_os = "linux", feature = "fuse")))]
use vhdx_log_bench::contain::{Container, Folders, Limits};

pub use outcome::{NotRecorded, Recorded};
#[cfg(all(target_os = "linux", feature = "fuse"))]
pub use run::record;

/// Runs a command on a copy of an image, or on an empty file, and records what it asks of it.
/// `{image}` in a word stands for the path.
///
/// # Errors
/// This build cannot.
#[cfg(not(all(target_os = "linux", feature = "fuse")))]
pub fn record(
    _: &[String],
    _: Option<&Path>,
    _: &Limits,
    _: &Container,
    _: &Folders,
) -> Result<Recorded, NotRecorded> {
    Err(NotRecorded::NotBuilt)
}
