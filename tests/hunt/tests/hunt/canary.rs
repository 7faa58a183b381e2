//! A part of `hunt --measure`, in seconds: flaws of every kind are found soon, and by their names.

use vhdx_log_hunt::efficacy::{Row, measure, subjects};
use vhdx_log_oracle::stop::Stop;

/// Each of this many flaws is hunted here.
const ONE_OF: usize = 16;
/// The most cases.
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
