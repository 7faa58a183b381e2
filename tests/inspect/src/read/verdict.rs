//! The library's verdict on a file, and the command that goes on from there.

use vhdx_log::storage::Storage;
use vhdx_log::{Access, Examination, OpenError, OpenOptions, Refusal, ReplayPlan, examine};

use super::extent::Extent;
use super::no_sequence::describe;
use crate::document::escape::shell_word;
use crate::document::{State, Verdict};

/// The library's verdict, and the plan of the replay if there is one. A file that must not be
/// written to (HDR-13) is judged as opened read-only.
pub(super) fn judge<S: Storage>(
    storage: &S,
    file: &str,
    extent: Extent,
) -> Result<(Verdict, Option<ReplayPlan>), OpenError> {
    let limit = extent.max_file_size_bytes;
    let mut why_read_only = None;
    let mut examined = examine(storage, Access::Writable, limit);
    if let Err(OpenError::Refused(refusal @ Refusal::SequenceNumbersExhausted { .. })) = &examined {
        why_read_only = Some(refusal.clone());
        examined = examine(storage, Access::ReadOnly, limit);
    }
    let (state, plan, refusal) = match examined {
        Ok(Examination { plan: None, .. }) => (State::Clean, None, why_read_only),
        Ok(Examination { plan, .. }) => (State::Dirty, plan, why_read_only),
        Err(OpenError::Refused(refusal)) => (State::Refused, None, Some(refusal)),
        Err(error) => return Err(error),
    };
    let verdict = Verdict {
        state,
        writable: refusal.is_none(),
        clause: refusal.as_ref().map(|refusal| refusal.clause().id()),
        message: refusal.as_ref().map(ToString::to_string),
        no_sequence: match &refusal {
            Some(Refusal::NoActiveSequence { evidence, .. }) => Some(describe(evidence)),
            _ => None,
        },
        next: next(storage, state, refusal.as_ref(), file),
    };
    Ok((verdict, plan))
}

/// The command that goes on.
fn next<S: Storage>(
    storage: &S,
    state: State,
    refusal: Option<&Refusal>,
    file: &str,
) -> Option<String> {
    let options = match (state, refusal) {
        (State::Dirty, None) => String::new(),
        (
            _,
            Some(Refusal::TooLarge {
                resulting_length, ..
            }),
        ) => {
            format!("--max-size {resulting_length} ")
        }
        (_, Some(Refusal::NoActiveSequence { .. })) => {
            let options = OpenOptions::writable().accept_empty_generation(true);
            options.examine(storage).ok()?;
            "--accept-empty-generation ".to_owned()
        }
        _ => return None,
    };
    Some(format!("vhdx-log replay {options}{}", shell_word(file)))
}
