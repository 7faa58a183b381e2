//! The guest's disk in a crash state, compared with what a guest may find there.
//!
//! ```text
//!  image --recovery--> View: recovered image, structure (which block is where)
//!                        |
//!                        +-- changed sectors against another view   compare.rs
//!                        '-- each value against the history         history.rs
//! ```
//!
//! Cost: two views of states that share their base are compared by what the states changed, not by
//! what the disk holds.

mod compare;
mod history;
mod structure;
mod view;

pub use compare::for_each_changed;
pub use history::{History, PIECE_BYTES, Wrong, hash_of};
pub use structure::Structure;
pub use view::{View, recover};
