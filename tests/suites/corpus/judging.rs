//! What the judge compares; a found image can be added.

use vhdx_log_bench::{Candidate, Settings, run};
use vhdx_log_corpus::{Access, Corpus, Expect, LogState, Strength, Topic};
use vhdx_log_image::{Entry, Recipe, Tail, Target};
use vhdx_log_model::Image;
use vhdx_log_oracle::stop::Stop;
use vhdx_log_oracle::subject::{
    Accepted, Case, Core, FailureKind, Model, Outcome, Profile, Subject, builtin,
};
use vhdx_log_oracle::vector::VectorWithImage;
use vhdx_log_oracle::{Expectations, Failure, judge};
use vhdx_log_vectors::{AddError, Addition, add};

use super::MADE;

#[test]
fn an_unknown_subject_is_named() {
    assert!(builtin("flaw:tail-ignore").is_err_and(|error| error.contains("`tail-ignore`")));
    assert!(builtin("other").is_err());
}

/// Everything that a reading says of an accepted image is compared: with any of it changed, core
/// fails.
#[test]
fn every_part_of_a_reading_is_compared() {
    let made = MADE
        .made
        .iter()
        .find(|made| made.vector.id == "sequence-of-two")
        .unwrap();
    let outcome = Core.open(&made.case());
    assert!(judge(&made.expectations(), &outcome, &Profile::default()).is_ok());
    type Change = fn(&mut vhdx_log_corpus::Reading);
    let changes: [(&str, Change); 11] = [
        ("log", |reading| reading.log = Some(LogState::Empty)),
        ("length", |reading| {
            reading.file.as_mut().unwrap().length += 4096
        }),
        ("a sector's bytes", |reading| {
            reading.file.as_mut().unwrap().changed[0].sha256 = "0".repeat(64)
        }),
        ("a sector missing", |reading| {
            drop(reading.file.as_mut().unwrap().changed.pop())
        }),
        ("a sector too many", |reading| {
            let more = vhdx_log_corpus::Changed {
                offset: 3 << 20,
                sha256: "0".repeat(64),
            };
            reading.file.as_mut().unwrap().changed.push(more);
        }),
        ("entries", |reading| {
            reading.sequence.as_mut().unwrap().entries += 1
        }),
        ("LogGuid", |reading| {
            reading
                .headers
                .as_mut()
                .unwrap()
                .log_guid
                .replace_range(..1, "1")
        }),
        ("DataWriteGuid", |reading| {
            reading
                .headers
                .as_mut()
                .unwrap()
                .data_write_guid
                .replace_range(..1, "f")
        }),
        ("SequenceNumber", |reading| {
            reading.headers.as_mut().unwrap().sequence_number_was += 9
        }),
        ("LogOffset", |reading| {
            reading.headers.as_mut().unwrap().log_offset += 1
        }),
        ("verdict", |reading| {
            reading.expect = Expect::Refuse;
            reading.reasons = vec!["SEQ-7".to_owned()];
        }),
    ];
    for (what, change) in changes {
        let mut vector = made.vector.clone();
        change(&mut vector.readings[0]);
        assert!(
            judge(
                &Expectations::of_vector(&vector, made.case()),
                &outcome,
                &Profile::default()
            )
            .is_err(),
            "{what} is not compared"
        );
    }
}

fn made(id: &str) -> &'static VectorWithImage {
    let mut made = MADE.made.iter();
    made.find(|made| made.vector.id == id).expect("a vector")
}

fn failure_of(flaw: &str, id: &str) -> Option<Failure> {
    let subject = builtin(&format!("flaw:{flaw}")).unwrap_or_else(|error| panic!("{error}"));
    let outcome = subject.open(&made(id).case());
    judge(&made(id).expectations(), &outcome, &Profile::default()).err()
}

/// UPD-2 is a SHOULD: the header that is not current is the only thing that may be left undone.
#[test]
fn a_replay_that_leaves_only_the_other_header_undone_is_unfinished() {
    let unfinished = failure_of("one-header-marked-empty", "sequence-of-two").unwrap();
    assert!(unfinished.is_unfinished(), "{unfinished}");
    for wrong in [
        "log-not-marked-empty",
        "header-number-kept",
        "data-write-guid-changed",
        "replay-not-flushed",
        "head-not-replayed",
    ] {
        let failure = failure_of(wrong, "sequence-of-two").unwrap();
        assert!(!failure.is_unfinished(), "{wrong}: {failure}");
    }
}

