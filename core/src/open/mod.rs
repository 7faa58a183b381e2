//! Opening an image: every check in order, then what the caller wants done with a dirty log.
//!
//! The order of checks, so that a file which breaks several demands is refused for the same one
//! every time:
//!
//! 1. FID-1; 2. HDR-3, HDR-4; 3. HDR-5; 4. an empty log (HDR-9) ends here, but for HDR-13 when
//!    writable; 5. HDR-6;
//! 6. HDR-7; 7. HDR-10; 8. HDR-8; 9. SEQ-7; 10. SEQ-8; 11. DSC-5, DSC-6, DSC-7 for each update,
//!    oldest first;
//! 12. RPL-9; 13. HDR-13 when writable.
//!
//! Nothing but the identifier, the headers and the log is read (RPL-4), and nothing is written
//! before all checks have passed (RPL-8).

mod examine;
mod image;
mod options;

pub(crate) use examine::log_region;
pub use examine::{Access, Examination, examine, find_active};
pub use image::{Image, LogState};
pub use options::{DEFAULT_MAX_FILE_SIZE, DirtyLog, OpenOptions};
