//! How good the search is: how many cases each strategy of searching takes until it first finds each
//! flaw.
//!
//! A flaw is the model with one demand dropped or one step bent. A case finds it when a property about
//! the case no longer holds with the flawed model in the place of the right one: that is just what
//! a run against an implementation with that flaw would report. Cases are counted from 1, and each
//! is shown to every flaw not found yet.
//!
//! What the numbers do not say: how soon the next, unknown flaw is found. The flaws are those
//! somebody thought of.

mod mutant_run;
mod page;
mod strategies;

pub use mutant_run::{Input, MutantRun};
pub use page::{Found, page};
pub use strategies::Strategy;
