//! The properties of every state that a disk may be left in: one function and one sentence each.
//!
//! Every search (power loss, I/O errors, media faults, lying flushes) calls these functions and has
//! no properties of its own. The order is that of a reader, which opens the file, looks at what is
//! in it, and closes it.

mod crash_state;
mod media;
mod recovery;
mod same_as_model;

pub use crash_state::{applies_no_damage, gives_the_same_again, is_an_allowed_state};
pub use media::{Fate, fate, judge_media_fault};
pub use recovery::{Recovered, Recovery, recovery};
pub use same_as_model::{READ_ALIKE, is_read_by_the_model_alike};
