//! Conformance vectors for readers of the log of VHDX disk images.
//!
//! A vector is a small image and what must become of it: refused, or accepted with these bytes. The
//! vectors are plain files (`vectors/<topic>/<id>.json` beside `<id>.vhdx.gz`), made to be used
//! from any language; this crate is for Rust programs, and embeds them.
//!
//! ```
//! use vhdx_log_corpus::{Corpus, Expect};
//!
//! let stored = Corpus::embedded().get("header-newer-second").unwrap();
//! assert_eq!(stored.vector.readings[0].expect, Expect::Accept);
//! assert_eq!(stored.bytes()?.len() as u64, stored.vector.image.size);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! It knows no implementation and judges nothing: running a program and comparing what it did is
//! the caller's part.

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

/// The version of the corpus, which is that of this package; `README.md` says what it promises.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
