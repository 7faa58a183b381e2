#![doc = include_str!("../README.md")]

mod case;
mod coverage;
pub mod efficacy;
mod examine;
mod finding;
mod generate;
mod hangs;
mod hunt;
pub mod known;
mod settings;
mod state;
mod triage;

pub use case::TestCase;
pub use coverage::Coverage;
pub use finding::{Diagnosis, Finding, Name, Reliability, Symptom};
pub use hunt::Hunt;
pub use settings::Settings;
pub use state::State;
