//! A subject that failed: it hung, crashed, ran away, or damaged what it was given.
//!
//! What it answered all the same, and what it left on disk, can be worse than how it failed.

use vhdx_log_oracle::Expectation;
use vhdx_log_oracle::subject::{Case, Failed, FailureKind};

use super::assessed::Assessed;
use super::disk;
use super::held::{Held, failure};
use crate::record::Disk;
use crate::verdict::Verdict;

/// `answered`: what its answer means, where it gave one.
pub(super) fn assess<'e>(
    allowed: &[&'e Expectation],
    held: Vec<Held<'e>>,
    case: &Case<'_>,
    failed: &Failed,
    answered: Option<Assessed<'e>>,
) -> Assessed<'e> {
    let kinds = failed.also.iter().chain([&failed.kind]);
    let own = kinds.map(verdict).min().unwrap_or(Verdict::Crash);
    let mut assessed = answered.unwrap_or_else(|| without_answer(own, allowed, case, failed));
    if !own.is_failure() {
        return Assessed {
            verdict: own,
            expectation: None,
            differences: Vec::new(),
            ..assessed
        };
    }
    if own == Verdict::DamagedFile {
        assessed.disk = Disk::Damaged;
    }
    if assessed.verdict < own && !assessed.differences.is_empty() {
        assessed.remarks.push(failed.to_string());
        return assessed;
    }
    failure(own.min(assessed.verdict), assessed.disk, held)
}

/// No answer: what counts beside the failure is what is left on disk.
fn without_answer<'e>(
    own: Verdict,
    allowed: &[&'e Expectation],
    case: &Case<'_>,
    failed: &Failed,
) -> Assessed<'e> {
    let expectations = allowed.iter().copied();
    let file = failed.file.as_ref();
    let disk = file.map_or(Disk::NotObserved, |file| {
        disk::of_file(expectations, case, file)
    });
    let verdict = match disk {
        Disk::Damaged => Verdict::DamagedFile.min(own),
        _ => own,
    };
    Assessed {
        verdict,
        disk,
        expectation: None,
        differences: Vec::new(),
        remarks: Vec::new(),
    }
}

fn verdict(kind: &FailureKind) -> Verdict {
    match kind {
        FailureKind::Damaged(_) => Verdict::DamagedFile,
        FailureKind::Hang { .. } => Verdict::Hang,
        // A program that breaks the protocol gave an answer that means nothing.
        FailureKind::Crash(_) | FailureKind::Protocol(_) => Verdict::Crash,
        FailureKind::Runaway(_) | FailureKind::Leaked { .. } => Verdict::Runaway,
        FailureKind::Unsupported(_) => Verdict::Unsupported,
        FailureKind::Environment(_) => Verdict::Environment,
    }
}
