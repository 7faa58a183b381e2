//! The data format of an expected result: one allowed outcome of opening an image, field by field.

use serde::{Deserialize, Serialize};

use crate::strength::Strength;

/// One allowed outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// The name. The same choice has the same name in all vectors with the same `open` clause.
    pub name: String,
    /// Whether the image is opened.
    pub expect: Expect,
    /// The clauses that a refusal may cite; empty if the image is accepted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// Whether anything is replayed; absent if the image is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<LogState>,
    /// The guest-visible disk; absent if the image is refused, or the file does not hold a readable
    /// disk. Then a program that opens disks may report an error after it did the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest: Option<Guest>,
    /// The file after the replay, or as a read-only open shows it; absent if the image is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<File>,
    /// The headers after the replay; absent if they do not change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headers: Option<Headers>,
    /// The entries that are replayed; absent if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<Sequence>,
    /// Nothing at all is written to the file, its headers included.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub untouched: bool,
}

impl Reading {
    /// A reading that accepts the image and says nothing else about it.
    pub fn accepting(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            expect: Expect::Accept,
            reasons: Vec::new(),
            log: None,
            guest: None,
            file: None,
            headers: None,
            sequence: None,
            untouched: false,
        }
    }
}

/// Whether an image is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expect {
    /// It is opened, and its contents are those of the reading.
    Accept,
    /// It is refused and left unchanged, byte for byte.
    Refuse,
}

/// Whether a log has anything to replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogState {
    /// It is empty: the file is shown unchanged.
    Empty,
    /// It is replayed.
    Replayed,
}

/// The disk as the guest sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    /// Its size in bytes.
    pub size: u64,
    /// Its bytes: the field `sha256` or `extents`.
    #[serde(flatten)]
    pub contents: GuestContents,
}

/// The bytes of a disk, by digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GuestContents {
    /// SHA-256 of all of them.
    Sha256(String),
    /// The parts that are not zero, in order, of a disk that is too large to be read whole.
    Extents(Vec<Extent>),
}

/// A part of a disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extent {
    /// Where it is on the disk, in bytes.
    pub offset: u64,
    /// Its length in bytes.
    pub length: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// The file after the replay, without the two headers and the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its length in bytes.
    pub length: u64,
    /// The 4 KiB sectors whose contents changed. Sectors beyond the old end count as zero before.
    pub changed: Vec<Changed>,
}

/// A sector whose contents changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changed {
    /// Its offset in the file, in bytes.
    pub offset: u64,
    /// SHA-256 of its 4096 new bytes.
    pub sha256: String,
}

/// What the headers hold after a replay that was written back: the current one, and as far as
/// [`other_header`](Self::other_header) says, the other one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Headers {
    /// LogGuid: zero, as the log is empty (RPL-6).
    pub log_guid: String,
    /// DataWriteGuid, unchanged by the replay (UPD-4).
    pub data_write_guid: String,
    /// FileWriteGuid before the replay; it is a different one now (UPD-1).
    pub file_write_guid_was: String,
    /// SequenceNumber of the current header before the replay; both are greater now (UPD-1).
    #[serde(with = "decimal")]
    pub sequence_number_was: u64,
    /// LogOffset in bytes, unchanged (UPD-3).
    pub log_offset: u64,
    /// LogLength in bytes, unchanged (UPD-3).
    pub log_length: u64,
    /// How binding all of this is for the header that is not current. [`Strength::Should`]: a
    /// program that meets everything else is *unfinished*, not wrong (UPD-2).
    #[serde(default = "should")]
    pub other_header: Strength,
}

fn should() -> Strength {
    Strength::Should
}

/// The entries that are replayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sequence {
    /// Where the oldest entry starts, in bytes from the start of the log.
    pub tail: u64,
    /// Where the newest entry starts, in bytes from the start of the log.
    pub head: u64,
    /// SequenceNumber of the oldest entry.
    #[serde(with = "decimal")]
    pub tail_number: u64,
    /// SequenceNumber of the newest entry.
    #[serde(with = "decimal")]
    pub head_number: u64,
    /// The number of entries.
    pub entries: u64,
}

/// Numbers that may need all 64 bits are strings: many JSON readers keep only 53 bits.
mod decimal {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(number: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}
