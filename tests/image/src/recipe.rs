//! The recipe of a whole image, and the parts of it that are not the log.
//!
//! Contract: plain data, the same in JSON and in the compact form. The JSON form is stored in the
//! corpus: names of fields and variants never change, and new ones are optional.

use serde::{Deserialize, Serialize};

use super::checksum::Checksum;
use super::entry::Item;
use super::geometry::Geometry;
use super::value::{Bytes, LogGuid, Signature, is_default};

/// Everything that determines the bytes of an image. The default is a small, complete image with an
/// empty log ring and a nonzero LogGuid.
///
/// A recipe states *differences* from a valid image: an absent field has the valid value for the
/// rest of the recipe. Building never fails: values that no image can have are clamped (see
/// [`Layout`](super::Layout)), and whatever is outside the file is dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Recipe {
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
    /// What was written to the ring, oldest first. A later item overwrites earlier ones.
    #[serde(skip_serializing_if = "is_default")]
    pub log: Vec<Item>,
    /// Bytes changed after everything else.
    #[serde(skip_serializing_if = "is_default")]
    pub patches: Vec<Patch>,
    /// The file's length in bytes when it is not the one that its structures need: truncated, or
    /// extended by a hole.
    #[serde(skip_serializing_if = "is_default")]
    pub length: Option<u64>,
}

impl Recipe {
    pub fn with_log(items: impl IntoIterator<Item = Item>) -> Self {
        Self {
            log: items.into_iter().collect(),
            ..Self::default()
        }
    }

    /// A default image with LogGuid zero: a cleanly closed file (HDR-9), whatever is in its log.
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

    /// Reads what [`to_json`](Self::to_json) or a person wrote.
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

/// The file type identifier (FID-1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Identifier {
    /// Up to eight bytes that replace `vhdxfile`.
    #[serde(skip_serializing_if = "is_default")]
    pub signature: Option<Bytes>,
    /// Truncated to 256 UTF-16 units.
    #[serde(skip_serializing_if = "is_default")]
    pub creator: String,
}

/// One of the two headers. Absent values are those of a valid image: header 1 has
/// [`SEQUENCE_NUMBERS`](Self::SEQUENCE_NUMBERS)`[0]` and header 2 the next sequence number, so
/// header 2 is current.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Header {
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
    /// LogLength in bytes, when it is not the length of the log (HDR-7, HDR-8, HDR-10).
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
    /// The checksum (HDR-1). For a header, [`Checksum::BeforeCorruptions`] is the checksum with the
    /// same fields, but with reserved bytes zero and the valid signature.
    #[serde(skip_serializing_if = "is_default")]
    pub checksum: Checksum,
}

impl Header {
    /// SequenceNumber of header 1 and header 2 unless a recipe has another.
    pub const SEQUENCE_NUMBERS: [u64; 2] = [8, 9];
}

/// Whether a header is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Written as the recipe says.
    #[default]
    Written,
    /// Zeros instead (HDR-2, HDR-3).
    Absent,
    /// A byte-for-byte copy of the other header (HDR-4b). When each is the twin of the other, both
    /// are absent.
    Twin,
}

/// Bytes written into the finished image. Those past the end of the file are dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Patch {
    /// The file offset in bytes.
    #[serde(skip_serializing_if = "is_default")]
    pub at: u64,
    #[serde(skip_serializing_if = "is_default")]
    pub bytes: Bytes,
}
