//! Every reason why a disk cannot be read.

use std::io;

use uuid::Uuid;

/// Why a disk cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum GuestError {
    /// The device failed.
    #[error("cannot read the image")]
    Read(#[from] io::Error),
    /// Something is past the end of the file, or past the last offset there is.
    #[error("the {what} at offset {offset:#x} is not inside the file")]
    Outside { what: &'static str, offset: u64 },
    /// Neither copy of the region table has a valid signature, checksum and entry count.
    #[error("neither region table is valid")]
    RegionTables,
    /// A region that every disk has is not in the table.
    #[error("the region table has no {0} region")]
    RegionMissing(&'static str),
    /// A region that is marked as required and is not a known one.
    #[error("unknown region {0} is marked as required")]
    RegionUnknown(Uuid),
    /// The metadata table has a wrong signature or too many entries.
    #[error("the metadata table is not valid")]
    MetadataTable,
    /// An item that every disk has is not in the metadata table, or has a length or a place it
    /// cannot have.
    #[error("the metadata has no valid {0}")]
    ItemMissing(&'static str),
    /// An item that is marked as required and is not a known one.
    #[error("unknown metadata item {0} is marked as required")]
    ItemUnknown(Uuid),
    /// A value that the format does not allow.
    #[error("the {what} cannot be {found}")]
    Value { what: &'static str, found: u64 },
    /// A parent locator of a type that is not that of VHDX files.
    #[error("unknown type {0} of parent locator")]
    LocatorType(Uuid),
    /// A differencing disk.
    #[error("the disk has a parent")]
    HasParent,
    /// A BAT entry with a state, 0 to 7, that a disk without a parent cannot have.
    #[error("payload block {block} has state {state}")]
    BlockState { block: u64, state: u8 },
    /// The present blocks have more bytes than the file, so some of them are at the same place.
    #[error("payload block {block} shares its place in the file with another block")]
    SharedPlace { block: u64 },
}
