//! What core and model say about an image, one labelled line each.

use std::fmt;

use vhdx_log::storage::SparseMemory;
use vhdx_log::{GuidSource, OpenError, OpenOptions, ReplayPlan};
use vhdx_log_model::{self as model, Access, Flaw, Format, Rules, Verdict};
use vhdx_log_oracle::property::to_model;

/// The verdicts on one image: label and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdicts(Vec<(String, String)>);

impl Verdicts {
    /// The verdicts of core, of the model and, if there is one, of the flawed model.
    pub fn of(image: &SparseMemory, flaw: Option<&'static Flaw>) -> Self {
        let mut verdicts = Vec::new();
        let mut add = |who: String, [read_only, writable]: [String; 2]| {
            if read_only == writable {
                verdicts.push((who, writable));
            } else {
                verdicts.push((format!("{who}, read-only"), read_only));
                verdicts.push((format!("{who}, writable"), writable));
            }
        };
        add("core".to_owned(), of_core(image));
        add("model".to_owned(), of_model(image, &Format));
        if let Some(flaw) = flaw {
            let who = format!("model with flaw `{}`", flaw.name);
            add(who, of_model(image, flaw.rules));
        }
        Self(verdicts)
    }

    /// Each label with its verdict, in order.
    pub fn lines(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(label, text)| (label.as_str(), text.as_str()))
    }
}

impl fmt::Display for Verdicts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (label, text)) in self.lines().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{label}: {text}")?;
        }
        Ok(())
    }
}

fn of_core(image: &SparseMemory) -> [String; 2] {
    [OpenOptions::read_only(), OpenOptions::writable()].map(|options| {
        let mut copy = image.clone();
        match options.guids(GuidSource::seeded(0)).open(&mut copy) {
            Ok(opened) => opened.log().plan().map_or(CLEAN.to_owned(), of_plan),
            Err(OpenError::Refused(refusal)) => {
                refused(refusal.clause().id(), &refusal.to_string())
            }
            Err(error) => format!("fails: {error}"),
        }
    })
}

fn of_plan(plan: &ReplayPlan) -> String {
    let (active, head) = (&plan.active, plan.active.head());
    replays(
        active.entries.into(),
        (active.tail_sequence_number().0, active.tail.0.into()),
        (head.sequence_number.0, head.offset.0.into()),
    )
}

fn of_model(image: &SparseMemory, rules: &dyn Rules) -> [String; 2] {
    let image = to_model(image);
    [Access::ReadOnly, Access::Writable].map(|access| {
        let options = model::Options {
            access,
            ..model::Options::default()
        };
        match model::read_with(&image, &options, rules) {
            Verdict::Refused(refusal) => {
                refused(refusal.clause, &format!("not satisfied: {}", refusal.what))
            }
            Verdict::Clean => CLEAN.to_owned(),
            Verdict::Replayed(replay) => replays(
                replay.active.replayed_entries,
                (replay.active.tail_sequence_number, replay.active.tail),
                (replay.active.head_sequence_number, replay.active.head),
            ),
        }
    })
}

const CLEAN: &str = "clean, nothing to replay";

fn refused(clause: &str, why: &str) -> String {
    format!("refused by {clause}: {why}")
}

/// The words for a replay, from the sequence number and log offset of tail and head.
fn replays(entries: u64, tail: (u64, u64), head: (u64, u64)) -> String {
    if entries == 1 {
        let (number, offset) = head;
        return format!("replays 1 entry: sequence number {number}, log offset {offset:#x}");
    }
    format!(
        "replays {entries} entries: sequence numbers {} to {}, log offsets {:#x} to {:#x}",
        tail.0, head.0, tail.1, head.1
    )
}
