//! The searches find what they are there to find: every flaw of the catalogue, within a bounded
//! number of cases.

use std::collections::BTreeSet;

use vhdx_log_model::flaws;
use vhdx_log_search::score::{MutantRun, Strategy};

/// Cases that each search has here; the page of the repository gives it more, and more seeds.
const CASES: u64 = 6000;
/// Flaws that each search has to find by itself: all but a few rare ones.
const FOUND_BY_EACH: usize = 180;

fn found(run: &MutantRun) -> BTreeSet<&'static str> {
    run.found().keys().copied().collect()
}

/// A flaw that no search catches fails this test: it is in the catalogue, and nothing would tell.
#[test]
fn every_flaw_is_caught_by_some_search_and_nearly_all_by_each() {
    let mut left: BTreeSet<&str> = flaws().iter().map(|flaw| flaw.name).collect();
    for strategy in Strategy::ALL {
        let found = found(&strategy.run(1, CASES));
        println!(
            "{:>30}: {} of {} flaws in {CASES} cases",
            strategy.name(),
            found.len(),
            flaws().len()
        );
        assert!(
            found.len() >= FOUND_BY_EACH,
            "{}: only {} flaws",
            strategy.name(),
            found.len()
        );
        left.retain(|name| !found.contains(name));
    }
    assert!(left.is_empty(), "caught by no search: {left:?}");
}

/// What is found is found by cases, not by being listed.
#[test]
fn no_case_finds_nothing() {
    for strategy in Strategy::ALL {
        assert_eq!(
            found(&strategy.run(1, 0)),
            BTreeSet::new(),
            "{}",
            strategy.name()
        );
    }
}

/// The page in the repository is of this catalogue, and each flaw has a number in its row.
#[test]
fn the_page_is_of_this_catalogue() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/SCORE.md");
    let page = std::fs::read_to_string(path).expect("the page is in the repository");
    let (_, rows) = page
        .split_once("\n|---|---:|---:|---:|---:|\n")
        .expect("a table with a column for each search");
    let rows: Vec<Vec<&str>> = rows
        .lines()
        .map(|row| row.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let names: Vec<&str> = rows.iter().map(|cells| cells[0]).collect();
    let listed: Vec<&str> = flaws().iter().map(|flaw| flaw.name).collect();
    assert_eq!(
        names, listed,
        "made of an older catalogue: cargo run --release -- efficacy >fuzz/SCORE.md"
    );
    for cells in rows {
        assert_eq!(cells.len(), 1 + Strategy::ALL.len());
        assert!(
            cells[1..].iter().any(|cell| !cell.ends_with('–')),
            "{}: found by no search with every seed",
            cells[0]
        );
    }
}
