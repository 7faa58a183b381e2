//! The rules of the write protocol, each with its clause and one sentence.

/// How binding a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// The format demands it, or the safety of the data does.
    Must,
    /// The format recommends it, or readers may differ: a remark, not a failure.
    Remark,
}

/// One demand of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    HeaderSlot,
    HeaderNumber,
    HeaderFlush,
    FreshFileWriteGuid,
    SecondHeader,
    KeptFields,
    DataWriteGuidFirst,
    DataWriteGuidKept,
    NewLogGuid,
    NamedEmpty,
    EntryValid,
    EntryNumber,
    EntryPlace,
    TailInSequence,
    TailNotLate,
    PlaceAfterLog,
    EntryAfterPayload,
    ActiveSpace,
    FlushedFileOffset,
    FlushedFileOffsetClose,
    LastFileOffset,
    LastFileOffsetClose,
    Shrink,
    EmptyAfterPlace,
    LeftDirty,
}

impl Rule {
    /// In the order of the clauses.
    pub const ALL: [Self; 25] = [
        Self::HeaderSlot,
        Self::HeaderNumber,
        Self::HeaderFlush,
        Self::FreshFileWriteGuid,
        Self::SecondHeader,
        Self::KeptFields,
        Self::DataWriteGuidFirst,
        Self::DataWriteGuidKept,
        Self::NewLogGuid,
        Self::NamedEmpty,
        Self::EntryValid,
        Self::EntryNumber,
        Self::EntryPlace,
        Self::TailInSequence,
        Self::TailNotLate,
        Self::PlaceAfterLog,
        Self::EntryAfterPayload,
        Self::ActiveSpace,
        Self::FlushedFileOffset,
        Self::FlushedFileOffsetClose,
        Self::LastFileOffset,
        Self::LastFileOffsetClose,
        Self::Shrink,
        Self::EmptyAfterPlace,
        Self::LeftDirty,
    ];

    /// The clause that demands it. For [`EntryValid`](Self::EntryValid) a finding names the clause
    /// that the entry breaks.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::HeaderSlot
            | Self::HeaderNumber
            | Self::HeaderFlush
            | Self::FreshFileWriteGuid => "UPD-1",
            Self::SecondHeader => "UPD-2",
            Self::KeptFields => "UPD-3",
            Self::DataWriteGuidFirst | Self::DataWriteGuidKept => "UPD-4",
            Self::NewLogGuid => "UPD-5",
            Self::NamedEmpty => "WRT-9",
            Self::EntryValid => "ENT-1",
            Self::EntryNumber => "WRT-2",
            Self::EntryPlace => "SEQ-1",
            Self::TailInSequence => "SEQ-2",
            Self::TailNotLate => "WRT-3",
            Self::PlaceAfterLog | Self::EntryAfterPayload => "WRT-1",
            Self::ActiveSpace => "WRT-4",
            Self::FlushedFileOffset
            | Self::FlushedFileOffsetClose
            | Self::LastFileOffset
            | Self::LastFileOffsetClose
            | Self::Shrink => "WRT-5",
            Self::EmptyAfterPlace | Self::LeftDirty => "RPL-6",
        }
    }

    /// What the protocol demands, in one sentence.
    pub const fn statement(self) -> &'static str {
        match self {
            Self::HeaderSlot => "a header update rewrites the header that is not current",
            Self::HeaderNumber => "an updated header is valid and has the next SequenceNumber",
            Self::HeaderFlush => "a header update is stable before the other header is written",
            Self::FreshFileWriteGuid => "a fresh FileWriteGuid is stable before any other change",
            Self::SecondHeader => "both headers are updated before anything else changes",
            Self::KeptFields => "a header update of a dirty file keeps the log that it names",
            Self::DataWriteGuidFirst => "a new DataWriteGuid is stable before a visible change",
            Self::DataWriteGuidKept => "a replay keeps DataWriteGuid",
            Self::NewLogGuid => "the first entry after an open has a new LogGuid",
            Self::NamedEmpty => "a header names a generation once an entry of it is stable",
            Self::EntryValid => "what is written to the log is a valid entry",
            Self::EntryNumber => "each entry's SequenceNumber is one more than the last",
            Self::EntryPlace => "an entry begins where the one before it ends",
            Self::TailInSequence => "Tail is an entry of the sequence",
            Self::TailNotLate => "every update before the Tail of a new entry is stable in place",
            Self::PlaceAfterLog => "an update goes to its place once its entry is stable",
            Self::EntryAfterPayload => "an entry is written once the payload before it is stable",
            Self::ActiveSpace => "the active sequence is not overwritten",
            Self::FlushedFileOffset => "FlushedFileOffset is whole MiB of a stable length",
            Self::FlushedFileOffsetClose => "FlushedFileOffset is as large as can be",
            Self::LastFileOffset => "LastFileOffset is whole MiB and covers the file",
            Self::LastFileOffsetClose => "LastFileOffset is as small as the file allows",
            Self::Shrink => "a file is cut once an entry with the smaller size is stable",
            Self::EmptyAfterPlace => "a log is marked empty once its updates are stable in place",
            Self::LeftDirty => "a closed file has an empty log in both headers",
        }
    }

    pub const fn strength(self) -> Strength {
        match self {
            // UPD-2 is a SHOULD, UPD-5 is OPEN about the first entry, and WRT-5 gives no number for
            // "as large" and "as small as possible".
            Self::SecondHeader
            | Self::NamedEmpty
            | Self::FlushedFileOffsetClose
            | Self::LastFileOffsetClose => Strength::Remark,
            _ => Strength::Must,
        }
    }
}

/// A request that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub rule: Rule,
    /// The clause: that of the rule, or the one that an entry breaks.
    pub clause: &'static str,
    /// The request, by its index in the trace; the number of requests for what is wrong at the end.
    pub request: usize,
    /// What was expected and found, with offsets.
    pub detail: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            rule,
            clause,
            request,
            detail,
        } = self;
        let statement = rule.statement();
        write!(
            formatter,
            "request {request}: {statement} [{clause}]: {detail}"
        )
    }
}
