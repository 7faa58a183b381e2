//! `vhdx-log run`: a failure explained, the JSON, and what is wrong with a command line.

use std::path::Path;

use vhdx_log_bench::record::Record;

use super::running::vhdx_log;

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
        "flaw:tail-ignored: 1 vectors: 1 lost data silently"
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
