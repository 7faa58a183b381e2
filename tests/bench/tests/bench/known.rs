//! Known failures: reading the list, holding a run against it, rewriting it.

use vhdx_log_bench::known::{
    KnownFailures, ListErrorKind, StaleWhy, UpdateError, annotate, update,
};
use vhdx_log_bench::record::{Answer, Record, ResultRecord, SubjectState};
use vhdx_log_bench::verdict::Verdict;
use vhdx_log_corpus::{Corpus, Topic};

use super::{named, run_all};

const SUBJECT: &str = "flaw:tail-ignored";

/// A run of a flawed reader, as if the vectors of one topic were all there are.
fn record() -> Record {
    let mut record = run_all(named(SUBJECT), |vector| vector.topic == Topic::Tail);
    record.complete = true;
    record
}

fn result<'r>(record: &'r mut Record, vector: &str) -> &'r mut ResultRecord {
    let mut results = record.subjects[0].results.iter_mut();
    results
        .find(|result| result.vector == vector)
        .expect("a vector of that name")
}

fn parse(text: &str) -> KnownFailures {
    KnownFailures::parse(text, Corpus::embedded()).unwrap_or_else(|error| panic!("{error}"))
}

/// A list of one entry for `tail-own`.
fn list(entry: &str) -> KnownFailures {
    parse(&format!(
        "[\"{SUBJECT}\"]\ntail-own = {{ {entry}, reason = \"so\" }}\n"
    ))
}

/// A list, where it is wrong, and what is said; nothing for what TOML itself says.
const WRONG: &[(&str, usize, usize, &str)] = &[
    ("[qemu\n", 1, 6, ""),
    ("[qemu]\ntail-own = {\n", 2, 13, ""),
    ("qemu = 3\n", 1, 8, "a table for each subject"),
    (
        "[qemu]\n\ntail-owns = { verdict = \"hang\", reason = \"x\" }\n",
        3,
        1,
        "unknown vector `tail-owns`",
    ),
    (
        "[qemu]\n\"zzz-*\" = { verdict = \"hang\", reason = \"x\" }\n",
        2,
        1,
        "unknown vector `zzz-*`",
    ),
    (
        "[qemu]\n\"[\" = { verdict = \"hang\", reason = \"x\" }\n",
        2,
        1,
        "no pattern",
    ),
    ("[qemu]\ntail-own = \"hang\"\n", 2, 1, "an entry is a table"),
    (
        "[qemu]\ntail-own = { verdict = \"hangs\", reason = \"x\" }\n",
        2,
        24,
        "unknown verdict `hangs`",
    ),
    (
        "[qemu]\ntail-own = { verdict = \"pass\", reason = \"x\" }\n",
        2,
        24,
        "unknown verdict `pass`",
    ),
    (
        "[qemu]\ntail-own = { verdict = \"hang\", because = \"x\" }\n",
        2,
        32,
        "unknown key `because`",
    ),
    (
        "[qemu]\ntail-own = { verdict = \"hang\" }\n",
        2,
        1,
        "has a `reason`",
    ),
    (
        "[qemu]\ntail-own = { verdict = \"hang\", reason = \" \" }\n",
        2,
        41,
        "`reason` is a text",
    ),
    (
        "[qemu]\ntail-own = { reason = \"x\" }\n",
        2,
        1,
        "has a `verdict`",
    ),
];

#[test]
fn what_is_wrong_in_a_list_is_named_with_its_place() {
    for &(text, line, column, said) in WRONG {
        let error = KnownFailures::parse(text, Corpus::embedded()).expect_err(text);
        assert_eq!(
            (error.line, error.column),
            (line, column),
            "{text}: {error}"
        );
        assert!(error.to_string().contains(said), "{text}: {error}");
        assert_eq!(
            matches!(error.kind, ListErrorKind::Syntax(_)),
            said.is_empty(),
            "{error:?}"
        );
    }
}

#[test]
fn a_listed_failure_is_known_when_it_fails_just_so() {
    let seen = result(&mut record(), "tail-own").seen.digest.clone();
    for entry in [
        "verdict = \"lost-data\"".to_owned(),
        format!("verdict = \"lost-data\", seen = \"{seen}\""),
    ] {
        let mut record = record();
        assert_eq!(annotate(&mut record, &list(&entry)), []);
        let known = result(&mut record, "tail-own")
            .known
            .clone()
            .expect("it is listed");
        assert!(known.as_listed && known.reason == "so" && known.link.is_none());
        let known = record.subjects[0]
            .results
            .iter()
            .filter(|one| one.known.is_some());
        assert_eq!(known.count(), 1);
    }
}

#[test]
fn a_listed_failure_that_is_another_now_makes_the_list_stale() {
    let seen = result(&mut record(), "tail-own").seen.digest.clone();
    let why = |entry: &str, change: fn(&mut ResultRecord)| {
        let mut record = record();
        change(result(&mut record, "tail-own"));
        let stale = annotate(&mut record, &list(entry));
        let known = result(&mut record, "tail-own")
            .known
            .clone()
            .expect("it is listed");
        assert!(!known.as_listed);
        let [stale] = &stale[..] else {
            panic!("{stale:?}");
        };
        assert_eq!((stale.line, stale.vector.as_str()), (2, "tail-own"));
        stale.why.clone()
    };
    let lost = "verdict = \"lost-data\"";
    assert_eq!(
        why(lost, |result| result.verdict = Verdict::Pass),
        StaleWhy::Passes
    );
    let hangs = why(lost, |result| result.verdict = Verdict::Hang);
    assert_eq!(hangs, StaleWhy::Verdict(Verdict::Hang));
    let other = why(
        "verdict = \"lost-data\", seen = \"0000000000000000\"",
        |_| (),
    );
    let listed = "0".repeat(16);
    assert_eq!(
        other,
        StaleWhy::Seen {
            listed,
            found: seen
        }
    );
    let skipped = why(lost, |result| {
        result.verdict = Verdict::Unsupported;
        result.answer = Answer::NotRun {
            why: "no".to_owned(),
        };
    });
    assert_eq!(skipped, StaleWhy::NotRun("no".to_owned()));
}

