//! Searching for images on which implementations differ.

pub mod enumerate;
pub mod fuzz;
pub mod score;
