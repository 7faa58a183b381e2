//! The style of the sources that a program can check. Every failure lists `path:line: rule: what`.
//!
//! - [`circles`]: no two files of a package know each other in a circle.
//! - [`sizes`]: files of at most 400 lines, functions of at most 70, lines of at most 100 columns.
//! - [`names`]: names that were replaced do not come back.
//! - [`links`]: every relative link in Markdown leads somewhere.
//!
//! Which package may depend on which is in `dependency_rules.rs`. The tests in [`proofs`] show that
//! each rule can fail.

mod circles;
mod links;
mod names;
mod proofs;
mod sizes;
mod sources;
mod tokens;

use sources::Finding;
pub use sources::{root, with_extension};

/// Fails with every finding, one a line.
#[track_caller]
fn assert_none(mut findings: Vec<Finding>) {
    findings.sort();
    let lines: Vec<_> = findings.iter().map(ToString::to_string).collect();
    assert!(
        lines.is_empty(),
        "{} findings:\n{}",
        lines.len(),
        lines.join("\n")
    );
}

#[test]
fn no_two_files_of_a_package_know_each_other_in_a_circle() {
    assert_none(circles::check(&with_extension("rs")));
}

#[test]
fn no_file_has_more_than_400_lines() {
    assert_none(sizes::files(&with_extension("rs")));
}

#[test]
fn no_function_has_more_than_70_lines() {
    assert_none(sizes::functions(&with_extension("rs")));
}

#[test]
fn no_line_has_more_than_100_columns() {
    assert_none(sizes::lines(&with_extension("rs")));
}

#[test]
fn retired_names_do_not_come_back() {
    let mut sources = with_extension("rs");
    // The list itself.
    sources.retain(|path, _| path != "tests/suites/tidy/names.rs");
    assert_none(names::check(&sources));
}

#[test]
fn every_relative_link_in_markdown_leads_somewhere() {
    assert_none(links::check(&with_extension("md"), links::is_in(&root())));
}
