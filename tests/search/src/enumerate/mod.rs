//! Small cases, all of them: where chance leaves gaps, counting does not.
//!
//! The search for the active sequence is full of cases that only differ in how entries lie to one
//! another on the ring, and these show on rings of a few sectors as well as on long ones. So every
//! such ring is made, within bounds that are [stated](Family::bounds), and held against the same
//! claims as everything else; and every file that a few deviations of its headers, or a few
//! descriptors, make.
//!
//! What this does not show: that the bounds are wide enough. An error that takes a ring of seven
//! sectors, three faults or a fourth number goes unseen here.

mod choices;
mod family;
mod fault;
mod headers;
mod replays;
mod report;
mod rings;

use rayon::prelude::*;

use vhdx_log_oracle::shard::Shard;

pub use choices::{Choices, Choose};
pub use family::{Case, Family, Scratch};
pub use report::{Explored, Finding, Report};
pub use rings::RingCase;

/// Into how many pieces the cases of a family are parted, for threads and [`Shard`]s to share.
const PIECES: usize = 2048;

/// Explores these families, or a part of each. `progress` is told how many cases there are, as
/// soon as that is known, and then again and again how many more are explored.
pub fn explore(families: &[&Family], shard: Shard, progress: &(dyn Fn(Progress) + Sync)) -> Report {
    let pieces: Vec<Vec<Vec<usize>>> = families
        .iter()
        .map(|family| pieces(family, shard))
        .collect();
    let cases: Vec<u64> = families
        .iter()
        .zip(&pieces)
        .map(|(family, pieces)| pieces.par_iter().map(|piece| family.count(piece)).sum())
        .collect();
    progress(Progress::Cases(cases.iter().sum()));
    let explored = families
        .iter()
        .zip(&pieces)
        .zip(cases)
        .map(|((family, pieces), cases)| {
            let explored = pieces
                .par_iter()
                .map_init(Scratch::default, |scratch, piece| {
                    let explored = explore_piece(family, piece, scratch);
                    progress(Progress::Explored(explored.explored));
                    explored
                });
            let empty = || Explored {
                family: family.name.to_owned(),
                bounds: family.bounds.to_owned(),
                cases: 0,
                explored: 0,
                replayed: 0,
                broken: 0,
                findings: Vec::new(),
            };
            Explored {
                cases,
                ..explored.reduce(empty, add)
            }
        });
    Report {
        schema: Report::SCHEMA,
        shards: vec![shard],
        families: explored.collect(),
    }
}

/// How far an exploration has come.
#[derive(Clone, Copy, Debug)]
pub enum Progress {
    /// So many cases there are.
    Cases(u64),
    /// So many more were explored.
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

fn explore_piece(family: &Family, piece: &[usize], scratch: &mut Scratch) -> Explored {
    let mut explored = Explored {
        family: family.name.to_owned(),
        bounds: family.bounds.to_owned(),
        cases: 0,
        explored: 0,
        replayed: 0,
        broken: 0,
        findings: Vec::new(),
    };
    let mut choices = Choices::below(piece);
    loop {
        let case = family.make(&mut choices);
        explored.explored += 1;
        match family.check(&case, scratch) {
            Ok(replayed) => explored.replayed += u64::from(replayed),
            Err(violation) => {
                explored.broken += 1;
                if explored.findings.len() < Report::FINDINGS {
                    let (violation, case) = (violation.to_string(), case.to_string());
                    explored.findings.push(Finding {
                        violation,
                        case,
                        choices: choices.answers(),
                    });
                }
            }
        }
        if !choices.advance() {
            return explored;
        }
    }
}

fn add(mut one: Explored, two: Explored) -> Explored {
    one.explored += two.explored;
    one.replayed += two.replayed;
    one.broken += two.broken;
    one.findings.extend(two.findings);
    one.findings.sort();
    one.findings.truncate(Report::FINDINGS);
    one
}
