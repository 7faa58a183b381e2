//! Replaying the active sequence: planned whole, then applied, or shown in memory.
//!
//! ```text
//!  active sequence --updates--> checked one by one --> ReplayPlan --+--apply----> the file, written back
//!                  (a walk, bounded memory)                         '--overlay--> a view; the file untouched
//! ```

mod apply;
mod overlay;
mod plan;
mod resolve;
mod updates;

pub use apply::Applied;
pub(crate) use apply::apply;
pub use overlay::{MAX_OVERLAY_UPDATES, Overlay};
pub use plan::ReplayPlan;
pub use updates::{Source, Update, Updates};
