//! What shows a finding to a person, and tells it from another: the first bytes that differ,
//! digests of what was seen, what a program printed.
//!
//! Nothing here decides a verdict.

mod bytes;
mod printed;
mod seen;

pub(crate) use self::bytes::first_bytes;
pub(crate) use self::printed::{microseconds, runs};
pub(crate) use self::seen::{guest_digest, kind, seen};
