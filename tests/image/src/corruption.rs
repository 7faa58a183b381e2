//! What can be wrong, or only unusual, with the bytes of an entry: corrupted fields and torn
//! writes.

use serde::{Deserialize, Serialize};

use super::value::{Bytes, Signature, is_default};

/// One change to the bytes of a correctly encoded entry. Corruptions apply in the order of the
/// recipe; one at a place that the entry does not have changes nothing.
///
/// Values with a field of their own in [`Entry`](super::Entry) can be wrong there too. A corruption
/// changes the value *after* the entry was made, so that
/// [`Checksum::BeforeCorruptions`](super::Checksum::BeforeCorruptions) differs from the valid one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Corruption {
    /// Signature (ENT-1).
    Signature(Signature),
    /// EntryLength in bytes (ENT-3, ENT-6). The number of sectors written does not change.
    EntryLength(u32),
    /// Tail in bytes (ENT-4).
    Tail(u32),
    /// SequenceNumber in the entry's header only (ENT-5, DSC-2, DAT-2).
    SequenceNumber(u64),
    /// DescriptorCount (ENT-6).
    DescriptorCount(u32),
    /// Reserved (ENT-8).
    Reserved(u32),
    /// Adds this many sectors of a pattern after the data sectors, inside EntryLength (ENT-6).
    Padding(u32),
    /// Every byte between the last descriptor and the end of its sector, which a reader must
    /// ignore.
    Garbage(u8),
    /// Signature of a descriptor (DSC-1).
    DescriptorSignature(Nth<Signature>),
    /// SequenceNumber of a descriptor (DSC-2).
    DescriptorSequenceNumber(Nth<u64>),
    /// FileOffset of a descriptor (DSC-3).
    DescriptorFileOffset(Nth<u64>),
    /// ZeroLength of a zero descriptor (DSC-4), LeadingBytes of a data descriptor.
    DescriptorLength(Nth<u64>),
    /// Reserved of a zero descriptor (DSC-8), TrailingBytes of a data descriptor.
    DescriptorReserved(Nth<u32>),
    /// Signature of a data sector (DAT-1).
    DataSignature(Nth<Signature>),
    /// SequenceHigh of a data sector (DAT-2).
    DataSequenceHigh(Nth<u32>),
    /// SequenceLow of a data sector (DAT-2).
    DataSequenceLow(Nth<u32>),
    Overwrite(Overwrite),
}

/// A value for one descriptor or data sector of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Nth<V: Default + PartialEq> {
    /// The first is 0.
    #[serde(skip_serializing_if = "is_default")]
    pub index: u32,
    #[serde(skip_serializing_if = "is_default")]
    pub to: V,
}

/// Bytes written over those of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Overwrite {
    /// In bytes from the start of the entry.
    #[serde(skip_serializing_if = "is_default")]
    pub at: u32,
    #[serde(skip_serializing_if = "is_default")]
    pub bytes: Bytes,
}

/// A torn write: a part of an entry that never reached the disk, in pieces of 512 bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tear {
    /// The first missing piece, counted from the start of the entry.
    #[serde(skip_serializing_if = "is_default")]
    pub piece: u32,
    /// How many pieces are missing. Absent: all from the first one on.
    #[serde(skip_serializing_if = "is_default")]
    pub pieces: Option<u32>,
    #[serde(skip_serializing_if = "is_default")]
    pub left: Leftover,
}

/// What is on the disk where a write did not arrive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leftover {
    /// What was there before: earlier items of the recipe.
    #[default]
    Older,
    /// Zeros.
    Zeros,
    /// The [pattern](super::pattern) of this number.
    Pattern(u32),
}
