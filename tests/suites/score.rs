//! The searches detect every flaw of the catalogue within a bounded number of cases.

use std::collections::BTreeSet;

use vhdx_log_model::flaws;
use vhdx_log_search::score::{MutantRun, Strategy};

/// Cases that each search has here. `fuzz/SCORE.md` is made with more cases and more seeds.
const CASES: u64 = 6000;
/// Flaws that each search has to detect by itself: all but a few rare ones.
const FOUND_BY_EACH: usize = 180;

fn found(strategy: Strategy, cases: u64) -> BTreeSet<&'static str> {
    let mut run = MutantRun::new(cases);
    strategy.run(1, &mut run);
    run.found().keys().copied().collect()
}

#[test]
fn every_flaw_is_detected_by_some_search_and_nearly_all_by_each() {
    let mut left: BTreeSet<&str> = flaws().iter().map(|flaw| flaw.name).collect();
    for strategy in Strategy::ALL {
        let found = found(strategy, CASES);
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
    assert!(
        left.is_empty(),
        "detected by no search: {}",
        Vec::from_iter(left).join(", ")
    );
}

/// Flaws are detected by cases, not by being listed.
#[test]
fn without_cases_no_flaw_is_detected() {
    for strategy in Strategy::ALL {
        assert_eq!(found(strategy, 0), BTreeSet::new(), "{}", strategy.name());
    }
}

/// The page in the repository is about this catalogue, and each flaw has a number in its row.
#[test]
fn the_page_is_of_this_catalogue() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/SCORE.md");
    let page = std::fs::read_to_string(path).expect("fuzz/SCORE.md");
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
        "made with another catalogue: cargo run --release -- score >fuzz/SCORE.md"
    );
    for cells in rows {
        assert_eq!(cells.len(), 1 + Strategy::ALL.len());
        assert!(
            cells[1..].iter().any(|cell| !cell.ends_with('–')),
            "{}: no search detects it with every seed",
            cells[0]
        );
    }
}
