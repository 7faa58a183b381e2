//! A run for a terminal: failures explained, worst harm first; the vectors with equal results;
//! subjects by topics; readings of OPEN clauses; diagnoses; and one sentence for each subject last,
//! where a terminal shows it.
//!
//! Contract: everything fits the width, down to 40 columns. A verdict is a letter or words, never a
//! colour alone. What a program printed is escaped.

mod ending;
mod failure;
mod matrix;
mod page;

use std::io::{self, Write};

use vhdx_log_inspect::print::paint::Paint;

use self::page::Page;
use super::view::View;

/// How many failures are explained; the others are listed.
const EXPLAINED: usize = 10;

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
