//! `vhdx-log shrink`: the verdict is always printed, and what is printed belongs together.

use std::fs;

use vhdx_log_corpus::Corpus;
use vhdx_log_image::Recipe;

use super::images;
use super::running::{Ended, vhdx_log};

fn shrink(command: &str, recipe: &Recipe, options: &[&str]) -> (Ended, Option<String>) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("in.json"), recipe.to_json()).unwrap();
    let arguments = [&[command, "in.json", "--output", "out.json"], options].concat();
    let ended = vhdx_log(folder.path(), &arguments);
    (
        ended,
        fs::read_to_string(folder.path().join("out.json")).ok(),
    )
}

#[test]
fn when_every_property_holds_the_verdict_is_printed() {
    let (ended, _) = shrink("shrink", &images::dirty(), &[]);
    let text = ended.says(0);
    for part in [
        "core: replays 3 entries",
        "all properties hold",
        "LOG  1 MiB",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let (ended, _) = shrink("shrink", &images::no_sequence(), &[]);
    let text = ended.says(0);
    assert!(text.contains("core: refused by SEQ-7"), "{text}");
}

/// The target `canary` checks a model with a flaw, so that there is something to shrink.
#[test]
fn the_violation_printed_is_that_of_the_recipe_printed() {
    let stored = Corpus::embedded()
        .get("candidates-first-entries-lie")
        .unwrap();
    let recipe = Recipe::from_json(&stored.vector.recipe.to_string()).unwrap();
    let (ended, shrunk) = shrink("finding", &recipe, &["--target", "canary"]);
    let text = ended.says(1);
    assert!(text.contains("shrunk recipe"), "the old name works: {text}");
    let shrunk = Recipe::from_json(&shrunk.expect("it was written")).unwrap();
    let (again, _) = shrink("shrink", &shrunk, &["--target", "canary"]);
    let violation = |text: &str| -> Vec<String> {
        let lines = text
            .lines()
            .skip_while(|line| !line.starts_with("property"));
        lines
            .take_while(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    };
    assert!(!violation(text).is_empty(), "{text}");
    assert_eq!(violation(text), violation(again.says(1)));
}
