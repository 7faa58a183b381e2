//! Every kind of fault by name, and the phases in which it can occur.
//!
//! Contract: the kinds and [`can_occur_in`](FaultKind::can_occur_in) are the whole fault model.
//! A kind that a search never injects in a phase in which it can occur is reported as uncovered.
//! What a fault does is in the other files of this folder.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::io_error::IoFaultKind;
use super::phase::Phase;
use crate::states::Tear;

/// A row of the table. In JSON a kind is its [`id`](Self::id).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// Power is lost; everything requested before arrived, nothing after.
    CleanCut,
    /// Power is lost; of the unflushed writes, some later ones arrived and some earlier ones did
    /// not.
    LostWrites,
    /// Power is lost; of one sector, only the first 512-byte pieces arrived.
    TornPrefix,
    /// Of one sector, only the last pieces arrived.
    TornSuffix,
    /// Of one sector, all pieces but one arrived.
    TornHole,
    /// Of one sector, only one piece arrived.
    TornIsland,
    /// Later writes arrived, the file's new length did not.
    LostLength,
    /// The file's new length arrived, and the new space holds what another file left.
    OldSpace,
    /// The file's new length arrived, and the new space holds a pattern.
    PatternSpace,
    /// A request returns an error.
    Request(IoFaultKind),
    /// A bit in the log flips.
    FlippedLogBit,
    /// A bit in a header flips.
    FlippedHeaderBit,
    /// A sector of the log is an older version of itself.
    StaleLogSector,
    /// A header is an older version of itself.
    StaleHeader,
    /// A write for the log or a header lands on another sector of the log or the headers; its own
    /// place keeps what it held.
    MisdirectedWrite,
    /// A flush reports success and does nothing.
    LyingFlush,
    /// One write from before a flush is lost; all later ones arrived.
    ReorderedFlush,
}

/// What is expected of a program that meets a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A legal result of a power loss: recovery must give an allowed state.
    PowerLoss,
    /// A request fails: the log stops, and nothing acknowledged is lost.
    IoError,
    /// The device corrupts what it held: damage is detected or refused, and never applied.
    Media,
    /// The device reports as durable what is not: nothing is promised except that no program
    /// panics.
    LyingFlush,
}

impl FaultKind {
    /// In the order of the table.
    pub const ALL: [Self; 22] = [
        Self::CleanCut,
        Self::LostWrites,
        Self::TornPrefix,
        Self::TornSuffix,
        Self::TornHole,
        Self::TornIsland,
        Self::LostLength,
        Self::OldSpace,
        Self::PatternSpace,
        Self::Request(IoFaultKind::ReadError),
        Self::Request(IoFaultKind::ShortRead),
        Self::Request(IoFaultKind::WriteError),
        Self::Request(IoFaultKind::ShortWrite),
        Self::Request(IoFaultKind::NoSpace),
        Self::Request(IoFaultKind::FlushError),
        Self::FlippedLogBit,
        Self::FlippedHeaderBit,
        Self::StaleLogSector,
        Self::StaleHeader,
        Self::MisdirectedWrite,
        Self::LyingFlush,
        Self::ReorderedFlush,
    ];

    /// Its row in the table.
    pub fn index(self) -> usize {
        let row = Self::ALL.iter().position(|&kind| kind == self);
        row.expect("ALL has every kind")
    }

