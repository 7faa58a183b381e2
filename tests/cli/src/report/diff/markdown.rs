//! A comparison as Markdown, for the summary of a CI job.

use std::io::{self, Write};

use super::compare::Diff;
use super::groups::{groups, name, summary};
use crate::report::markdown::text;

/// How many vectors of a list are named.
const LISTED: usize = 100;

pub(crate) fn write(out: &mut dyn Write, diff: &Diff<'_>) -> io::Result<()> {
    let word = match diff.regressions() {
        0 => "ok",
        _ => "**REGRESSIONS**",
    };
    writeln!(
        out,
        "## VHDX log conformance, compared\n\n{word}: {}",
        summary(diff)
    )?;
    for subject in &diff.subjects {
        writeln!(out, "\n### {}", text(&name(subject)))?;
        for group in groups(subject) {
            let all = group.changes.len();
            writeln!(out, "\n{} ({all})\n", group.heading)?;
            writeln!(
                out,
                "| vector | before | after | found |\n|---|---|---|---|"
            )?;
            for change in group.changes.iter().take(LISTED) {
                let found = change.after.differences.first();
                let found = found.map_or("", |difference| &*difference.found);
                let (was, is) = (change.before.verdict, change.after.verdict);
                let [vector, found] = [&*change.after.vector, found].map(text);
                writeln!(out, "| {vector} | {was} | {is} | {found} |")?;
            }
            if all > LISTED {
                writeln!(out, "\nand {} more", all - LISTED)?;
            }
        }
        for (heading, results) in [("new", &subject.new), ("removed", &subject.removed)] {
            if !results.is_empty() {
                let failing = results.iter().filter(|result| result.verdict.is_failure());
                let failing = failing.count();
                writeln!(
                    out,
                    "\n{} {heading} vectors, {failing} of them fail",
                    results.len()
                )?;
            }
        }
    }
    for (names, which) in [(&diff.gone, "first"), (&diff.added, "second")] {
        for name in names {
            writeln!(out, "\n{} is only in the {which} run", text(name))?;
        }
    }
    Ok(())
}
