//! Checks every case of some families, or a shard of them, on all cores.

use rayon::prelude::*;
use vhdx_log_oracle::shard::Shard;
use vhdx_log_oracle::stop::Stop;

use super::choices::{self, Choices};
use super::family::{Family, Scratch};
use super::report::{Explored, FailedCase, Report};

/// How many pieces the cases of a family are divided into, for threads and [`Shard`]s to share.
const PIECES: usize = 2048;

/// Checks every case of these families that is in the shard, or those that come before `stop`.
/// `progress` is called with the number of cases once that is known, then repeatedly with how many
/// more have been checked.
pub fn explore(
    families: &[&Family],
    shard: Shard,
    stop: &Stop,
    progress: &(dyn Fn(Progress) + Sync),
) -> Report {
    let pieces: Vec<Vec<Vec<usize>>> = families
        .iter()
        .map(|family| pieces(family, shard))
        .collect();
    let cases: Vec<u64> = families
        .iter()
        .zip(&pieces)
        .map(|(family, pieces)| {
            let pieces = pieces.par_iter().filter(|_| !stop.is_due());
            pieces.map(|piece| family.count(piece)).sum()
        })
        .collect();
    let counted = !stop.is_due();
    progress(Progress::Cases(cases.iter().sum()));
    let explored = families
        .iter()
        .zip(&pieces)
        .zip(cases)
        .map(|((family, pieces), cases)| {
            let explored = pieces
                .par_iter()
                .map_init(Scratch::default, |scratch, piece| {
                    let explored = explore_piece(family, piece, stop, scratch);
                    progress(Progress::Explored(explored.explored));
                    explored
                })
                .reduce(|| Explored::empty(family), Explored::add);
            Explored { cases, ..explored }
        })
        .collect();
    let mut report = Report {
        schema: Report::SCHEMA,
        shards: vec![shard],
        interrupted: false,
        families: explored,
    };
    report.interrupted = stop.is_asked() && !(counted && report.is_complete());
    report
}

/// How far an exploration has come.
#[derive(Clone, Copy, Debug)]
pub enum Progress {
    /// How many cases there are in all.
    Cases(u64),
    /// How many more have been checked.
    Explored(u64),
}

fn pieces(family: &Family, shard: Shard) -> Vec<Vec<usize>> {
    let all = choices::branches(PIECES, |choices| drop(family.make(choices)));
    all.into_iter()
        .enumerate()
        .filter(|&(index, _)| shard.has(index))
        .map(|(_, piece)| piece)
        .collect()
}

fn explore_piece(family: &Family, piece: &[usize], stop: &Stop, scratch: &mut Scratch) -> Explored {
    let mut explored = Explored::empty(family);
    let mut choices = Choices::below(piece);
    while !stop.is_due() {
        let case = family.make(&mut choices);
        explored.explored += 1;
        match family.check(&case, scratch) {
            Ok(replayed) => explored.replayed += u64::from(replayed),
            Err(violation) => explored.fail(|| FailedCase {
                violation: violation.to_string(),
                case: case.to_string(),
                choices: choices.answers(),
            }),
        }
        if !choices.advance() {
            break;
        }
    }
    explored
}