/// RPL-4: a program that opens disks finds only after the replay that there is none.
#[test]
fn an_error_after_the_replay_is_allowed_where_there_is_no_disk() {
    let refused = |file: Image| Outcome::Refused {
        clause: None,
        message: "there is no region table".to_owned(),
        file: Some(file),
    };
    let reading = |id: &str, file: Image| {
        let expectations = made(id).expectations();
        let verdict = judge(&expectations, &refused(file), &Profile::default());
        verdict.ok().map(|expectation| expectation.name.clone())
    };
    let replayed = |id: &str| match Model::format().open(&made(id).case()) {
        Outcome::Accepted(accepted) => accepted.file.unwrap(),
        other => panic!("{other:?}"),
    };
    let broken = "region-tables-broken-for-good";
    assert_eq!(reading(broken, replayed(broken)).as_deref(), Some("replay"));
    let before = made(broken).image.clone();
    assert_eq!(reading(broken, before.clone()).as_deref(), Some("refuse"));
    let mut half = before;
    half.write(4 << 20, b"half");
    assert_eq!(reading(broken, half), None);
    assert_eq!(
        reading("sequence-of-two", replayed("sequence-of-two")),
        None
    );
}

/// HDR-13: a file whose header has no successor may be opened, as long as nothing is written.
#[test]
fn a_file_that_must_stay_untouched_does() {
    let vector = made("header-number-last-clean");
    let accepted = |file: Image| {
        Outcome::Accepted(Box::new(Accepted {
            file: Some(file),
            ..Accepted::default()
        }))
    };
    let verdict =
        |file: Image| judge(&vector.expectations(), &accepted(file), &Profile::default()).is_ok();
    assert!(verdict(vector.image.clone()));
    let mut written = vector.image.clone();
    written.write(64 << 10, b"HEAD");
    assert!(!verdict(written));
}

/// A vector with several readings does not pass everything: each reading is complete, and what none
/// of them allows fails.
#[test]
fn every_reading_of_an_open_clause_is_complete() {
    for made in MADE
        .made
        .iter()
        .filter(|made| made.vector.readings.len() > 1)
    {
        let vector = &made.vector;
        for reading in &vector.readings {
            match reading.expect {
                Expect::Accept => assert!(
                    reading.file.is_some() && reading.log.is_some(),
                    "{}",
                    vector.id
                ),
                Expect::Refuse => assert!(!reading.reasons.is_empty(), "{}", vector.id),
            }
        }
        let hung = Outcome::from(FailureKind::Hang { limit: None });
        assert!(
            judge(&made.expectations(), &hung, &Profile::default()).is_err(),
            "{}",
            vector.id
        );
        let ignored = builtin("flaw:dirty-log-ignored")
            .unwrap_or_else(|error| panic!("{error}"))
            .open(&made.case());
        let clean = vector
            .readings
            .iter()
            .any(|reading| reading.log == Some(LogState::Empty));
        assert_eq!(
            judge(&made.expectations(), &ignored, &Profile::default()).is_ok(),
            clean,
            "{}",
            vector.id
        );
    }
}

/// A subject that names the reading it follows is judged by that one only.
#[test]
fn a_profile_chooses_a_reading() {
    let made = MADE
        .made
        .iter()
        .find(|made| made.vector.id == "header-identical-dirty")
        .unwrap();
    let outcome = Core.open(&made.case());
    let following = |reading: &str| Profile {
        readings: [("HDR-4b".to_owned(), reading.to_owned())].into(),
        ..Profile::default()
    };
    assert!(judge(&made.expectations(), &outcome, &following("accept")).is_ok());
    assert!(judge(&made.expectations(), &outcome, &following("refuse")).is_err());
}

/// An addition of two entries.
/// Core, and a profile that says more.
struct Follows(Profile);

impl Subject for Follows {
    fn name(&self) -> String {
        "follows".to_owned()
    }
    fn open(&self, case: &Case<'_>) -> Outcome {
        Core.open(case)
    }
    fn profile(&self) -> Profile {
        self.0.clone()
    }
}

