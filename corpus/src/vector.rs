//! The data format of a vector: the types of its JSON file, field by field. `README.md` explains
//! the fields for users of any language, and `vector.schema.json` is their JSON Schema.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The version of the data format: the field `format` of every vector.
pub const FORMAT: u32 = 1;

/// One image and its expected result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    /// The version of the format, [`FORMAT`].
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
    /// How the image was made. Only the harness of this project uses it.
    pub recipe: serde_json::Value,
    /// Size and digest of the image.
    pub image: ImageFile,
    /// Every allowed outcome. A program passes with any one of them.
    pub readings: Vec<Reading>,
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
    /// Cases found by a search or in the field, as opposed to designed ones.
    Regression,
}

impl Topic {
    /// All topics, in the order of the index.
    pub const ALL: [Self; 16] = [
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

/// How binding a clause, or the expected outcome of a vector, is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// The format says so.
    Must,
    /// The format recommends it. No vector requires it.
    Should,
    /// It follows from another clause, or from safety.
    Safe,
    /// The format leaves it open: several outcomes are allowed.
    Open,
}

impl fmt::Display for Strength {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::Safe => "safe",
            Self::Open => "open",
        })
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
    /// Its length in bytes, decompressed.
    pub size: u64,
    /// SHA-256 of its bytes, decompressed.
    pub sha256: String,
}

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
    /// The guest-visible disk; absent if the image is refused, or does not hold a readable disk.
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
#[serde(deny_unknown_fields)]
pub struct Guest {
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of all its bytes.
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

/// What both headers hold after a replay that was written back.
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
