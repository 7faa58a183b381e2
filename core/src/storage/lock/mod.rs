//! Who may use a file at the same time: the one place that knows about locks.
//!
//! A file that another program writes must not be replayed: its log and its blocks change under the
//! replay, and the other program overwrites what the replay did. Two kinds of lock say that a file
//! is in use, and neither notices the other, so both are taken ([`lock_file`]):
//!
//! 1. The lock of the whole file that [`std::fs::File::try_lock`] takes: `flock` on Unix,
//!    `LockFileEx` on Windows.
//! 2. On Linux, the byte-range locks of programs that run virtual machines; the scheme is described
//!    in [`ranges`].
//!
//! Contract: both kinds belong to the open file description. A lock lasts until the last handle of
//! that description is closed: the [`File`](std::fs::File), what `try_clone` made of it, and what a
//! child process inherited. Two handles from two calls of `open` exclude each other, also in one
//! process; a second lock through the same handle, or a clone, replaces the first one.
//!
//! Not promised: that a program which asks for neither kind of lock is noticed, and anything across
//! machines on a network file system that does not pass locks on. Elsewhere than on Linux only the
//! first kind is asked for.

#[cfg(target_os = "linux")]
mod holder;
mod outcome;
#[cfg(target_os = "linux")]
mod ranges;
#[cfg(any(unix, windows))]
mod take;

pub use outcome::{Holder, Intent, LockOutcome};
#[cfg(any(unix, windows))]
pub use take::in_use;
#[cfg(any(unix, windows))]
pub(super) use take::lock_file;
