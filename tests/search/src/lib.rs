//! Searching for images on which implementations differ.

pub mod efficacy;
pub mod exhaust;
pub mod fuzzing;
