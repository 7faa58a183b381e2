//! What a disk holds: an image of shared sectors, cheap to fork and cheap to recognise.
//!
//! This module knows nothing of requests, crashes or faults. A [`Sector`] is hashed once, when it
//! is made; a [`DiskImage`] keeps its hashes up to date with each change.

mod image;
mod parts;
mod sector;

pub use image::DiskImage;
pub use parts::{end_of, parts, zeroed};
pub use sector::{Sector, Slot, mix};