/// A name that no vector has would be compared with nothing, so that every reading would pass.
#[test]
fn a_profile_names_readings_that_exist() {
    let profile = |clause: &str, reading: &str| Profile {
        readings: [(clause.to_owned(), reading.to_owned())].into(),
        ..Profile::default()
    };
    let said = |clause: &str, reading: &str| {
        let checked = profile(clause, reading).check_readings(Corpus::embedded());
        checked.unwrap_err().to_string()
    };
    assert_eq!(
        said("RPL-5", "shwon"),
        "RPL-5 has no reading `shwon`; available: refuse, shown"
    );
    let open = "readings can be named of DSC-8, DSC-9, DSK-3, ENT-4, ENT-6, ENT-8, ENT-9, HDR-11";
    assert!(said("SEQ-4", "refuse").starts_with(&format!("SEQ-4 leaves nothing open; {open}")));
    let unknown = said("RPL-55", "shown");
    assert!(
        unknown.starts_with(&format!("there is no clause `RPL-55`; {open}")),
        "{unknown}"
    );
    // What the model can do instead of its own decision is known, and so are its decisions.
    for reading in vhdx_log_model::readings() {
        for name in [reading.name, reading.decision] {
            let checked = profile(reading.clause, name).check_readings(Corpus::embedded());
            assert_eq!(checked, Ok(()));
        }
    }
    let stop = Stop::never();
    let settings = Settings {
        jobs: 1,
        ..Settings::default()
    };
    let follows = Candidate::builtin(Box::new(Follows(profile("RPL-5", "shwon"))));
    let ran = run(
        vec![follows],
        Corpus::embedded(),
        |_| true,
        &settings,
        &stop,
        &|_, _| {},
    );
    assert_eq!(ran.unwrap_err().to_string(), said("RPL-5", "shwon"));
}

fn addition(id: &str, clause: &str) -> Addition {
    Addition {
        id: id.to_owned(),
        title: "two entries".to_owned(),
        why: "shows that they can be added".to_owned(),
        clauses: vec![clause.to_owned()],
        strength: Strength::Must,
        access: Access::Replay,
        recipe: Recipe::with_log([]).run(9, 2, [Target::Payload(3)]),
    }
}

#[test]
fn the_texts_of_an_addition_are_checked() {
    let corpus = Corpus::embedded();
    assert!(matches!(
        add(corpus, &addition(&"a".repeat(65), "SEQ-1")),
        Err(AddError::LongId(65))
    ));
    let titled = |title: &str| Addition {
        title: title.to_owned(),
        ..addition("fine", "SEQ-1")
    };
    for (title, character) in [("one | two", '|'), ("one\ntwo", '\n'), ("\x1b[1m", '\x1b')] {
        assert!(matches!(
            add(corpus, &titled(title)),
            Err(AddError::Character { what: "title", character: found }) if found == character
        ));
    }
    assert!(matches!(
        add(corpus, &titled(" ")),
        Err(AddError::NoText("title"))
    ));
    assert!(matches!(
        add(corpus, &titled(&"a".repeat(401))),
        Err(AddError::LongText { length: 401, .. })
    ));
}

#[test]
fn a_found_image_can_be_added() {
    let corpus = Corpus::embedded();
    let made = add(corpus, &addition("two-entries-found", "SEQ-1")).unwrap();
    assert_eq!(
        (made.vector.topic, &made.vector.clauses.accepts[..]),
        (Topic::Regression, &["SEQ-1".to_owned()][..])
    );
    assert_eq!(
        made.vector.readings[0].sequence.as_ref().unwrap().entries,
        2
    );
    assert!(
        judge(
            &made.expectations(),
            &Core.open(&made.case()),
            &Profile::default()
        )
        .is_ok()
    );
    let again = add(corpus, &addition("two-entries-found", "SEQ-1")).unwrap();
    assert_eq!(again.vector, made.vector);
    assert!(again.stored().compressed() == made.stored().compressed());
    assert!(matches!(
        add(corpus, &addition("entry-right", "SEQ-1")),
        Err(AddError::Taken(_))
    ));
    assert!(matches!(
        add(corpus, &addition("Not An Id", "SEQ-1")),
        Err(AddError::Id(_))
    ));
    assert!(matches!(
        add(corpus, &addition("fine", "SEQ-99")),
        Err(AddError::Clause(_))
    ));

    let refused = Recipe::with_log([Entry::empty().with_tail(Tail::Explicit(4096)).into()]);
    let refused = add(
        corpus,
        &Addition {
            recipe: refused,
            ..addition("refused", "SEQ-2")
        },
    )
    .unwrap();
    assert_eq!(refused.vector.readings[0].reasons, ["SEQ-7"]);
    assert_eq!(refused.vector.clauses.refuses, ["SEQ-2"]);
}
