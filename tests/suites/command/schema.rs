//! Every JSON document that the suites make the command print, against its schema.
//!
//! [`check`] is called for each run of the command, so a suite needs to do nothing for it.

use std::path::PathBuf;

use serde_json::Value;

use super::images;
use super::running::Case;

fn schema(name: &str) -> Option<Value> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/schema");
    let path = PathBuf::from(folder).join(format!("{name}.schema.json"));
    let text = std::fs::read_to_string(path).ok()?;
    Some(serde_json::from_str(&text).unwrap())
}

#[track_caller]
fn assert_valid(schema: &Value, document: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:#?}\n{document:#}");
}

/// Checks a run by its arguments: one that asks for JSON prints exactly one document, which is
/// valid by the schema of its command, or by that of an error. A document of a command that has no
/// schema yet only has to be JSON.
#[track_caller]
pub(super) fn check(arguments: &[&str], code: Option<i32>, stdout: &str) {
    let asks = arguments
        .windows(2)
        .any(|pair| pair == ["--format", "json"]);
    if !asks || arguments.iter().any(|argument| argument.contains("| head")) {
        return;
    }
    let document: Value = serde_json::from_str(stdout)
        .unwrap_or_else(|error| panic!("{arguments:?} ends with {code:?}: {error}\n{stdout}"));
    if let Some(error) = document.get("error") {
        assert_valid(&schema("error").unwrap(), &document);
        assert_eq!(
            error["exit_code"].as_i64(),
            code.map(i64::from),
            "{document:#}"
        );
        return;
    }
    if let Some(schema) = arguments.iter().find_map(|argument| schema(argument)) {
        assert_valid(&schema, &document);
    }
}

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
