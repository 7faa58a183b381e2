//! Core and the model compared: verdict and sequence.

use vhdx_log::{ActiveSequence, LogState, OpenError, ReplayPlan};
use vhdx_log_model::{Active, Verdict};

use super::violation::{Violation, ensure};
use crate::chain::chain;

const VERDICT: &str = "core and the model give the same verdict, and a refusal the same clause \
    (FID-1, HDR-1, HDR-2, HDR-3, HDR-4, HDR-4b, HDR-5, HDR-6, HDR-7, HDR-8, HDR-9, HDR-10, HDR-12, \
    HDR-13, SEQ-7, SEQ-8, DSC-5, DSC-6, DSC-7, DSC-9, RPL-4, RPL-9)";

const SEQUENCE: &str = "core and the model replay the same sequence: tail, head, their numbers and \
    the number of entries (SEQ-1, SEQ-2, SEQ-3, SEQ-4, SEQ-5, SEQ-6)";

/// What core and the model agree on for an image without a violation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agreed {
    /// Refused, with this clause.
    Refused(&'static str),
    /// Its log is empty.
    Clean,
    /// Replayed: the active sequence.
    Replayed(Active),
}

/// What core did, for a message.
pub(super) enum CoreDid<'a> {
    Opened(&'a LogState),
    Failed(&'a OpenError),
}

/// The violation for two different verdicts.
pub(super) fn different_verdicts(model: &Verdict, core: &CoreDid<'_>) -> Violation {
    let of_model = match model {
        Verdict::Refused(refusal) => {
            format!(
                "refuse ({}; not satisfied: {})",
                refusal.clause, refusal.what
            )
        }
        Verdict::Clean => "open, empty log".to_owned(),
        Verdict::Replayed(replay) => of_model(&replay.active).describe(),
    };
    let plan = |plan: &ReplayPlan| of_core(&plan.active).describe();
    let of_core = match core {
        CoreDid::Opened(LogState::Dirty(dirty)) => format!("leave dirty, not {}", plan(dirty)),
        CoreDid::Opened(log) => log.plan().map_or("open, empty log".to_owned(), plan),
        CoreDid::Failed(error) => format!("refuse ({})", chain(error)),
    };
    Violation {
        property: VERDICT,
        detail: format!("model: {of_model}; core: {of_core}"),
    }
}

pub(super) fn same_sequence(core: &ActiveSequence, model: &Active) -> Result<(), Violation> {
    let (found, expected) = (of_core(core), of_model(model));
    ensure(SEQUENCE, found == expected, || expected.differences(&found))
}

/// A sequence as both see it.
#[derive(PartialEq)]
struct Summary {
    tail: u64,
    head: u64,
    tail_sequence_number: u64,
    head_sequence_number: u64,
    entries: u64,
}

fn of_core(active: &ActiveSequence) -> Summary {
    Summary {
        tail: active.tail.0.into(),
        head: active.head().offset.0.into(),
        tail_sequence_number: active.tail_sequence_number().0,
        head_sequence_number: active.head().sequence_number.0,
        entries: active.entries.into(),
    }
}

fn of_model(active: &Active) -> Summary {
    Summary {
        tail: active.tail,
        head: active.head,
        tail_sequence_number: active.tail_sequence_number,
        head_sequence_number: active.head_sequence_number,
        entries: active.replayed_entries,
    }
}

impl Summary {
    fn describe(&self) -> String {
        let numbers = match self.entries {
            1 => format!("1 entry ({})", self.head_sequence_number),
            entries => format!(
                "{entries} entries ({} to {})",
                self.tail_sequence_number, self.head_sequence_number
            ),
        };
        let (tail, head) = (self.tail, self.head);
        format!("replay {numbers}, tail at log offset {tail:#x}, head at {head:#x}")
    }

    /// "tail: model 0x1000, core 0x2000; entries: model 1, core 3".
    fn differences(&self, core: &Self) -> String {
        let mut words = Vec::new();
        for (name, model, core) in [
            ("tail", self.tail, core.tail),
            ("head", self.head, core.head),
        ] {
            if model != core {
                words.push(format!("{name}: model {model:#x}, core {core:#x}"));
            }
        }
        let tails = (self.tail_sequence_number, core.tail_sequence_number);
        let heads = (self.head_sequence_number, core.head_sequence_number);
        for (name, (model, core)) in [
            ("tail's SequenceNumber", tails),
            ("head's SequenceNumber", heads),
            ("entries", (self.entries, core.entries)),
        ] {
            if model != core {
                words.push(format!("{name}: model {model}, core {core}"));
            }
        }
        words.join("; ")
    }
}
