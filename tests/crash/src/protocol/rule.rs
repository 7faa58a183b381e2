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

    /// The clause and the sentence.
    const fn parts(self) -> (&'static str, &'static str) {
        match self {
            Self::HeaderSlot => (
                "UPD-1",
                "a header update rewrites the header that is not current",
            ),
            Self::HeaderNumber => (
                "UPD-1",
                "an updated header is valid and has the next SequenceNumber",
            ),
            Self::HeaderFlush => (
                "UPD-1",
                "a header update is flushed before the other header is written",
            ),
            Self::FreshFileWriteGuid => (
                "UPD-1",
                "a header with a fresh FileWriteGuid is stable before anything else changes",
            ),
            Self::SecondHeader => (
                "UPD-2",
                "both headers hold the new values before anything else changes",
            ),
            Self::KeptFields => (
                "UPD-3",
                "a header update of a dirty file keeps the log that it names",
            ),
            Self::DataWriteGuidFirst => (
                "UPD-4",
                "a header with a new DataWriteGuid is stable before a visible change",
            ),
            Self::DataWriteGuidKept => ("UPD-4", "a replay keeps DataWriteGuid"),
            Self::NewLogGuid => ("UPD-5", "the first entry after an open has a new LogGuid"),
            Self::NamedEmpty => (
                "WRT-9",
                "a header names a generation only once an entry of it is stable",
            ),
            Self::EntryValid => ("ENT-1", "what is written to the log is a valid entry"),
            Self::EntryNumber => (
                "WRT-2",
                "each entry's SequenceNumber is one more than the last",
            ),
            Self::EntryPlace => ("SEQ-1", "an entry begins where the one before it ends"),
            Self::TailInSequence => ("SEQ-2", "Tail is an entry of the sequence"),
            Self::TailNotLate => (
                "WRT-3",
                "every update before the Tail of a new entry is stable at its place",
            ),
            Self::PlaceAfterLog => (
                "WRT-1",
                "an update goes to its place once its entry is stable",
            ),
            Self::EntryAfterPayload => (
                "WRT-1",
                "an entry is written once the payload before it is stable",
            ),
            Self::ActiveSpace => ("WRT-4", "the active sequence is not overwritten"),
            Self::FlushedFileOffset => (
                "WRT-5",
                "FlushedFileOffset is a multiple of 1 MiB and a length that is stable",
            ),
            Self::FlushedFileOffsetClose => (
                "WRT-5",
                "FlushedFileOffset is as large as the stable length allows",
            ),
            Self::LastFileOffset => (
                "WRT-5",
                "LastFileOffset is a multiple of 1 MiB and covers the file",
            ),
            Self::LastFileOffsetClose => ("WRT-5", "LastFileOffset is as small as the file allows"),
            Self::Shrink => (
                "WRT-5",
                "a file is cut only once an entry with the smaller FlushedFileOffset is stable",
            ),
            Self::EmptyAfterPlace => (
                "RPL-6",
                "a log is marked empty once all its updates are stable at their place",
            ),
            Self::LeftDirty => ("RPL-6", "a closed file has an empty log in both headers"),
        }
    }

    /// The clause that demands it. For [`EntryValid`](Self::EntryValid) a finding names the clause
    /// that the entry breaks.
    pub const fn clause(self) -> &'static str {
        self.parts().0
    }

    /// What the protocol demands, in one sentence.
    pub const fn statement(self) -> &'static str {
        self.parts().1
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
