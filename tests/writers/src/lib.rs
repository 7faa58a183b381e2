#![doc = include_str!("../README.md")]

pub mod base;
pub mod blklog;
pub mod guest;
pub mod judge;
pub mod moment;
mod outside;
pub mod places;
pub mod protocol;
pub mod session;
mod source;

pub use outside::{BadRecording, Outside};
pub use source::Contents;
