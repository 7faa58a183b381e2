//! Sessions from a seed.

use vhdx_log_image::MIB;
use vhdx_log_image::generate::Rng;

use super::operation::{Operation, Session};
use crate::guest::PIECE_BYTES;

const DISK_BYTES: u64 = 64 * MIB;
/// Enough blocks for the entries of their allocation to pass the end of a log of 1 MiB.
const LARGE_DISK_BYTES: u64 = 256 * MIB;
/// One in so many sessions goes round the log.
const LONG_ONE_IN: u64 = 16;

impl Session {
    /// The session of a seed: one to three runs of up to a dozen operations, or a long one that
    /// fills the log and goes round it.
    pub fn of_seed(seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        if seed % LONG_ONE_IN == LONG_ONE_IN - 1 {
            return Self {
                disk_bytes: LARGE_DISK_BYTES,
                runs: vec![round_the_log(&mut rng)],
            };
        }
        let mut serial = 0;
        let runs = (0..1 + rng.below(3))
            .map(|_| one_run(&mut rng, &mut serial))
            .collect();
        Self {
            disk_bytes: DISK_BYTES,
            runs,
        }
    }
}

/// New blocks one after another, each of which takes an entry of the log.
fn round_the_log(rng: &mut Rng) -> Vec<Operation> {
    let mut run = Vec::new();
    for block in 0..100 + u64::from(rng.below(100)) {
        run.push(Operation::Write {
            offset: block * MIB + 4096 * u64::from(rng.below(250)),
            length: 4096,
            pattern: (block % 255) as u8 + 1,
        });
        if rng.chance(8) {
            run.push(Operation::Flush);
        }
    }
    run.push(Operation::Flush);
    run
}

fn one_run(rng: &mut Rng, serial: &mut u8) -> Vec<Operation> {
    let mut run = Vec::new();
    let mut ahead = false;
    for _ in 0..1 + rng.below(8) {
        let (offset, length) = place(rng);
        *serial = serial.wrapping_add(1).max(1);
        let pattern = *serial;
        let operation = match rng.below(12) {
            0..=4 => Operation::Write {
                offset,
                length,
                pattern,
            },
            5..=7 => Operation::WriteAhead {
                offset,
                length,
                pattern,
            },
            8 => Operation::Zero { offset, length },
            9 => Operation::Discard { offset, length },
            _ => Operation::Flush,
        };
        // Of two writes in flight to one place, either may be the last.
        let is_ahead = matches!(operation, Operation::WriteAhead { .. });
        if ahead && !is_ahead {
            run.push(Operation::Wait);
        }
        let overlaps = |other: &Operation| match *other {
            Operation::WriteAhead {
                offset: at,
                length: bytes,
                ..
            } => offset < at + bytes && at < offset + length,
            _ => false,
        };
        let since = run.iter().rposition(|one| *one == Operation::Wait);
        if is_ahead && run[since.map_or(0, |at| at + 1)..].iter().any(overlaps) {
            run.push(Operation::Wait);
        }
        ahead = is_ahead;
        run.push(operation);
    }
    if ahead {
        run.push(Operation::Wait);
    }
    run.push(Operation::Flush);
    run
}

/// A place where metadata changes, or next to one.
fn place(rng: &mut Rng) -> (u64, u64) {
    let piece = PIECE_BYTES as u64;
    let mut below = |bound| u64::from(rng.below(bound));
    // Few blocks, so that some are written again.
    let block = below(8) * MIB;
    let (offset, length) = match below(8) {
        // The beginning of a block.
        0 | 1 => (block, 4096),
        // A partial sector.
        2 => (block + piece * (1 + below(6)), piece * (1 + below(3))),
        // Across the edge of a block.
        3 => (block + MIB - 4096, 8192),
        // A whole block.
        4 if below(4) == 0 => (block, MIB),
        // Several blocks, far apart in the BAT.
        5 => (MIB * below(60), 4096),
        // Somewhere inside.
        _ => (block + 4096 * below(200), 4096 * (1 + below(4))),
    };
    (offset, length.min(DISK_BYTES - offset))
}
