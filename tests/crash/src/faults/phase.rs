//! The phases of the write protocol.

use serde::{Deserialize, Serialize};

/// What the writer or a recovery was doing when the fault occurred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Entries are written to the log.
    LogWrite,
    /// They are flushed.
    LogFlush,
    /// Updates, or payload, are written to their place in the file.
    Apply,
    /// They are flushed.
    ApplyFlush,
    /// The first of the two headers is written and flushed.
    Header1,
    /// The second one.
    Header2,
    /// The file becomes longer or shorter.
    Length,
    /// An open: its reads, and the replay of a dirty log from its first header update to its
    /// last.
    Replay,
    /// The replay after a crash in a replay.
    SecondReplay,
}

impl Phase {
    /// In the order of the table.
    pub const ALL: [Self; 9] = [
        Self::LogWrite,
        Self::LogFlush,
        Self::Apply,
        Self::ApplyFlush,
        Self::Header1,
        Self::Header2,
        Self::Length,
        Self::Replay,
        Self::SecondReplay,
    ];

    /// Its name in a table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LogWrite => "log write",
            Self::LogFlush => "log flush",
            Self::Apply => "apply",
            Self::ApplyFlush => "apply flush",
            Self::Header1 => "header 1",
            Self::Header2 => "header 2",
            Self::Length => "length",
            Self::Replay => "replay",
            Self::SecondReplay => "2nd replay",
        }
    }
}
