//! What was found in outside programs that write, for people and for programs.

pub(crate) mod campaign;
pub(crate) mod trace;

use std::fmt;

use serde::Serialize;
use vhdx_log_writers::judge::{Found, Harm};
use vhdx_log_writers::moment::Moment;
use vhdx_log_writers::protocol::Broken;

use super::crash_table::number;

/// A rule that is broken, as JSON.
#[derive(Serialize)]
pub(crate) struct DocumentOfRule {
    clause: &'static str,
    demanded: bool,
    statement: &'static str,
    count: u64,
    request: usize,
    detail: String,
}

/// A kind of wrong state, as JSON.
#[derive(Serialize)]
pub(crate) struct DocumentOfState {
    harm: Harm,
    clause: Option<&'static str>,
    count: u64,
    after_requests: usize,
    changes_lost: usize,
    detail: String,
    replay: Option<String>,
}

impl DocumentOfRule {
    fn of(broken: &Broken) -> Self {
        Self {
            clause: broken.first.clause,
            demanded: broken.is_demanded(),
            statement: broken.first.rule.statement(),
            count: broken.count,
            request: broken.first.request,
            detail: broken.first.detail.clone(),
        }
    }
}

impl DocumentOfState {
    fn of(found: &Found, replay: Option<&String>) -> Self {
        Self {
            harm: found.harm,
            clause: found.clause,
            count: found.count,
            after_requests: found.cut,
            changes_lost: found.changes_lost(),
            detail: found.detail.clone(),
            replay: replay.cloned(),
        }
    }
}

/// The rules of the protocol that are broken, each with the requests around its first case.
fn write_rules(f: &mut fmt::Formatter<'_>, rules: &[Broken]) -> fmt::Result {
    if rules.is_empty() {
        return writeln!(f, "\nprotocol: every request keeps it");
    }
    let plural = if rules.len() == 1 {
        "rule is"
    } else {
        "rules are"
    };
    writeln!(f, "\nprotocol: {} {plural} broken", rules.len())?;
    for broken in rules {
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
        let statement = first.rule.statement();
        writeln!(f, "\n  {}{remark}: {statement}", first.clause)?;
        let more = match count {
            1 => String::new(),
            count => format!(", the first of {}", number(*count)),
        };
        writeln!(f, "  request {}{more}: {}", first.request, first.detail)?;
        write!(f, "{moment}")?;
    }
    Ok(())
}

/// A kind of wrong state, and its simplest crash.
fn write_found(f: &mut fmt::Formatter<'_>, found: &Found, moment: &Moment) -> fmt::Result {
    let clause = found
        .clause
        .map_or(String::new(), |clause| format!(" [{clause}]"));
    let count = number(found.count);
    writeln!(f, "\n  {}{clause}: {count} states", found.harm.name())?;
    writeln!(f, "  {}", found.harm.meaning())?;
    writeln!(
        f,
        "  the simplest: a crash after {} requests, {} of {} pending changes lost",
        found.cut,
        found.changes_lost(),
        found.choice.arrived.len(),
    )?;
    writeln!(f, "  {}", found.detail)?;
    write!(f, "{moment}")
}
