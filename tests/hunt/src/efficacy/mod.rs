//! How good a hunt is: each flaw of the model, and random pairs of flaws, hunted as if they were
//! programs.
//!
//! A flaw counts as found with its first finding. It is *named right* when the finding has its
//! name, and *least* when its image has no more entries than the smallest vector that catches the
//! flaw.

mod measure;
mod page;

pub use self::measure::{CASES, Row, Subject, measure, pairs, subjects};
pub use self::page::{Page, page};
