//! A comparison for a terminal: regressions first, the sum last.

use std::io::{self, Write};

use vhdx_log_bench::record::ResultRecord;
use vhdx_log_inspect::document::escape::printable;
use vhdx_log_inspect::print::paint::{Paint, Role};
use vhdx_log_inspect::print::table::wrap;

use super::compare::{Diff, SubjectDiff};
use super::groups::{groups, name, summary};

pub(crate) fn write(
    out: &mut dyn Write,
    diff: &Diff<'_>,
    paint: Paint,
    width: usize,
) -> io::Result<()> {
    for subject in &diff.subjects {
        write_subject(out, subject, paint, width)?;
    }
    for (names, which) in [(&diff.gone, "first"), (&diff.added, "second")] {
        for name in names {
            writeln!(out, "{} is only in the {which} run", printable(name))?;
        }
    }
    let role = match diff.regressions() {
        0 => Role::Good,
        _ => Role::Bad,
    };
    let lines = wrap(&summary(diff), width.saturating_sub(2).max(20));
    writeln!(out, "{}", paint.paint(role, &lines.join("\n  ")))
}

fn write_subject(
    out: &mut dyn Write,
    diff: &SubjectDiff<'_>,
    paint: Paint,
    width: usize,
) -> io::Result<()> {
    let name = printable(&name(diff));
    let name = wrap(&name, width.saturating_sub(2).max(20)).join("\n  ");
    writeln!(out, "{}", paint.paint(Role::Heading, &name))?;
    let page = width.saturating_sub(4).max(20);
    for group in groups(diff) {
        let role = if group.is_bad {
            Role::Bad
        } else {
            Role::Notable
        };
        let heading = format!(
            "  {} ({})",
            group.heading.to_uppercase(),
            group.changes.len()
        );
        writeln!(out, "{}", paint.paint(role, &heading))?;
        for change in group.changes {
            let (was, is) = (change.before.verdict, change.after.verdict);
            let words = match was == is {
                true => format!("{was}, but not as before"),
                false => format!("{was} -> {is}"),
            };
            let line = format!("{}: {words}", printable(&change.after.vector));
            writeln!(out, "    {}", wrap(&line, page).join("\n      "))?;
            if let Some(difference) = change.after.differences.first() {
                let found = format!("found {}", printable(&difference.found));
                let found = wrap(&found, page.saturating_sub(2)).join("\n      ");
                writeln!(out, "      {}", paint.paint(Role::Quiet, &found))?;
            }
        }
    }
    for (heading, results) in [
        ("new vectors", &diff.new),
        ("removed vectors", &diff.removed),
    ] {
        if !results.is_empty() {
            let heading = format!("  {} ({})", heading.to_uppercase(), results.len());
            writeln!(out, "{}", paint.paint(Role::Quiet, &heading))?;
            let words: Vec<_> = results.iter().map(|result| with_verdict(result)).collect();
            writeln!(out, "    {}", wrap(&words.join(", "), page).join("\n    "))?;
        }
    }
    writeln!(out)
}

/// A vector; with its verdict when that is not a pass.
fn with_verdict(result: &ResultRecord) -> String {
    let id = printable(&result.vector);
    match result.verdict.is_failure() {
        true => format!("{id} ({})", result.verdict),
        false => id,
    }
}
