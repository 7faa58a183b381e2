//! A run as text: each failure explained, a table by topic, the readings of OPEN clauses, and the
//! verdict last, where a terminal shows it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use comfy_table::Table;
use vhdx_log_bench::{Counts, RunReport, SkipReason};
use vhdx_log_corpus::{Vector, clause};
use vhdx_log_inspect::print::paint::{Paint, Role};
use vhdx_log_inspect::print::table::wrap;
use vhdx_log_oracle::Failure;

use crate::report::table::{align_right, plain};

/// How many failures are explained; the others are listed by id.
const EXPLAINED: usize = 10;

/// Columns before the text of a labelled line.
const LABEL: usize = 12;

/// Writes to a terminal of that width.
pub(crate) fn write_text(
    out: &mut dyn Write,
    report: &RunReport,
    paint: Paint,
    width: usize,
) -> io::Result<()> {
    for (vector, failure) in report.failures().take(EXPLAINED) {
        write_failure(out, paint, width, vector, failure)?;
    }
    let counts = report.counts();
    if counts.failed > EXPLAINED {
        let others = report.failures().skip(EXPLAINED);
        let ids: Vec<_> = others.map(|(vector, _)| vector.id.as_str()).collect();
        let sentence = format!("and {} more failures: {}", ids.len(), ids.join(" "));
        writeln!(out, "{}\n", wrap(&sentence, width).join("\n"))?;
    }
    writeln!(out, "{}", by_topic(report))?;
    write_skipped(out, report, width)?;
    write_readings(out, report)?;
    let (word, number, role) = match counts.failed {
        0 => ("passes", counts.passed, Role::Good),
        failed => ("fails", failed, Role::Bad),
    };
    let skipped = match counts.skipped {
        0 => String::new(),
        skipped => format!(", {skipped} skipped"),
    };
    let (subject, vectors) = (&report.subject, counts.vectors());
    let seconds = report.elapsed.as_secs_f64();
    let interrupted = match report.interrupted {
        true => "; interrupted, so the others were not run",
        false => "",
    };
    let verdict = format!(
        "{subject} {word} {number} of {vectors} vectors{skipped} in {seconds:.2} s{interrupted}"
    );
    writeln!(out, "\n{}", paint.paint(role, &verdict))
}

fn write_failure(
    out: &mut dyn Write,
    paint: Paint,
    width: usize,
    vector: &Vector,
    failure: &Failure,
) -> io::Result<()> {
    let Vector {
        id,
        topic,
        title,
        why,
        ..
    } = vector;
    writeln!(out, "{} {topic}/{id}", paint.paint(Role::Bad, "FAIL"))?;
    let mut line = |label: &str, text: &str| {
        let lines = wrap(text, width.saturating_sub(LABEL).max(20));
        lines.iter().enumerate().try_for_each(|(index, line)| {
            let label = if index == 0 { label } else { "" };
            writeln!(out, "  {label:<9} {line}")
        })
    };
    line("image", title)?;
    let several = failure.differences.len() > 1;
    for difference in &failure.differences {
        if several {
            line("reading", &difference.expectation)?;
        }
        line("expected", &difference.expected)?;
        line("found", &difference.found)?;
    }
    line("why", why)?;
    let mut differences = failure.differences.iter();
    match differences.find_map(|difference| difference.clause.and_then(clause)) {
        Some(violated) => line(&violated.id, &violated.text)?,
        None => {
            let ids: BTreeSet<&str> = vector.clauses.ids().collect();
            let ids: Vec<&str> = ids.into_iter().collect();
            line("clauses", &ids.join(", "))?;
        }
    }
    line("explain", &format!("vhdx-log vectors show {id}"))?;
    line("image to", &format!("vhdx-log vectors extract {id}"))?;
    writeln!(out)
}

/// A column for skipped vectors only where there are any.
fn by_topic(report: &RunReport) -> Table {
    let mut table = plain(None);
    let all = report.counts();
    let columns = if all.skipped > 0 { 4 } else { 3 };
    let headings = ["topic", "vectors", "passed", "failed", "skipped"];
    table.set_header(headings.into_iter().take(columns + 1));
    let mut row = |name: &str, counts: Counts| {
        let Counts {
            passed,
            failed,
            skipped,
        } = counts;
        let numbers = [counts.vectors(), passed, failed, skipped];
        let cells = numbers.map(|number| number.to_string());
        table.add_row([name.to_owned()].into_iter().chain(cells).take(columns + 1));
    };
    for (topic, counts) in report.by_topic() {
        row(topic.name(), counts);
    }
    row("all", all);
    align_right(&mut table);
    table
}

/// The skipped vectors, by reason.
fn write_skipped(out: &mut dyn Write, report: &RunReport, width: usize) -> io::Result<()> {
    let mut reasons: BTreeMap<SkipReason, usize> = BTreeMap::new();
    for (_, reason) in report.skipped() {
        *reasons.entry(reason).or_default() += 1;
    }
    for (reason, count) in reasons {
        write_indented(out, &format!("{count} skipped: {reason}"), width)?;
    }
    Ok(())
}

/// Where the format allows several readings, which one the subject follows.
fn write_readings(out: &mut dyn Write, report: &RunReport) -> io::Result<()> {
    let readings = report.readings();
    if !readings.is_empty() {
        writeln!(out, "  OPEN clauses, and the readings found:")?;
    }
    for (clause, readings) in readings {
        let names: Vec<_> = readings
            .iter()
            .map(|(name, count)| format!("{name} ({count})"))
            .collect();
        writeln!(out, "    {clause:<7} {}", names.join(", "))?;
    }
    Ok(())
}

/// A wrapped paragraph; lines after the first are indented further.
fn write_indented(out: &mut dyn Write, text: &str, width: usize) -> io::Result<()> {
    let lines = wrap(text, width.saturating_sub(4).max(20));
    writeln!(out, "  {}", lines.join("\n    "))
}
