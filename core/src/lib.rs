//! The log of VHDX disk images: find the active sequence, replay it, show it, write it.
//!
//! A VHDX file protects its metadata with a circular write-ahead log. Whoever opens the file after
//! a crash must find in that ring the newest sequence of entries that is whole, and apply it. This
//! crate does that, and nothing else of VHDX: it never looks at the region tables, the metadata or
//! the BAT.
//!
//! ```text
//!  file --header--> current header --scan--> entries --sequence--> active sequence --replay--> plan
//!                   (open)                                                                      |
//!                                             file written back <--apply-- or --overlay--> view '
//! ```
//!
//! Errors, faults and tests cite the demands of the format by id, such as [SEQ-8](Clause::Seq8);
//! the ids are listed with [`Clause`].
//!
//! # Contract
//!
//! For any file at all: no panic; time linear in the length of the log (and in what its holes leave
//! of it); memory under 32 MiB for a replay, whatever the log's length; a refused file is not
//! changed by a byte.
//!
//! # Example
//!
//! ```no_run
//! use std::fs::File;
//! use vhdx_log::{LogState, OpenOptions};
//!
//! let file = File::options().read(true).write(true).open("disk.vhdx")?;
//! let image = OpenOptions::writable().open(file)?;
//! if let LogState::Replayed(plan, _) = image.log() {
//!     println!("{} entries replayed", plan.active.entries);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![deny(missing_docs)]
// No panic is reachable from input. Tests and benches, which are other crates, may panic.
#![deny(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod checksum;
mod clause;
mod entry;
mod error;
mod fault;
mod guids;
pub mod header;
mod open;
mod replay;
mod ring;
mod scan;
mod sequence;
pub mod storage;
mod target;
pub mod units;
pub mod writer;

pub use clause::Clause;
pub use entry::{Descriptor, DescriptorKind, Entry};
pub use error::{OpenError, Refusal, TargetClause};
pub use fault::{EntryFault, HeaderFault};
pub use guids::GuidSource;
pub use open::{
    Access, DEFAULT_MAX_FILE_SIZE, DirtyLog, Examination, Image, LogState, OpenOptions, examine,
    find_active,
};
pub use replay::{Applied, MAX_OVERLAY_UPDATES, Overlay, ReplayPlan, Source, Update, Updates};
pub use ring::Ring;
pub use scan::{Found, scan};
pub use sequence::{ActiveSequence, Run, RunTracker};
