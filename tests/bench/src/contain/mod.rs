//! Running a program that nobody trusts: without containers, without `unsafe`, and with nothing
//! left behind.
//!
//! ```text
//!  bench --starts--> supervisor --starts--> trampoline ==becomes==> the program --starts--> ...
//!        <-report--             <----- stdout, stderr, and its death -----
//! ```
//!
//! Supervisor and trampoline are this program again, started with the hidden argument [`HIDDEN`]:
//! its `main` calls [`hidden_role`] before anything else. The trampoline limits itself (processor
//! time, memory, file size, open files, no core dump, writing only in the private folder) and then
//! becomes the program. The supervisor is the one that orphans of the program fall to, so whatever
//! it started is found, however it hid, and killed; it keeps the end of what was printed, and ends
//! everything when the time is over, when the bench says so, or when the bench is gone.
//!
//! What happened is an [`Ended`]: this module does not judge. Where the system lacks a means,
//! [`Protections`] says which protection is off; on systems other than Linux only the time, the
//! output and the process itself are limited.
//!
//! A program can still change what Landlock does not cover (times and modes of files of the same
//! user) and see everything that the user sees.

mod container;
mod ended;
mod folder;
mod hidden;
mod limits;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod portable;
mod protections;
mod request;
mod tail;
#[cfg(not(target_os = "linux"))]
mod unprotected;

pub use self::container::{Container, Stopped};
pub use self::ended::{Ended, How};
pub(crate) use self::folder::remove as remove_folder;
pub use self::folder::{Folder, Folders};
pub use self::hidden::HIDDEN;
pub use self::limits::Limits;
#[cfg(target_os = "linux")]
pub(crate) use self::linux::read_relay_report;
#[cfg(not(target_os = "linux"))]
pub(crate) use self::portable::read_relay_report;
pub use self::protections::{Protection, Protections};
pub use self::request::Contained;

/// What `main` does first: where the program was started as a part of the containment, plays that
/// part to the end and returns its exit code.
pub fn hidden_role() -> Option<std::process::ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next()? != HIDDEN {
        return None;
    }
    #[cfg(target_os = "linux")]
    return Some(linux::play(&arguments.collect::<Vec<_>>()));
    #[cfg(not(target_os = "linux"))]
    Some(std::process::ExitCode::from(2))
}
