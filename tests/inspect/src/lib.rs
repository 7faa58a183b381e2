//! Reading a VHDX image for people.
//!
//! `read` looks at a file, `document` is what was found, `print` writes a document as text.

pub mod document;
pub mod print;
mod read;

pub use read::{Extent, inspect, targets};
