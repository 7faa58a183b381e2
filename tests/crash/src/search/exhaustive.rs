//! Every workload of a bounded kind, once each.
//!
//! A [`Scope`] is a small alphabet: changes, and what comes between them. Its workloads are all
//! sequences of up to N changes, each followed by one of the things between. Faults are injected
//! only from the last change on, since earlier ones are covered by the workload without that
//! change. Workloads are numbered, so that any thread can take any of them, and so that their
//! number is known before.
//!
//! Left out, because it would repeat another workload:
//!
//! - other bytes: every write has a pattern of its own;
//! - in workloads of three changes, transactions in which a later update covers an earlier one
//!   whole.

use crate::seeded_bug::SeededBug;
use vhdx_log_image::SECTOR;
use vhdx_log_oracle::shard::Shard;
use vhdx_log_oracle::stop::Stop;

use super::parallel::{self, Job};
use super::plan::Plan;
use crate::scenario::Failure;
use crate::setup::Setup;
use crate::states::Effort;
use crate::tally::Tally;
use crate::workload::{Span, Step, Update, Workload};
use crate::writer::BaseImage;

/// How much of a bounded set is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Without the longest workloads: what runs in some seconds, for `cargo test`.
    Short,
    /// All of it: minutes, for `vhdx-log crash`.
    Whole,
}

/// A set of workloads.
#[derive(Clone, Debug)]
pub struct Scope {
    pub name: &'static str,
    /// The sequence number of the first entry of each generation.
    pub first_sequence_number: Option<u64>,
    /// The ring and the limits of the writer.
    pub setup: Setup,
    /// What every workload begins with.
    pub prefix: Vec<Step>,
    /// By the number of changes: the first level has the workloads with one change.
    pub levels: Vec<Level>,
}

/// All workloads of a scope with the same number of changes.
#[derive(Clone, Debug)]
pub struct Level {
    pub changes: Vec<Step>,
    /// What may follow each change; an empty sequence is nothing.
    pub between: Vec<Vec<Step>>,
    pub plan: Plan,
}

impl Scope {
    /// How many workloads there are.
    pub fn workloads(&self) -> u64 {
        (1..)
            .zip(&self.levels)
            .map(|(changes, level)| level.pairs().pow(changes))
            .sum()
    }

    /// A workload by its number, and what is searched for in it.
    pub fn job(&self, mut number: u64) -> Job {
        let mut changes = 1;
        let mut levels = self.levels.iter();
        let mut level = levels.next().expect("a scope has a level");
        while number >= level.pairs().pow(changes) {
            number -= level.pairs().pow(changes);
            changes += 1;
            level = levels
                .next()
                .expect("the number is below that of the workloads");
        }
        let mut steps = self.prefix.clone();
        let mut first = steps.len();
        for _ in 0..changes {
            let pair = number % level.pairs();
            number /= level.pairs();
            let between = &level.between[pair as usize % level.between.len()];
            first = steps.len() + usize::from(!between.is_empty());
            steps.push(level.changes[pair as usize / level.between.len()].clone());
            steps.extend_from_slice(between);
        }
        // The first open belongs to the first change, unless the scope has a prefix.
        if changes == 1 && self.prefix.is_empty() {
            first = 0;
        }
        Job {
            workload: Workload {
                first_sequence_number: self.first_sequence_number,
                setup: self.setup,
                steps,
            },
            first_step: first,
            plan: level.plan,
        }
    }

