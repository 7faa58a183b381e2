//! Failures that are known: a list in TOML of what a program gets wrong today.
//!
//! ```toml
//! # Reported upstream.
//! [qemu]
//! "tail-own" = { verdict = "lost-data", seen = "45f6…", reason = "the tail is ignored" }
//! "claims-whole-log-*" = { verdict = "hang", reason = "the search never ends" }
//! ```
//!
//! Contract: a list speaks of symptoms. A vector that is listed has to fail with the verdict that
//! the list gives and, where it gives the digest of what was seen, with exactly that outcome. One
//! that passes, fails otherwise or is not run makes the list stale. An id comes before a pattern.
//! Only vectors that were chosen for the run are looked at.

mod compare;
mod list;
mod update;

pub use self::compare::{Stale, StaleWhy, annotate};
pub use self::list::{Known, KnownFailures, ListError, ListErrorKind};
pub use self::update::{UpdateError, update};