    /// Its name in a table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CleanCut => "clean cut",
            Self::LostWrites => "lost writes",
            Self::TornPrefix => "torn: prefix",
            Self::TornSuffix => "torn: suffix",
            Self::TornHole => "torn: hole",
            Self::TornIsland => "torn: island",
            Self::LostLength => "lost length",
            Self::OldSpace => "new space: old bytes",
            Self::PatternSpace => "new space: pattern",
            Self::Request(kind) => kind.name(),
            Self::FlippedLogBit => "flipped bit, log",
            Self::FlippedHeaderBit => "flipped bit, header",
            Self::StaleLogSector => "stale sector, log",
            Self::StaleHeader => "stale header",
            Self::MisdirectedWrite => "misdirected write",
            Self::LyingFlush => "lying flush",
            Self::ReorderedFlush => "reordered flush",
        }
    }

    pub const fn class(self) -> Class {
        match self {
            Self::CleanCut
            | Self::LostWrites
            | Self::TornPrefix
            | Self::TornSuffix
            | Self::TornHole
            | Self::TornIsland
            | Self::LostLength
            | Self::OldSpace
            | Self::PatternSpace => Class::PowerLoss,
            Self::Request(_) => Class::IoError,
            Self::FlippedLogBit
            | Self::FlippedHeaderBit
            | Self::StaleLogSector
            | Self::StaleHeader
            | Self::MisdirectedWrite => Class::Media,
            Self::LyingFlush | Self::ReorderedFlush => Class::LyingFlush,
        }
    }

    /// The kind of a torn sector.
    pub const fn of_tear(tear: Tear) -> Self {
        match tear {
            Tear::Prefix => Self::TornPrefix,
            Tear::Suffix => Self::TornSuffix,
            Tear::Hole => Self::TornHole,
            // The fault model has no scattered tear; one in a replayed token counts as an island.
            Tear::Island | Tear::Scattered => Self::TornIsland,
        }
    }

    /// Whether this fault can occur in this phase. A search must leave no such cell uncovered.
    pub const fn can_occur_in(self, phase: Phase) -> bool {
        use Phase::{
            Apply, ApplyFlush, Header1, Header2, Length, LogFlush, LogWrite, Replay, SecondReplay,
        };
        match self {
            Self::CleanCut => true,
            // A header is the only write between two flushes, so it can overtake nothing.
            Self::LostWrites => matches!(phase, LogFlush | ApplyFlush | Replay | SecondReplay),
            Self::TornPrefix | Self::TornSuffix | Self::TornHole | Self::TornIsland => {
                !matches!(phase, Length)
            }
            Self::LostLength => matches!(phase, LogFlush | ApplyFlush | Replay | SecondReplay),
            Self::OldSpace | Self::PatternSpace => {
                matches!(phase, Length | Apply | ApplyFlush | Replay | SecondReplay)
            }
            Self::Request(kind) => match kind {
                // The writer reads the rest of partial sectors; all other reads are made by opens.
                IoFaultKind::ReadError | IoFaultKind::ShortRead => {
                    matches!(phase, LogWrite | Replay)
                }
                IoFaultKind::WriteError | IoFaultKind::NoSpace => matches!(
                    phase,
                    LogWrite | Apply | Header1 | Header2 | Length | Replay
                ),
                IoFaultKind::ShortWrite => {
                    matches!(phase, LogWrite | Apply | Header1 | Header2 | Replay)
                }
                IoFaultKind::FlushError => {
                    matches!(phase, LogFlush | ApplyFlush | Header1 | Header2 | Replay)
                }
            },
            // Only writes for the log and the headers are misdirected: nothing is promised about
            // others.
            Self::MisdirectedWrite => matches!(phase, LogFlush | Header1 | Header2 | Replay),
            Self::FlippedLogBit
            | Self::FlippedHeaderBit
            | Self::StaleLogSector
            | Self::StaleHeader
            | Self::LyingFlush
            | Self::ReorderedFlush => {
                matches!(phase, LogFlush | ApplyFlush | Header1 | Header2 | Replay)
            }
        }
    }
}

impl FaultKind {
    /// Its name in JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::CleanCut => "clean_cut",
            Self::LostWrites => "lost_writes",
            Self::TornPrefix => "torn_prefix",
            Self::TornSuffix => "torn_suffix",
            Self::TornHole => "torn_hole",
            Self::TornIsland => "torn_island",
            Self::LostLength => "lost_length",
            Self::OldSpace => "old_space",
            Self::PatternSpace => "pattern_space",
            Self::Request(kind) => kind.id(),
            Self::FlippedLogBit => "flipped_log_bit",
            Self::FlippedHeaderBit => "flipped_header_bit",
            Self::StaleLogSector => "stale_log_sector",
            Self::StaleHeader => "stale_header",
            Self::MisdirectedWrite => "misdirected_write",
            Self::LyingFlush => "lying_flush",
            Self::ReorderedFlush => "reordered_flush",
        }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

// By hand, because JSON takes only plain text as the key of a map.
impl Serialize for FaultKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> Deserialize<'de> for FaultKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        Self::ALL
            .into_iter()
            .find(|kind| kind.id() == id)
            .ok_or_else(|| D::Error::custom(format!("unknown fault {id:?}")))
    }
}
