//! Bugs that can be seeded into the writer and into the replay, to show that the tests find real
//! ones.
//!
//! Compiled in with the feature `canary` only: without it [`Canaries::has`] is always `false`, and
//! the optimiser removes the hooks. A hook is a question at the place of a decision, either
//! [`Canaries::has`] where a step is left out or moved, or one of the methods in
//! `writer/seeded.rs` where a value comes out wrong.

/// The bug that was seeded, if any.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Canaries {
    #[cfg(feature = "canary")]
    seeded: Option<Canary>,
}

impl Canaries {
    pub(crate) const NONE: Self = Self {
        #[cfg(feature = "canary")]
        seeded: None,
    };

    /// This bug, and no other.
    #[cfg(feature = "canary")]
    pub(crate) const fn one(bug: Canary) -> Self {
        Self { seeded: Some(bug) }
    }

    #[cfg(feature = "canary")]
    pub(crate) const fn seeded(self) -> Option<Canary> {
        self.seeded
    }

    /// Whether this bug is seeded.
    #[cfg(feature = "canary")]
    pub(crate) fn has(self, bug: Canary) -> bool {
        self.seeded == Some(bug)
    }

    /// Whether this bug is seeded: never.
    #[cfg(not(feature = "canary"))]
    #[allow(clippy::unused_self, reason = "the same call as with the feature")]
    pub(crate) const fn has(self, _bug: Canary) -> bool {
        false
    }
}

/// Lists the bugs once, with what each does.
macro_rules! bugs {
    ($($(#[doc = $what:literal])+ $name:ident)*) => {
        /// A bug that can be seeded. Each names the clause it breaks.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(
            not(feature = "canary"),
            allow(dead_code, reason = "some hooks are compiled in with the feature only")
        )]
        pub enum Canary {
            $($(#[doc = $what])+ $name,)*
        }

        #[cfg(feature = "canary")]
        impl Canary {
            /// All of them, by what they get wrong.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// What a writer with this bug does.
            pub const fn what(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($what),+).trim_ascii(),)*
                }
            }
        }
    };
}

