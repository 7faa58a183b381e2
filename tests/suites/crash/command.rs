//! The command `vhdx-log crash`.

use std::process::{Command, Output};

use vhdx_log_crash::Tally;

use super::searched::{JSON, SHORTEST, TEXT};
use crate::command::running::BINARY;
use crate::command::schema;

fn crash(arguments: &[&str]) -> Output {
    let arguments = [&["crash"], arguments].concat();
    let output = Command::new(BINARY)
        .args(&arguments)
        .output()
        .expect("the command starts");
    schema::check(&arguments, output.status.code(), &text(&output.stdout));
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A search that finds nothing exits with 0 and prints its counts, as text and as JSON that can be
/// merged.
#[test]
fn a_search_that_finds_nothing() {
    let json = JSON.says(0);
    schema::check(
        &[&SHORTEST[..], &["--format", "json"]].concat(),
        Some(0),
        json,
    );
    let tally: Tally = serde_json::from_str(json).expect("a tally, and more");
    let value: serde_json::Value = serde_json::from_str(json).expect("JSON");
    assert_eq!(value["blind_spots"], serde_json::json!([]));
    assert_eq!(value["failures"], serde_json::json!([]));
    assert!(tally.unique_states > 10_000);

    let folder = tempfile::tempdir().expect("a folder");
    let part = folder.path().join("part.json");
    std::fs::write(&part, json).expect("a file");
    let part = part.to_str().expect("a plain path");
    let merged = crash(&["--merge", part, "--format", "json"]);
    assert_eq!(text(&merged.stdout), *json, "the only part is the whole");
    assert_eq!(
        crash(&["--merge", part, part]).status.code(),
        Some(2),
        "a shard appears twice"
    );

    let plain = TEXT.says(0);
    assert!(plain.contains("torn: prefix"), "{plain}");
    assert!(
        plain.contains("every fault kind was injected in every applicable phase"),
        "{plain}"
    );
}

/// The searches of bounded sets have shards, which find nothing, and find a seeded bug.
#[test]
fn bounded_sets_are_searched_by_shards() {
    a_shard_finds_a_bug("--small-rings", "3/20000", "r4.");
    a_shard_finds_a_bug("--short-workloads", "3/8000", "\"w0+");
    assert_eq!(
        crash(&["--small-rings", "--time", "1"]).status.code(),
        Some(2)
    );
    assert_eq!(
        crash(&["--small-rings", "--short-workloads"]).status.code(),
        Some(2)
    );
}

fn a_shard_finds_a_bug(set: &str, shard: &str, token: &str) {
    let search = [set, "--shard", shard, "--format", "json"];
    let found = crash(&search);
    assert_eq!(found.status.code(), Some(0), "{}", text(&found.stderr));
    let tally: Tally = serde_json::from_slice(&found.stdout).expect("a tally, and more");
    assert!(tally.workloads > 8 && tally.states > 100, "{tally:?}");
    let bug = ["--seeded-bug", "AcknowledgeEarly"];
    let found = crash(&[search.as_slice(), &bug].concat());
    assert_eq!(found.status.code(), Some(1), "{}", text(&found.stderr));
    assert!(
        text(&found.stdout).contains(token),
        "{}",
        text(&found.stdout)
    );
}

/// A failure exits with 1, shows the log, and prints the command that reproduces it.
#[test]
fn a_failure_can_be_replayed() {
    let parts = [
        "(WRT-9)",
        "workload",
        "1. submit",
        "the log after the first crash",
        "reproduce it with",
    ];
    fails_again("SplitTransaction", &parts);
}

/// So does a request that breaks the protocol, without any crash.
#[test]
fn a_broken_protocol_can_be_replayed() {
    let parts = [
        "a header names a generation once an entry of it is stable",
        "request 6 breaks WRT-9",
        "1. submit",
        "reproduce it with",
    ];
    fails_again("AcknowledgeEarly", &parts);
}

/// A search with the bug prints these parts and a command that fails again; without the bug the
/// same token does not fail.
fn fails_again(bug: &str, parts: &[&str]) {
    let found = crash(&["--seeded-bug", bug]);
    assert_eq!(found.status.code(), Some(1));
    let story = text(&found.stdout);
    for part in parts {
        assert!(story.contains(part), "no {part:?} in\n{story}");
    }
    let line = story.lines().last().expect("it is not empty");
    let token = line.split('\'').nth(1).expect("the token is quoted");
    assert_eq!(
        crash(&["--canary", bug, "--replay", token]).status.code(),
        Some(1),
        "{line}"
    );
    let sound = crash(&["--replay", token]);
    // It survives, or it never makes the requests that the token is about.
    let (code, error) = (sound.status.code(), text(&sound.stderr));
    let never = code == Some(2) && error.contains("does not occur in this recording");
    assert!(code == Some(0) || never, "{token}: {error}");

    let json = crash(&["--seeded-bug", bug, "--replay", token, "--format", "json"]);
    let value: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(json.status.code(), Some(1));
    assert_eq!(
        (&value["holds"], &value["replay"]),
        (&false.into(), &token.into())
    );
    assert!(value["property"].is_string(), "{value}");
}

/// A crash that another version of the writer could have had is not taken for one that was checked.
#[test]
fn a_crash_that_does_not_occur_is_not_a_success() {
    let replayed = crash(&["--replay", "w0+4096.c/900:W/h1b3d4025"]);
    assert_eq!(
        replayed.status.code(),
        Some(2),
        "{}",
        text(&replayed.stdout)
    );
    let message = text(&replayed.stderr);
    assert!(
        message.contains("does not occur in this recording"),
        "{message}"
    );
}

/// A writer that does wrong while it is recorded is a violation, and leaves no file.
#[test]
fn a_workload_that_violates_is_not_recorded() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.trace");
    let name = file.to_str().expect("a plain path");
    let bug = ["--seeded-bug", "CompleteFromSectorStart"];
    let workload = [
        "--record",
        name,
        "--workload",
        "w3900+500.c.w100+16.c.k.w300+8.c.d.w10+4.c",
    ];
    let recorded = crash(&[workload.as_slice(), &bug].concat());
    assert_eq!(
        recorded.status.code(),
        Some(1),
        "{}",
        text(&recorded.stderr)
    );
    assert!(text(&recorded.stdout).ends_with("nothing was recorded\n"));
    assert!(!file.exists());
}

