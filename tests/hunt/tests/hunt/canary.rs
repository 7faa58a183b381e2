//! A part of EFFICACY.md, in seconds: flaws of every kind are found soon, and by their names.

use vhdx_log_hunt::efficacy::{Row, measure, subjects};
use vhdx_log_oracle::stop::Stop;

/// Each of this many flaws is hunted here.
const ONE_OF: usize = 16;
/// The most cases: the page says that far fewer are needed.
const CASES: u64 = 4096;

#[test]
fn flaws_of_every_kind_are_found_soon_and_by_their_names() {
    let stop = Stop::never();
    let chosen = subjects().into_iter().step_by(ONE_OF);
    let rows: Vec<Row> = chosen
        .map(|subject| measure(&subject, CASES, &stop))
        .collect();
    let missed: Vec<_> = rows.iter().filter(|row| row.found_at.is_none()).collect();
    assert!(missed.is_empty(), "not found: {missed:#?}");
    let misnamed: Vec<_> = rows.iter().filter(|row| row.named == 0).collect();
    assert!(
        misnamed.len() * 10 <= rows.len(),
        "not named: {misnamed:#?}"
    );
}

/// The page in the repository is about this catalogue.
#[test]
fn the_page_has_a_row_for_each_flaw() {
    let page = include_str!("../../EFFICACY.md");
    let (_, rows) = page.split_once("## Flaw by flaw").expect("the section");
    let (rows, _) = rows.split_once("## Pairs").expect("the section after it");
    let names = rows.lines().filter_map(|line| line.strip_prefix("| "));
    let names: Vec<&str> = names.filter_map(|line| line.split(' ').next()).collect();
    let flaws: Vec<&str> = vhdx_log_model::all_flaws().map(|flaw| flaw.name).collect();
    let made = "cargo run --release -- hunt --measure >tests/hunt/EFFICACY.md";
    assert_eq!(names[1..], flaws, "made with another catalogue: {made}");
}
