//! `vhdx-log diff`: each vector in one list, and exit code 1 only for regressions.

use vhdx_log_bench::record::{Record, ResultRecord};
use vhdx_log_bench::verdict::Verdict;

use super::records::{self, store};
use super::running::{Ended, vhdx_log};

/// A record of one subject with these verdicts, by vector.
fn run(verdicts: &[(&str, Verdict)]) -> Record {
    let results = verdicts.iter();
    let results = results.map(|&(vector, verdict)| records::result(vector, verdict));
    records::record(vec![records::subject("program", results.collect())])
}

fn diff(before: &Record, after: &Record, arguments: &[&str]) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    let before = store(folder.path(), "before", before);
    let after = store(folder.path(), "after", after);
    vhdx_log(
        folder.path(),
        &[&["diff", &before, &after], arguments].concat(),
    )
}

fn first(record: &mut Record) -> &mut ResultRecord {
    &mut record.subjects[0].results[0]
}

#[test]
fn every_pair_of_verdicts_is_in_the_right_list() {
    let lists = |before: Verdict, after: Verdict| {
        let ended = diff(
            &run(&[("tail-own", before)]),
            &run(&[("tail-own", after)]),
            &[],
        );
        let headings = ended.stdout.lines().filter(|line| line.ends_with("(1)"));
        let headings: Vec<_> = headings.map(|line| line.trim().to_owned()).collect();
        (headings, ended.code.unwrap())
    };
    for before in Verdict::ALL {
        for after in Verdict::ALL {
            let (heading, code) = match (before.is_failure(), after.is_failure()) {
                _ if before == after => (None, 0),
                (false, true) => (Some("NEWLY FAILING (1)"), 1),
                (true, true) if after < before => (Some("FAILING WITH MORE HARM (1)"), 1),
                (true, true) => (Some("ANOTHER WRONG ANSWER (1)"), 0),
                (_, false) if after == Verdict::Pass => (Some("NEWLY PASSING (1)"), 0),
                (_, false) => (Some("NOT JUDGED ANY MORE (1)"), 0),
            };
            let headings: Vec<_> = heading.into_iter().map(str::to_owned).collect();
            assert_eq!(
                lists(before, after),
                (headings, code),
                "{before} -> {after}"
            );
        }
    }
}

/// The same verdict with other bytes is another mistake.
#[test]
fn another_wrong_answer_is_seen_by_its_digest() {
    let before = run(&[("tail-own", Verdict::LostData)]);
    let mut after = before.clone();
    assert!(!diff(&before, &after, &[]).says(0).contains("ANOTHER"));
    first(&mut after).seen.digest = "ffffffffffffffff".to_owned();
    let ended = diff(&before, &after, &[]);
    assert!(
        ended.says(0).contains("ANOTHER WRONG ANSWER (1)"),
        "{ended:?}"
    );
}

#[test]
fn new_and_removed_vectors_and_subjects_are_no_regressions() {
    let before = run(&[("tail-own", Verdict::Pass), ("gone", Verdict::Pass)]);
    let after = run(&[("tail-own", Verdict::Pass), ("new", Verdict::LostData)]);
    let ended = diff(&before, &after, &[]);
    assert!(
        ended
            .says(0)
            .contains("NEW VECTORS (1)\n    new (lost data silently)")
    );
    assert!(ended.says(0).contains("REMOVED VECTORS (1)\n    gone"));

    let mut fewer = records::varied();
    fewer.subjects.remove(0);
    let ended = diff(&records::varied(), &fewer, &[]);
    assert!(ended.says(0).contains("core is only in the first run"));
    let ended = diff(&fewer, &records::varied(), &[]);
    assert!(ended.says(0).contains("core is only in the second run"));
}

#[test]
fn a_comparison_as_text_and_as_markdown() {
    let before = run(&[
        ("header-newer-second", Verdict::Pass),
        ("tail-own", Verdict::Hang),
        ("torn-last-piece", Verdict::RefusedGood),
        ("zero-one-sector-apart", Verdict::Unfinished),
        ("gone", Verdict::Pass),
    ]);
    let mut after = run(&[
        ("header-newer-second", Verdict::LostData),
        ("tail-own", Verdict::DamagedFile),
        ("torn-last-piece", Verdict::AcceptedBad),
        ("zero-one-sector-apart", Verdict::Pass),
        ("new", Verdict::Crash),
    ]);
    after.subjects[0].version = Some("program 8.0.0".to_owned());
    insta::assert_snapshot!("diff-text", diff(&before, &after, &[]).says(1));
    let ended = diff(&before, &after, &["--format", "markdown"]);
    insta::assert_snapshot!("diff-markdown", ended.says(1));
}
