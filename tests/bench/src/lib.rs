#![doc = include_str!("../README.md")]

pub mod assess;
mod candidate;
mod case;
pub mod contain;
pub mod diagnose;
mod evidence;
pub mod keep;
pub mod known;
mod machine;
pub mod nearest;
mod pattern;
pub mod record;
mod repeat;
mod run;
pub mod subject;
pub mod verdict;

pub use candidate::Candidate;
pub use case::{Opened, judged};
pub use pattern::Pattern;
pub use run::{OnResult, Settings, run};
