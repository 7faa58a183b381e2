//! A run as text: each failure explained, the readings of OPEN clauses, and the verdict last, where
//! a terminal shows it.

use std::io::{self, Write};

use vhdx_log_bench::record::{Record, ResultRecord, SubjectRecord, SubjectState};
use vhdx_log_corpus::{Corpus, clause};
use vhdx_log_inspect::print::paint::{Paint, Role};
use vhdx_log_inspect::print::table::wrap;

/// How many failures are explained; the others are listed by id.
const EXPLAINED: usize = 10;

/// Columns before the text of a labelled line.
const LABEL: usize = 12;

/// Writes to a terminal of that width.
pub(crate) fn write_text(
    out: &mut dyn Write,
    record: &Record,
    paint: Paint,
    width: usize,
) -> io::Result<()> {
    for subject in &record.subjects {
        write_subject(out, record, subject, paint, width)?;
    }
    Ok(())
}

fn write_subject(
    out: &mut dyn Write,
    record: &Record,
    subject: &SubjectRecord,
    paint: Paint,
    width: usize,
) -> io::Result<()> {
    let name = &subject.name;
    match &subject.state {
        SubjectState::Ran => {}
        SubjectState::NotInstalled { looked_for } => {
            return writeln!(out, "{name} is not installed (looked for {looked_for})");
        }
        SubjectState::FailedProof { reason } => {
            return writeln!(out, "{name} cannot be believed: {reason}");
        }
    }
    let failures = || {
        subject
            .results
            .iter()
            .filter(|one| one.verdict.is_failure())
    };
    for result in failures().take(EXPLAINED) {
        write_failure(out, paint, width, result)?;
    }
    let others: Vec<_> = failures()
        .skip(EXPLAINED)
        .map(|one| one.vector.as_str())
        .collect();
    if !others.is_empty() {
        let sentence = format!("and {} more failures: {}", others.len(), others.join(" "));
        writeln!(out, "{}\n", wrap(&sentence, width).join("\n"))?;
    }
    let counts: Vec<_> = subject.counts().into_iter().collect();
    let counts: Vec<_> = counts
        .iter()
        .map(|(verdict, count)| format!("{count} {verdict}"))
        .collect();
    let role = if others.is_empty() && failures().next().is_none() {
        Role::Good
    } else {
        Role::Bad
    };
    let interrupted = match record.interrupted {
        true => "; interrupted, so the others were not run",
        false => "",
    };
    let (vectors, seconds) = (subject.results.len(), record.elapsed_ms as f64 / 1000.0);
    let counts = counts.join(", ");
    let verdict = format!("{name}: {vectors} vectors: {counts} in {seconds:.2} s{interrupted}");
    writeln!(out, "{}", paint.paint(role, &verdict))
}

fn write_failure(
    out: &mut dyn Write,
    paint: Paint,
    width: usize,
    result: &ResultRecord,
) -> io::Result<()> {
    let verdict = paint.paint(Role::Bad, result.verdict.words());
    writeln!(out, "{verdict}: {}", result.vector)?;
    let mut line = |label: &str, text: &str| {
        let lines = wrap(text, width.saturating_sub(LABEL).max(20));
        lines.iter().enumerate().try_for_each(|(index, line)| {
            let label = if index == 0 { label } else { "" };
            writeln!(out, "  {label:<9} {line}")
        })
    };
    let stored = Corpus::embedded().get(&result.vector);
    if let Some(stored) = stored {
        line("image", &stored.vector.title)?;
    }
    for difference in &result.differences {
        line("reading", &difference.reading)?;
        line("expected", &difference.expected)?;
        line("found", &difference.found)?;
        if let Some(bytes) = &difference.bytes {
            let expected = bytes.expected.as_deref().unwrap_or("unknown");
            line("at", &format!("{:#x}", bytes.offset))?;
            line("expected", expected)?;
            line("found", &bytes.found)?;
        }
    }
    if let Some(stored) = stored {
        line("why", &stored.vector.why)?;
    }
    let mut clauses = result
        .differences
        .iter()
        .filter_map(|one| one.clause.as_deref());
    if let Some(violated) = clauses.find_map(clause) {
        line(&violated.id, &violated.text)?;
    }
    for remark in &result.remarks {
        line("remark", remark)?;
    }
    line("repeat", &result.repeat)?;
    writeln!(out)
}
