//! Opening an image: every check in order, then what the caller wants done with a dirty log.
//!
//! The order of the checks, so that a file that breaks several clauses is always refused for the
//! same one:
//!
//! 1. FID-1
//! 2. HDR-3, HDR-4
//! 3. HDR-5
//! 4. An empty log (HDR-9) ends here, except for HDR-13 when writable.
//! 5. HDR-6, HDR-7, HDR-10, HDR-8
//! 6. SEQ-7, unless [the caller accepts](OpenOptions::accept_empty_generation) a generation without
//!    entries
//! 7. SEQ-8
//! 8. DSC-5, DSC-6, DSC-7 for each update, oldest first
//! 9. RPL-9
//! 10. HDR-13 when writable
//!
//! Nothing but the identifier, the headers and the log is read (RPL-4), except for a file that
//! SEQ-7 refuses, to [find out](crate::LogEvidence) what happened to it. Nothing is written before
//! all checks have passed (RPL-8). Writes start at 64 KiB and so never touch the identifier's area
//! (FID-2): headers are written in their slots, targets are 192 KiB or more (DSC-6).

mod examine;
mod image;
mod options;
mod search;

pub(crate) use examine::log_region;
pub use examine::{Access, Examination, examine};
pub use image::{Image, LogState};
pub use options::{DEFAULT_MAX_FILE_SIZE, DirtyLog, Locking, OpenOptions};
pub use search::find_active;
