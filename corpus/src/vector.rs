//! The data format of a vector: the types of its JSON file, field by field. `README.md` explains
//! the fields for users of any language, and `vector.schema.json` is their JSON Schema. What may
//! happen to the image is in `reading.rs`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::reading::Reading;
use crate::strength::Strength;

/// The newest version of the data format, the field `format` of a vector. Version 1 has no
/// [pieces](ImageFile::pieces), no [extents](crate::GuestContents::Extents) and no
/// [`has_parent`](Vector::has_parent); a vector without them says 1.
pub const FORMAT: u32 = 2;

/// One image and its expected result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    /// The version of the format that it needs, at most [`FORMAT`].
    pub format: u32,
    /// The name. It never changes and is never used for another vector.
    pub id: String,
    /// The folder it is in.
    pub topic: Topic,
    /// What is special about the image, in one line.
    pub title: String,
    /// What a program that gets it wrong does to its user.
    pub why: String,
    /// The clauses it exercises.
    pub clauses: Clauses,
    /// How binding the expected outcome is.
    pub strength: Strength,
    /// The clause that leaves the outcome open, if there are several readings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<String>,
    /// What has to be compared to judge a program.
    pub needs: Needs,
    /// How to open the image.
    pub access: Access,
    /// The file-size limit, in bytes, to run the program with. Absent: the program's own limit.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "decimal_option"
    )]
    pub max_file_size: Option<u64>,
    /// How long the program may take, in milliseconds: 100 times what reading the log takes at 1.6
    /// GiB/s. Absent: the time is not part of the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_ms: Option<u32>,
    /// The image is a differencing disk, and its parent is not there.
    #[serde(default, skip_serializing_if = "is_false")]
    pub has_parent: bool,
    /// How the image was made. Only the harness of this project uses it.
    pub recipe: serde_json::Value,
    /// Size and digest of the image.
    pub image: ImageFile,
    /// Every allowed outcome. A program passes with any one of them.
    pub readings: Vec<Reading>,
}

const fn is_false(value: &bool) -> bool {
    !*value
}

/// A group of vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// File identifier and headers.
    Headers,
    /// The header of an entry.
    Entry,
    /// Descriptors and their targets.
    Descriptor,
    /// Data sectors, and how updates are restored from them.
    DataSector,
    /// Runs of entries, and which one is the active sequence.
    Sequence,
    /// Entries and sequences that wrap past the end of the log.
    Ring,
    /// Where the head's Tail points, and where replay begins.
    Tail,
    /// Entries of which only a part reached the disk.
    Torn,
    /// Entries left by older generations of the log.
    Stale,
    /// Truncated files.
    Truncated,
    /// Files that a replay extends.
    Extension,
    /// Zero descriptors.
    Zero,
    /// Hostile sizes, and inputs that are expensive to process.
    Limits,
    /// Files opened read-only.
    ReadOnly,
    /// Logs as real writers leave them, and files as a replay must leave them.
    Writer,
    /// Disks of other sizes: blocks, sectors, the BAT and its states, places above 4 GiB.
    Geometry,
    /// Differencing disks.
    Differencing,
    /// Cases found by a search or in the field, as opposed to designed ones.
    Regression,
}

impl Topic {
    /// All topics, in the order of the index.
    pub const ALL: [Self; 18] = [
        Self::Headers,
        Self::Entry,
        Self::Descriptor,
        Self::DataSector,
        Self::Sequence,
        Self::Ring,
        Self::Tail,
        Self::Torn,
        Self::Stale,
        Self::Truncated,
        Self::Extension,
        Self::Zero,
        Self::Limits,
        Self::ReadOnly,
        Self::Writer,
        Self::Geometry,
        Self::Differencing,
        Self::Regression,
    ];

    /// The name of the folder.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Headers => "headers",
            Self::Entry => "entry",
            Self::Descriptor => "descriptor",
            Self::DataSector => "data-sector",
            Self::Sequence => "sequence",
            Self::Ring => "ring",
            Self::Tail => "tail",
            Self::Torn => "torn",
            Self::Stale => "stale",
            Self::Truncated => "truncated",
            Self::Extension => "extension",
            Self::Zero => "zero",
            Self::Limits => "limits",
            Self::ReadOnly => "read-only",
            Self::Writer => "writer",
            Self::Geometry => "geometry",
            Self::Differencing => "differencing",
            Self::Regression => "regression",
        }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// The clauses a vector exercises, by the side it shows of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clauses {
    /// What satisfies these clauses is accepted, or done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepts: Vec<String>,
    /// What violates these clauses is refused, ignored or left undone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refuses: Vec<String>,
}

impl Clauses {
    /// The ids of both sides.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.accepts.iter().chain(&self.refuses).map(String::as_str)
    }
}

/// What has to be compared to judge a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Needs {
    /// The guest-visible disk, or the refusal.
    Guest,
    /// The image file after the replay.
    File,
}

/// How to open the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// For writing: the replay is written back to the file.
    Replay,
    /// For reading only: the file does not change.
    ReadOnly,
}

/// The image next to the JSON file, `<id>.vhdx.gz`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageFile {
    /// Its length in bytes.
    pub size: u64,
    /// SHA-256 of the decompressed bytes.
    pub sha256: String,
    /// Where the decompressed bytes belong, when they are not the whole image: one piece after the
    /// other. Everything else up to `size` is zero.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<Piece>,
}

/// A part of an image, in bytes. Both numbers are multiples of 1 MiB, or the piece ends with the
/// image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Piece {
    /// Where it is in the image.
    pub offset: u64,
    /// Its length.
    pub length: u64,
}

/// Numbers that may need all 64 bits are strings: many JSON readers keep only 53 bits.
mod decimal_option {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(
        number: &Option<u64>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match number {
            Some(number) => serializer.collect_str(number),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<u64>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| text.parse().map_err(D::Error::custom))
            .transpose()
    }
}
