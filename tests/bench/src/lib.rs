#![doc = include_str!("../README.md")]

pub mod assess;
mod candidate;
mod case;
pub mod contain;
mod evidence;
mod machine;
pub mod record;
mod repeat;
mod run;
pub mod verdict;

pub use candidate::Candidate;
pub use run::{OnResult, Settings, run};
