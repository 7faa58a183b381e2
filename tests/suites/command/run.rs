//! `vhdx-log run`: a failure explained, the JSON, and what is wrong with a command line.

use std::path::Path;

use vhdx_log_bench::record::Record;

use super::running::{Ended, vhdx_log};

#[test]
fn a_failure_is_explained_with_labels() {
    let arguments = [
        "run",
        "--subject",
        "flaw:tail-ignored",
        "--filter",
        "tail-own",
    ];
    let ended = vhdx_log(Path::new("."), &arguments);
    let text = ended.says(1);
    let (text, verdict) = text.trim_end().rsplit_once('\n').unwrap();
    let without_time = verdict.rsplit_once(" in ").unwrap().0;
    assert_eq!(
        without_time,
        "flaw:tail-ignored fails 1 of 1 vectors: 1 lost data silently"
    );
    insta::assert_snapshot!("run-failure", text);
}

/// The JSON is the record that every report is made from.
#[test]
fn the_json_is_the_record_of_the_run() {
    let arguments = [
        "run",
        "--subject",
        "flaw:tail-ignored",
        "--filter",
        "tail-own*",
    ];
    let ended = vhdx_log(
        Path::new("."),
        &[&arguments[..], &["--format", "json"]].concat(),
    );
    let mut json: serde_json::Value = serde_json::from_str(ended.says(1)).unwrap();
    let read: Result<Record, _> = serde_json::from_value(json.clone());
    assert!(read.is_ok(), "{read:?}");
    // What differs from run to run.
    for key in [
        "started",
        "tool_version",
        "corpus_version",
        "corpus_vectors",
        "elapsed_ms",
    ] {
        json[key] = 0.into();
    }
    json["machine"] = 0.into();
    for subject in json["subjects"].as_array_mut().unwrap() {
        subject["version"] = 0.into();
        subject["elapsed_ms"] = 0.into();
        for result in subject["results"].as_array_mut().unwrap() {
            result["elapsed_us"] = 0.into();
        }
    }
    insta::assert_json_snapshot!("run-json", json);
}

#[test]
fn usage_errors_name_what_is_unknown_and_no_file() {
    let mut messages = String::new();
    for arguments in [
        &["run", "--subject", "cor"][..],
        &["run", "--subject", "flaw:tail-ignore"],
        &["run", "--subject", "flaw:zzz"],
        &["run", "--topic", "rings"],
        &["run", "--clause", "SEQ-44"],
        &["run", "--clause", "ZZZ"],
        &["run", "--strength", "maybe"],
        &["run", "--filter", "nothing-like-it"],
        &["vectors", "show", "tail-owns"],
        &["vectors", "list", "--topic", "ring", "--clause", "HDR-13"],
        &["exhaust", "--only", "rings-pair"],
        &["shrink", "recipe.json", "--target", "replays"],
    ] {
        let ended = vhdx_log(Path::new("."), arguments);
        assert_eq!(
            (ended.code, ended.stdout.as_str()),
            (Some(2), ""),
            "{ended:?}"
        );
        let message = ended.stderr.lines().next().unwrap();
        messages += &format!("{}\n  {message}\n", arguments.join(" "));
    }
    insta::assert_snapshot!("usage-errors", messages);
}

fn run_in(folder: &Path, arguments: &[&str]) -> Ended {
    vhdx_log(folder, &[&["run"], arguments].concat())
}

const FLAWED: [&str; 4] = ["--subject", "flaw:tail-ignored", "--filter", "tail-own"];

/// Each way to end has a code of its own; `interrupts` has the one of a signal, and the suite of
/// outside programs that of a failed proof.
#[test]
fn every_way_to_end_has_its_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let list = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let entry = |verdict: &str| {
        format!(
            "[\"flaw:tail-ignored\"]\ntail-own = {{ verdict = \"{verdict}\", reason = \"x\" }}\n"
        )
    };
    list("known.toml", &entry("lost-data"));
    list("stale.toml", &entry("hang"));
    list("typo.toml", &entry("lost-date"));
    let known = |name| [&FLAWED[..], &["--known-failures", name]].concat();
    let core = ["--subject", "core", "--filter", "tail-own"];
    for (arguments, code) in [
        (core.to_vec(), 0),
        (known("known.toml"), 0),
        (FLAWED.to_vec(), 1),
        ([&core[..], &FLAWED[..2]].concat(), 1),
        (vec!["--subject", "cor"], 2),
        (known("typo.toml"), 2),
        (known("nowhere.toml"), 3),
        (known("stale.toml"), 7),
    ] {
        let ended = run_in(folder.path(), &arguments);
        assert_eq!(ended.code, Some(code), "{arguments:?}: {ended:?}");
    }
}

