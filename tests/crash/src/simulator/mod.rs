//! The simulated disk: it shows what was written, records every request, and can let one fail.
//!
//! ```text
//!   program --requests--> FailingDisk --> SimDisk --> trace
//! ```

mod disk;
mod failing;
mod recovery;

pub use disk::SimDisk;
pub use failing::FailingDisk;
pub use recovery::{RecordedRecovery, record_recovery};
