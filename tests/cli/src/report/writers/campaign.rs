//! What the sessions of a program showed.

use std::fmt;
use std::path::Path;

use serde::Serialize;
use vhdx_log_writers::campaign::Outcome;
use vhdx_log_writers::judge::moment;

use super::{DocumentOfRule, DocumentOfState, write_found, write_rules};
use crate::report::crash_table::number;
use crate::report::quoted::quoted;

/// Sessions, to be printed.
pub(crate) struct Report<'a> {
    /// The program and its version.
    pub(crate) program: &'a str,
    pub(crate) outcome: &'a Outcome,
    /// Where the findings were kept.
    pub(crate) folder: Option<&'a Path>,
}

/// The same as JSON.
#[derive(Serialize)]
pub(crate) struct Document {
    schema: u32,
    program: String,
    sessions: u64,
    operations: u64,
    requests: u64,
    states: u64,
    unique_states: u64,
    interrupted: bool,
    protocol: Vec<DocumentOfRule>,
    found: Vec<DocumentOfState>,
}

impl Report<'_> {
    pub(crate) fn document(&self) -> Document {
        let outcome = self.outcome;
        let cases = outcome.cases.iter();
        Document {
            schema: 1,
            program: self.program.to_owned(),
            sessions: outcome.sessions,
            operations: outcome.operations,
            requests: outcome.requests,
            states: outcome.states,
            unique_states: outcome.unique_states,
            interrupted: outcome.interrupted,
            protocol: outcome.rules.iter().map(DocumentOfRule::of).collect(),
            found: cases
                .map(|case| DocumentOfState::of(&case.found, None))
                .collect(),
        }
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = self.outcome;
        writeln!(f, "{}", self.program)?;
        writeln!(
            f,
            "{} sessions of {} operations, {} requests; {} crash states made, {} different ones \
             judged",
            number(outcome.sessions),
            number(outcome.operations),
            number(outcome.requests),
            number(outcome.states),
            number(outcome.unique_states),
        )?;
        for (how, count) in &outcome.ended_badly {
            writeln!(f, "{} runs ended badly: {how}", number(*count))?;
        }
        for (why, count) in &outcome.not_recorded {
            writeln!(f, "{} sessions have no recording: {why}", number(*count))?;
        }
        write_rules(f, &outcome.rules)?;
        if outcome.cases.is_empty() {
            writeln!(f, "\nnothing is wrong with any crash state")?;
        }
        for case in &outcome.cases {
            write_found(f, &case.found, &moment(&case.recorded.outside, &case.found))?;
            writeln!(
                f,
                "  the shortest session that shows it, from seed {}",
                case.seed
            )?;
            for words in &case.recorded.commands {
                writeln!(f, "    {}", words.join(" "))?;
            }
        }
        if let Some(folder) = self.folder.filter(|_| !outcome.cases.is_empty()) {
            writeln!(
                f,
                "\neach finding is in a folder of its own in {}",
                quoted(&folder.to_string_lossy())
            )?;
        }
        if outcome.interrupted {
            writeln!(f, "interrupted: what is above is partial")?;
        }
        Ok(())
    }
}
