//! Every JSON document that the suites make the command print, against its schema.
//!
//! [`check`] is called for each run of the command, so a suite needs to do nothing for it.

use std::path::PathBuf;

use serde_json::Value;

/// The schema of this name.
pub(crate) fn schema(name: &str) -> Option<Value> {
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
pub(crate) fn check(arguments: &[&str], code: Option<i32>, stdout: &str) {
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
    let schema_of = |argument: &&str| match *argument {
        "run" | "report" | "diagnose" => schema("record"),
        command => schema(command),
    };
    if let Some(schema) = arguments.iter().find_map(schema_of) {
        assert_valid(&schema, &document);
    }
}
