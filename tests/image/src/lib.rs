//! Images from recipes: the one place where images for vectors, properties, fuzzing and shrunk
//! findings are made.
//!
//! A [`Recipe`] says, in a few words, how an image differs from a right one; [`Recipe::build`]
//! makes the image. Recipes can be compared, printed, kept as JSON ([`Recipe::to_json`]) or in a
//! few bytes ([`Recipe::to_bytes`]), and made smaller without losing what matters ([`shrink`]).
//! What a guest would see on the disk is read by [`guest`].
//!
//! ```
//! use vhdx_log_image::{Recipe, Target};
//!
//! // Two entries of one data sector each, one after the other; the head's tail is the first.
//! let image = Recipe::with_log([]).run(0, 2, [Target::Payload(3)]).build();
//! let offsets: Vec<u32> = image.placements().iter().map(|entry| entry.offset()).collect();
//! assert_eq!(offsets, [0, 8192]);
//! ```
//!
//! The log is a ring of sectors. Items are placed on it one after another, and what is placed later
//! overwrites:
//!
//! ```text
//!      sector 0                                                        last sector
//!        | entry 12: data sector | stale     | entry 10   | entry 11 | entry 12 |
//!        '------------------- goes on here <---------------------------- wraps -'
//! ```
//!
//! Nothing here is taken from the implementation or the model: a mistake would have to be made
//! three times to go unseen.

mod base;
mod build;
mod builder;
mod built;
pub mod compact;
mod corruption;
mod encode;
mod entry;
pub mod generate;
pub mod guest;
mod layout;
pub mod pattern;
mod recipe;
mod sector;
pub mod shrink;
mod source;
mod standalone;
mod value;

pub use build::LIMIT_SECTORS;
pub use built::{BuiltImage, Placement};
pub use corruption::{Corruption, Leftover, Nth, Overwrite, Tear};
pub use entry::{
    Content, Data, Descriptor, Entry, Fill, Filling, Item, LogGuid, Place, Tail, Target, Zero,
};
pub use layout::Layout;
pub use recipe::{Checksum, Geometry, Header, Identifier, Patch, Presence, Recipe};
pub use sector::{HEADER_SECTORS, MIB, SECTOR, SECTOR_BYTES, Sector};
pub use source::Source;
pub use value::{Bytes, Guid, Signature};
