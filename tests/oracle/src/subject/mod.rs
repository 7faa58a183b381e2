//! Subjects: what is tested. `core`, `model` and every flawed model are built in ([`builtin`]); a
//! program outside is one more implementation of [`Subject`].

mod builtin;
mod core;
mod interface;
mod model;

pub use self::builtin::builtin;
pub use self::core::Core;
pub use self::interface::{Accepted, Case, Outcome, Profile, Subject};
pub use self::model::Model;