#[test]
fn an_id_comes_before_a_pattern_and_other_subjects_are_left_alone() {
    let mut record = record();
    let text = format!(
        "[qemu]\n\"*\" = {{ verdict = \"hang\", reason = \"x\" }}\n\
         [\"{SUBJECT}\"]\n\"tail-own*\" = {{ verdict = \"hang\", reason = \"wide\" }}\n\
         tail-own = {{ verdict = \"lost-data\", reason = \"narrow\" }}\n"
    );
    let stale = annotate(&mut record, &parse(&text));
    assert!(
        stale
            .iter()
            .all(|stale| stale.vector != "tail-own" && stale.line == 4)
    );
    assert_eq!(
        result(&mut record, "tail-own")
            .known
            .clone()
            .expect("known")
            .reason,
        "narrow"
    );
}

fn rewritten(text: &str, record: &Record) -> String {
    let text = update(text, record).unwrap_or_else(|error| panic!("{error}"));
    let mut again = record.clone();
    assert_eq!(annotate(&mut again, &parse(&text)), [], "{text}");
    let mut results = again.subjects[0].results.iter();
    assert!(
        results.all(|one| one.known.is_some() == one.verdict.is_failure()),
        "{text}"
    );
    assert_eq!(
        update(&text, record).as_ref(),
        Ok(&text),
        "a second time changes nothing"
    );
    text
}

#[test]
fn a_new_list_has_every_failure() {
    let text = rewritten("", &record());
    assert!(text.contains("reason = \"not looked into yet\""), "{text}");
    let mut all_well = record();
    for result in &mut all_well.subjects[0].results {
        result.verdict = Verdict::Pass;
    }
    assert_eq!(rewritten(&text, &all_well), "");
}

#[test]
fn comments_and_the_words_of_what_still_holds_stay() {
    let mut record = record();
    result(&mut record, "tail-own").verdict = Verdict::Hang;
    let passing = record.subjects[0]
        .results
        .iter()
        .find(|one| !one.verdict.is_failure());
    let passing = passing.expect("not all fail").vector.clone();
    let text = format!(
        "# Of the whole.\n\n\
         [other]\ntail-own = {{ verdict = \"hang\", reason = \"x\" }} # stays\n\n\
         # Of this subject.\n[\"{SUBJECT}\"]\n\
         # Of the vector.\n\
         tail-own = {{ verdict = \"lost-data\", reason = \"known\", link = \"https://x\" }} # why\n\
         {passing} = {{ verdict = \"hang\", reason = \"gone\" }}\n"
    );
    let text = rewritten(&text, &record);
    for kept in [
        "# Of the whole.\n\n[other]\ntail-own = { verdict = \"hang\", reason = \"x\" } # stays\n",
        "# Of this subject.\n",
        "# Of the vector.\n\
         tail-own = { verdict = \"hang\", reason = \"known\", link = \"https://x\" } # why\n",
    ] {
        assert!(text.contains(kept), "{kept}\nis not in\n{text}");
    }
    assert!(!text.contains("gone"), "{text}");
}

/// A pattern that holds stays; of one that does not, the vectors that fail are listed with its
/// words.
#[test]
fn a_pattern_that_does_not_hold_becomes_the_vectors_that_do() {
    let mut record = record();
    let pattern = "tail-*";
    let entry = "{ verdict = \"lost-data\", reason = \"of all\", link = \"https://x\" }";
    let text = format!("[\"{SUBJECT}\"]\n\"{pattern}\" = {entry}\n");
    let split = rewritten(&text, &record);
    assert!(!split.contains(pattern), "{split}");
    assert!(
        split.contains("reason = \"of all\", link = \"https://x\""),
        "{split}"
    );
    for result in &mut record.subjects[0].results {
        result.verdict = Verdict::LostData;
    }
    let whole = rewritten(&text, &record);
    assert!(whole.contains(entry), "{whole}");
}

#[test]
fn a_partial_run_does_not_rewrite_the_list() {
    let mut partial = record();
    partial.complete = false;
    assert_eq!(update("", &partial), Err(UpdateError::Partial));
    let mut absent = record();
    absent.subjects[0].state = SubjectState::FailedProof {
        reason: "it accepts zeros".to_owned(),
    };
    let not_run = Err(UpdateError::NotRun(SUBJECT.to_owned()));
    assert_eq!(update("", &absent), not_run);
    absent.subjects[0].state = SubjectState::NotInstalled {
        looked_for: "it".to_owned(),
    };
    assert_eq!(update("", &absent).as_deref(), Ok(""));
    let listed = format!("[\"{SUBJECT}\"]\ntail-own = {{ verdict = \"hang\", reason = \"x\" }}\n");
    assert_eq!(
        update(&listed, &absent),
        not_run,
        "what is listed would be lost"
    );
}

/// A program that has disappeared does not make its list hold.
#[test]
fn a_listed_failure_of_a_program_that_is_not_there_is_not_run() {
    let mut absent = record();
    absent.subjects[0].results.clear();
    absent.subjects[0].state = SubjectState::NotInstalled {
        looked_for: "it".to_owned(),
    };
    let stale = annotate(&mut absent, &list("verdict = \"lost-data\""));
    assert!(
        matches!(&stale[..], [one] if matches!(one.why, StaleWhy::NotRun(_))),
        "{stale:?}"
    );
}
