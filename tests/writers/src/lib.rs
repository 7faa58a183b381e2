#![doc = include_str!("../README.md")]

pub mod base;
pub mod blklog;
pub mod campaign;
pub mod guest;
pub mod judge;
pub mod kept;
pub mod moment;
mod outside;
pub mod places;
pub mod protocol;
pub mod record;
pub mod recover;
pub mod session;
mod source;

pub use outside::{BadRecording, Outside};
pub use source::Contents;
