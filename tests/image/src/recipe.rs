//! The recipe of a whole image, and the parts of it that are not the log.

use serde::{Deserialize, Serialize};

use super::entry::{Item, LogGuid};
use super::value::{Bytes, Signature, is_default};

/// Everything that decides the bytes of an image. The default is a small, complete image with an
/// empty log ring and a nonzero LogGuid.
///
/// A recipe states *differences* from a right image: a field that is absent has the right value,
/// whatever that is for the rest of the recipe. Building never fails: numbers that no image can
/// have are brought into range (see [`Layout`](super::Layout)), and whatever falls outside the file
/// is dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Recipe {
    /// Where things are.
    #[serde(skip_serializing_if = "is_default")]
    pub geometry: Geometry,
    /// The file type identifier (FID-1).
    #[serde(skip_serializing_if = "is_default")]
    pub identifier: Identifier,
    /// The header at 64 KiB.
    #[serde(skip_serializing_if = "is_default")]
    pub header_1: Header,
    /// The header at 128 KiB, which is the current one unless sequence numbers say otherwise.
    #[serde(skip_serializing_if = "is_default")]
    pub header_2: Header,
    /// What was written to the ring, oldest first: a later item overwrites what it meets.
    #[serde(skip_serializing_if = "is_default")]
    pub log: Vec<Item>,
    /// Bytes changed after all else.
    #[serde(skip_serializing_if = "is_default")]
    pub patches: Vec<Patch>,
    /// The file's length in bytes when it is not the one its structures need: cut off, or extended
    /// by a hole.
    #[serde(skip_serializing_if = "is_default")]
    pub length: Option<u64>,
}

impl Recipe {
    /// A default image whose log holds `items`.
    pub fn with_log(items: impl IntoIterator<Item = Item>) -> Self {
        Self {
            log: items.into_iter().collect(),
            ..Self::default()
        }
    }

    /// A default image with an empty LogGuid: a cleanly closed file (HDR-9), whatever its log
    /// holds.
    pub fn clean() -> Self {
        let closed = Header {
            log_guid: LogGuid::Zero,
            ..Header::default()
        };
        Self {
            header_1: closed.clone(),
            header_2: closed,
            ..Self::default()
        }
    }

    /// The recipe as JSON, defaults left out.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a recipe has no map keys that are not strings")
    }

    /// Reads what [`to_json`](Self::to_json) wrote, or a person.
    ///
    /// # Errors
    /// When the text is not JSON, or names a field or a variant that does not exist.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}

impl std::fmt::Display for Recipe {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.to_json())
    }
}

/// Where the structures of an image are, in MiB, the format's unit of allocation.
///
/// The log stands where it is told to; metadata region, BAT region and payload blocks follow one
/// another in the space from 1 MiB on, stepping over the log.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Geometry {
    /// Where the log begins. 0 is where the headers are (HDR-8): items on the ring's first 80
    /// sectors overwrite them.
    #[serde(skip_serializing_if = "is::<1>")]
    pub log_offset_mib: u32,
    /// How long the log is.
    #[serde(skip_serializing_if = "is::<1>")]
    pub log_mib: u32,
    /// Size of the virtual disk.
    #[serde(skip_serializing_if = "is::<4>")]
    pub disk_mib: u32,
    /// Size of a payload block.
    #[serde(skip_serializing_if = "is::<1>")]
    pub block_mib: u32,
    /// How many of the disk's blocks, from the first on, are fully present.
    #[serde(skip_serializing_if = "is::<2>")]
    pub present_blocks: u32,
    /// Unused space at the file's end.
    #[serde(skip_serializing_if = "is::<0>")]
    pub spare_mib: u32,
}

impl Default for Geometry {
    fn default() -> Self {
        Self {
            log_offset_mib: 1,
            log_mib: 1,
            disk_mib: 4,
            block_mib: 1,
            present_blocks: 2,
            spare_mib: 0,
        }
    }
}

fn is<const DEFAULT: u32>(value: &u32) -> bool {
    *value == DEFAULT
}

/// The file type identifier (FID-1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Identifier {
    /// Up to eight bytes that stand in place of `vhdxfile`.
    #[serde(skip_serializing_if = "is_default")]
    pub signature: Option<Bytes>,
    /// The creator; cut after 256 UTF-16 units.
    #[serde(skip_serializing_if = "is_default")]
    pub creator: String,
}

/// One of the two headers. Absent values are those of a right image: header 1 has
/// [`SEQUENCE_NUMBERS`](Self::SEQUENCE_NUMBERS)`[0]` and header 2 the next number, so header 2 is
/// current.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Header {
    /// Whether it is there at all.
    #[serde(skip_serializing_if = "is_default")]
    pub presence: Presence,
    /// SequenceNumber (HDR-2, HDR-4, HDR-13).
    #[serde(skip_serializing_if = "is_default")]
    pub sequence_number: Option<u64>,
    /// LogGuid (HDR-9, ENT-7).
    #[serde(skip_serializing_if = "is_default")]
    pub log_guid: LogGuid,
    /// Version, when it is not 1 (HDR-5).
    #[serde(skip_serializing_if = "is_default")]
    pub version: Option<u16>,
    /// LogVersion (HDR-6).
    #[serde(skip_serializing_if = "is_default")]
    pub log_version: u16,
    /// LogLength in bytes, when it is not the log's length (HDR-7, HDR-8, HDR-10).
    #[serde(skip_serializing_if = "is_default")]
    pub log_length: Option<u32>,
    /// LogOffset in bytes, when it is not where the log is (HDR-7, HDR-8).
    #[serde(skip_serializing_if = "is_default")]
    pub log_offset: Option<u64>,
    /// Signature, when it is not `head` (HDR-1).
    #[serde(skip_serializing_if = "is_default")]
    pub signature: Option<Signature>,
    /// What every reserved byte holds (HDR-12).
    #[serde(skip_serializing_if = "is_default")]
    pub reserved: u8,
    /// The checksum (HDR-1). A header has no corruptions of its own: [`Checksum::BeforeCorruptions`] is that of
    /// a header with the same fields but zero reserved bytes and the right signature.
    #[serde(skip_serializing_if = "is_default")]
    pub checksum: Checksum,
}

impl Header {
    /// SequenceNumber of header 1 and header 2 where a recipe names none.
    pub const SEQUENCE_NUMBERS: [u64; 2] = [8, 9];
}

/// Whether a header is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Written as the recipe says.
    #[default]
    Written,
    /// Zeros stand in its place (HDR-2, HDR-3).
    Absent,
    /// A copy of the other header, byte for byte (HDR-4b). When each is the twin of the other, both
    /// are absent.
    Twin,
}

/// How the checksum of a header or an entry is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Checksum {
    /// Right for the bytes as they stand, corruptions included: the writer meant it so.
    #[default]
    Right,
    /// Right for the bytes before they were corrupted: something went wrong after the writer was done.
    #[serde(rename = "before_bends")]
    BeforeCorruptions,
    /// The right one with every bit turned over.
    Wrong,
    /// This value.
    Explicit(u32),
}

/// Bytes put into the finished image. What falls behind the end of the file is dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Patch {
    /// Where, in bytes from the start of the file.
    #[serde(skip_serializing_if = "is_default")]
    pub at: u64,
    /// What.
    #[serde(skip_serializing_if = "is_default")]
    pub bytes: Bytes,
}
