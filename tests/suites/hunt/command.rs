//! The folder of a hunt, its exit codes, and hunts that go on.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::running::{Ended, vhdx_log};

const FLAWED: [&str; 3] = ["hunt", "--subject", "flaw:tail-ignored"];

fn hunt(folder: &Path, more: &[&str]) -> Ended {
    vhdx_log(folder, &[&FLAWED[..], more].concat())
}

/// The folders of findings.
fn findings(output: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(output).unwrap().flatten();
    let folders = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir());
    folders.collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn a_finding_is_printed_and_kept_with_all_that_a_maintainer_needs() {
    let folder = tempfile::tempdir().unwrap();
    let ended = hunt(folder.path(), &["--cases", "256", "--output", "kept"]);
    let printed = ended.says(1);
    assert!(
        printed.starts_with("FOUND lost data silently: tail-ignored\n"),
        "{printed}"
    );
    let kept = folder.path().join("kept");
    let [finding] = &findings(&kept)[..] else {
        panic!("one finding: {:?}", findings(&kept));
    };
    assert_eq!(finding.file_name().unwrap(), "lost-data-tail-ignored");
    let page = read(&finding.join("finding.md"));
    for part in [
        "SEQ-4",
        "must not be applied again",
        "## Steps",
        "B tail and head",
        "did the same 3 times of 3",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    for name in ["index.md", "index.html"] {
        assert!(
            read(&kept.join(name)).contains("lost-data-tail-ignored/finding.md"),
            "{name}"
        );
    }
    let recipe = finding.join("recipe.json");
    let is_shrunk = fs::metadata(recipe).unwrap().len() < 100;
    assert!(is_shrunk && finding.join("image.vhdx.gz").exists());
    let vector = read(&finding.join("vector.txt"));
    assert!(vector.contains("vectors add recipe.json --id tail-ignored --clauses SEQ-4"));
}

#[test]
fn what_an_earlier_hunt_found_is_masked_by_its_list() {
    let folder = tempfile::tempdir().unwrap();
    let first = hunt(folder.path(), &["--cases", "256", "--output", "kept"]);
    first.says(1);
    let list = ["--cases", "256", "--known-failures", "kept/known.toml"];
    let second = hunt(folder.path(), &list);
    let printed = second.says(0);
    assert!(printed.starts_with("expected: tail-ignored, "), "{printed}");
}

#[test]
fn a_hunt_that_goes_on_has_what_a_longer_one_has() {
    let folder = tempfile::tempdir().unwrap();
    hunt(folder.path(), &["--cases", "384", "--output", "whole"]).says(1);
    hunt(folder.path(), &["--cases", "128", "--output", "parts"]).says(1);
    hunt(
        folder.path(),
        &["--cases", "256", "--resume", "parts", "--jobs", "1"],
    )
    .says(1);
    let index = |name: &str| {
        let text = read(&folder.path().join(name).join("index.md"));
        // The speed is another one.
        let (before, after) = text.split_once(", ").unwrap();
        let (_, after) = after.split_once(": ").unwrap();
        format!("{before} {after}")
    };
    assert_eq!(index("whole"), index("parts"));
}

#[test]
fn nothing_is_found_in_what_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let ended = vhdx_log(
        folder.path(),
        &["hunt", "--subject", "core", "--cases", "512"],
    );
    let printed = ended.says(0);
    assert!(
        printed.contains(": 0 failures, 0 findings (0 new)"),
        "{printed}"
    );
    // Rounds of 16, 32, 64 and four of 128.
    assert!(printed.starts_with("624 cases, "), "{printed}");
}

#[test]
fn wrong_command_lines_and_folders_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = vhdx_log(folder.path(), &["hunt", "--resume", "nowhere"]);
    let message = nothing.complains(2);
    assert!(message.contains("there is no state.json"), "{message}");
    let two = hunt(folder.path(), &["--subject", "core"]);
    assert!(two.complains(2).contains("name one program"));
    fs::create_dir(folder.path().join("taken")).unwrap();
    let taken = hunt(folder.path(), &["--output", "taken"]);
    assert!(taken.complains(2).contains("the folder exists"));
    fs::write(
        folder.path().join("list.toml"),
        "[a]\nno-flaw = { reason = \"x\" }\n",
    )
    .unwrap();
    let list = hunt(folder.path(), &["--known-failures", "list.toml"]);
    assert!(list.complains(2).contains("neither a flaw nor"));
}
