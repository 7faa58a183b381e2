//! What a hunt found, on the terminal.

use std::io::{self, Write};
use std::path::Path;

use vhdx_log_hunt::{Finding, State};
use vhdx_log_inspect::document::escape::printable;

use super::words;

pub(crate) fn write(out: &mut dyn Write, state: &State, folder: Option<&Path>) -> io::Result<()> {
    for (case, what) in &state.disagreements {
        writeln!(
            out,
            "core and model differ, which is a mistake of this project"
        )?;
        writeln!(out, "  {what}\n  recipe: {}\n", case.recipe)?;
    }
    for finding in state.sorted() {
        write_finding(out, finding)?;
    }
    for (name, seen) in &state.known {
        writeln!(out, "expected: {}, {seen} times", printable(name))?;
    }
    writeln!(out, "{}", summary(state))?;
    if let Some(folder) = folder {
        let index = folder.join("index.html");
        writeln!(out, "kept in {}", printable(&index.display().to_string()))?;
    }
    Ok(())
}

fn write_finding(out: &mut dyn Write, finding: &Finding) -> io::Result<()> {
    writeln!(out, "FOUND {}", printable(&words::title(finding)))?;
    writeln!(out, "  what      {}", printable(&words::mistake(finding)))?;
    for (id, text) in words::clauses(finding) {
        writeln!(out, "  {id:<9} {text}")?;
    }
    for difference in finding.result.differences.iter().take(1) {
        writeln!(out, "  expected  {}", printable(&difference.expected))?;
        writeln!(out, "  found     {}", printable(&difference.found))?;
    }
    let size = words::size(&finding.case.recipe);
    let (at, seen) = (finding.found_at, finding.seen);
    writeln!(out, "  image     {size}; {}", words::reliability(finding))?;
    writeln!(out, "  seen      first in case {at}, in {seen} cases")?;
    writeln!(out, "  recipe    {}\n", finding.case.recipe)
}

/// `20000 cases, 3100 per second: 412 failures, 3 findings (1 new); 1830 cells of 61 clauses`.
pub(crate) fn summary(state: &State) -> String {
    let new = state.findings.iter().filter(|one| one.is_new()).count();
    let rate = per_second(state.cases, state.elapsed_ms);
    format!(
        "{} cases, {rate} per second: {} failures, {} findings ({new} new); {} cells of {} \
         clauses seen; seed {}",
        state.cases,
        state.failures,
        state.findings.len(),
        state.coverage.len(),
        state.coverage.clauses(),
        state.seed,
    )
}

/// One line while the hunt goes on.
pub(crate) fn progress(state: &State, cases: u64, ms: u64) -> String {
    format!(
        "{} cases, {} per second, {} findings, {} cells",
        state.cases,
        per_second(cases, ms),
        state.findings.len(),
        state.coverage.len(),
    )
}

fn per_second(cases: u64, ms: u64) -> u64 {
    cases.saturating_mul(1000) / ms.max(1)
}
