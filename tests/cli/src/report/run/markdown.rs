//! A run as Markdown, for the summary page of a CI job: the verdict of each subject first, then the
//! matrix, the failures, worst harm first, and the diagnoses.
//!
//! Contract: what a program printed cannot break out of its place, neither as Markdown nor as HTML.
//! The page stays below 1 MiB, which is what GitHub takes for a summary: failures past
//! [`LISTED`] are counted.

use std::io::{self, Write};

use vhdx_log_bench::verdict::Verdict;
use vhdx_log_inspect::document::escape::printable;

use super::mark;
use super::view::{Counts, Row, View};
use super::words;
use crate::report::markdown::text;

/// How many failures are listed.
const LISTED: usize = 200;

pub(crate) fn write(out: &mut dyn Write, view: &View<'_>) -> io::Result<()> {
    writeln!(out, "## VHDX log conformance\n")?;
    for subject in &view.subjects {
        let worst = Counts::of_subject(subject).worst();
        let sign = match worst {
            Some(verdict) if verdict.is_failure() => "**FAIL**: ",
            Some(_) => "ok: ",
            None => "",
        };
        writeln!(out, "- {sign}{}", text(&words::summary(subject)))?;
        let program = words::program(subject);
        if !program.is_empty() {
            writeln!(out, "  ({})", text(&program))?;
        }
        for diagnosis in &subject.diagnoses {
            writeln!(out, "  It {}.", text(&words::diagnosis(diagnosis)))?;
        }
    }
    let record = view.record;
    let (tool, corpus) = (&record.tool_version, &record.corpus_version);
    let (started, os, arch) = (&record.started, &record.machine.os, &record.machine.arch);
    writeln!(
        out,
        "\nvhdx-log {tool}, corpus {corpus}, {started}, {os} {arch}."
    )?;
    let caution = words::caution(record).map(str::to_owned);
    for sentence in caution.into_iter().chain(words::unprotected(record)) {
        writeln!(out, "\n> {}", text(&sentence))?;
    }
    write_matrix(out, view)?;
    write_failures(out, view)
}

fn write_matrix(out: &mut dyn Write, view: &View<'_>) -> io::Result<()> {
    let names = view.names.iter().map(|name| text(name));
    let names: Vec<_> = names.collect();
    writeln!(out, "\n| topic | {} |", names.join(" | "))?;
    writeln!(out, "|---|{}", "--:|".repeat(names.len()))?;
    let mut row = |topic: &str, rows: &[&Row<'_>]| {
        let cells = (0..view.subjects.len()).map(|subject| cell(&Counts::of(rows, subject)));
        writeln!(
            out,
            "| {topic} | {} |",
            cells.collect::<Vec<_>>().join(" | ")
        )
    };
    for (topic, rows) in view.topics() {
        row(topic, &rows)?;
    }
    row("all", &view.rows.iter().collect::<Vec<_>>())
}

fn cell(counts: &Counts) -> String {
    let all = counts.all();
    match counts.worst() {
        None => "not run".to_owned(),
        Some(worst) if worst.is_failure() => {
            format!("{} of {all} fail, worst: **{worst}**", counts.failed())
        }
        Some(Verdict::Pass) if counts.passed() == all => format!("{all} pass"),
        Some(_) => format!("{} of {all} pass", counts.passed()),
    }
}

fn write_failures(out: &mut dyn Write, view: &View<'_>) -> io::Result<()> {
    let failures = view.failures();
    if failures.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n<details><summary>{} failures, worst first</summary>\n",
        failures.len()
    )?;
    writeln!(
        out,
        "| verdict | subject | vector | expected | found | clause |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|")?;
    for failed in failures.iter().take(LISTED) {
        let (result, subject) = (failed.result, &view.names[failed.subject]);
        let (verdict, vector) = (result.verdict, &failed.row.id);
        let letter = mark::letter(verdict);
        let first = result.differences.first();
        let expected = first.map_or("", |difference| &*difference.expected);
        let found = first.map_or("", |difference| &*difference.found);
        let clause = first
            .and_then(|difference| difference.clause.as_deref())
            .unwrap_or("");
        let [subject, expected, found] = [subject, expected, found].map(text);
        let clause = text(clause);
        let vector = text(vector);
        writeln!(
            out,
            "| {letter} {verdict} | {subject} | {vector} | {expected} | {found} | {clause} |"
        )?;
    }
    writeln!(out, "\n</details>")?;
    if let Some(more) = failures.len().checked_sub(LISTED).filter(|&more| more > 0) {
        writeln!(out, "\nand {more} more failures")?;
    }
    if let Some(worst) = failures.first() {
        let repeat = printable(&worst.result.repeat);
        let mut fence = "```".to_owned();
        while repeat.contains(&fence) {
            fence.push('`');
        }
        writeln!(out, "\nThe worst, again:\n\n{fence}sh\n{repeat}\n{fence}")?;
    }
    Ok(())
}
