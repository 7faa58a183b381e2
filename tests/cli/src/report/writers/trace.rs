//! What was found in the recording of an outside program, for people and for programs.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use vhdx_log_inspect::print::size::Size;
use vhdx_log_writers::blklog::Counts;
use vhdx_log_writers::judge::{Found, Judged};
use vhdx_log_writers::moment::Moment;
use vhdx_log_writers::protocol::Broken;

use super::{DocumentOfRule, DocumentOfState, write_found, write_rules};
use crate::report::crash_table::number;
use crate::report::quoted::quoted;

/// Everything that is reported.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) requests: usize,
    pub(crate) lengths_known: bool,
    pub(crate) counts: Counts,
    pub(crate) left: u64,
    pub(crate) protocol: Vec<Broken>,
    /// `None` when no states were made.
    pub(crate) states: Option<Judged>,
    /// How many states another program recovered.
    pub(crate) recovered: usize,
    /// The worst first, each as simple as it can be.
    pub(crate) found: Vec<Found>,
    /// A token for each of them, and the requests around its crash.
    pub(crate) tokens: Vec<String>,
    pub(crate) moments: Vec<Moment>,
}

impl Findings {
    /// Whether nothing is wrong. Remarks are not.
    pub(crate) fn are_none(&self) -> bool {
        self.found.is_empty() && !self.protocol.iter().any(Broken::is_demanded)
    }

    pub(crate) fn is_interrupted(&self) -> bool {
        self.states
            .as_ref()
            .is_some_and(|states| states.interrupted)
    }
}

/// Findings, to be printed.
pub(crate) struct Report<'a> {
    /// Where the trace and the base image are; `None` when they are in no file, or in the trace.
    pub(crate) trace: Option<&'a Path>,
    pub(crate) base: Option<&'a Path>,
    pub(crate) findings: &'a Findings,
    pub(crate) elapsed: Duration,
}

/// The same as JSON.
#[derive(Serialize)]
pub(crate) struct Document {
    schema: u32,
    requests: usize,
    interrupted: bool,
    states: u64,
    unique_states: u64,
    epochs: u64,
    sampled_epochs: u64,
    protocol: Vec<DocumentOfRule>,
    found: Vec<DocumentOfState>,
}

impl Report<'_> {
    pub(crate) fn document(&self) -> Document {
        let Findings {
            protocol,
            found,
            tokens,
            ..
        } = self.findings;
        let states = self.findings.states.clone().unwrap_or_default();
        let each = found.iter().zip(tokens);
        Document {
            schema: 1,
            requests: self.findings.requests,
            interrupted: states.interrupted,
            states: states.states,
            unique_states: states.unique_states,
            epochs: states.epochs,
            sampled_epochs: states.sampled_epochs,
            protocol: protocol.iter().map(DocumentOfRule::of).collect(),
            found: each
                .map(|(found, token)| DocumentOfState::of(found, Some(token)))
                .collect(),
        }
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let findings = self.findings;
        writeln!(f, "{} requests", number(findings.requests as u64))?;
        if findings.states.is_some() && !findings.lengths_known {
            writeln!(
                f,
                "the format has no changes of the file's length: WRT-5 is not judged"
            )?;
        }
        if findings.counts.fua > 0 {
            let count = number(findings.counts.fua);
            writeln!(f, "{count} FUA writes, each taken for a write and a flush")?;
        }
        if findings.left > 0 {
            let left = Size(findings.left);
            writeln!(
                f,
                "{left} after the last entry that the log counts are not read"
            )?;
        }
        write_rules(f, &self.findings.protocol)?;
        match &findings.states {
            None => Ok(()),
            Some(states) => self.states(f, states),
        }
    }
}

impl Report<'_> {
    fn states(&self, f: &mut fmt::Formatter<'_>, states: &Judged) -> fmt::Result {
        let seconds = self.elapsed.as_secs_f64().max(1e-9);
        let per_second = (states.unique_states as f64 / seconds) as u64;
        writeln!(
            f,
            "\ncrash states: {} made, {} different ones judged, {} per second",
            number(states.states),
            number(states.unique_states),
            number(per_second),
        )?;
        writeln!(
            f,
            "of {} epochs, {} have every subset of their changes, {} a sample",
            number(states.epochs),
            number(states.epochs - states.sampled_epochs),
            number(states.sampled_epochs),
        )?;
        if states.states_before_image > 0 {
            let count = number(states.states_before_image);
            writeln!(
                f,
                "{count} states before the file was an image are not judged"
            )?;
        }
        if self.findings.recovered > 0 {
            let count = number(self.findings.recovered as u64);
            writeln!(f, "{count} of them were recovered by the other program too")?;
        }
        let each = self.findings.found.iter().zip(&self.findings.tokens);
        for ((found, token), moment) in each.zip(&self.findings.moments) {
            write_found(f, found, moment)?;
            let quoted = |path: &Path| quoted(&path.to_string_lossy());
            let base = self
                .base
                .map_or(String::new(), |base| format!(" --base {}", quoted(base)));
            match self.trace.map(quoted) {
                None => writeln!(f, "  to replay it, keep the trace with --record FILE")?,
                Some(trace) => writeln!(
                    f,
                    "  reproduce it with\n    vhdx-log crash --trace {trace}{base} --replay \
                     '{token}'"
                )?,
            }
        }
        match (self.findings.found.is_empty(), states.interrupted) {
            (true, false) => writeln!(f, "nothing is wrong with any of them"),
            (true, true) => writeln!(f, "interrupted: nothing is wrong so far"),
            (false, _) => Ok(()),
        }
    }
}
