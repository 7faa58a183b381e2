//! Tables with a column for each subject: topics, and vectors with equal results. Where the columns
//! do not fit beside each other, the table goes on below with the next subjects.

use std::collections::BTreeSet;
use std::io;

use vhdx_log_bench::verdict::Verdict;
use vhdx_log_inspect::document::escape::bounded;
use vhdx_log_inspect::print::paint::Role;
use vhdx_log_inspect::print::table::wrap;

use super::page::Page;
use crate::report::run::mark;
use crate::report::run::view::{Counts, Row, View};

/// Columns for the names of topics.
const TOPIC: usize = 14;
/// The widest column of a subject.
const SUBJECT: usize = 14;
/// The narrowest: `L 12/40`.
const CELL: usize = 8;
/// How many vectors of a group are named.
const NAMED: usize = 24;

/// Subjects by topics: the letter of the worst verdict, and how many of how many vectors fail.
pub(super) fn write_topics(page: &mut Page<'_>, view: &View<'_>) -> io::Result<()> {
    let ran: Vec<usize> = ran(view);
    if ran.is_empty() {
        return Ok(());
    }
    let topics = view.topics();
    let width = column(view);
    let fitting = (page.width.saturating_sub(TOPIC) / (width + 1)).max(1);
    let mut seen = BTreeSet::new();
    for subjects in ran.chunks(fitting) {
        write_heads(page, view, subjects, width)?;
        for (topic, rows) in &topics {
            write_row(page, topic, rows, subjects, width, &mut seen)?;
        }
        let all: Vec<&Row<'_>> = view.rows.iter().collect();
        write_row(page, "all", &all, subjects, width, &mut seen)?;
        writeln!(page.out)?;
    }
    write_legend(page, &seen)
}

/// Those that were run.
fn ran(view: &View<'_>) -> Vec<usize> {
    let subjects = view.subjects.iter().enumerate();
    let ran = subjects.filter(|(_, subject)| !subject.results.is_empty());
    ran.map(|(index, _)| index).collect()
}

/// The width of a subject's column.
fn column(view: &View<'_>) -> usize {
    let names = view.names.iter().map(|name| name.chars().count());
    names.max().unwrap_or(0).clamp(CELL, SUBJECT)
}

fn write_heads(
    page: &mut Page<'_>,
    view: &View<'_>,
    subjects: &[usize],
    width: usize,
) -> io::Result<()> {
    let mut line = format!("  {:<1$}", "topic", TOPIC - 2);
    for &subject in subjects {
        let name = &view.names[subject];
        let name = match name.chars().count() > width {
            true => bounded(name, width - 3),
            false => name.clone(),
        };
        line += &format!(" {name:>width$}");
    }
    page.line(Role::Quiet, &line)
}

fn write_row(
    page: &mut Page<'_>,
    topic: &str,
    rows: &[&Row<'_>],
    subjects: &[usize],
    width: usize,
    seen: &mut BTreeSet<Verdict>,
) -> io::Result<()> {
    let topic = bounded(topic, TOPIC - 2);
    let mut line = format!("  {topic:<0$}", TOPIC - 2);
    for &subject in subjects {
        let counts = Counts::of(rows, subject);
        let Some(worst) = counts.worst() else {
            line += &format!(" {:>width$}", "");
            continue;
        };
        seen.insert(worst);
        let (letter, all) = (mark::letter(worst), counts.all());
        let cell = match worst {
            _ if worst.is_failure() => format!("{letter} {}/{all}", counts.failed()),
            // A topic of which some vectors pass and others say nothing.
            Verdict::Pass if counts.passed() < all => {
                seen.extend(counts.0.keys());
                format!("{letter} {}/{all}", counts.passed())
            }
            _ => format!("{letter} {all}"),
        };
        let padding = " ".repeat(width.saturating_sub(cell.len()) + 1);
        line += &format!("{padding}{}", page.paint.paint(mark::role(worst), &cell));
    }
    writeln!(page.out, "{line}")
}

/// The letters that the table has.
fn write_legend(page: &mut Page<'_>, seen: &BTreeSet<Verdict>) -> io::Result<()> {
    let failures = "letter: the worst verdict; then how many of how many vectors fail";
    let passes = "then how many of how many vectors pass";
    let sentence = match seen.iter().any(|verdict| verdict.is_failure()) {
        true => failures,
        false => passes,
    };
    page.paragraph(Role::Quiet, sentence)?;
    let letters = seen
        .iter()
        .map(|&verdict| format!("{} {verdict}", mark::letter(verdict)));
    page.items(Role::Quiet, letters)
}

/// The vectors that someone fails: those with the same verdicts of all subjects in one row.
pub(super) fn write_groups(page: &mut Page<'_>, view: &View<'_>) -> io::Result<()> {
    let failing = |row: &&Row<'_>| row.worst().is_some_and(Verdict::is_failure);
    let rows: Vec<&Row<'_>> = view.rows.iter().filter(failing).collect();
    let ran = ran(view);
    page.line(Role::Heading, "VECTORS WITH EQUAL RESULTS, WORST FIRST")?;
    for group in View::groups(&rows) {
        let mut verdicts = Vec::new();
        for &subject in &ran {
            let Some(verdict) = group.verdicts[subject] else {
                continue;
            };
            let name = &view.names[subject];
            match verdicts.iter_mut().find(|(known, _)| *known == verdict) {
                Some((_, names)) => *names = format!("{names}, {name}"),
                None => verdicts.push((verdict, name.clone())),
            }
        }
        verdicts.sort();
        let words = verdicts.iter().map(|(verdict, names)| match ran.len() {
            1 => verdict.to_string(),
            _ => format!("{} {verdict}: {names}", mark::letter(*verdict)),
        });
        let words = words.collect::<Vec<_>>().join("; ");
        let role = verdicts.first().map(|(verdict, _)| mark::role(*verdict));
        page.paragraph(role, &format!("{}x  {words}", group.rows.len()))?;
        let ids = group.rows.iter().map(|row| row.id.clone());
        let mut ids: Vec<String> = ids.take(NAMED).collect();
        if group.rows.len() > NAMED {
            let more = group.rows.len() - NAMED;
            ids.push(format!("and {more} more; --format html shows all"));
        }
        for line in wrap(&ids.join(" "), page.width.saturating_sub(6).max(20)) {
            page.line(None, &format!("      {line}"))?;
        }
    }
    writeln!(page.out)
}
