//! Every kind of fault by name, every phase of the protocol by name, and which of them can meet.

use serde::{Deserialize, Serialize};

use crate::disk::{IoFaultKind, Tear};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The power goes; everything asked for before is there, nothing after.
    CleanCut,
    /// The power goes; of the writes not flushed, some later ones are there and some earlier ones
    /// are not.
    LostWrites,
    /// The power goes; of one sector, only the first 512-byte pieces are there.
    TornPrefix,
    /// Of one sector, only the last pieces are there.
    TornSuffix,
    /// Of one sector, one piece is missing.
    TornHole,
    /// Of one sector, one piece is there.
    TornIsland,
    /// Later writes are there, the file's new length is not.
    LostLength,
    /// The file's new length is there, and its new space shows what another file left.
    OldSpace,
    /// The same, and the new space shows a pattern.
    PatternSpace,
    /// A read gives an error.
    ReadError,
    /// A read gives half of its bytes and an error.
    ShortRead,
    /// A write gives an error.
    WriteError,
    /// A write does its first half and gives an error.
    ShortWrite,
    /// No space is left.
    NoSpace,
    /// A flush gives an error.
    FlushError,
    /// A bit in the log flips.
    FlippedLogBit,
    /// A bit in a header flips.
    FlippedHeaderBit,
    /// A sector of the log is an older version of itself.
    StaleLogSector,
    /// A header is an older version of itself.
    StaleHeader,
    /// A write for the log or a header lands on another sector of these; its own place keeps what
    /// it held.
    MisdirectedWrite,
    /// A flush says it is done, and is not.
    LyingFlush,
    /// One write from before a flush arrives after those behind it.
    ReorderedFlush,
}

/// Who has to cope with a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Legal after power loss: recovery must be right.
    PowerLoss,
    /// A request that fails: the log stops, nothing acknowledged is lost.
    Request,
    /// The device spoils what it held: detected or refused, never applied.
    Media,
    /// The device breaks its word: nothing is promised but that no program panics.
    BrokenPromise,
}

impl FaultKind {
    /// All kinds, in the order of the table.
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
        Self::ReadError,
        Self::ShortRead,
        Self::WriteError,
        Self::ShortWrite,
        Self::NoSpace,
        Self::FlushError,
        Self::FlippedLogBit,
        Self::FlippedHeaderBit,
        Self::StaleLogSector,
        Self::StaleHeader,
        Self::MisdirectedWrite,
        Self::LyingFlush,
        Self::ReorderedFlush,
    ];

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
            Self::ReadError => "read error",
            Self::ShortRead => "short read",
            Self::WriteError => "write error",
            Self::ShortWrite => "short write",
            Self::NoSpace => "no space",
            Self::FlushError => "flush error",
            Self::FlippedLogBit => "flipped bit, log",
            Self::FlippedHeaderBit => "flipped bit, header",
            Self::StaleLogSector => "stale sector, log",
            Self::StaleHeader => "stale header",
            Self::MisdirectedWrite => "misdirected write",
            Self::LyingFlush => "lying flush",
            Self::ReorderedFlush => "reordered flush",
        }
    }

    /// Who has to cope with it.
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
            Self::ReadError
            | Self::ShortRead
            | Self::WriteError
            | Self::ShortWrite
            | Self::NoSpace
            | Self::FlushError => Class::Request,
            Self::FlippedLogBit
            | Self::FlippedHeaderBit
            | Self::StaleLogSector
            | Self::StaleHeader
            | Self::MisdirectedWrite => Class::Media,
            Self::LyingFlush | Self::ReorderedFlush => Class::BrokenPromise,
        }
    }

    /// The kind of a torn sector.
    pub const fn of_tear(tear: Tear) -> Self {
        match tear {
            Tear::Prefix => Self::TornPrefix,
            Tear::Suffix => Self::TornSuffix,
            Tear::Hole => Self::TornHole,
            // The fault model has no other pattern; one in a replayed token counts as the nearest.
            Tear::Island | Tear::Scattered => Self::TornIsland,
        }
    }

    /// The kind of a failing request.
    pub const fn of_request(kind: IoFaultKind) -> Self {
        match kind {
            IoFaultKind::ReadError => Self::ReadError,
            IoFaultKind::ShortRead => Self::ShortRead,
            IoFaultKind::WriteError => Self::WriteError,
            IoFaultKind::ShortWrite => Self::ShortWrite,
            IoFaultKind::NoSpace => Self::NoSpace,
            IoFaultKind::FlushError => Self::FlushError,
        }
    }

    /// Whether the fault model has this fault in this phase. A search that leaves such a cell empty
    /// has a blind spot.
    pub const fn can_meet(self, phase: Phase) -> bool {
        use Phase::{
            Apply, ApplyFlush, Header1, Header2, Length, LogFlush, LogWrite, Replay, SecondReplay,
        };
        match self {
            Self::CleanCut => true,
            // A header is the only write between two flushes: there is nothing it could overtake.
            Self::LostWrites => matches!(phase, LogFlush | ApplyFlush | Replay | SecondReplay),
            Self::TornPrefix | Self::TornSuffix | Self::TornHole | Self::TornIsland => {
                !matches!(phase, Length)
            }
            Self::LostLength => matches!(phase, LogFlush | ApplyFlush | Replay | SecondReplay),
            Self::OldSpace | Self::PatternSpace => {
                matches!(phase, Length | Apply | ApplyFlush | Replay | SecondReplay)
            }
            // The writer reads what partial sectors are completed with; all else is read by opens.
            Self::ReadError | Self::ShortRead => matches!(phase, LogWrite | Replay),
            Self::WriteError | Self::NoSpace => {
                matches!(
                    phase,
                    LogWrite | Apply | Header1 | Header2 | Length | Replay
                )
            }
            Self::ShortWrite => matches!(phase, LogWrite | Apply | Header1 | Header2 | Replay),
            Self::FlushError => matches!(phase, LogFlush | ApplyFlush | Header1 | Header2 | Replay),
            // Only writes for the log and the headers are led astray: of others nothing is
            // promised.
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

/// What the writer, or a recovery, was about when it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Entries are written to the log.
    LogWrite,
    /// They are made stable.
    LogFlush,
    /// Updates, or payload, are written to their place.
    Apply,
    /// They are made stable.
    ApplyFlush,
    /// The first of the two headers is written and made stable.
    Header1,
    /// The second one.
    Header2,
    /// The file becomes longer or shorter.
    Length,
    /// An open: what it reads, and the replay of a dirty log from its first header update to its
    /// last.
    Replay,
    /// The replay after a crash in a replay.
    SecondReplay,
}

impl Phase {
    /// All phases, in the order of the table.
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
