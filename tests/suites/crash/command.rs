//! `vhdx-log crash`, from outside.

use std::process::{Command, Output};

use vhdx_log_crash::Tally;

fn crash(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vhdx-log"));
    command
        .arg("crash")
        .args(arguments)
        .output()
        .expect("the command starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A search that finds nothing ends with 0 and tells, as text and as JSON that can be added up.
#[test]
fn a_search_that_finds_nothing() {
    let json = crash(&["--states", "1", "--format", "json"]);
    assert_eq!(json.status.code(), Some(0), "{}", text(&json.stderr));
    let tally: Tally = serde_json::from_slice(&json.stdout).expect("a tally, and more");
    let value: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(value["blind_spots"], serde_json::json!([]));
    assert_eq!(value["failures"], serde_json::json!([]));

    let folder = tempfile::tempdir().expect("a folder");
    let part = folder.path().join("part.json");
    std::fs::write(&part, &json.stdout).expect("a file");
    let part = part.to_str().expect("a plain path");
    let merged = crash(&["--merge", part, "--format", "json"]);
    assert_eq!(merged.stdout, json.stdout, "the only part is the whole");
    assert_eq!(
        crash(&["--merge", part, part]).status.code(),
        Some(2),
        "a part is there twice"
    );

    let plain = crash(&["--states", "1"]);
    assert_eq!(plain.status.code(), Some(0));
    let plain = text(&plain.stdout);
    assert!(plain.contains("torn: prefix"), "{plain}");
    assert!(
        plain.contains("every fault kind was injected in every applicable phase"),
        "{plain}"
    );
    assert!(tally.unique_states > 10_000);
}

/// A failure ends with 1, shows the log, and gives a line that shows it again.
#[test]
fn a_failure_can_be_replayed() {
    let found = crash(&["--seeded-bug", "AcknowledgeEarly"]);
    assert_eq!(found.status.code(), Some(1));
    let story = text(&found.stdout);
    for part in [
        "(WRT-9)",
        "workload",
        "1. submit",
        "the log after the first crash",
        "reproduce it with",
    ] {
        assert!(story.contains(part), "no {part:?} in\n{story}");
    }
    let line = story.lines().last().expect("it is not empty");
    let token = line.split('\'').nth(1).expect("the token is quoted");
    assert_eq!(
        crash(&["--canary", "AcknowledgeEarly", "--replay", token])
            .status
            .code(),
        Some(1),
        "{line}"
    );
    assert_eq!(
        crash(&["--replay", token]).status.code(),
        Some(0),
        "the writer as it is survives {token}"
    );
}

/// What makes no sense is said so.
#[test]
fn arguments_are_checked() {
    for arguments in [
        ["--shard", "4/4"].as_slice(),
        &["--canary", "Nonesuch"],
        &["--replay", "nonsense"],
        &["--states", "5", "--time", "5"],
    ] {
        let output = crash(arguments);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{arguments:?}: {}",
            text(&output.stderr)
        );
    }
}
