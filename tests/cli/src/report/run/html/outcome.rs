//! What subjects did with one vector: those that did the same together.

use std::collections::BTreeSet;

use maud::{Markup, html};
use vhdx_log_bench::record::{DifferenceRecord, Disk, ResultRecord};
use vhdx_log_inspect::document::escape::printable;

use super::parts::{chip, link_to_clause};
use crate::report::run::view::{Row, View};
use crate::report::run::{hex, words};

/// How much of what a program printed is shown, in characters.
const OUTPUT: usize = 2000;

/// Subjects by their numbers, with what they did.
type Alike<'a> = Vec<(usize, &'a ResultRecord)>;

/// The results of a vector: failures explained, worst first, then the others by name.
pub(super) fn results(view: &View<'_>, row: &Row<'_>) -> Markup {
    let mut different: Vec<Alike<'_>> = Vec::new();
    for (subject, result) in row.results.iter().enumerate() {
        let Some(result) = result else { continue };
        match different.iter_mut().find(|alike| same(alike[0].1, result)) {
            Some(alike) => alike.push((subject, result)),
            None => different.push(vec![(subject, result)]),
        }
    }
    different.sort_by_key(|alike| alike[0].1.verdict);
    let is_open = row.vector.is_some_and(|vector| vector.open.is_some());
    html! {
        @for alike in &different { (outcome(view, alike, is_open)) }
    }
}

/// Whether two subjects did the same, so that one explanation is enough.
fn same(one: &ResultRecord, other: &ResultRecord) -> bool {
    let whole = |result: &ResultRecord| (result.verdict, result.flaky, result.reading.clone());
    whole(one) == whole(other)
        && one.answer == other.answer
        && one.disk == other.disk
        && one.differences == other.differences
        && one.remarks == other.remarks
        && one.known == other.known
}

fn outcome(view: &View<'_>, alike: &Alike<'_>, is_open: bool) -> Markup {
    let result = alike[0].1;
    let names = alike
        .iter()
        .map(|(subject, _)| view.names[*subject].as_str());
    let names = names.collect::<Vec<_>>().join(", ");
    let classes = alike.iter().map(|(subject, _)| format!("by-{subject}"));
    let classes: BTreeSet<String> = classes.chain(["by".to_owned()]).collect();
    let classes = classes.into_iter().collect::<Vec<_>>().join(" ");
    html! {
        div class=(classes) {
            p {
                (chip(result.verdict)) " " b { (names) }
                @if result.flaky { " " span.v.warn { "flaky" } }
                @if result.verdict.is_failure() {
                    ": " (words::answer(&result.answer)) "; on disk: " (disk(result.disk))
                } @else if let Some(reading) = &result.reading {
                    @if is_open { span.quiet { " by the reading " (printable(reading)) } }
                } @else {
                    span.quiet { ": " (words::answer(&result.answer)) }
                }
            }
            @for difference in &result.differences {
                (sides(difference, result.differences.len() > 1))
            }
            @if let Some(known) = &result.known { p { (words::known(known)) } }
            @for remark in &result.remarks { p.quiet { "Remark: " (printable(remark)) } }
            @if result.verdict.is_failure() { (runs(view, alike)) }
        }
    }
}

/// Expected beside seen.
fn sides(difference: &DifferenceRecord, several: bool) -> Markup {
    let bytes = difference.bytes.as_ref();
    let expected = bytes.and_then(|bytes| bytes.expected.as_ref());
    html! {
        @if several { h4 { "Reading " (printable(&difference.reading)) } }
        @if let Some(clause) = &difference.clause {
            p { "Breaks " (link_to_clause(clause)) "." }
        }
        div.sides {
            div.side {
                b { "EXPECTED" }
                p { (printable(&difference.expected)) }
                @if let Some(expected) = &expected { pre { (dump(expected)) } }
            }
            div.side {
                b { "SEEN" }
                p { (printable(&difference.found)) }
                @if let Some(bytes) = &difference.bytes { pre { (dump(&bytes.found)) } }
            }
        }
        @if let Some(bytes) = &difference.bytes { p.quiet { (hex::place(bytes)) "." } }
    }
}

/// Two lines of eight bytes.
fn dump(digits: &str) -> String {
    let second = digits.get(16..).unwrap_or_default();
    let first = hex::dump(digits, 8);
    match second.is_empty() {
        true => first,
        false => format!("{first}\n{}", hex::dump(second, 8)),
    }
}

const fn disk(disk: Disk) -> &'static str {
    match disk {
        Disk::AsDemanded => "as demanded",
        Disk::Untouched => "as it was before",
        Disk::Stale => "stale bytes, from before the replay",
        Disk::Wrong => "wrong bytes",
        Disk::Damaged => "changed where nothing may change",
        Disk::Unfinished => "right but for headers or length",
        Disk::NotObserved => "not seen",
    }
}

/// What was run, and the line that repeats it in an empty directory.
fn runs(view: &View<'_>, alike: &Alike<'_>) -> Markup {
    let several = alike.len() > 1;
    html! {
        details.more {
            summary { "How to repeat it in an empty directory, and what was printed" }
            @for (subject, result) in alike {
                @if several { h4 { (view.names[*subject]) } }
                pre.wrapped { (printable(&result.repeat)) }
                @if !result.runs.is_empty() {
                    pre.wrapped { (end_of(&words::printed(&result.runs))) }
                }
            }
        }
    }
}

/// The last part of a text.
fn end_of(text: &str) -> String {
    let count = text.chars().count();
    let shown = text.chars().skip(count.saturating_sub(OUTPUT));
    let shown: String = shown.collect();
    let lines: Vec<String> = shown.lines().map(printable).collect();
    let cut = if count > OUTPUT { "...\n" } else { "" };
    format!("{cut}{}", lines.join("\n"))
}
