//! A vector as it stands in its JSON file. The fields are explained to people of all languages in
//! `README.md`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The version of the JSON format: the field `format` of every vector.
pub const FORMAT: u32 = 1;

/// One image, and what must become of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    /// The version of the format, [`FORMAT`].
    pub format: u32,
    /// The name, which never changes and is never used again.
    pub id: String,
    /// The folder it stands in.
    pub topic: Topic,
    /// What is special about the image, in one line.
    pub title: String,
    /// Why that matters: which mistake it finds.
    pub why: String,
    /// The clauses it exercises.
    pub clauses: Clauses,
    /// How binding the expected outcome is.
    pub strength: Strength,
    /// The OPEN clause whose readings are listed, when there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<String>,
    /// What a program must show to be judged.
    pub needs: Needs,
    /// How the image is to be opened.
    pub access: Access,
    /// The limit on the size of the replayed file that the program is to be given, in bytes;
    /// absent: its own.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "decimal_option"
    )]
    pub max_file_size: Option<u64>,
    /// How the image was made. For the harness; nobody else needs it.
    pub recipe: serde_json::Value,
    /// The image.
    pub image: ImageFile,
    /// What may become of it: each reading is right by itself.
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
    /// Data sectors and how they are restored.
    DataSector,
    /// Runs of entries, and which is the active one.
    Sequence,
    /// Entries and sequences that pass the end of the log.
    Ring,
    /// Where the head's Tail points.
    Tail,
    /// Entries that reached the disk in part.
    Torn,
    /// What older generations of the log left behind.
    Stale,
    /// Files that were cut short.
    Truncated,
    /// Files that a replay makes longer.
    Extension,
    /// Zero descriptors.
    Zero,
    /// Hostile sizes and costs.
    Limits,
    /// Files opened read-only.
    ReadOnly,
    /// What real writers leave, and what a replay must leave.
    Writer,
    /// Cases that were found, not thought out.
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

    /// The name of its folder.
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

/// The clauses a vector exercises, by what it shows of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clauses {
    /// What meets these demands is accepted, or done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepts: Vec<String>,
    /// What breaks these demands is refused, ignored or left undone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refuses: Vec<String>,
}

impl Clauses {
    /// The ids of both kinds.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.accepts.iter().chain(&self.refuses).map(String::as_str)
    }
}

/// How binding a demand, or the expected outcome of a vector, is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// The format says so.
    Must,
    /// The format advises it. No vector insists on it.
    Should,
    /// Follows from another demand, or from safety.
    Safe,
    /// The format leaves it open: several readings are right.
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

/// What a program must show to be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Needs {
    /// Whether it opens the image, and the disk that a guest sees.
    Guest,
    /// The file as it stands after the replay.
    File,
}

/// How the image is to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// For writing: the replay goes back to the file.
    Replay,
    /// For reading only: not a byte of the file changes.
    ReadOnly,
}

/// The image beside the JSON file: `<id>.vhdx.gz`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageFile {
    /// Its length in bytes, decompressed.
    pub size: u64,
    /// SHA-256 of its bytes, decompressed.
    pub sha256: String,
}

/// One outcome that is right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Its name among the readings of the vector.
    pub name: String,
    /// What becomes of the image.
    pub expect: Expect,
    /// The clauses a refusal may cite; empty when the image is accepted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// What the log is found to be; absent when the image is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<LogState>,
    /// The disk that a guest sees; absent when the image is refused, or holds no disk that could be
    /// read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest: Option<Guest>,
    /// The file as it stands after the replay, or as a read-only open shows it; absent when the
    /// image is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<File>,
    /// The headers as they stand after the replay; absent when they stay as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headers: Option<Headers>,
    /// What is replayed; absent when nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<Sequence>,
}

/// What becomes of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expect {
    /// It is opened, and shown as the reading says.
    Accept,
    /// It is not opened, and not changed by a byte.
    Refuse,
}

/// What a log is found to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogState {
    /// Empty: the file is shown as it stands.
    Empty,
    /// To be replayed.
    Replayed,
}

/// The virtual disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guest {
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of all its bytes.
    pub sha256: String,
}

/// The file after the replay, the two headers and the log left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its length in bytes.
    pub length: u64,
    /// The sectors of 4 KiB that are not what they were; those of new space count as zero before.
    pub changed: Vec<Changed>,
}

/// A sector that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changed {
    /// Where it is, in bytes.
    pub offset: u64,
    /// SHA-256 of its 4096 bytes.
    pub sha256: String,
}

/// Both headers after a replay that was written back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Headers {
    /// LogGuid.
    pub log_guid: String,
    /// DataWriteGuid, as it was (UPD-4).
    pub data_write_guid: String,
    /// What FileWriteGuid was, and is no longer (UPD-1).
    pub file_write_guid_was: String,
    /// What the current header's SequenceNumber was; both are greater now.
    #[serde(with = "decimal")]
    pub sequence_number_was: u64,
    /// LogOffset in bytes, as it was (UPD-3).
    pub log_offset: u64,
    /// LogLength in bytes, as it was (UPD-3).
    pub log_length: u64,
}

/// The entries that are replayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sequence {
    /// Where the oldest one starts, in bytes from the log's start.
    pub tail: u64,
    /// Where the newest one starts.
    pub head: u64,
    /// SequenceNumber of the oldest one.
    #[serde(with = "decimal")]
    pub tail_number: u64,
    /// SequenceNumber of the newest one.
    #[serde(with = "decimal")]
    pub head_number: u64,
    /// How many they are.
    pub entries: u64,
}

/// Numbers that may need all 64 bits are strings: JSON readers of many languages have only 53.
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
