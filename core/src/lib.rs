#![doc = include_str!("../README.md")]
// HDR-11, HDR-12, ENT-8, ENT-9, DSC-8, RPL-4: see "What it does not do" in the README.
#![deny(missing_docs)]
// No panic is reachable from input. The few exceptions state why; tests and benches, which are
// other crates, may panic.
#![deny(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod canary;
mod checksum;
mod clause;
mod entry;
mod error;
mod evidence;
mod fault;
mod guids;
pub mod header;
mod limits;
mod open;
mod replay;
mod ring;
mod scan;
mod sequence;
pub mod storage;
mod target;
pub mod units;
pub mod writer;

/// The crate of the GUIDs in this interface.
pub use uuid;

pub use clause::Clause;
pub use entry::{Descriptor, DescriptorKind, Entry};
pub use error::{OpenError, Refusal, TargetClause};
pub use evidence::{BrokenEntry, LogEvidence, NoSequence, OtherHeader, OtherSequence};
pub use fault::{EntryFault, HeaderFault};
pub use guids::GuidSource;
pub use limits::MAX_OVERLAY_UPDATES;
#[doc(hidden)]
pub use limits::ReadLimits;
pub use open::{
    Access, DEFAULT_MAX_FILE_SIZE, DirtyLog, Examination, Image, Locking, LogState, OpenOptions,
    examine, find_active,
};
pub use replay::{Applied, Overlay, ReplayPlan, Source, Update, Updates};
pub use ring::Ring;
pub use scan::{Found, scan};
pub use sequence::{ActiveSequence, Run, RunTracker};
