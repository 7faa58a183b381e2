//! Crashing the writer: workloads, everything that can go wrong in them, and what must hold then.
//!
//! ```text
//!   Workload --run--> trace --Epoch, Choice--> crash state --recovery--> file --claims--> holds, or a Failure
//!      ^                                          |   ^                                        |
//!      |                                          '---' crash during the recovery, twice       v
//!   exhaustive, random                                                              shrunk, one token to replay it
//! ```
//!
//! Not promised: that a bug needs no more than three transactions, or that no two states have the
//! same hash. What was looked at is counted ([`Tally`]), and so is what was not
//! ([`Tally::blind_spots`]).

pub mod choices;
pub mod claims;
pub mod disk;
pub mod exhaustive;
pub mod explore;
mod faults;
pub mod generate;
mod lineage;
pub mod media;
pub mod parallel;
mod phases;
mod promises;
mod requests;
mod run;
mod scenario;
mod search;
pub mod shrink;
mod summary;
mod tally;
mod token;
mod workload;
mod world;

pub use faults::{Class, FaultKind, Phase};
pub use lineage::{Allowed, Lineage, Mismatch, State};
pub use run::{Breaks, Run, run};
pub use scenario::{Failure, Scenario, Stage};
pub use search::{Plan, Search};
pub use summary::{Broken, Summary};
pub use tally::{Fate, Tally};
pub use token::NotAToken;
pub use workload::{Span, Step, Update, Workload, transaction};
pub use world::World;
