//! The exit code of a run, by what there is to say of it.

use vhdx_log_bench::record::{Record, ResultRecord, SubjectState};
use vhdx_log_bench::verdict::Verdict;

use crate::terminal::exit::Exit;

/// The first of these that holds: it was interrupted; a subject failed its proof; a failure is not
/// a known one; the list of known failures is stale; nothing was run.
pub(super) fn exit_of(record: &Record, list_is_stale: bool) -> Exit {
    let results = || record.subjects.iter().flat_map(|subject| &subject.results);
    let failed_proof = |state: &SubjectState| matches!(state, SubjectState::FailedProof { .. });
    if record.interrupted {
        Exit::Interrupted
    } else if record.subjects.iter().any(|one| failed_proof(&one.state)) {
        Exit::FailedProof
    } else if results().any(is_new_failure) {
        Exit::Negative
    } else if list_is_stale {
        Exit::StaleList
    } else if results().any(says_something) {
        Exit::Done
    } else {
        Exit::NothingRun
    }
}

fn is_new_failure(result: &ResultRecord) -> bool {
    result.verdict.is_failure() && result.known.is_none()
}

fn says_something(result: &ResultRecord) -> bool {
    result.verdict.is_failure() || result.verdict == Verdict::Pass
}
