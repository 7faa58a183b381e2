#![doc = include_str!("../README.md")]

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
pub use self::regenerate::{Regenerated, source_folder, source_root};
pub use self::source::{Intent, VectorSource};
pub use self::topics::vectors;
