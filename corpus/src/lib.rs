#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod clause;
mod corpus;
mod embedded;
mod image;
mod reading;
mod retired;
mod strength;
mod vector;

pub use clause::{Clause, Scope, Side, clause, clauses};
pub use corpus::{Corpus, Error, Stored};
pub use image::{SECTOR_BYTES, Sectors, compress};
pub use reading::{
    Changed, Expect, Extent, File, Guest, GuestContents, Headers, LogState, Reading, Sequence,
};
pub use retired::{Retired, retired};
pub use strength::Strength;
pub use vector::{Access, Clauses, FORMAT, ImageFile, Needs, Piece, Topic, Vector};

/// The version of the corpus and of this package. `README.md` says what a change of it means.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
