//! Every workload of a bounded kind, once each.
//!
//! A [`Scope`] is a small alphabet: changes, and what comes between them. Its workloads are all
//! sequences of up to so many changes, each followed by one of the things between; a workload is
//! looked at only from its last change on, since what can go wrong before is that of the workload
//! without it. Workloads are numbered, so that any of them can be looked at by any thread, and so
//! that "all of them" is a number known before.
//!
//! What is left out as the same as something else:
//!
//! - which bytes are written: every write has a pattern of its own;
//! - in workloads of three changes, transactions of which an update leaves nothing, because later
//!   ones of the same transaction cover it whole.

use vhdx_log::writer::Canary;

use super::choices::Effort;
use super::parallel;
use super::scenario::Failure;
use super::search::Plan;
use super::tally::Tally;
use super::workload::{Span, Step, Update, Workload};
use super::world::World;

/// A set of workloads.
#[derive(Clone, Debug)]
pub struct Scope {
    /// What is special about it.
    pub name: &'static str,
    /// The number of the first entry of each generation.
    pub first_number: Option<u64>,
    /// What every workload begins with.
    pub prefix: Vec<Step>,
    /// By the number of changes: the changes, what may come between, and what is looked for behind
    /// the last one.
    pub levels: Vec<Level>,
}

/// All workloads of a scope with the same number of changes.
#[derive(Clone, Debug)]
pub struct Level {
    /// The changes.
    pub changes: Vec<Step>,
    /// What may come behind each; an empty sequence is nothing.
    pub between: Vec<Vec<Step>>,
    /// What is made to go wrong.
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

    /// A workload by its number, the index of the first step that is looked at, and what is looked
    /// for.
    pub fn workload(&self, mut number: u64) -> (Workload, usize, Plan) {
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
        // What comes before the first change belongs to it, unless that is the scope's own.
        if changes == 1 && self.prefix.is_empty() {
            first = 0;
        }
        (
            Workload {
                first_number: self.first_number,
                steps,
            },
            first,
            level.plan,
        )
    }

    /// Looks at every workload, on all cores.
    ///
    /// # Errors
    /// Of the claims that do not hold, the one with the lowest number among the first found.
    pub fn search(
        &self,
        world: &World,
        canary: Option<Canary>,
        progress: &dyn Fn(u64),
    ) -> Result<Tally, Box<Failure>> {
        const CHUNK: u64 = 4096;
        let all = self.workloads();
        let mut tally = Tally::default();
        for start in (0..all).step_by(CHUNK as usize) {
            let numbers = start..all.min(start + CHUNK);
            let (sum, failure) = parallel::search(world, canary, numbers.clone(), |number| {
                self.workload(number)
            });
            tally.add(&sum);
            if let Some(failure) = failure {
                return Err(failure);
            }
            progress(numbers.end - numbers.start);
        }
        Ok(tally)
    }
}

impl Level {
    fn pairs(&self) -> u64 {
        (self.changes.len() * self.between.len()) as u64
    }
}

/// A whole sector, bytes across the border of two sectors, and both sectors zeroed: three updates
/// over two sectors.
const WHOLE: Update = Update::Write(Span::new(0, 4096));
const ACROSS: Update = Update::Write(Span::new(3900, 500));
const ZEROED: Update = Update::Zero(Span::new(0, 8192));

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

/// Those transactions in which no update is covered whole by a later one.
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

/// Nothing, a commit, a checkpoint, a clean end, the end of the program.
fn everything_between() -> Vec<Vec<Step>> {
    vec![
        vec![],
        vec![Step::Commit],
        vec![Step::Checkpoint],
        vec![Step::Close],
        vec![Step::Drop],
    ]
}

/// The whole exhaustive set.
pub fn scopes() -> Vec<Scope> {
    vec![
        transactions(),
        drained_log(),
        full_log(),
        last_numbers(),
        lengths_and_payload(),
        power_cuts(),
    ]
}

/// Up to three transactions of up to three updates, anything between them.
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
        name: "three transactions",
        first_number: None,
        prefix: Vec::new(),
        levels,
    }
}

/// A log whose next entries go round its end.
fn drained_log() -> Scope {
    nearly_full("drained log", Step::Checkpoint)
}

/// A log with three sectors left, all others in use, so that the next entries have to drain it
/// first (WRT-7).
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
        first_number: Some(1),
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
        first_number: Some(u64::MAX - 2),
        prefix: Vec::new(),
        levels: vec![level(Plan::EVERYTHING), level(plan), level(plan)],
    }
}

/// Growth, cuts and payload between transactions (WRT-5, WRT-10).
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
        first_number: None,
        prefix: Vec::new(),
        levels: vec![level(Plan::EVERYTHING), level(plan), level(plan)],
    }
}

/// Power cuts in the middle, so that later lives begin on what a crash left.
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
        first_number: Some(1),
        prefix: Vec::new(),
        levels: vec![level(plan), level(plan), level(plan)],
    }
}
