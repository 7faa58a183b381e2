//! Random recipes, built to reach deep.
//!
//! Random bytes in a log are always rejected by the first check. So a case starts as a *valid*
//! image, with runs that wrap, fill the ring, overwrite one another and end torn ([`sample()`]),
//! and is then corrupted: in no place for a third of the cases, in one place for most
//! ([`corrupt()`]). A test of the suites measures the result and keeps it from drifting: most cases
//! must still have a valid sequence, and the refusals must spread over many clauses.
//!
//! Everything is a function of a seed, so any case can be made again from a number: see [`Rng`].
//! The fuzzer starts from the same cases and continues with [`mutate()`].
//!
//! **Seeds are stable.** A change of what a seed makes, or of the order in which numbers are drawn,
//! changes every stored seed and every printed one. Add new choices where no old seed reaches them,
//! or accept that all of them change.
//!
//! Not covered: images that differ only outside headers and log (metadata, BAT), which the log
//! never reads.

mod corrupt;
mod mutate;
mod rng;
mod sample;
mod value;

pub use corrupt::corrupt;
pub use mutate::mutate;
pub use rng::Rng;
pub use sample::{sample, well_formed};
