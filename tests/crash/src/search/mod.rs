//! Searches for violations.
//!
//! Of one recording ([`Search::recording`]), each kind of fault in its own file:
//!
//! | file | what goes wrong |
//! |---|---|
//! | `power_loss.rs` | power loss, anywhere in the trace |
//! | `recovery.rs` | power is lost again while the crash state is recovered, and once more |
//! | `io_errors.rs` | each request fails in turn, in each way it can |
//! | `media.rs` | the device corrupts a sector |
//! | `lying_flushes.rs` | a flush reports success and does nothing |
//!
//! Of many workloads, on all cores: [`exhaustive`] has every workload of a bounded kind, [`rings`]
//! the same on rings of a few sectors; [`explore`] has those of a seed, of which some go round the
//! ring ([`random_rings`]). [`seeded_bugs`] says how soon they find bugs that are known.

pub mod exhaustive;
pub mod explore;
mod io_errors;
mod lying_flushes;
mod media;
mod parallel;
mod plan;
mod power_loss;
pub mod random_rings;
mod recording;
mod recovery;
pub mod rings;
pub mod seeded_bugs;
mod session;

pub use parallel::{Job, search_jobs};
pub use plan::Plan;
pub use session::Search;
