//! Subjects: what is tested. `core`, `model` and every flawed model are built in ([`builtin`]); a
//! program outside is one more implementation of [`Subject`].

mod builtin;
mod core;
mod failed;
mod interface;
mod known_readings;
mod model;
mod transcript;

pub use self::builtin::builtin;
pub use self::core::Core;
pub use self::failed::{Crash, Damage, FailureKind, Resource};
pub use self::interface::{Accepted, Case, Failed, Opens, Outcome, Profile, Subject};
pub use self::known_readings::UnknownReading;
pub use self::model::Model;
pub use self::transcript::{Ran, Tail, Transcript};
