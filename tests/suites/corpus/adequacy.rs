//! How good the corpus is: every flaw is killed, every clause is covered from both sides, no vector
//! is redundant.

use std::collections::BTreeSet;

use rayon::prelude::*;
use vhdx_log_corpus::{Needs, Scope, Side, Strength, clause, clauses};
use vhdx_log_model::all_flaws;
use vhdx_log_oracle::digest::guest_of;
use vhdx_log_oracle::judge;
use vhdx_log_oracle::subject::{Accepted, Model, Outcome, Profile, Subject};
use vhdx_log_oracle::vector::VectorWithImage;

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

#[test]
fn the_defects_of_real_programs_are_killed() {
    for program in [
        "QEMU",
        "OpenVMM",
        "vhdx-rs",
        "vhdx-core",
        "DiscUtils",
        "libvhdi",
        "7-Zip",
    ] {
        let of_program: Vec<_> = all_flaws()
            .filter(|flaw| flaw.seen_in.is_some_and(|seen| seen.contains(program)))
            .collect();
        assert!(
            !of_program.is_empty(),
            "{program} has no flaw in the catalogue"
        );
        for flaw in of_program {
            assert!(
                !MADE.adequacy.killers(flaw).is_empty(),
                "{program}: {}",
                flaw.name
            );
        }
    }
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
