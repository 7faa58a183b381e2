//! The properties of core that hold for every image.
//!
//! Random search, exhaustive search and the fuzzer all call [`check`]; none has properties of its
//! own about reading an image. Each property is one constant sentence that cites its clauses; a
//! failed one is a [`Violation`], with what was expected and found.
//!
//! These properties use what only core offers, an API in the same process: reads that are counted,
//! an overlay that is read at its edges, policies for dirty files, limits one byte apart. What can
//! be asked of any subject is in [`crate::check()`].
//!
//! Not promised: that core and the model are right. They were written independently, so that a
//! mistake would have to be made twice; and the corpus states, for each of its images, what its
//! author means to happen.

mod check;
mod compare;
pub mod dirty_policies;
mod read_bounds;
mod read_only;
pub mod ring;
mod same_as_model;
mod violation;
mod write_back;

pub use check::{check, check_against};
pub use compare::first_difference;
pub use same_as_model::Agreed;
pub use violation::{Violation, ensure};

pub use crate::convert::to_model;
