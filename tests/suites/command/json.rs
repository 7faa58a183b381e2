//! The rule that the JSON of all commands shares: one document however the run ends, as its schema
//! has it.

use serde_json::{Value, json, to_value};
use vhdx_log_crash::checks::Fate;
use vhdx_log_crash::faults::{FaultKind, Phase};

use super::images;
use super::running::{Case, vhdx_log};
use super::schema::schema;

#[test]
fn a_document_with_a_bare_64_bit_number_or_an_unknown_key_is_not_valid() {
    let case = Case::of(&images::dirty());
    let ended = case.run(&["inspect", Case::NAME, "--format", "json"]);
    let document: Value = serde_json::from_str(ended.says(0)).unwrap();
    let validator = jsonschema::validator_for(&schema("inspect").unwrap()).unwrap();
    assert!(validator.is_valid(&document));
    let changes: [(&str, Value); 3] = [
        ("/length", 5.into()),
        ("/headers/0/fields/sequence_number", 7.into()),
        ("/log/ring/entries/total", "4".into()),
    ];
    for (place, value) in changes {
        let mut changed = document.clone();
        *changed.pointer_mut(place).unwrap() = value;
        assert!(!validator.is_valid(&changed), "{place}");
    }
    let mut longer = document;
    longer["unknown"] = Value::Null;
    assert!(!validator.is_valid(&longer));
}

#[test]
fn a_run_without_a_result_prints_an_error_object_and_the_same_message() {
    let case = Case::of(&images::dirty());
    let runs: [(&[&str], i32); 4] = [
        (&["inspect", "nothing.vhdx"], 3),
        (&["inspect", "."], 3),
        (&["inspect", Case::NAME, "--unknown"], 2),
        (&["replay", "nothing.vhdx"], 3),
    ];
    for (arguments, code) in runs {
        let text = case.run(arguments);
        assert_eq!((text.code, text.stdout.as_str()), (Some(code), ""));
        let ended = case.run(&[arguments, &["--format", "json"]].concat());
        assert_eq!(ended.code, Some(code), "{ended:?}");
        // The usage that a wrong command line prints repeats the options that were given.
        assert_eq!(text.stderr.lines().next(), ended.stderr.lines().next());
        let document: Value = serde_json::from_str(&ended.stdout).unwrap();
        let message = document["error"]["message"].as_str().unwrap();
        assert!(
            ended.stderr.contains(message),
            "{document:#}\n{}",
            ended.stderr
        );
    }
}

/// The suites check every report that they make, but none of them has every fault in it.
#[test]
fn the_schema_of_crash_lists_every_fault_phase_and_fate() {
    let names = &schema("crash").unwrap()["$defs"];
    assert_eq!(names["fault"]["enum"], to_value(FaultKind::ALL).unwrap());
    assert_eq!(names["phase"]["enum"], to_value(Phase::ALL).unwrap());
    assert_eq!(names["fate"]["enum"], to_value(Fate::ALL).unwrap());
}

/// JavaScript and others round this as a bare number.
#[test]
fn a_seed_above_2_53_is_the_same_in_the_report_and_after_a_merge() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| vhdx_log(folder.path(), arguments);
    let seed = ((1_u64 << 53) + 1).to_string();
    run(&["crash", "--record", "a.trace", "--workload", "w0+8.c"]).says(0);
    let search = ["--trace", "a.trace", "--seed", &seed, "--format", "json"];
    let part = run(&[&["crash"], &search[..]].concat());
    let report: Value = serde_json::from_str(part.says(0)).unwrap();
    assert_eq!(report["seed"], json!(seed));

    std::fs::write(folder.path().join("part.json"), &part.stdout).unwrap();
    let merged = run(&["crash", "--merge", "part.json", "--format", "json"]);
    assert_eq!(merged.says(0), part.stdout);
}

#[test]
fn a_report_of_another_version_is_not_merged() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| vhdx_log(folder.path(), arguments);
    let part = ["--shard", "0/1000", "--only", "headers", "--format", "json"];
    let part = run(&[&["exhaust"], &part[..]].concat());
    let mut report: Value = serde_json::from_str(part.says(0)).unwrap();
    report["schema"] = json!(1);
    std::fs::write(folder.path().join("old.json"), report.to_string()).unwrap();
    for command in ["crash", "exhaust"] {
        assert_eq!(
            run(&[command, "--merge", "old.json"]).complains(2),
            "old.json: a report of version 1, and this program merges version 2: run the shard \
             again with this program"
        );
    }
}
