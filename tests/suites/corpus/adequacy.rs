//! How good the corpus is: every flaw is killed, every clause is covered from both sides, no vector
//! is redundant.

use std::collections::BTreeSet;

use rayon::prelude::*;
use vhdx_log_corpus::{LogState, Needs, Scope, Side, Strength, clause, clauses};
use vhdx_log_model::{PROGRAMS, all_flaws};
use vhdx_log_oracle::digest::guest_of;
use vhdx_log_oracle::judge;
use vhdx_log_oracle::subject::{Accepted, Model, Outcome, Profile, Subject};
use vhdx_log_oracle::vector::VectorWithImage;
use vhdx_log_vectors::vectors;

use super::MADE;

#[test]
fn no_flaw_survives() {
    let survivors: Vec<_> = MADE
        .adequacy
        .survivors()
        .iter()
        .map(|flaw| flaw.name)
        .collect();
    assert!(survivors.is_empty(), "no vector kills {survivors:?}");
}

/// A vector that names the flaws it is for catches each of them.
#[test]
fn every_vector_catches_the_flaws_it_is_for() {
    let missed: Vec<_> = vectors()
        .iter()
        .flat_map(|source| {
            let flaws = source.flaws().iter();
            flaws.map(|name| (source.id().to_owned(), name.clone()))
        })
        .filter(|(id, name)| {
            let flaw = vhdx_log_model::flaw(name);
            let killers = flaw.map_or(&[][..], |flaw| MADE.adequacy.killers(flaw));
            !killers.contains(id)
        })
        .collect();
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn no_vector_is_redundant() {
    assert_eq!(MADE.adequacy.redundant(), Vec::<&str>::new());
}

/// A vector that needs only a guest kills at least one flaw by the disk alone, if it kills any: so
/// a program that shows nothing but the disk is really judged by it.
#[test]
fn vectors_that_need_only_a_guest_kill_flaws_by_the_disk_alone() {
    let needs_guest = MADE
        .made
        .par_iter()
        .filter(|made| made.vector.needs == Needs::Guest);
    let finding = needs_guest.filter(|made| {
        MADE.adequacy
            .flaws_killed_by(&made.vector.id)
            .next()
            .is_some()
    });
    let silent: Vec<_> = finding
        .filter(|made| {
            !MADE
                .adequacy
                .flaws_killed_by(&made.vector.id)
                .any(|name| found_by_guest(made, name))
        })
        .map(|made| &made.vector.id)
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
}

/// A program that ignores the log altogether, and is judged by the disk alone, passes no file with
/// a log to replay, unless the vector says that the disk is not enough.
#[test]
fn ignoring_the_log_shows_on_the_disk_or_the_vector_needs_the_file() {
    let is_replayed = |made: &VectorWithImage| {
        let mut readings = made.vector.readings.iter();
        readings.any(|reading| reading.log == Some(LogState::Replayed))
    };
    let blind: Vec<_> = MADE
        .made
        .par_iter()
        .filter(|made| made.vector.needs == Needs::Guest && is_replayed(made))
        .filter(|made| !found_by_guest(made, "dirty-log-ignored"))
        .map(|made| &made.vector.id)
        .collect();
    assert!(blind.is_empty(), "{blind:?}");
}

/// Whether a flawed model fails a vector by its verdict, or by the disk it shows.
fn found_by_guest(made: &VectorWithImage, flaw: &str) -> bool {
    let subject = Model::flawed(vhdx_log_model::flaw(flaw).unwrap());
    let outcome = match subject.open(&made.case()).seen_from_outside() {
        Outcome::Accepted(accepted) => {
            let shown = accepted.shown.unwrap();
            let Some(guest) = accepted.guest.or_else(|| guest_of(&shown)) else {
                return true;
            };
            Outcome::Accepted(Box::new(Accepted {
                guest: Some(guest),
                ..Accepted::default()
            }))
        }
        Outcome::Refused {
            clause, message, ..
        } => Outcome::Refused {
            clause,
            message,
            file: None,
        },
        failed @ Outcome::Failed(_) => failed,
    };
    judge(&made.expectations(), &outcome, &Profile::default()).is_err()
}

#[test]
fn every_binding_demand_on_readers_is_shown_from_both_sides() {
    assert_eq!(MADE.adequacy.uncovered(), []);
}

#[test]
fn every_open_clause_has_a_vector_with_its_readings() {
    let open = clauses()
        .iter()
        .filter(|clause| clause.strength == Strength::Open);
    let uncovered: Vec<_> = open
        .filter(|clause| MADE.adequacy.covering(&clause.id, Side::Open).is_empty())
        .map(|clause| &clause.id)
        .collect();
    assert!(uncovered.is_empty(), "{uncovered:?}");
}

/// A flaw by itself is not the program: each defect is shown by a vector that the program fails for
/// it and for nothing else.
#[test]
fn every_defect_of_a_reader_is_isolated_by_a_vector() {
    let mut hidden = Vec::new();
    for program in PROGRAMS {
        for defect in program.mistakes.iter().filter_map(|mistake| mistake.defect) {
            if MADE.adequacy.isolating(program.name, defect).is_empty() {
                hidden.push((program.name, defect));
            }
        }
    }
    assert_eq!(hidden, []);
}

/// The programs have the flaws that were seen in them: a flaw names the program, and the program
/// the flaw.
#[test]
fn programs_and_flaws_name_each_other() {
    let of_programs: BTreeSet<_> = PROGRAMS
        .iter()
        .flat_map(|program| {
            let mistakes = program.mistakes.iter();
            mistakes.flat_map(move |mistake| {
                let seen = mistake.defect.map_or_else(
                    || program.name.to_owned(),
                    |id| format!("{id} {}", program.name),
                );
                mistake.flaws.iter().map(move |flaw| (*flaw, seen.clone()))
            })
        })
        .collect();
    let of_flaws: BTreeSet<_> = all_flaws()
        .flat_map(|flaw| {
            let seen = flaw.seen_in.iter().flat_map(|seen| seen.split("; "));
            seen.map(|seen| (flaw.name, seen.to_owned()))
        })
        .collect();
    assert_eq!(of_programs, of_flaws);
}

#[test]
fn only_clauses_that_exist_are_cited() {
    for made in &MADE.made {
        let reasons = made
            .vector
            .readings
            .iter()
            .flat_map(|reading| &reading.reasons)
            .map(String::as_str);
        for id in made
            .vector
            .clauses
            .ids()
            .chain(reasons)
            .chain(made.vector.open.as_deref())
        {
            assert!(
                clause(id).is_some(),
                "{}: there is no clause {id}",
                made.vector.id
            );
        }
    }
    for flaw in all_flaws() {
        for id in flaw.clauses {
            assert!(
                clause(id).is_some(),
                "{}: there is no clause {id}",
                flaw.name
            );
        }
    }
    let ids: BTreeSet<_> = clauses().iter().map(|clause| &clause.id).collect();
    assert_eq!(ids.len(), clauses().len());
}

#[test]
fn every_binding_demand_on_readers_can_be_broken_by_a_flaw() {
    let broken: BTreeSet<_> = all_flaws().flat_map(|flaw| flaw.clauses).copied().collect();
    let binding = clauses().iter().filter(|clause| {
        clause.scope == Scope::Reading && matches!(clause.strength, Strength::Must | Strength::Safe)
    });
    let whole: Vec<_> = binding
        .map(|clause| clause.id.as_str())
        .filter(|id| !broken.contains(id))
        .collect();
    assert!(whole.is_empty(), "no flaw breaks {whole:?}");
}

/// A side that cannot be shown has its reason written down.
#[test]
fn sides_that_cannot_be_shown_have_a_reason() {
    for clause in clauses()
        .iter()
        .filter(|clause| clause.scope == Scope::Reading && clause.sides.len() < 2)
    {
        assert!(clause.sides_because.is_some(), "{}", clause.id);
    }
}
