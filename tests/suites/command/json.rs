//! The rule that the JSON of all commands shares: one document however the run ends, as its schema
//! has it.

use serde_json::Value;

use super::images;
use super::running::Case;
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
