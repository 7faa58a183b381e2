//! What a search covered, as tables for people.

use std::fmt::{self, Write as _};
use std::time::Duration;

use comfy_table::{CellAlignment, Table, presets};

use vhdx_log_crash::Tally;
use vhdx_log_crash::checks::Fate;
use vhdx_log_crash::faults::{Class, FaultKind, Phase};

/// A tally, with the time it took, to be printed.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    pub tally: &'a Tally,
    pub elapsed: Duration,
    /// Whether the search was meant to cover every fault in every phase, and was completed.
    pub lists_uncovered: bool,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            tally,
            elapsed,
            lists_uncovered,
        } = self;
        let seconds = elapsed.as_secs_f64().max(1e-9);
        writeln!(f, "{}", cells(tally))?;
        if !tally.fates.is_empty() {
            writeln!(f, "{}", fates(tally))?;
        }
        writeln!(
            f,
            "{} workload{}, {} states in {seconds:.1} s: {} per second",
            number(tally.workloads),
            if tally.workloads == 1 { "" } else { "s" },
            number(tally.states),
            number((tally.states as f64 / seconds) as u64),
        )?;
        write!(
            f,
            "{} unique states recovered and checked: {} per second",
            number(tally.unique_states),
            number((tally.unique_states as f64 / seconds) as u64),
        )?;
        if !lists_uncovered {
            return Ok(());
        }
        let uncovered = tally.uncovered_cells();
        if uncovered.is_empty() {
            return write!(
                f,
                "\nevery fault kind was injected in every applicable phase"
            );
        }
        write!(f, "\nnot exercised:")?;
        uncovered
            .iter()
            .try_for_each(|(kind, phase)| write!(f, " {} in {};", kind.name(), phase.name()))
    }
}

/// States by fault and phase. A dot is a fault that cannot occur in the phase.
fn cells(tally: &Tally) -> Table {
    let mut table = plain_table();
    table.set_header([""].into_iter().chain(Phase::ALL.map(Phase::name)));
    let mut class = None;
    for kind in FaultKind::ALL {
        if class != Some(kind.class()) {
            class = Some(kind.class());
            table.add_row([class_name(kind.class())]);
        }
        let cell = |phase: Phase| match tally.cell(kind, phase) {
            0 if !kind.can_occur_in(phase) => "·".to_owned(),
            count => number(count),
        };
        table.add_row(
            [format!("  {}", kind.name())]
                .into_iter()
                .chain(Phase::ALL.map(cell)),
        );
    }
    align_right(&mut table);
    table
}

/// Outcomes after media faults and lying flushes.
fn fates(tally: &Tally) -> Table {
    let mut table = plain_table();
    table.set_header(["outcome"].into_iter().chain(Fate::ALL.map(Fate::name)));
    for (kind, row) in &tally.fates {
        let cell = |fate: Fate| number(row.get(&fate).copied().unwrap_or(0));
        table.add_row(
            [format!("  {}", kind.name())]
                .into_iter()
                .chain(Fate::ALL.map(cell)),
        );
    }
    align_right(&mut table);
    table
}

const fn class_name(class: Class) -> &'static str {
    match class {
        Class::PowerLoss => "power loss",
        Class::IoError => "I/O errors",
        Class::Media => "media faults",
        Class::LyingFlush => "lying flushes",
    }
}

fn plain_table() -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table
}

fn align_right(table: &mut Table) {
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

/// A number with a comma between thousands.
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        let _ = text.write_char(digit);
    }
    text
}
