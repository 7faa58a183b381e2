//! Recording any program: the image is the only file of a private file system, which records what is
//! asked of it.
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
#[cfg(all(target_os = "linux", feature = "fuse"))]
mod run;
#[cfg(all(target_os = "linux", feature = "fuse"))]
mod tape;
#[cfg(all(target_os = "linux", feature = "fuse"))]
mod worker;

use std::collections::BTreeMap;
use std::io;
#[cfg(not(all(target_os = "linux", feature = "fuse")))]
use std::path::Path;

#[cfg(not(all(target_os = "linux", feature = "fuse")))]
use vhdx_log_bench::contain::{Container, Folders, Limits};
use vhdx_log_bench::contain::{Ended, Stopped};
use vhdx_log_crash::trace_file::BadTraceFile;

#[cfg(all(target_os = "linux", feature = "fuse"))]
pub use run::record;

use crate::base::BadBase;
use crate::outside::Outside;

/// What a program asked of an image.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub outside: Outside,
    /// The recording as a trace file.
    pub trace_file: Vec<u8>,
    pub ended: Ended,
    /// What the program tried and the recorder does not have, and how often.
    pub notes: BTreeMap<String, u64>,
}

/// Why there is no recording.
#[derive(Debug, thiserror::Error)]
pub enum NotRecorded {
    #[error(transparent)]
    Stopped(#[from] Stopped),
    #[error(
        "this build cannot mount a file system: only Linux has FUSE, with the feature `fuse`. A \
         program with a driver for logs of writes can be recorded all the same: `vhdx-log crash \
         --profile qemu`"
    )]
    NotBuilt,
    #[error(
        "there is no /dev/fuse that can be opened ({0}): load the kernel module `fuse`, give a \
         container `--device /dev/fuse`, or record QEMU through its own log of writes: `vhdx-log \
         crash --profile qemu`"
    )]
    NoDevice(io::Error),
    #[error("the file system cannot be mounted: {0}")]
    NotMounted(io::Error),
    #[error("the private folder cannot be used")]
    Folder(#[source] io::Error),
    #[error(
        "`{{image}}` is missing: it stands for the path of the image that the program works on"
    )]
    NoPlaceholder,
    #[error("name a program")]
    NoProgram,
    #[error(transparent)]
    Base(#[from] BadBase),
    #[error("the program wrote more than 1 GiB: record a shorter session")]
    TooLong,
    #[error(transparent)]
    Trace(#[from] BadTraceFile),
}

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
