//! The same reader in another process, through the protocol of adapters: the hunt names the same,
//! the script repeats it, and nothing is left running.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::command::running::{BINARY, run, vhdx_log};

/// A built-in reader as an adapter.
fn adapter(subject: &str) -> String {
    format!("'{BINARY}' answer --subject {subject}")
}

/// The folders of the findings of a hunt.
fn found(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let all = [&["hunt", "--output", "kept"], arguments].concat();
    let ended = vhdx_log(folder, &all);
    ended.says(1);
    let entries = fs::read_dir(folder.join("kept")).unwrap().flatten();
    let folders = entries.filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> = folders
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_reader_in_another_process_is_found_out_as_in_this_one() {
    for flaw in [
        "tail-ignored",
        "last-file-offset-ignored",
        "first-valid-header-wins",
    ] {
        let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (flaw, cases) = (format!("flaw:{flaw}"), ["--cases", "512"]);
        let here = found(inside.path(), &[&cases[..], &["--subject", &flaw]].concat());
        let line = adapter(&flaw);
        let there = found(
            outside.path(),
            &[&cases[..], &["--adapter", &line]].concat(),
        );
        // An adapter does not show in which order a program writes, so the harm may be another.
        let name = flaw.trim_start_matches("flaw:");
        for found in [here, there] {
            assert!(
                found.iter().any(|one| one.ends_with(name)),
                "{flaw}: {found:?}"
            );
        }
    }
}

#[test]
fn the_script_repeats_a_finding_with_the_program_and_the_image_alone() {
    let folder = tempfile::tempdir().unwrap();
    let line = adapter("flaw:tail-ignored");
    let names = found(folder.path(), &["--cases", "256", "--adapter", &line]);
    let script = folder.path().join("kept").join(&names[0]).join("repro.sh");
    let elsewhere = tempfile::tempdir().unwrap();
    let ended = run(Command::new(script), elsewhere.path());
    let printed = ended.says(0);
    assert!(printed.contains(r#""answer":"accepted""#), "{printed}");
    let last = printed.lines().last().unwrap().replace(' ', "");
    let must_be = printed.split("must be ").nth(1).unwrap();
    let must_be = must_be.split(',').next().unwrap();
    assert_eq!(last.len(), must_be.len(), "{printed}");
    assert_ne!(last, must_be, "the wrong bytes: {printed}");
    assert!(
        fs::read_dir(elsewhere.path()).unwrap().next().is_none(),
        "nothing is left"
    );
}

#[test]
fn a_reader_that_hangs_is_found_and_then_hardly_tried() {
    let folder = tempfile::tempdir().unwrap();
    let line = adapter("flaw:log-long-invalid-entry-hangs");
    let names = found(folder.path(), &["--cases", "400", "--adapter", &line]);
    assert!(
        names.iter().any(|name| name.starts_with("hang-")),
        "{names:?}"
    );
}
