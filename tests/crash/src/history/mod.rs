//! Which states a crash may leave, at each moment of a trace (WRT-9).
//!
//! ```text
//!  line      v0 --T1--> v1 --T2--> v2 --T3--> v3
//!  position  0          1          2          3
//!                       ^oldest allowed       ^newest      at this moment: v1, v2 or v3
//! ```
//!
//! A *version* is the visible contents after some change. The *line* is the versions that are still
//! possible, in the order of the changes; a *position* is an index into it. Three kinds of mark
//! move the line: a change has begun, everything begun is durable, the file was opened again. A
//! history is a function of the versions and the marks alone ([`History::from_marks`]), so it can
//! be read from a trace file.
//!
//! Not covered: changes that begin and end at the same time as others. They need a set of allowed
//! versions instead of a line, and marks of their own.

mod allowed;
mod marks;
mod record;

pub use allowed::{Allowed, Mismatch};
pub use marks::{Event, Mark, Position, Version, VersionId};
pub use record::{BadHistory, History};
