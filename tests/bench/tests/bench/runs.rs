//! What a run records.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use vhdx_log_bench::record::{Record, SubjectKind};
use vhdx_log_bench::verdict::Verdict;
use vhdx_log_bench::{Candidate, Settings, run};
use vhdx_log_corpus::{Corpus, Topic, Vector};
use vhdx_log_oracle::stop::Stop;
use vhdx_log_oracle::subject::{Core, FailureKind, Model, Outcome, Subject};

use super::scripted::Scripted;
use super::{named, on_bench, run_all, run_until};

fn is_of_tail(vector: &Vector) -> bool {
    vector.topic == Topic::Tail
}

/// Without a remark: what is only a SHOULD is done, and refusals cite the clause that is broken.
#[test]
fn core_and_model_pass_every_vector() {
    for candidates in [named("core"), named("model")] {
        let record = run_all(candidates, |_| true);
        let [subject] = &record.subjects[..] else {
            panic!("{record:?}");
        };
        let wrong: Vec<_> = subject
            .results
            .iter()
            .filter(|result| result.verdict != Verdict::Pass || !result.remarks.is_empty())
            .collect();
        assert!(wrong.is_empty(), "{}: {wrong:#?}", subject.name);
        let ids = subject.results.iter().map(|result| &result.vector);
        let corpus = Corpus::embedded();
        assert!(ids.eq(corpus.iter().map(|stored| &stored.vector.id)));
        assert!(record.complete && !record.interrupted);
        let open = corpus.iter().filter(|stored| stored.vector.open.is_some());
        let counted: usize = subject
            .readings
            .values()
            .flat_map(|counts| counts.values())
            .sum();
        assert_eq!(counted, open.count());
    }
}

#[test]
fn a_run_that_is_stopped_says_so() {
    let stop = Stop::when(Arc::new(true.into()));
    let record = run_until(on_bench(Core), |_| true, &stop);
    assert!(record.subjects[0].results.is_empty());
    assert!(record.interrupted && !record.complete);
}

#[test]
fn a_part_of_the_corpus_is_not_a_complete_run() {
    let record = run_all(on_bench(Core), is_of_tail);
    assert!(!record.complete && !record.interrupted);
}

#[test]
fn a_flawed_model_fails_and_says_how_to_see_it() {
    let record = run_all(named("flaw:tail-ignored"), is_of_tail);
    let subject = &record.subjects[0];
    let failures: Vec<_> = subject
        .results
        .iter()
        .filter(|result| result.verdict.is_failure())
        .collect();
    assert!(failures.len() > 3);
    for failure in failures {
        let id = &failure.vector;
        let repeat = format!("vhdx-log run --subject flaw:tail-ignored --filter {id} --keep .");
        assert_eq!(failure.repeat, repeat);
        assert!(!failure.differences.is_empty(), "{failure:?}");
    }
}

/// The record is the interface to every report, so it survives being stored.
#[test]
fn a_record_is_the_same_after_it_was_stored() {
    let record = run_all(named("flaw:tail-ignored"), is_of_tail);
    let stored = serde_json::to_string(&record).expect("JSON");
    let read: Record = serde_json::from_str(&stored).expect("a record");
    assert_eq!(read, record);
}

#[test]
fn results_are_told_as_they_come_and_images_are_not_kept() {
    let told = Mutex::new(Vec::new());
    let settings = Settings {
        jobs: 3,
        kept_in: None,
        protections: Vec::new(),
    };
    let candidates = vec![
        Candidate::builtin(Box::new(Core)),
        Candidate::builtin(Box::new(Model::format())),
    ];
    let tell = |subject: &vhdx_log_bench::record::SubjectRecord,
                result: &vhdx_log_bench::record::ResultRecord| {
        let mut told = told.lock().expect("no panic");
        told.push((subject.name.clone(), result.vector.clone()));
    };
    let stop = Stop::never();
    let record = run(
        candidates,
        Corpus::embedded(),
        is_of_tail,
        &settings,
        &stop,
        &tell,
    );
    let record = record.expect("a run");
    let mut told = told.into_inner().expect("no panic");
    let mut recorded: Vec<_> = record
        .subjects
        .iter()
        .flat_map(|subject| {
            let results = subject.results.iter();
            results.map(|result| (subject.name.clone(), result.vector.clone()))
        })
        .collect();
    told.sort();
    recorded.sort();
    assert_eq!(told, recorded);
}

/// A program outside that fails differently the second time is flaky; the first verdict stays.
#[test]
fn an_outside_program_that_changes_its_answer_is_flaky() {
    let opened = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&opened);
    let fails_every_other_time =
        Scripted::new(
            move |case| match count.fetch_add(1, Ordering::Relaxed) % 2 {
                0 => FailureKind::Hang { limit: None }.into(),
                _ => Core.open(case),
            },
        );
    let mut candidates = on_bench(fails_every_other_time);
    candidates[0].about.kind = SubjectKind::Command;
    let record = run_all(candidates, |vector| vector.id == "sequence-of-two");
    let result = &record.subjects[0].results[0];
    assert_eq!((result.verdict, result.flaky), (Verdict::Hang, true));
    assert!(result.remarks[0].contains("`pass`"), "{:?}", result.remarks);
    assert_eq!(opened.load(Ordering::Relaxed), 2);

    let always = Scripted::new(|_| Outcome::from(FailureKind::Hang { limit: None }));
    let mut candidates = on_bench(always);
    candidates[0].about.kind = SubjectKind::Command;
    let record = run_all(candidates, |vector| vector.id == "sequence-of-two");
    assert!(!record.subjects[0].results[0].flaky);
}
