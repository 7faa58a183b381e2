//! The messages between the bench and an adapter: one JSON object on each line.
//!
//! The schema for adapters in other languages is `corpus/adapters/adapter.schema.json`. Nothing
//! that the bench sends says what is expected.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use vhdx_log_corpus::Access;
use vhdx_log_oracle::subject::Opens;

/// The version of the protocol.
pub const PROTOCOL: u32 = 1;

/// What the bench says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Question {
    /// The first line.
    Hello { protocol: u32 },
    /// Open an image.
    Open {
        id: u64,
        /// The path of a private copy.
        image: String,
        /// The path where the disk that a guest sees is to be written.
        output: String,
        access: Access,
        /// The limit on the size of the replayed file in bytes, in decimal digits.
        limit: Option<String>,
    },
    /// The last line: the adapter ends.
    Bye,
}

impl Question {
    /// The number that an answer has to repeat; 0 where there is none.
    pub fn id(&self) -> u64 {
        match self {
            Self::Open { id, .. } => *id,
            Self::Hello { .. } | Self::Bye => 0,
        }
    }
}

/// What an adapter says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Reply {
    /// To `hello`.
    Hello(Hello),
    /// To `open`.
    Opened(Opened),
}

/// What an adapter is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    pub protocol: u32,
    pub name: String,
    pub version: String,
    #[serde(default)]
    pub homepage: Option<String>,
    /// It replays the log in the file, which can be judged.
    #[serde(default)]
    pub shows_file: bool,
    /// It writes the disk that a guest sees.
    #[serde(default)]
    pub shows_guest: bool,
    #[serde(default)]
    pub opens: Opens,
    /// It keeps to the limit on the file's size.
    #[serde(default)]
    pub limits_size: bool,
    /// It opens differencing disks.
    #[serde(default)]
    pub differencing: bool,
    /// For an OPEN clause, the name of the reading that it follows.
    #[serde(default)]
    pub readings: BTreeMap<String, String>,
}

/// What it did with an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    /// Of the question.
    pub id: u64,
    pub answer: Said,
    #[serde(default)]
    pub message: Option<String>,
    /// The clause that a refused image breaks, where the program says so.
    #[serde(default)]
    pub clause: Option<String>,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Said {
    Accepted,
    Refused,
    Unsupported,
}

impl Reply {
    /// Reads a line of an adapter.
    ///
    /// # Errors
    /// What is wrong with it, with the line where that is short.
    pub fn parse(line: &str) -> Result<Self, String> {
        serde_json::from_str(line).map_err(|error| format!("{error} in {}", shown(line)))
    }
}

/// The beginning of a line.
fn shown(line: &str) -> String {
    const SHOWN: usize = 200;
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("`{}...`", &line[..end]),
        None => format!("`{line}`"),
    }
}
