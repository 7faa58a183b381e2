//! Bugs that can be seeded into the writer, to show that the crash harness finds real ones.
//!
//! Compiled only with the feature `canary`; without it [`breaks!`] is `false` and costs nothing.

/// A bug that can be seeded into the writer. Each names the clause it breaks.
#[cfg(feature = "canary")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Canary {
    /// Applies updates whose log entries are not stable yet (WRT-1).
    SkipFlushBeforeApply,
    /// Advances the tail past updates that are not stable at their place (WRT-1, WRT-3).
    SkipFlushAfterApply,
    /// Names the new entry itself as its Tail while older ones are not applied (WRT-3).
    AdvanceTailEarly,
    /// Overwrites entries of the active sequence (WRT-4).
    ReuseActiveSpace,
    /// Updates one header only (UPD-2).
    SkipSecondHeader,
    /// Completes partial sectors with bytes from the start of the sector (WRT-6).
    CompleteFromSectorStart,
    /// Marks the log empty before the applied updates are stable (RPL-6).
    MarkEmptyEarly,
    /// Returns from a commit without a flush (WRT-1).
    AcknowledgeEarly,
    /// Names the new generation in the header before the log holds an entry of it (WRT-9).
    NameGenerationEarly,
    /// Puts each change of a transaction into an entry of its own (WRT-8).
    SplitTransaction,
    /// Cuts the file without an entry with the smaller FlushedFileOffset (WRT-5).
    ShrinkUnannounced,
    /// Begins a generation with the LogGuid of an earlier one (UPD-5).
    KeepLogGuid,
}

#[cfg(feature = "canary")]
impl Canary {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::SkipFlushBeforeApply,
        Self::SkipFlushAfterApply,
        Self::AdvanceTailEarly,
        Self::ReuseActiveSpace,
        Self::SkipSecondHeader,
        Self::CompleteFromSectorStart,
        Self::MarkEmptyEarly,
        Self::AcknowledgeEarly,
        Self::NameGenerationEarly,
        Self::SplitTransaction,
        Self::ShrinkUnannounced,
        Self::KeepLogGuid,
    ];
}

/// The bug that was seeded, if any.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Canaries {
    #[cfg(feature = "canary")]
    pub(super) broken: Option<Canary>,
}

/// Whether a bug is seeded: `breaks!(self, SkipSecondHeader)`. Always `false` without the feature.
macro_rules! breaks {
    ($log:expr, $canary:ident) => {{
        #[cfg(feature = "canary")]
        let broken = $log.canaries.broken == Some($crate::writer::Canary::$canary);
        #[cfg(not(feature = "canary"))]
        let broken = {
            let _ = &$log.canaries;
            false
        };
        broken
    }};
}
pub(super) use breaks;
