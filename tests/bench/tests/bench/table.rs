//! The table of what every flaw does with every vector is that of the present corpus.

use vhdx_log_bench::diagnose::{Table, generate, stored};
use vhdx_log_corpus::{Corpus, Vector};
use vhdx_log_oracle::stop::Stop;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/diagnose/outcomes.txt");
const REGENERATE: &str = "the table is out of date: \
    `cargo test -p vhdx-log-bench --test bench table::regenerate -- --ignored`";

fn made(chosen: impl Fn(&Vector) -> bool) -> Table {
    generate(Corpus::embedded(), chosen, 2, &Stop::never()).expect("a corpus that is whole")
}

/// Every vector is in it, and a part of them is made again.
#[test]
fn the_table_is_current() {
    let vectors = || Corpus::embedded().iter().map(|stored| &stored.vector);
    let mut absent = vectors().filter(|one| one.limit_ms.is_none() && !stored().has(one));
    assert_eq!(absent.next().map(|one| &one.id), None, "{REGENERATE}");
    let is_sampled = |id: &str| vectors().step_by(60).any(|vector| vector.id == id);
    let again = made(|vector| is_sampled(&vector.id));
    assert!(again.vectors() >= 10);
    assert_eq!(stored().only(is_sampled), again, "{REGENERATE}");
}

#[test]
fn a_table_is_the_same_after_it_was_written() {
    let table = made(|vector| vector.id.starts_with("tail-own"));
    assert_eq!(Table::parse(&table.write()), Some(table));
    assert_eq!(Table::parse("one two\nno row"), None);
}

/// Writes the table: minutes of a processor.
#[test]
#[ignore = "writes the table"]
fn regenerate() {
    let text = made(|_| true).write();
    std::fs::write(FILE, text).expect("a source tree that can be written");
}
