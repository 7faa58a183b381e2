//! The two headers: which of them is current, and what it says of the log.
//!
//! Serves HDR-1 to HDR-4 (the choice); the demands on the fields of the chosen one (HDR-5 to
//! HDR-13) are checked by [`open`](crate::open), in the order given there. Pure but for
//! [`Headers::read`]; never panics.

mod choice;
mod fields;
mod layout;
mod update;

pub use choice::Headers;
pub use fields::{Current, Header, Slot};
pub(crate) use update::Change;
