//! What a hunt has seen: clauses that images break, how they are opened, shapes of their rings.
//!
//! Contract: the map counts cells, each a clause, the format's answer, the program's answer and one
//! trait of the ring. It needs nothing of the program but its answers, so it shows what was not
//! tried yet without the program's own coverage.

mod clauses;
mod map;
mod shape;

pub(crate) use self::clauses::{Facts, facts};
pub use self::map::Coverage;
pub(crate) use self::map::{Cell, cells};
