#![doc = include_str!("../README.md")]

pub mod checks;
pub mod disk;
pub mod faults;
pub mod history;
mod origin;
pub mod protocol;
mod recording;
mod scenario;
pub mod search;
mod seeded_bug;
mod setup;
pub mod shrink;
pub mod simulator;
mod source;
pub mod states;
mod summary;
mod tally;
mod token;
pub mod trace;
pub mod trace_file;
mod workload;
pub mod writer;

pub use origin::Origin;
pub use recording::Recording;
pub use scenario::{Failure, Scenario, Stage};
pub use seeded_bug::SeededBug;
pub use setup::{Setup, options_for};
pub use source::{NotRecorded, Source};
pub use summary::{FoundFailure, Summary};
pub use tally::Tally;
pub use token::BadToken;
pub use workload::{Span, Step, Update, Workload, transaction};
