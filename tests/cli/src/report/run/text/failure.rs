//! One failure, explained: what the image is, what is demanded, what the subject did instead, what
//! that does to a user, and the command that repeats it.

use std::collections::BTreeSet;
use std::io;

use vhdx_log_bench::record::DifferenceRecord;
use vhdx_log_corpus::{Vector, clause};
use vhdx_log_inspect::document::escape::printable;
use vhdx_log_inspect::print::paint::Role;
use vhdx_log_inspect::print::table::wrap;

use super::page::Page;
use crate::report::run::view::{Failed, View};
use crate::report::run::{hex, words};

/// Columns before the text of a labelled line.
const LABEL: usize = 12;

/// Narrower terminals get half a line of a dump.
const WIDE: usize = LABEL + 57;

pub(super) fn write(
    page: &mut Page<'_>,
    view: &View<'_>,
    failed: &Failed<'_, '_>,
) -> io::Result<()> {
    let Failed { row, result, .. } = failed;
    let subject = match view.subjects.len() {
        1 => String::new(),
        _ => format!("{}: ", view.names[failed.subject]),
    };
    let flaky = if result.flaky { " (flaky)" } else { "" };
    let what = format!("{subject}{}{flaky}", result.verdict);
    let name = format!("FAIL {}/{}", row.topic(), row.id);
    page.sentence(Role::Bad, &name)?;
    page.labelled("verdict", &what)?;
    if let Some(vector) = row.vector {
        page.labelled("image", &vector.title)?;
    }
    page.labelled("answer", &words::answer(&result.answer))?;
    let several = result.differences.len() > 1;
    for difference in &result.differences {
        if several {
            page.labelled("reading", &printable(&difference.reading))?;
        }
        page.labelled("expected", &printable(&difference.expected))?;
        page.labelled("found", &printable(&difference.found))?;
        page.bytes(difference)?;
    }
    if let Some(vector) = row.vector {
        page.labelled("why", &vector.why)?;
        page.clauses(vector, &result.differences)?;
    }
    if let Some(known) = &result.known {
        page.labelled("known", &words::known(known))?;
    }
    for remark in &result.remarks {
        page.labelled("remark", &printable(remark))?;
    }
    let id = &row.id;
    let look = format!("vhdx-log vectors show {id}; vhdx-log vectors extract {id}");
    page.labelled("look at", &look)?;
    page.labelled("repeat", &printable(&result.repeat))?;
    writeln!(page.out)
}

impl Page<'_> {
    fn labelled(&mut self, label: &str, text: &str) -> io::Result<()> {
        let lines = wrap(text, self.width.saturating_sub(LABEL).max(20));
        for (index, line) in lines.iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            writeln!(self.out, "  {label:<9} {line}")?;
        }
        Ok(())
    }

    /// The first bytes that differ, of both.
    fn bytes(&mut self, difference: &DifferenceRecord) -> io::Result<()> {
        let Some(bytes) = &difference.bytes else {
            return Ok(());
        };
        let most = if self.width >= WIDE { 16 } else { 4 };
        self.labelled("where", &hex::place(bytes))?;
        if let Some(expected) = &bytes.expected {
            writeln!(self.out, "    must be {}", hex::dump(expected, most))?;
        }
        writeln!(self.out, "    is      {}", hex::dump(&bytes.found, most))
    }

    /// The clause that is broken, or those that the vector exercises, with their texts.
    fn clauses(&mut self, vector: &Vector, differences: &[DifferenceRecord]) -> io::Result<()> {
        let broken: BTreeSet<&str> = differences
            .iter()
            .filter_map(|difference| difference.clause.as_deref())
            .collect();
        let exercised: BTreeSet<&str> = vector.clauses.ids().collect();
        let ids = if broken.is_empty() { exercised } else { broken };
        for clause in ids.into_iter().filter_map(clause) {
            self.labelled(&clause.id, &clause.text)?;
        }
        Ok(())
    }
}
