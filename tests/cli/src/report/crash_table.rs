//! What a search covered, as tables for people.

use std::fmt::{self, Write as _};
use std::time::Duration;

use comfy_table::Table;

use vhdx_log_crash::Tally;
use vhdx_log_crash::checks::Fate;
use vhdx_log_crash::faults::{Class, FaultKind, Phase};

use super::table::{align_right, broken, plain};

/// A tally, with the time it took, to be printed.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    pub tally: &'a Tally,
    pub elapsed: Duration,
    /// Whether the search was meant to cover every fault in every phase, and was completed.
    pub lists_uncovered: bool,
    /// The width of the terminal; `None` for a file.
    pub width: Option<usize>,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", cells(self.tally, self.width))?;
        if !self.tally.fates.is_empty() {
            writeln!(f, "{}", fates(self.tally, self.width))?;
        }
        f.write_str(broken(&self.in_words(), self.width).trim_end())
    }
}

impl Report<'_> {
    /// What is not in the tables, a line for each statement.
    fn in_words(&self) -> String {
        let tally = self.tally;
        let seconds = self.elapsed.as_secs_f64().max(1e-9);
        let per_second = |count: u64| number((count as f64 / seconds) as u64);
        let mut text = format!(
            "{} workload{}, {} states in {seconds:.1} s: {} per second\n\
             {} unique states recovered and checked: {} per second\n",
            number(tally.workloads),
            if tally.workloads == 1 { "" } else { "s" },
            number(tally.states),
            per_second(tally.states),
            number(tally.unique_states),
            per_second(tally.unique_states),
        );
        let uncovered = tally.uncovered_cells();
        match (self.lists_uncovered, uncovered.is_empty()) {
            (false, _) => {}
            (true, true) => {
                text.push_str("every fault kind was injected in every applicable phase\n");
            }
            (true, false) => {
                text.push_str("not exercised:");
                for (kind, phase) in uncovered {
                    text += &format!(" {} in {};", kind.name(), phase.name());
                }
            }
        }
        text
    }
}

/// States by fault and phase. A dot is a fault that cannot occur in the phase.
fn cells(tally: &Tally, width: Option<usize>) -> Table {
    let mut table = plain(width);
    table.set_header([""].into_iter().chain(Phase::ALL.map(Phase::name)));
    let mut class = None;
    for kind in FaultKind::ALL {
        if class != Some(kind.class()) {
            class = Some(kind.class());
            table.add_row([class_name(kind.class())]);
        }
        let cell = |phase: Phase| match tally.cell(kind, phase) {
            0 if !kind.can_occur_in(phase) => ".".to_owned(),
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
fn fates(tally: &Tally, width: Option<usize>) -> Table {
    let mut table = plain(width);
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
