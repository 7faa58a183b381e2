//! What the oracle allows for the images of the corpus, compared with the tables; every reading and
//! every flaw makes a difference somewhere.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use rayon::prelude::*;
use vhdx_log_corpus::{Access, Expect, Reading};
use vhdx_log_image::{LogGuid, Recipe, Target};
use vhdx_log_model::{Image, flaws, readings};
use vhdx_log_oracle::convert::BuiltImageExt;
use vhdx_log_oracle::subject::{Case, Core, Model, Subject};
use vhdx_log_oracle::{BLOCK_STATES, Expectations, check, check_case, expect};

use super::MADE;

/// What the oracle allows for each vector, in the order of [`MADE`].
static EXPECTED: LazyLock<Vec<Expectations<'static>>> = LazyLock::new(|| {
    MADE.made
        .par_iter()
        .map(|made| expect(made.case()))
        .collect()
});

/// Whether what the oracle expects is what a table says, to the byte.
fn is_tabled(expected: &Reading, tabled: &Reading) -> bool {
    match (expected.expect, tabled.expect) {
        (Expect::Refuse, Expect::Refuse) => expected
            .reasons
            .iter()
            .any(|reason| tabled.reasons.contains(reason)),
        (Expect::Accept, Expect::Accept) => {
            let named = Reading {
                name: tabled.name.clone(),
                ..expected.clone()
            };
            named == *tabled
        }
        _ => false,
    }
}

#[test]
fn the_oracle_allows_what_the_tables_list_and_no_more() {
    let found: Vec<_> = MADE
        .made
        .par_iter()
        .zip(&*EXPECTED)
        .flat_map_iter(|(made, expectations)| {
            let expected: Vec<Reading> = expectations
                .allowed
                .iter()
                .map(|expectation| expectation.to_reading(&made.image))
                .collect();
            for tabled in &made.vector.readings {
                assert!(
                    expected.iter().any(|expected| is_tabled(expected, tabled)),
                    "{}: the oracle does not allow `{}`",
                    made.vector.id,
                    tabled.name
                );
            }
            let listed = |expected: &Reading| {
                let mut tabled = made.vector.readings.iter();
                tabled.any(|tabled| is_tabled(expected, tabled))
            };
            let more = expected
                .into_iter()
                .filter(move |expected| !listed(expected));
            more.map(|expected| (made.vector.id.as_str(), expected.name))
        })
        .collect();
    assert!(found.is_empty(), "no table lists {found:?}");
}

/// The readings that the expectations of an image follow, besides the decisions of the model.
fn readings_of(expectations: &Expectations<'_>) -> BTreeSet<(String, String)> {
    let (first, others) = expectations.allowed.split_first().expect("never empty");
    others
        .iter()
        .flat_map(|other| &other.follows)
        .filter(|choice| !first.follows.contains(choice))
        .map(|choice| (choice.clause.clone(), choice.reading.clone()))
        .collect()
}

fn writable(image: &Image) -> Case<'_> {
    Case {
        image,
        access: Access::Replay,
        max_file_size: None,
    }
}

#[test]
fn every_reading_of_the_catalogue_makes_a_difference() {
    let found: BTreeSet<_> = EXPECTED.iter().flat_map(readings_of).collect();
    for reading in readings() {
        let (clause, name) = (reading.clause.to_owned(), reading.name.to_owned());
        assert!(
            found.contains(&(clause, name)),
            "no vector shows {} `{}`",
            reading.clause,
            reading.name
        );
    }
}

/// HDR-11: a reader may refuse a log that shares bytes with a payload block.
#[test]
fn a_log_in_a_payload_block_may_be_refused() {
    let mut recipe = Recipe::clean();
    let block = recipe.build().layout().block_offset(0);
    recipe.header_1.log_offset = Some(block);
    recipe.header_2.log_offset = Some(block);
    let image = recipe.build().to_model();
    let read = readings_of(&expect(writable(&image)));
    assert_eq!(read, [("HDR-11".to_owned(), "refuse".to_owned())].into());

    let elsewhere = Recipe::clean().build().to_model();
    assert_eq!(readings_of(&expect(writable(&elsewhere))), BTreeSet::new());
}

/// Section 2.5.1.1 of the text: a block that is unmapped shows zeros or its old contents.
#[test]
fn an_unmapped_block_may_show_its_old_contents() {
    let built = Recipe::clean().build();
    let (bat, block) = (built.layout().bat_offset, built.layout().block_offset(0));
    for (state, differs) in [(0, true), (1, true), (2, false), (3, true), (6, false)] {
        let mut image = built.to_model();
        image.write(bat, &(block | state).to_le_bytes());
        let expectations = expect(writable(&image));
        let old = (BLOCK_STATES.to_owned(), "old contents".to_owned());
        let found = readings_of(&expectations);
        assert_eq!(found.contains(&old), differs, "state {state}");
        let guests: BTreeSet<_> = expectations
            .allowed
            .iter()
            .filter_map(|expectation| expectation.to_reading(&image).guest)
            .map(|guest| format!("{guest:?}"))
            .collect();
        assert_eq!(guests.len(), 1 + usize::from(differs), "state {state}");
    }
}

/// Readings of two clauses together are an outcome of their own, and all are bounded.
#[test]
fn readings_are_combined() {
    let made = |id: &str| {
        let mut made = MADE.made.iter();
        made.find(|made| made.vector.id == id).expect("a vector")
    };
    let run = made("run-with-bad-last-tail");
    let read_only = Case {
        access: Access::ReadOnly,
        ..run.case()
    };
    let names: Vec<_> = expect(read_only)
        .allowed
        .into_iter()
        .map(|expectation| expectation.name)
        .collect();
    assert_eq!(names, ["model", "prefix", "SEQ-1 prefix + RPL-5 refuse"]);
}

#[test]
fn core_and_the_model_pass_every_check() {
    let subjects: [&dyn Subject; 2] = [&Core, &Model::format()];
    let failures: Vec<String> = MADE
        .made
        .par_iter()
        .filter_map(|made| {
            let violation = check(&subjects, &made.image).err()?;
            Some(format!("{}: {violation}", made.vector.id))
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// A flawed model is caught as any subject is: by what the format allows, without a table.
#[test]
fn every_flaw_is_caught_without_a_table() {
    let (vectors, expected) = (&*MADE, &*EXPECTED);
    let missed: Vec<_> = flaws()
        .par_iter()
        .filter(|flaw| {
            let subject = Model::flawed(flaw);
            let caught = |expected: &Expectations<'_>| check_case(&subject, expected).is_err();
            // The vectors that catch it with a table mostly do without.
            let killers = vectors.adequacy.killers(flaw);
            let all = vectors.made.iter().zip(expected);
            let (first, others): (Vec<_>, Vec<_>) =
                all.partition(|(made, _)| killers.contains(&made.vector.id));
            let mut all = first.into_iter().chain(others);
            !all.any(|(_, expected)| caught(expected))
        })
        .map(|flaw| flaw.name)
        .collect();
    assert_eq!(missed, Vec::<&str>::new());
}

/// An image without any OPEN clause has one outcome.
#[test]
fn a_plain_replay_has_one_outcome() {
    let mut recipe = Recipe::with_log([]).run(9, 2, [Target::Payload(3)]);
    assert_eq!(
        expect(writable(&recipe.build().to_model())).allowed.len(),
        1
    );
    recipe.header_1.log_guid = LogGuid::Zero;
    recipe.header_2.log_guid = LogGuid::Zero;
    assert_eq!(
        expect(writable(&recipe.build().to_model())).allowed.len(),
        1
    );
}
