//! `vhdx-log results`: the page is made of what is stored, each defect once, and never of half a
//! run.

use std::path::Path;

use vhdx_log_bench::record::{Record, SubjectState};
use vhdx_log_bench::verdict::Verdict;
use vhdx_log_vectors::source_folder;

use super::records::{self, store};
use super::running::{Ended, vhdx_log};

/// Stores runs in the folder, which has a place for them.
fn results(folder: &Path, runs: &[(&str, &Record)]) -> Ended {
    std::fs::create_dir_all(folder.join("stored")).unwrap();
    let files: Vec<_> = runs
        .iter()
        .map(|(name, run)| store(folder, name, run))
        .collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let options = ["results", "--stored", "stored", "--page", "RESULTS.md"];
    vhdx_log(folder, &[&options[..], &files].concat())
}

fn page(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("RESULTS.md")).unwrap()
}

fn whole() -> Record {
    let mut record = records::varied();
    record.complete = true;
    // What the flaw of the diagnosis does; it does no harm of another kind, so it is not the reason
    // for the other failures.
    let results = record.subjects.iter_mut().flat_map(|one| &mut one.results);
    for result in results.filter(|one| one.vector == "tail-own" && one.verdict.is_failure()) {
        result.verdict = Verdict::LostData;
    }
    record
}

#[test]
fn the_page_has_each_defect_once_ordered_by_harm() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(results(folder.path(), &[("run", &whole())]).says(0), "");
    let page = page(folder.path());
    insta::assert_snapshot!("results-page", page);

    // The page is made again from what is stored, and is the same.
    std::fs::remove_file(folder.path().join("RESULTS.md")).unwrap();
    results(folder.path(), &[]).says(0);
    assert_eq!(self::page(folder.path()), page);
}

/// What is published is what the stored runs say.
#[test]
fn the_page_and_the_table_are_those_of_the_stored_runs() {
    let root = source_folder().unwrap().join("..").canonicalize().unwrap();
    let published = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("README.md"), published("README.md")).unwrap();
    let stored = root.join("tests/bench/results");
    let stored = stored.to_str().unwrap();
    let options = ["--page", "RESULTS.md", "--table-in", "README.md"];
    vhdx_log(
        folder.path(),
        &[&["results", "--stored", stored][..], &options].concat(),
    )
    .says(0);
    for name in ["RESULTS.md", "README.md"] {
        let made = std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(
            made == published(name),
            "{name} is not up to date: `vhdx-log results --table-in README.md`"
        );
    }
}

#[test]
fn a_page_without_a_place_for_the_table_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    results(folder.path(), &[("run", &whole())]).says(0);
    std::fs::write(
        folder.path().join("README.md"),
        "<!-- /results --> <!-- results -->",
    )
    .unwrap();
    let before = page(folder.path());
    std::fs::remove_file(folder.path().join("RESULTS.md")).unwrap();
    let options = ["results", "--stored", "stored", "--table-in", "README.md"];
    let ended = vhdx_log(folder.path(), &options);
    assert!(
        ended
            .complains(2)
            .contains("README.md: there is no `<!-- results -->`"),
        "{ended:?}"
    );
    // Nothing is written before all of it can be.
    assert!(!folder.path().join("RESULTS.md").exists(), "{before}");
}

/// What is published does not say where things are on a machine.
#[test]
fn no_path_of_the_machine_is_published() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = whole();
    run.subjects[3].path = Some("/home/somebody/bin/harmful".to_owned());
    run.subjects[3].commands = vec!["/home/somebody/bin/harmful -x {image}".to_owned()];
    results(folder.path(), &[("run", &run)]).says(0);
    let stored = std::fs::read_to_string(folder.path().join("stored/harmful.json")).unwrap();
    for text in [&stored, &page(folder.path())] {
        assert!(!text.contains("/home/somebody"), "{text}");
    }
    let stored: Record = serde_json::from_str(&stored).unwrap();
    let [harmful] = &stored.subjects[..] else {
        panic!("one subject");
    };
    assert_eq!(harmful.path.as_deref(), Some("harmful"));
    assert_eq!(harmful.commands, ["harmful -x {image}"]);
    assert!(
        run.subjects[3]
            .results
            .iter()
            .any(|result| !result.runs.is_empty())
    );
    assert!(harmful.results.iter().all(|result| result.runs.is_empty()));
}

#[test]
fn half_a_run_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    results(folder.path(), &[("run", &whole())]).says(0);
    let before = page(folder.path());
    for (complete, interrupted) in [(false, false), (true, true)] {
        let mut half = whole();
        (half.complete, half.interrupted) = (complete, interrupted);
        half.subjects[3].results.clear();
        let ended = results(folder.path(), &[("half", &half)]);
        assert!(
            ended.complains(2).contains("the run is not whole"),
            "{ended:?}"
        );
        assert_eq!(page(folder.path()), before);
    }
}

/// A machine without the program says nothing about it.
#[test]
fn an_absent_program_replaces_no_stored_run() {
    let folder = tempfile::tempdir().unwrap();
    results(folder.path(), &[("run", &whole())]).says(0);
    let before = page(folder.path());
    let mut without = whole();
    for subject in &mut without.subjects {
        subject.results.clear();
        subject.state = SubjectState::NotInstalled {
            looked_for: "nothing".to_owned(),
        };
    }
    results(folder.path(), &[("without", &without)]).says(0);
    assert_eq!(page(folder.path()), before);
}
