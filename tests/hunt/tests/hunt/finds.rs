//! What is found, and how it is told.

use vhdx_log_bench::verdict::Verdict;
use vhdx_log_hunt::known::Known;
use vhdx_log_hunt::{Finding, Settings};
use vhdx_log_oracle::subject::Core;

use super::{cases, flawed, hunt, named, names, together};

#[test]
fn a_mistake_is_found_once_small_and_by_its_name() {
    let state = hunt(flawed("tail-ignored").as_ref(), &cases(1500));
    assert_eq!(names(&state), [&named("tail-ignored")]);
    let finding = &state.findings[0];
    assert_eq!(finding.worst, Verdict::LostData);
    assert!(finding.seen > 10, "seen {} times", finding.seen);
    // An entry that was applied already, and the one after it.
    assert_eq!(finding.case.entries(), 2, "{}", finding.case.recipe);
    assert!(finding.is_least && !finding.reliability.is_flaky());
    let clauses = finding.diagnosis.as_ref().map(|one| one.clauses.clone());
    assert_eq!(clauses, Some(vec!["SEQ-4".to_owned()]));
}

#[test]
fn two_mistakes_of_a_program_are_two_findings() {
    let both = together(&["tail-ignored", "last-file-offset-ignored"]);
    let state = hunt(&both, &cases(3000));
    let mut found = names(&state);
    found.sort();
    let expected = ["last-file-offset-ignored", "tail-ignored"].map(named);
    assert_eq!(found, expected.iter().collect::<Vec<_>>());
}

#[test]
fn nothing_is_found_in_a_program_that_is_right() {
    let state = hunt(&Core, &cases(3000));
    let found: Vec<&Finding> = state.findings.iter().collect();
    assert!(found.is_empty(), "{found:#?}");
    assert!(state.disagreements.is_empty());
    assert!(state.coverage.len() > 500, "{} cells", state.coverage.len());
}

#[test]
fn what_is_expected_is_masked_and_counted() {
    let list = "[\"flaw:tail-ignored\"]\ntail-ignored = { reason = \"known\" }\n";
    let settings = Settings {
        known: Known::parse(list).expect("a list"),
        ..cases(1000)
    };
    let state = hunt(flawed("tail-ignored").as_ref(), &settings);
    assert!(state.findings.is_empty(), "{:?}", names(&state));
    assert!(state.known["tail-ignored"] > 10, "{:?}", state.known);
}