bugs! {
    // The order of flushes.

    /// Applies updates whose log entries are not stable yet (WRT-1).
    SkipFlushBeforeApply
    /// Advances the tail past updates that are not stable at their place (WRT-1, WRT-3).
    SkipFlushAfterApply
    /// Returns from a commit without a flush (WRT-1).
    AcknowledgeEarly
    /// Marks the log empty before the applied updates are stable (RPL-6).
    MarkEmptyEarly
    /// Names the new generation in the header before the log holds an entry of it (WRT-9).
    NameGenerationEarly
    /// Writes entries before the payload that they refer to is stable (WRT-1).
    EntryBeforePayload
    /// Returns from a cut of the file without a flush (WRT-5).
    ShrinkUnflushed
    /// Does not flush a new length before it acknowledges it (WRT-5).
    GrowUnflushed

    // Tails.

    /// Names the new entry itself as its Tail while older ones are not applied (WRT-3).
    AdvanceTailEarly
    /// Names the entry after the oldest one that is not applied, once an entry has passed the end
    /// of the ring (WRT-3).
    TailOneTooFarAfterWrap
    /// Writes the Tail of the entry before, but counts the space as free (WRT-3, WRT-4).
    TailOneBehind
    /// Names the place after the entry as its Tail (SEQ-2).
    TailIsNext

    // Space.

    /// Overwrites entries of the active sequence (WRT-4).
    ReuseActiveSpace
    /// Uses space again before the entry with the new Tail is stable (WRT-4).
    ReuseBeforeTailStable
    /// Takes the ring for one sector longer than it is (WRT-4).
    FreeOneTooMany

    // Sequence numbers.

    /// Skips a sequence number where an entry begins at the start of the ring or passes its end
    /// (WRT-2).
    SequenceGapAtWrap
    /// Gives an entry that frees the log the number of the entry before (WRT-2).
    SequenceRepeats
    /// Keeps the lower 32 bits of a sequence number (WRT-2).
    SequenceIn32Bits
    /// Continues after 2^64 - 1 with 1 in the same generation (SEQ-1).
    SequenceStartsAgain
    /// Writes the lower half of the sequence number into both halves of a data sector (DAT-2).
    DataSequenceLowTwice

    // Sizes.

    /// Writes a FlushedFileOffset that is not stable yet (WRT-5).
    FlushedFileOffsetEarly
    /// Writes a LastFileOffset that leaves out the growth (WRT-5).
    LastFileOffsetStale
    /// Writes a LastFileOffset that is 1 MiB too large (WRT-5).
    LastFileOffsetTooLarge
    /// Writes an EntryLength that is one sector too large (ENT-6).
    EntryLengthOneMore
    /// Writes an EntryLength that ends at the end of the ring (ENT-3).
    EntryLengthEndsAtWrap
    /// Cuts the file without an entry with the smaller FlushedFileOffset (WRT-5).
    ShrinkUnannounced
    /// Writes entries after the file became longer than they say (WRT-5).
    GrowBeforeEntries
    /// Writes changes to their place without extending the file first (WRT-5).
    ApplyWithoutLength

    // Partial sectors.

    /// Completes partial sectors with bytes from the start of the sector (WRT-6).
    CompleteFromSectorStart
    /// Completes partial sectors from the file, whatever is pending (WRT-6).
    CompleteFromFile
    /// Completes partial sectors without the changes that wait for their entry (WRT-6).
    CompleteWithoutGathered
    /// Zeroes the whole of the sectors in which a range begins and ends (WRT-6).
    ZeroWholeSectors

    // Batches.

    /// Puts each change of a transaction into an entry of its own (WRT-8).
    SplitTransaction
    /// Leaves out the first sector after a full piece when changes go to their place (WRT-1).
    SectorLostAfterPiece
    /// Drops the changes gathered before the one that no longer fits in the entry (WRT-8).
    GatheredLostAtLimit
    /// Writes entries that were kept back where the ones before them began (WRT-4).
    BufferMisplaced

    // Wraps.

    /// Writes what passes the end of the ring behind the log (SEQ-5).
    WrapIgnored
    /// Passes the end of the ring by one sector before it continues at the start (SEQ-5).
    WrapOneSectorLate

    // Headers and GUIDs.

    /// Updates one header only (UPD-2).
    SkipSecondHeader
    /// Writes both headers before it flushes them (UPD-1).
    HeadersTogether
    /// Never gives a new FileWriteGuid (UPD-1).
    NoFileWriteGuid
    /// Never gives a new DataWriteGuid (UPD-4).
    NoDataWriteGuid
    /// Updates the headers after the first payload is written (UPD-1).
    AnnounceLate
    /// Begins a generation with the LogGuid of an earlier one (UPD-5).
    KeepLogGuid

    // The ends of generations.

    /// Marks the log empty without applying it (RPL-6).
    EndWithoutApply
    /// Closes the log without the changes that wait for their entry (RPL-6).
    CloseWithoutGathered
    /// Frees the log without applying it (WRT-1, WRT-3).
    DrainWithoutApply
    /// Closes the log and leaves the LogGuid in the headers (RPL-6).
    CloseLeavesLogGuid

    // Payload.

    /// Writes payload over pending changes, which are applied later (WRT-10).
    PayloadUnderPending
    /// Writes payload where a crash would replay older changes (SEQ-4, WRT-10).
    PayloadUnderReplay

    // Zeros.

    /// Puts zero descriptors behind the data descriptors of the entry (RPL-1).
    ZerosAfterData
    /// Writes a ZeroLength that is one sector too short (DSC-4).
    ZeroOneSectorShort
    /// Writes data to its place and forgets the zeros (WRT-1).
    ZerosNotApplied
    /// Zeroes one sector after the range (DSC-4).
    ZeroPastRange

    // The replay.

    /// Replays without a new FileWriteGuid (UPD-1).
    ReplayUnannounced
    /// Marks the log empty before the replay is stable (RPL-6).
    ReplayEmptiesEarly
    /// Empties one header only after a replay (UPD-2).
    ReplaySkipsSecondHeader
    /// Replays without extending the file to LastFileOffset (RPL-3).
    ReplayWithoutLength
    /// Loses the update that ends a batch of a replay (RPL-1).
    ReplayLosesUpdateOfBatch
}
