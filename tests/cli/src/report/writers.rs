//! What was found in the recording of an outside program, for people and for programs.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use vhdx_log_inspect::print::size::Size;
use vhdx_log_writers::blklog::Counts;
use vhdx_log_writers::judge::{Found, Harm, Judged};
use vhdx_log_writers::moment::Moment;
use vhdx_log_writers::protocol::Broken;

use super::crash_table::number;
use super::quoted::quoted;

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
    pub(crate) trace: &'a Path,
    pub(crate) base: &'a Path,
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

#[derive(Serialize)]
struct DocumentOfRule {
    clause: &'static str,
    demanded: bool,
    statement: &'static str,
    count: u64,
    request: usize,
    detail: String,
}

#[derive(Serialize)]
struct DocumentOfState {
    harm: Harm,
    clause: Option<&'static str>,
    count: u64,
    after_requests: usize,
    changes_lost: usize,
    detail: String,
    replay: String,
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
        let rule = |broken: &Broken| DocumentOfRule {
            clause: broken.first.clause,
            demanded: broken.is_demanded(),
            statement: broken.first.rule.statement(),
            count: broken.count,
            request: broken.first.request,
            detail: broken.first.detail.clone(),
        };
        let state = |(found, token): (&Found, &String)| DocumentOfState {
            harm: found.harm,
            clause: found.clause,
            count: found.count,
            after_requests: found.cut,
            changes_lost: found.changes_lost(),
            detail: found.detail.clone(),
            replay: token.clone(),
        };
        Document {
            schema: 1,
            requests: self.findings.requests,
            interrupted: states.interrupted,
            states: states.states,
            unique_states: states.unique_states,
            epochs: states.epochs,
            sampled_epochs: states.sampled_epochs,
            protocol: protocol.iter().map(rule).collect(),
            found: found.iter().zip(tokens).map(state).collect(),
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
        self.protocol(f)?;
        match &findings.states {
            None => Ok(()),
            Some(states) => self.states(f, states),
        }
    }
}

impl Report<'_> {
    fn protocol(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = &self.findings.protocol;
        if protocol.is_empty() {
            return writeln!(f, "\nprotocol: every request keeps it");
        }
        writeln!(f, "\nprotocol: {} rules are broken", protocol.len())?;
        for broken in protocol {
            let Broken {
                first,
                count,
                moment,
            } = broken;
            let remark = if broken.is_demanded() {
                ""
            } else {
                " (a remark)"
            };
            writeln!(
                f,
                "\n  {}{remark}: {}",
                first.clause,
                first.rule.statement()
            )?;
            let more = match count {
                1 => String::new(),
                count => format!(", the first of {}", number(*count)),
            };
            writeln!(f, "  request {}{more}: {}", first.request, first.detail)?;
            write!(f, "{moment}")?;
        }
        Ok(())
    }

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
        let each = self.findings.found.iter().zip(&self.findings.tokens);
        for ((found, token), moment) in each.zip(&self.findings.moments) {
            self.found(f, found, token, moment)?;
        }
        match (self.findings.found.is_empty(), states.interrupted) {
            (true, false) => writeln!(f, "nothing is wrong with any of them"),
            (true, true) => writeln!(f, "interrupted: nothing is wrong so far"),
            (false, _) => Ok(()),
        }
    }

    fn found(
        &self,
        f: &mut fmt::Formatter<'_>,
        found: &Found,
        token: &str,
        moment: &Moment,
    ) -> fmt::Result {
        let clause = found
            .clause
            .map_or(String::new(), |clause| format!(" [{clause}]"));
        writeln!(
            f,
            "\n  {}{clause}: {} states\n  {}",
            found.harm.name(),
            number(found.count),
            found.harm.meaning(),
        )?;
        writeln!(
            f,
            "  the simplest: a crash after {} requests, {} of {} pending changes lost\n  {}",
            found.cut,
            found.changes_lost(),
            found.choice.arrived.len(),
            found.detail,
        )?;
        write!(f, "{moment}")?;
        writeln!(
            f,
            "  reproduce it with\n    vhdx-log crash --trace {} --base {} --replay '{token}'",
            quoted(self.trace),
            quoted(self.base),
        )
    }
}
