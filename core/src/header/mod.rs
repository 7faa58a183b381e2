//! The two headers: reading them, choosing the current one, and changing both safely.
//!
//! Serves HDR-1 to HDR-4, HDR-12 and HDR-13, and UPD-1 to UPD-3. The clauses on the fields of the
//! current header (HDR-5 to HDR-10) are checked by
//! [`examine`](crate::examine()), in the order given there.
//!
//! Choosing is pure; [`Headers::read`] reads two sectors; an update writes one sector and flushes,
//! twice. Not done here: deciding when an update is due.

mod choice;
mod fields;
mod layout;
mod update;

pub use choice::Headers;
pub use fields::{Current, Header, Slot};
pub(crate) use update::Change;
