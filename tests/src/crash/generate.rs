//! Workloads that a seed decides, larger and stranger than the exhaustive ones.

use super::workload::{Span, Step, Update, Workload};
use crate::generate::Dice;

/// The most steps of a workload.
const STEPS_AT_MOST: u32 = 12;

/// The payload block that updates begin in, in bytes: the file ends behind it.
const BLOCK: u32 = 1 << 20;

/// A workload.
pub fn workload(dice: &mut Dice) -> Workload {
    let first_number = match dice.below(8) {
        0 => Some(u64::MAX - u64::from(dice.below(6))),
        1 | 2 => Some(1),
        _ => None,
    };
    let mut steps = Vec::new();
    // Now and then a log that is nearly full.
    if dice.below(24) == 0 {
        steps.push(Step::Submit(vec![Update::Write(Span::new(
            64 << 10,
            u64::from(180 + dice.below(73)) << 12,
        ))]));
        steps.push(if dice.percent(50) {
            Step::Commit
        } else {
            Step::Checkpoint
        });
    }
    for _ in 0..=dice.below(STEPS_AT_MOST) {
        steps.push(step(dice));
    }
    Workload {
        first_number,
        steps,
    }
}

/// One step.
pub fn step(dice: &mut Dice) -> Step {
    match dice.below(32) {
        0..14 => Step::Submit((0..=dice.below(3)).map(|_| update(dice)).collect()),
        14..19 => Step::Commit,
        19..22 => Step::Checkpoint,
        22..24 => Step::Close,
        24..26 => Step::Drop,
        26..28 => Step::PowerCut(dice.below(1 << 16)),
        28..30 => Step::Payload(span(dice)),
        _ => Step::SetLength(length(dice)),
    }
}

fn update(dice: &mut Dice) -> Update {
    let span = span(dice);
    if dice.percent(25) {
        Update::Zero(span)
    } else {
        Update::Write(span)
    }
}

fn span(dice: &mut Dice) -> Span {
    let at = match dice.below(8) {
        0..3 => dice.below(4) << 12,
        3..6 => dice.below(4 << 12),
        6 => BLOCK - dice.below(3 << 12),
        _ => BLOCK + dice.below(BLOCK),
    };
    let length = match dice.below(6) {
        0 => 4096,
        1 => 512,
        2 => 1 + dice.below(16),
        3 => dice.below(3 << 12),
        4 => 8192,
        _ => dice.below(4096),
    };
    Span {
        at: at.into(),
        length: length.into(),
    }
}

fn length(dice: &mut Dice) -> u64 {
    u64::from(match dice.below(4) {
        0 => BLOCK,
        1 => 2 * BLOCK,
        2 => dice.below(3 * BLOCK),
        _ => dice.below(8) << 12,
    })
}
