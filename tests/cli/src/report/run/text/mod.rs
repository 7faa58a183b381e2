//! A run for a terminal: failures explained, worst harm first; the vectors with equal results;
//! subjects by topics; readings of OPEN clauses; diagnoses; and one sentence for each subject last,
//! where a terminal shows it.
//!
//! Contract: everything fits the width, down to 40 columns. A verdict is a letter or words, never a
//! colour alone. What a program printed is escaped.

mod failure;
mod matrix;

use std::io::{self, Write};

use vhdx_log_inspect::document::escape::printable;
use vhdx_log_inspect::print::paint::{Paint, Role};
use vhdx_log_inspect::print::table::wrap;

use super::mark;
use super::view::{Counts, View};
use super::words;

/// How many failures are explained; the others are listed.
const EXPLAINED: usize = 10;

/// A terminal to write to.
struct Page<'o> {
    out: &'o mut dyn Write,
    paint: Paint,
    width: usize,
}

/// Writes to a terminal of that width.
pub(crate) fn write(
    out: &mut dyn Write,
    view: &View<'_>,
    paint: Paint,
    width: usize,
) -> io::Result<()> {
    let mut page = Page { out, paint, width };
    let failures = view.failures();
    for failed in failures.iter().take(EXPLAINED) {
        failure::write(&mut page, view, failed)?;
    }
    if failures.len() > EXPLAINED || (view.subjects.len() > 1 && !failures.is_empty()) {
        matrix::write_groups(&mut page, view)?;
    }
    matrix::write_topics(&mut page, view)?;
    page.readings(view)?;
    page.diagnoses(view)?;
    page.conditions(view)?;
    page.summary(view)
}

impl Page<'_> {
    fn line(&mut self, role: impl Into<Option<Role>>, line: &str) -> io::Result<()> {
        writeln!(self.out, "{}", self.paint.paint(role, line))
    }

    fn heading(&mut self, heading: &str) -> io::Result<()> {
        writeln!(self.out)?;
        self.line(Role::Heading, heading)
    }

    /// A paragraph; lines after the first are indented further.
    fn paragraph(&mut self, role: impl Into<Option<Role>>, text: &str) -> io::Result<()> {
        let role = role.into();
        let lines = wrap(text, self.width.saturating_sub(4).max(20));
        for (index, line) in lines.iter().enumerate() {
            let indent = if index == 0 { "  " } else { "    " };
            self.line(role, &format!("{indent}{line}"))?;
        }
        Ok(())
    }

    /// Items with commas between them, none of them broken.
    fn items(&mut self, role: Role, items: impl Iterator<Item = String>) -> io::Result<()> {
        let mut line = String::new();
        for item in items {
            if !line.is_empty() && line.len() + 2 + item.len() + 2 > self.width {
                self.line(role, &format!("  {line},"))?;
                line.clear();
            }
            if !line.is_empty() {
                line += ", ";
            }
            line += &item;
        }
        self.line(role, &format!("  {line}"))
    }

    /// For each OPEN clause, the readings that a subject follows, and in how many vectors.
    fn readings(&mut self, view: &View<'_>) -> io::Result<()> {
        for (subject, name) in view.subjects.iter().zip(&view.names) {
            if subject.readings.is_empty() {
                continue;
            }
            self.heading(&format!("READINGS OF OPEN CLAUSES, {name}"))?;
            for (clause, readings) in &subject.readings {
                let names = readings
                    .iter()
                    .map(|(name, count)| format!("{name} ({count})"));
                let names = names.collect::<Vec<_>>().join(", ");
                self.paragraph(None, &printable(&format!("{clause:<7} {names}")))?;
            }
        }
        Ok(())
    }

    fn diagnoses(&mut self, view: &View<'_>) -> io::Result<()> {
        let subjects = view.subjects.iter().zip(&view.names);
        let with = subjects.filter(|(subject, _)| !subject.diagnoses.is_empty());
        for (index, (subject, name)) in with.enumerate() {
            if index == 0 {
                self.heading("DIAGNOSIS")?;
            }
            for diagnosis in &subject.diagnoses {
                self.paragraph(None, &format!("{name} {}", words::diagnosis(diagnosis)))?;
                for decided in words::decided_by(diagnosis) {
                    self.paragraph(Role::Quiet, &decided)?;
                }
            }
        }
        Ok(())
    }

    /// What limits what the run says.
    fn conditions(&mut self, view: &View<'_>) -> io::Result<()> {
        let unprotected = words::unprotected(view.record);
        if !unprotected.is_empty() {
            writeln!(self.out)?;
        }
        for sentence in unprotected {
            self.paragraph(Role::Notable, &sentence)?;
        }
        Ok(())
    }

    fn summary(&mut self, view: &View<'_>) -> io::Result<()> {
        writeln!(self.out)?;
        let seconds = view.record.elapsed_ms as f64 / 1000.0;
        let caution = match words::caution(view.record) {
            Some(caution) => format!("; {caution}"),
            None => String::new(),
        };
        let time = format!("in {seconds:.2} s{caution}");
        for subject in &view.subjects {
            let worst = Counts::of_subject(subject).worst();
            let mut sentence = words::summary(subject);
            if view.subjects.len() == 1 {
                sentence = format!("{sentence} {time}");
            }
            self.sentence(worst.map_or(Role::Quiet, mark::role), &sentence)?;
        }
        if view.subjects.len() > 1 {
            let (subjects, vectors) = (view.subjects.len(), view.rows.len());
            self.sentence(
                None,
                &format!("{vectors} vectors, {subjects} subjects {time}"),
            )?;
        }
        Ok(())
    }

    /// A sentence from the first column on.
    fn sentence(&mut self, role: impl Into<Option<Role>>, text: &str) -> io::Result<()> {
        let lines = wrap(text, self.width.saturating_sub(2).max(20));
        self.line(role, &lines.join("\n  "))
    }
}
