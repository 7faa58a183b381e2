//! Recipes by chance, made to reach deep.
//!
//! A log of random bytes is refused by the first check, always. So a case begins as a *right*
//! image, with runs that wrap, fill the ring, overwrite one another and end torn ([`sample`]), and
//! is then corrupted in as many places as the generator says: none for every third case, one for most
//! ([`corrupt`]). A test of the suites measures what comes out and keeps it from drifting: most cases
//! must still hold a valid sequence, and the refusals must spread over many clauses.
//!
//! Everything is a function of a seed, so any case can be had again from a number: see [`Rng`].
//! The fuzzer starts from the same cases and goes on with [`mutate`].
//!
//! Not covered: images that only differ in what is neither header nor log (metadata, BAT), for the
//! log never looks there.

mod corrupt;
mod mutate;
mod rng;
mod sample;
mod value;

pub use corrupt::corrupt;
pub use mutate::mutate;
pub use rng::Rng;
pub use sample::{sample, well_formed};
