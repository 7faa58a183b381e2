//! Random workloads, larger and more varied than the exhaustive ones.

use vhdx_log_image::generate::Rng;

use crate::workload::{Span, Step, Update, Workload};

/// The most steps of a workload.
const STEPS_AT_MOST: u32 = 12;

/// The length of the payload block that updates begin in; the file ends after it.
const BLOCK: u32 = 1 << 20;

pub fn generate_workload(rng: &mut Rng) -> Workload {
    let first_sequence_number = match rng.below(8) {
        0 => Some(u64::MAX - u64::from(rng.below(6))),
        1 | 2 => Some(1),
        _ => None,
    };
    let mut steps = Vec::new();
    // One in 24 begins with a log that is nearly full.
    if rng.below(24) == 0 {
        steps.push(Step::Submit(vec![Update::Write(Span::new(
            64 << 10,
            u64::from(180 + rng.below(73)) << 12,
        ))]));
        steps.push(if rng.chance(50) {
            Step::Commit
        } else {
            Step::Checkpoint
        });
    }
    for _ in 0..=rng.below(STEPS_AT_MOST) {
        steps.push(generate_step(rng));
    }
    Workload {
        first_sequence_number,
        steps,
        ..Workload::default()
    }
}

pub fn generate_step(rng: &mut Rng) -> Step {
    match rng.below(32) {
        0..14 => Step::Submit((0..=rng.below(3)).map(|_| update(rng)).collect()),
        14..19 => Step::Commit,
        19..22 => Step::Checkpoint,
        22..24 => Step::Close,
        24..26 => Step::Drop,
        26..28 => Step::PowerCut(rng.below(1 << 16)),
        28..30 => Step::Payload(span(rng)),
        _ => Step::SetLength(length(rng)),
    }
}

fn update(rng: &mut Rng) -> Update {
    let span = span(rng);
    if rng.chance(25) {
        Update::Zero(span)
    } else {
        Update::Write(span)
    }
}

fn span(rng: &mut Rng) -> Span {
    let at = match rng.below(8) {
        0..3 => rng.below(4) << 12,
        3..6 => rng.below(4 << 12),
        6 => BLOCK - rng.below(3 << 12),
        _ => BLOCK + rng.below(BLOCK),
    };
    let length = match rng.below(6) {
        0 => 4096,
        1 => 512,
        2 => 1 + rng.below(16),
        3 => rng.below(3 << 12),
        4 => 8192,
        _ => rng.below(4096),
    };
    Span {
        at: at.into(),
        length: length.into(),
    }
}

fn length(rng: &mut Rng) -> u64 {
    u64::from(match rng.below(4) {
        0 => BLOCK,
        1 => 2 * BLOCK,
        2 => rng.below(3 * BLOCK),
        _ => rng.below(8) << 12,
    })
}