#[test]
fn a_stale_list_says_which_entry_does_not_hold() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[core]\n\ntail-own = { verdict = \"hang\", reason = \"x\" }\n";
    std::fs::write(folder.path().join("known.toml"), text).unwrap();
    let arguments = ["--filter", "tail-own", "--subject", "core"];
    let ended = run_in(
        folder.path(),
        &[&arguments[..], &["--known-failures", "known.toml"]].concat(),
    );
    assert_eq!(ended.code, Some(7));
    let entry =
        "vhdx-log: known.toml: line 3: `tail-own` of core is listed as `hang`, and passes\n";
    assert!(ended.stderr.starts_with(entry), "{}", ended.stderr);
}

#[test]
fn an_unknown_vector_in_a_list_is_answered_with_the_nearest() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[core]\ntail-owns = { verdict = \"hang\", reason = \"x\" }\n";
    std::fs::write(folder.path().join("known.toml"), text).unwrap();
    let ended = run_in(
        folder.path(),
        &["--subject", "core", "--known-failures", "known.toml"],
    );
    let message = ended.complains(2);
    assert!(
        message.starts_with("known.toml: line 2, column 1: unknown vector `tail-owns`"),
        "{message}"
    );
    assert!(message.contains("tail-own,"), "{message}");
}

#[test]
fn a_list_is_rewritten_by_a_whole_run_only() {
    let folder = tempfile::tempdir().unwrap();
    let subject = ["--subject", "flaw:tail-ignored"];
    let update = ["--known-failures", "known.toml", "--update-known-failures"];
    let partial = [&subject[..], &update, &["--topic", "tail"]].concat();
    assert!(
        run_in(folder.path(), &partial)
            .complains(2)
            .contains("every vector")
    );
    assert!(!folder.path().join("known.toml").exists());
    run_in(folder.path(), &[&subject[..], &update].concat()).says(0);
    run_in(folder.path(), &[&subject[..], &update[..2]].concat()).says(0);
    run_in(
        folder.path(),
        &[&subject[..], &["--filter", "tail-*"]].concat(),
    )
    .says(1);
}

/// The record is stored as it is printed, and never over another file unless that is asked for.
#[test]
fn the_record_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "--subject",
        "core",
        "--filter",
        "tail-own",
        "--record",
        "run.json",
    ];
    run_in(folder.path(), &arguments).says(0);
    let text = std::fs::read_to_string(folder.path().join("run.json")).unwrap();
    let record: Record = serde_json::from_str(&text).unwrap();
    assert_eq!(record.subjects[0].results.len(), 1);
    assert!(
        run_in(folder.path(), &arguments)
            .complains(2)
            .contains("exists")
    );
    run_in(folder.path(), &[&arguments[..], &["--force"]].concat()).says(0);
}

/// The line that repeats a failure works where there is nothing else.
#[test]
fn the_repeat_line_works_in_an_empty_directory() {
    let folder = tempfile::tempdir().unwrap();
    let json = [&FLAWED[..], &["--format", "json"]].concat();
    let ended = run_in(folder.path(), &json);
    let record: Record = serde_json::from_str(ended.says(1)).unwrap();
    let line = &record.subjects[0].results[0].repeat;
    let words: Vec<&str> = line.split(' ').collect();
    assert_eq!(words[0], "vhdx-log");
    vhdx_log(folder.path(), &words[1..]).says(1);
    let kept = folder.path().join("flaw-tail-ignored").join("tail-own");
    assert!(kept.join("before.vhdx").exists() && kept.join("after.vhdx").exists());
}

/// A stored run is diagnosed again, and the diagnosis is that of the run.
#[test]
fn the_mistake_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let run = ["--subject", "flaw:tail-ignored", "--record", "run.json"];
    let text = run_in(folder.path(), &run);
    let says = "behaves like `tail-ignored` (SEQ-4) on ";
    assert!(
        text.says(1).replace('\n', " ").contains(says),
        "{}",
        text.stdout
    );
    let again = vhdx_log(folder.path(), &["diagnose", "run.json"]);
    assert!(
        again
            .says(0)
            .starts_with(&format!("flaw:tail-ignored {says}")),
        "{again:?}"
    );
    let json = vhdx_log(folder.path(), &["diagnose", "run.json", "--format", "json"]);
    let record: Record = serde_json::from_str(json.says(0)).unwrap();
    let stored = std::fs::read_to_string(folder.path().join("run.json")).unwrap();
    assert_eq!(record, serde_json::from_str(&stored).unwrap());
    let right = ["--subject", "core", "--record", "core.json"];
    run_in(folder.path(), &right).says(0);
    let core = vhdx_log(folder.path(), &["diagnose", "core.json"]);
    assert_eq!(core.says(0), "core: nothing to diagnose\n");
}
