//! Replaying the active sequence: planned as a whole, then applied, or shown in memory.
//!
//! ```text
//! active sequence --updates--> checked one by one --> ReplayPlan --+--apply----> the file, written
//!                 (a walk, bounded memory)                         '--overlay--> a view; no write
//! ```
//!
//! Serves RPL-1 to RPL-10, SEQ-4, SEQ-8, DSC-5 to DSC-7. A plan is complete before anything is
//! written (RPL-8); applying it can fail only because of the device, or because another program
//! changes the file meanwhile.

mod apply;
mod budget;
mod in_place;
mod overlay;
mod plan;
mod resolve;
mod update;
mod updates;

pub use apply::Applied;
pub(crate) use apply::apply;
pub(crate) use in_place::stands_in_file;
pub use overlay::Overlay;
pub use plan::ReplayPlan;
pub use update::{Source, Update};
pub use updates::Updates;
