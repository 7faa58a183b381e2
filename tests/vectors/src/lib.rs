//! The sources of the corpus: one table a topic, and what makes files of them.
//!
//! ```text
//!  topics/*.rs          make.rs                               regenerate.rs
//!  VectorSource --+--> build the image ----------+
//!  (recipe and    |                              +--> core and model --> corpus/vectors/*
//!   intent)       +--> work out the outcome from |    must both do so    INDEX.md, KILLS.md
//!                      the recipe alone ---------+
//! ```
//!
//! [`make`] does that for one source, [`Regenerated::make`] for all of them; [`adequacy`] measures
//! what the corpus finds and covers.

mod addition;
pub mod adequacy;
mod expect;
mod json;
mod make;
pub mod pages;
mod recipes;
mod regenerate;
mod source;
mod topics;
pub mod trace;

pub use self::addition::{AddError, Addition, add};
pub use self::expect::IntentError;
pub use self::make::{MakeError, make};
pub use self::regenerate::{Regenerated, source_folder};
pub use self::source::{Intent, VectorSource};
pub use self::topics::vectors;