/// Wrong arguments are refused, and the message names what is wrong.
#[test]
fn arguments_are_checked() {
    for arguments in [
        ["--shard", "4/4"].as_slice(),
        &["--canary", "Nonesuch"],
        &["--replay", "nonsense"],
        &["--replay", ""],
        &["--record", "no-file", "--workload", ""],
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

/// A workload recorded into a file is searched from the file, with the same result each time.
#[test]
fn a_trace_file_is_recorded_and_judged() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.trace");
    let file = file.to_str().expect("a plain path");
    let recorded = crash(&["--record", file, "--workload", "w0+4096.c.w100+8.k"]);
    assert_eq!(
        recorded.status.code(),
        Some(0),
        "{}",
        text(&recorded.stderr)
    );
    assert!(text(&recorded.stdout).contains("of workload 'w0+4096.c.w100+8.k'"));

    let judge = || {
        let judged = crash(&["--trace", file, "--format", "json"]);
        assert_eq!(judged.status.code(), Some(0), "{}", text(&judged.stderr));
        serde_json::from_slice::<Tally>(&judged.stdout).expect("a tally, and more")
    };
    let tally = judge();
    assert_eq!(tally, judge());
    assert_eq!((tally.workloads, tally.states), (1, tally.enumerable));
    assert!(tally.unique_states > 100, "{}", tally.unique_states);

    let seeded = ["--record", file, "--seed", "7"];
    assert_eq!(crash(&seeded).status.code(), Some(2), "the file exists");
    let seeded = crash(&[seeded.as_slice(), &["--force"]].concat());
    assert_eq!(seeded.status.code(), Some(0), "{}", text(&seeded.stderr));
}

/// A violation in a trace file ends with 1 and a command that reproduces it.
#[test]
fn a_failure_in_a_trace_file_can_be_replayed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.trace");
    let file = file.to_str().expect("a plain path");
    let bug = ["--seeded-bug", "AcknowledgeEarly"];
    let workload = ["--record", file, "--workload", "w0+8.c"];
    let recorded = crash(&[workload.as_slice(), &bug].concat());
    assert_eq!(
        recorded.status.code(),
        Some(0),
        "{}",
        text(&recorded.stderr)
    );
    let judged = crash(&["--trace", file]);
    assert_eq!(judged.status.code(), Some(1), "{}", text(&judged.stderr));
    let report = text(&judged.stdout);
    let command = report.lines().last().expect("it is not empty");
    let token = command.rsplit('\'').nth(1).expect("the token is quoted");
    let again = crash(&["--trace", file, "--replay", token]);
    assert_eq!(again.status.code(), Some(1), "{command}");
    assert!(text(&again.stdout).contains(token));

    // The token names the file that it is about.
    for wrong in [
        &["--replay", token][..],
        &["--trace", file, "--replay", "c/h20eb33c7"],
        &["--record", file, "--replay", token],
        &["--trace", file, "--seeded-bug", "AcknowledgeEarly"],
        &["--trace", file, "--time", "1"],
    ] {
        assert_eq!(crash(wrong).status.code(), Some(2), "{wrong:?}");
    }
    assert_eq!(crash(&["--trace", "no-such-file"]).status.code(), Some(3));
    std::fs::write(file, "VHDXTRCE\x02\0\0\0\0\0\0\0").expect("a file");
    let future = crash(&["--trace", file]);
    assert_eq!(future.status.code(), Some(2));
    assert!(text(&future.stderr).contains("version 2 is unknown"));
}
