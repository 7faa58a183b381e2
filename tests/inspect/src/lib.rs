#![doc = include_str!("../README.md")]

pub mod document;
pub mod print;
mod read;

pub use read::{Extent, Place, inspect, sources, targets};
