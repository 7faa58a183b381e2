//! Every workload of a bounded kind on rings of a few sectors, with small limits.
//!
//! A [`Scope`] for each setup of `SETUPS`: rings of 4 to 16 sectors, generations that begin at
//! the start, in the middle and at the end of the ring, entries of one transaction and of several,
//! written at once or kept back, sequence numbers across 2^32, 2^63 and at 2^64 - 1. On such rings
//! two transactions fill the log and three pass its end, so workloads of three and four
//! transactions wrap, fill, drain and end generations in every order.
//!
//! Left out, because it would repeat another workload or another setup: other bytes, other places
//! in the file, more than one kind of partial sector.

use super::exhaustive::{Level, Part, Scope};
use super::plan::Plan;
use crate::setup::Setup;
use crate::states::Effort;
use crate::workload::{Span, Step, Update};

/// Name, sequence number of the first entries, and ring, first sector, changes gathered, sectors
/// kept back, sectors written at once.
type SetupRow = (&'static str, Option<u64>, [Option<u32>; 5]);

/// The setups: each value of each limit at least once, on a ring where it matters.
const SETUPS: [SetupRow; 8] = [
    (
        "ring of 4",
        Some(1),
        [Some(4), Some(3), Some(1), None, None],
    ),
    (
        "ring of 5",
        Some((1 << 32) - 2),
        [Some(5), Some(2), Some(1), Some(0), Some(1)],
    ),
    (
        "ring of 6",
        Some((1 << 63) - 2),
        [Some(6), Some(5), Some(1), Some(3), Some(2)],
    ),
    (
        "ring of 7",
        Some(u64::MAX - 4),
        [Some(7), Some(4), Some(1), None, None],
    ),
    (
        "ring of 8",
        None,
        [Some(8), Some(6), Some(2), Some(3), Some(1)],
    ),
    (
        "ring of 9",
        Some(1),
        [Some(9), Some(0), None, Some(5), None],
    ),
    (
        "ring of 12",
        Some((1 << 32) - 1),
        [Some(12), Some(9), Some(3), Some(4), Some(3)],
    ),
    (
        "ring of 16",
        Some(u64::MAX - 6),
        [Some(16), Some(12), Some(2), Some(2), None],
    ),
];

const fn sectors(first: u64, count: u64) -> Span {
    Span::new(first << 12, count << 12)
}

/// One sector; a partial one across a border; three sectors; zeros with data on top.
fn transactions() -> Vec<Step> {
    [
        vec![Update::Write(sectors(0, 1))],
        vec![Update::Write(Span::new(3900, 500))],
        vec![Update::Write(sectors(1, 3))],
        vec![Update::Zero(sectors(0, 2)), Update::Write(sectors(4, 1))],
    ]
    .map(Step::Submit)
    .into()
}

/// These, and what makes the file longer or shorter: by a length, and by zeros past the end.
fn transactions_and_lengths() -> Vec<Step> {
    let lengths = [
        Step::SetLength(2 << 20),
        Step::SetLength(10_000),
        Step::Submit(vec![Update::Zero(sectors(256, 2))]),
    ];
    transactions().into_iter().chain(lengths).collect()
}

/// The scopes, one for each setup: workloads of up to four transactions, of up to three in the
/// short part.
pub fn scopes(part: Part) -> Vec<Scope> {
    SETUPS.into_iter().map(|row| scope(row, part)).collect()
}

fn scope((name, first_sequence_number, setup): SetupRow, part: Part) -> Scope {
    let [
        ring_sectors,
        first_sector,
        max_gathered,
        buffered_sectors,
        piece_sectors,
    ] = setup;
    let ends = [vec![], vec![Step::Commit], vec![Step::Checkpoint]];
    let lives = [vec![Step::Close], vec![Step::Drop]];
    let payload = vec![Step::Payload(sectors(0, 1))];
    let level = |changes: &[Step], between: &[Vec<Step>], effort, one_in| Level {
        changes: changes.to_vec(),
        between: between.to_vec(),
        plan: Plan {
            model_one_in: 64,
            ..Plan::crashes_only(effort, one_in)
        },
    };
    let (changes, lengths) = (transactions(), transactions_and_lengths());
    let without_payload = [&ends[..], &lives].concat();
    let all = [&without_payload[..], &[payload]].concat();
    let mut levels = vec![
        level(&lengths, &all, Effort::LIGHT, 16),
        level(&lengths, &all, Effort::LIGHT, 64),
        level(&changes, &without_payload, RINGS, 256),
    ];
    if part == Part::Whole {
        levels.push(level(&changes, &without_payload, RINGS, 1024));
    }
    Scope {
        name,
        first_sequence_number,
        setup: Setup {
            ring_sectors,
            first_sector,
            max_gathered,
            buffered_sectors,
            piece_sectors,
            // Only to have a batch of each size: it changes nothing else.
            replay_batch: piece_sectors,
        },
        prefix: Vec::new(),
        levels,
    }
}

/// Every subset of up to eight pending changes, and a sample of torn ones.
const RINGS: Effort = Effort {
    subsets_of: 8,
    samples: 32,
    points: 8,
    scattered: 8,
    tears: &[],
    torn_with_subsets_of: 0,
};
