//! Workloads made of any bytes, limited to a size that one case can have, and their mutation.

use vhdx_log_crash::writer::{generate_step, generate_workload};
use vhdx_log_crash::{Span, Step, Update, Workload};
use vhdx_log_image::generate::Rng;

/// The most steps of a case.
const LIMIT_STEPS: usize = 24;
/// The most updates of a transaction.
const LIMIT_UPDATES: usize = 8;
/// The limit of an update's offset, from the first payload block: past the end of the file, which
/// the workload may extend.
const LIMIT_END: u64 = 3 << 20;
/// The most bytes of an update.
const LIMIT_LENGTH: u64 = 64 << 10;

/// The most sectors of a ring: more than on the smallest log.
const LIMIT_RING: u32 = 512;

/// Clamps sizes, so that one case cannot cost as much as thousands.
pub(super) fn clamp_sizes(mut workload: Workload) -> Workload {
    workload.steps.truncate(LIMIT_STEPS);
    let ring = &mut workload.setup.ring_sectors;
    *ring = ring.map(|sectors| sectors.clamp(1, LIMIT_RING));
    for step in &mut workload.steps {
        match step {
            Step::Submit(updates) => {
                updates.truncate(LIMIT_UPDATES);
                for update in updates {
                    *update = match *update {
                        Update::Write(span) => Update::Write(shorter(span)),
                        Update::Zero(span) => Update::Zero(shorter(span)),
                    };
                }
            }
            Step::Payload(span) => *span = shorter(*span),
            Step::SetLength(length) => *length %= LIMIT_END + 1,
            Step::Commit | Step::Checkpoint | Step::Close | Step::Drop | Step::PowerCut(_) => {}
        }
    }
    workload
}

fn shorter(span: Span) -> Span {
    Span {
        at: span.at % LIMIT_END,
        length: span.length % (LIMIT_LENGTH + 1),
    }
}

/// One step to a neighbouring workload.
pub(super) fn mutate(workload: &mut Workload, rng: &mut Rng) {
    let steps = &mut workload.steps;
    let at = rng.index(steps.len());
    match rng.below(10) {
        0 if !steps.is_empty() => drop(steps.remove(at)),
        1 if !steps.is_empty() => steps.insert(at, steps[at].clone()),
        2 if !steps.is_empty() => {
            let other = rng.index(steps.len());
            steps.swap(at, other);
        }
        3 if !steps.is_empty() => steps[at] = generate_step(rng),
        4 => {
            workload.first_sequence_number = rng.pick(&[
                None,
                Some(1),
                Some((1 << 32) - 2),
                Some(u64::MAX - 3),
                Some(u64::MAX),
            ])
        }
        5 => steps.extend(generate_workload(rng).steps),
        _ => steps.insert(at, generate_step(rng)),
    }
    workload.steps.truncate(LIMIT_STEPS);
}
