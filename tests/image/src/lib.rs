#![doc = include_str!("../README.md")]

mod base;
mod blocks;
mod build;
mod builder;
mod built;
mod checksum;
pub mod compact;
mod corruption;
mod encode;
mod entry;
pub mod generate;
mod geometry;
pub mod guest;
mod layout;
mod metadata;
pub mod pattern;
mod recipe;
mod sector;
pub mod shrink;
mod source;
mod standalone;
mod value;

pub use built::{BuiltImage, Placement};
pub use checksum::Checksum;
pub use corruption::{Corruption, Leftover, Nth, Overwrite, Tear};
pub use entry::{Content, Data, Descriptor, Entry, Fill, Filling, Item, Place, Tail, Target, Zero};
pub use geometry::{BatEntry, Block, Geometry};
pub use layout::{LIMIT_SECTORS, Layout};
pub use recipe::{Header, Identifier, Patch, Presence, Recipe};
pub use sector::{HEADER_SECTORS, MIB, SECTOR, SECTOR_BYTES, Sector};
pub use source::Source;
pub use value::{Bytes, Guid, LogGuid, Signature};
