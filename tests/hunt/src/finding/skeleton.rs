//! What is special about a recipe, without its numbers: the parts that it states at all.
//!
//! Two findings that no flaw explains are one when the program shows the same symptom on recipes
//! with the same skeleton. A failing case can be a known finding when it has all the parts of it.

use std::collections::BTreeSet;

use serde_json::Value;
use vhdx_log_image::Recipe;
use vhdx_log_oracle::digest::sha256;

use super::symptom::Symptom;

/// Digits of the name of a new finding.
const DIGITS: usize = 8;

/// The parts of a recipe: paths of keys, without list indices and values.
pub(crate) fn skeleton(recipe: &Recipe) -> BTreeSet<String> {
    let mut parts = BTreeSet::new();
    if let Ok(value) = serde_json::to_value(recipe) {
        collect(&value, "", &mut parts);
    }
    parts
}

fn collect(value: &Value, path: &str, parts: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let path = format!("{path}/{key}");
                parts.insert(path.clone());
                collect(value, &path, parts);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, path, parts)),
        _ => {}
    }
}

/// The digest that names a finding which nothing explains.
pub(crate) fn digest(symptom: &Symptom, recipe: &Recipe) -> String {
    let parts = skeleton(recipe);
    let mut digits = sha256(format!("{symptom:?} {parts:?}").as_bytes());
    digits.truncate(DIGITS);
    digits
}
