//! What a run ends with: readings of OPEN clauses, diagnoses, what limits the run, and a sentence
//! for each subject.

use std::collections::BTreeMap;
use std::io;

use vhdx_log_inspect::document::escape::printable;
use vhdx_log_inspect::print::paint::Role;
use vhdx_log_inspect::print::table::wrap;

use super::page::Page;
use crate::report::run::view::{Counts, View};
use crate::report::run::{mark, words};

/// For each OPEN clause, how often each reading was followed.
type Readings = BTreeMap<String, BTreeMap<String, usize>>;

impl Page<'_> {
    /// For each OPEN clause, the readings that a subject follows, and in how many vectors; subjects
    /// that follow the same are named together.
    pub(super) fn readings(&mut self, view: &View<'_>) -> io::Result<()> {
        let mut different: Vec<(&Readings, Vec<&str>)> = Vec::new();
        for (subject, name) in view.subjects.iter().zip(&view.names) {
            let readings = &subject.readings;
            match different.iter_mut().find(|(known, _)| *known == readings) {
                Some((_, names)) => names.push(name),
                None => different.push((readings, vec![name])),
            }
        }
        for (readings, names) in different {
            if readings.is_empty() {
                continue;
            }
            let heading = format!("READINGS OF OPEN CLAUSES: {}", names.join(", "));
            let heading = wrap(&heading, self.width.saturating_sub(2).max(20));
            self.heading(&heading.join("\n  "))?;
            for (clause, readings) in readings {
                let names = readings
                    .iter()
                    .map(|(name, count)| format!("{name} ({count})"));
                let names = names.collect::<Vec<_>>().join(", ");
                self.paragraph(None, &printable(&format!("{clause:<7} {names}")))?;
            }
        }
        Ok(())
    }

    pub(super) fn diagnoses(&mut self, view: &View<'_>) -> io::Result<()> {
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
    pub(super) fn conditions(&mut self, view: &View<'_>) -> io::Result<()> {
        let unprotected = words::unprotected(view.record);
        if !unprotected.is_empty() {
            writeln!(self.out)?;
        }
        for sentence in unprotected {
            self.paragraph(Role::Notable, &sentence)?;
        }
        Ok(())
    }

    pub(super) fn summary(&mut self, view: &View<'_>) -> io::Result<()> {
        writeln!(self.out)?;
        let seconds = view.record.elapsed_ms as f64 / 1000.0;
        // Who chose some of the vectors knows that.
        let caution = match words::caution(view.record) {
            Some(caution) if view.record.interrupted => format!("; {caution}"),
            _ => String::new(),
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
}