    /// Searches every workload of a shard, or until `stop`, on all cores; `progress` is called with
    /// the number of workloads that were searched since its last call.
    ///
    /// # Errors
    /// Of the failures in the first chunk that has any, the one of the lowest number.
    pub fn search(
        &self,
        base: &BaseImage,
        shard: Shard,
        bug: Option<SeededBug>,
        stop: &Stop,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Tally, Box<Failure>> {
        const CHUNK: u64 = 4096;
        let (index, of) = (u64::from(shard.index), u64::from(shard.of));
        let all = self.workloads_of(shard);
        let mut tally = Tally::default();
        for start in (0..all).step_by(CHUNK as usize) {
            let numbers = start..all.min(start + CHUNK);
            let of_chunk = numbers.clone();
            let (sum, failure) = parallel::search_jobs(base, bug, of_chunk, stop, |number| {
                self.job(number * of + index)
            });
            tally.add(&sum);
            if let Some(failure) = failure {
                return Err(failure);
            }
            if stop.is_asked() {
                break;
            }
            progress(numbers.end - numbers.start);
        }
        Ok(tally)
    }

    /// How many workloads a shard has.
    pub fn workloads_of(&self, shard: Shard) -> u64 {
        let (index, of) = (u64::from(shard.index), u64::from(shard.of));
        (self.workloads() + of - 1 - index) / of
    }
}

impl Level {
    fn pairs(&self) -> u64 {
        (self.changes.len() * self.between.len()) as u64
    }
}

/// A whole sector, bytes across the border of two sectors, and both sectors zeroed: three updates
/// over two sectors.
const WHOLE: Update = Update::Write(Span::new(0, SECTOR));
const ACROSS: Update = Update::Write(Span::new(3900, 500));
const ZEROED: Update = Update::Zero(Span::new(0, 2 * SECTOR));

/// Every transaction of up to three of the three updates, in every order.
fn all_transactions() -> Vec<Step> {
    let mut transactions = Vec::new();
    let updates = [WHOLE, ACROSS, ZEROED];
    for one in updates {
        transactions.push(vec![one]);
        for two in updates.into_iter().filter(|&two| two != one) {
            transactions.push(vec![one, two]);
            let three = updates
                .into_iter()
                .filter(|&three| three != one && three != two);
            transactions.extend(three.map(|three| vec![one, two, three]));
        }
    }
    transactions.into_iter().map(Step::Submit).collect()
}

/// The transactions in which no later update covers an earlier one whole.
fn irreducible_transactions() -> Vec<Step> {
    let covers = |later: Update, earlier: Update| {
        let (later, earlier) = (later.span(), earlier.span());
        later.at <= earlier.at && earlier.at + earlier.length <= later.at + later.length
    };
    let irreducible = |step: &Step| match step {
        Step::Submit(updates) => (0..updates.len()).all(|index| {
            !updates[index + 1..]
                .iter()
                .any(|&later| covers(later, updates[index]))
        }),
        _ => true,
    };
    all_transactions().into_iter().filter(irreducible).collect()
}

/// Nothing, a commit, a checkpoint, a close, the death of the program.
fn everything_between() -> Vec<Vec<Step>> {
    vec![
        vec![],
        vec![Step::Commit],
        vec![Step::Checkpoint],
        vec![Step::Close],
        vec![Step::Drop],
    ]
}

/// The workloads of up to three changes on the log of 1 MiB. The short part is without the
/// workloads of three changes in the two scopes that have the most.
pub fn scopes(part: Part) -> Vec<Scope> {
    let two_at_most = |mut scope: Scope| {
        if part == Part::Short {
            scope.levels.truncate(2);
        }
        scope
    };
    vec![
        two_at_most(transactions()),
        drained_log(),
        full_log(),
        last_numbers(),
        two_at_most(lengths_and_payload()),
        power_cuts(),
    ]
}

/// Up to three transactions of up to three updates, with anything between them.
fn transactions() -> Scope {
    let level = |changes, plan| Level {
        changes,
        between: everything_between(),
        plan,
    };
    let levels = vec![
        level(all_transactions(), Plan::EVERYTHING),
        level(all_transactions(), Plan::crashes_only(Effort::FULL, 32)),
        level(
            irreducible_transactions(),
            Plan::crashes_only(Effort::LIGHT, 256),
        ),
    ];
    Scope {
        name: "transactions",
        first_sequence_number: None,
        setup: Setup::default(),
        prefix: Vec::new(),
        levels,
    }
}

/// A log whose next entries wrap around its end.
fn drained_log() -> Scope {
    nearly_full("drained log", Step::Checkpoint)
}

/// A log with three free sectors, so that the next entries have to drain it first (WRT-7).
fn full_log() -> Scope {
    nearly_full("full log", Step::Commit)
}

fn nearly_full(name: &'static str, end: Step) -> Scope {
    let fill = Step::Submit(vec![Update::Write(Span::new(64 << 10, 250 << 12))]);
    let level = |plan| Level {
        changes: vec![Step::Submit(vec![WHOLE]), Step::Submit(vec![ACROSS])],
        between: vec![vec![], vec![Step::Commit], vec![Step::Drop]],
        plan,
    };
    let plan = Plan {
        replay_depth: 0,
        ..Plan::crashes_only(
            Effort {
                samples: 8,
                ..Effort::LIGHT
            },
            1,
        )
    };
    let levels = vec![level(plan), level(plan)];
    Scope {
        name,
        first_sequence_number: Some(1),
        setup: Setup::default(),
        prefix: vec![fill, end],
        levels,
    }
}

/// Sequence numbers that are about to run out, so that generations end early (SEQ-1).
fn last_numbers() -> Scope {
    let level = |plan| Level {
        changes: vec![Step::Submit(vec![WHOLE]), Step::Submit(vec![ACROSS])],
        between: everything_between(),
        plan,
    };
    let plan = Plan::crashes_only(Effort::LIGHT, 64);
    Scope {
        name: "last sequence numbers",
        first_sequence_number: Some(u64::MAX - 2),
        setup: Setup::default(),
        prefix: Vec::new(),
        levels: vec![level(Plan::EVERYTHING), level(plan), level(plan)],
    }
}

/// Changes of the length, and payload, between transactions (WRT-5, WRT-10).
fn lengths_and_payload() -> Scope {
    let beyond = Update::Write(Span::new((3 << 19) + 100, 4096));
    let level = |plan| Level {
        changes: vec![
            Step::Submit(vec![WHOLE]),
            Step::Submit(vec![beyond]),
            Step::SetLength(2 << 20),
            Step::SetLength(1 << 20),
            Step::SetLength(12 << 10),
            Step::Payload(Span::new(3900, 500)),
        ],
        between: everything_between(),
        plan,
    };
    let plan = Plan::crashes_only(Effort::LIGHT, 64);
    Scope {
        name: "lengths and payload",
        first_sequence_number: None,
        setup: Setup::default(),
        prefix: Vec::new(),
        levels: vec![level(Plan::EVERYTHING), level(plan), level(plan)],
    }
}

/// Power cuts within a workload, so that later steps begin on what a crash left.
fn power_cuts() -> Scope {
    let cut = |number| vec![Step::PowerCut(number)];
    let commit_and_cut = |number| vec![Step::Commit, Step::PowerCut(number)];
    let between: Vec<Vec<Step>> = (0..4)
        .flat_map(|number| [cut(number), commit_and_cut(number)])
        .collect();
    let level = |plan| Level {
        changes: vec![
            Step::Submit(vec![WHOLE, ACROSS]),
            Step::Submit(vec![ZEROED]),
        ],
        between: between.clone(),
        plan,
    };
    let plan = Plan::crashes_only(Effort::LIGHT, 64);
    Scope {
        name: "power cuts",
        first_sequence_number: Some(1),
        setup: Setup::default(),
        prefix: Vec::new(),
        levels: vec![level(plan), level(plan), level(plan)],
    }
}
