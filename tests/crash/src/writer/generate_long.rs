//! Random workloads that go round the ring several times: long ones on rings of a few sectors with
//! small limits, and long ones with large transactions on the log of 1 MiB.

use vhdx_log_image::generate::Rng;

use crate::setup::Setup;
use crate::workload::{Span, Step, Update, Workload};

/// The first sequence numbers of generations: small, across 2^32, across 2^63, up to the last.
const FIRST_SEQUENCE_NUMBERS: [Option<u64>; 8] = [
    None,
    Some(1),
    Some((1 << 32) - 4),
    Some((1 << 32) - 1),
    Some((1 << 63) - 3),
    Some(u64::MAX - 9),
    Some(u64::MAX - 3),
    Some(u64::MAX),
];

/// The rings, in sectors: of the smallest, one entry with one sector fills half.
const RINGS: (u32, u32) = (4, 16);

/// The area that updates go to, in sectors: small, so that they meet.
const AREA: u32 = 12;

/// The sectors of the payload block that updates begin in; the file ends after it.
const BLOCK_SECTORS: u32 = 256;

/// A workload of 8 to 40 steps on a ring of a few sectors.
pub fn generate_on_small_ring(rng: &mut Rng) -> Workload {
    let ring = rng.within(RINGS.0, RINGS.1);
    let setup = Setup {
        ring_sectors: Some(ring),
        first_sector: rng.chance(60).then(|| rng.below(ring)),
        max_gathered: rng.chance(70).then(|| rng.within(1, 4)),
        buffered_sectors: rng.chance(60).then(|| rng.below(6)),
        piece_sectors: rng.chance(60).then(|| rng.within(1, 3)),
        replay_batch: rng.chance(60).then(|| rng.within(1, 5)),
    };
    let first_sequence_number = rng.pick(&FIRST_SEQUENCE_NUMBERS);
    let steps = rng.within(8, 40);
    Workload {
        first_sequence_number,
        setup,
        steps: (0..steps).map(|_| small_step(rng, ring)).collect(),
    }
}

fn small_step(rng: &mut Rng, ring: u32) -> Step {
    match rng.below(33) {
        0..17 => {
            let updates = 1 + rng.below(3);
            let most = 1 + ring / 3;
            Step::Submit((0..updates).map(|_| update(rng, most)).collect())
        }
        17..23 => Step::Commit,
        23..25 => Step::Checkpoint,
        25 => Step::Close,
        26 => Step::Drop,
        27 => Step::PowerCut(rng.below(1 << 16)),
        28..30 => Step::Payload(span(rng, 2)),
        30 | 31 => Step::SetLength(u64::from(rng.below(4)) << 20),
        _ => Step::SetLength(u64::from(rng.below(4 * AREA)) << 10),
    }
}

/// 20 to 120 transactions on the log of 1 MiB, some of 50 sectors and more, so that its end is
/// passed several times.
pub fn generate_long(rng: &mut Rng) -> Workload {
    let setup = Setup {
        // Half of them begin shortly before the end of the ring.
        first_sector: rng.chance(50).then(|| 255 - rng.below(60)),
        max_gathered: rng.chance(75).then(|| rng.pick(&[1, 2, 8, 64])),
        buffered_sectors: rng.chance(50).then(|| rng.below(32)),
        piece_sectors: rng.chance(50).then(|| rng.within(1, 16)),
        replay_batch: rng.chance(50).then(|| rng.within(1, 300)),
        ring_sectors: None,
    };
    let first_sequence_number = rng.pick(&FIRST_SEQUENCE_NUMBERS);
    let mut steps = Vec::new();
    let (large, commits) = (rng.pick(&[0, 20, 60]), rng.pick(&[10, 50, 100]));
    for _ in 0..rng.within(20, 120) {
        let most = if rng.chance(large) { 60 } else { 4 };
        let updates = 1 + rng.below(3);
        steps.push(Step::Submit(
            (0..updates).map(|_| update(rng, most)).collect(),
        ));
        if rng.chance(commits) {
            steps.push(Step::Commit);
        }
        match rng.below(48) {
            0 => steps.push(Step::Checkpoint),
            1 => steps.push(Step::Drop),
            2 => steps.push(Step::Payload(span(rng, 4))),
            3 => steps.push(Step::PowerCut(rng.below(1 << 16))),
            _ => {}
        }
    }
    Workload {
        first_sequence_number,
        setup,
        steps,
    }
}

fn update(rng: &mut Rng, most_sectors: u32) -> Update {
    let span = span(rng, most_sectors);
    if rng.chance(15) {
        Update::Zero(span)
    } else {
        Update::Write(span)
    }
}

/// Up to so many sectors, most often whole ones.
fn span(rng: &mut Rng, most_sectors: u32) -> Span {
    let sectors = rng.within(1, most_sectors);
    let start = match rng.below(10) {
        // Across the end of the file, as long as it was not cut or extended.
        0 => BLOCK_SECTORS - rng.below(3),
        _ => rng.below(AREA.max(2 * most_sectors)),
    } << 12;
    let (at, length) = match rng.below(4) {
        0 => (start + rng.below(4096), 1 + rng.below(sectors << 12)),
        1 => (start + rng.below(4096), 1 + rng.below(600)),
        _ => (start, sectors << 12),
    };
    Span::new(at.into(), length.into())
}
