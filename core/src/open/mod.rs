//! Opening an image: every check in order, then what the caller wants done with a dirty log.
//!
//! The order of the checks is given at [`examine`](fn@examine), and is the same for every open.
//!
//! Nothing but the identifier, the headers and the log is read (RPL-4), except for a file that
//! SEQ-7 refuses, to [find out](crate::LogEvidence) what happened to it. Nothing is written before
//! all checks have passed (RPL-8). Writes start at 64 KiB and so never touch the identifier's area
//! (FID-2): headers are written in their slots, targets are 192 KiB or more (DSC-6).

mod examine;
mod image;
mod options;
mod search;
mod testing;

pub(crate) use examine::log_region;
pub use examine::{Access, Examination, examine};
pub use image::{Image, LogState};
pub use options::{DEFAULT_MAX_FILE_SIZE, DirtyLog, Locking, OpenOptions};
pub use search::find_active;
