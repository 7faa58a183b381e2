#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod clause;
mod corpus;
mod image;
mod vector;

pub use clause::{Clause, Scope, Side, clause, clauses};
pub use corpus::{Corpus, Error, Stored};
pub use image::{SECTOR_BYTES, Sectors, compress};
pub use vector::{
    Access, Changed, Clauses, Expect, FORMAT, File, Guest, Headers, ImageFile, LogState, Needs,
    Reading, Sequence, Strength, Topic, Vector,
};

/// The version of the corpus and of this package. `README.md` says what a change of it means.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
