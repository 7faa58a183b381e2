//! What a subject answered, as a record has it.

use vhdx_log_oracle::subject::{Damage, Failed, FailureKind, Outcome};

use crate::record::Answer;

/// What a subject answered. How it failed comes before what it answered all the same.
pub fn answer(outcome: &Outcome) -> Answer {
    match outcome {
        Outcome::Accepted(_) => Answer::Accepted,
        Outcome::Refused {
            clause, message, ..
        } => Answer::Refused {
            clause: clause.clone(),
            message: Some(message.clone()),
        },
        Outcome::Failed(failed) => of_failed(failed),
    }
}

fn of_failed(failed: &Failed) -> Answer {
    let how = || failed.to_string();
    // A file that grows without end is what is left of a program that has none.
    let has_grown = matches!(failed.kind, FailureKind::Damaged(Damage::TooLarge { .. }));
    let has_no_end =
        |kind: &&FailureKind| matches!(kind, FailureKind::Hang { .. } | FailureKind::Runaway(_));
    let instead = failed.also.iter().find(has_no_end).filter(|_| has_grown);
    match instead.unwrap_or(&failed.kind) {
        FailureKind::Hang { limit } => Answer::Hung {
            limit_ms: limit.map(|limit| u64::try_from(limit.as_millis()).unwrap_or(u64::MAX)),
        },
        FailureKind::Crash(_) | FailureKind::Protocol(_) => Answer::Crashed { how: how() },
        FailureKind::Runaway(resource) => Answer::Runaway {
            of: resource.to_string(),
        },
        FailureKind::Leaked { .. } => Answer::Runaway {
            of: "processes".to_owned(),
        },
        FailureKind::Unsupported(what) => Answer::Unsupported { what: what.clone() },
        FailureKind::Environment(_) => Answer::Environment { how: how() },
        // What it answered stands; the damage is on the other axis.
        FailureKind::Damaged(_) => match &failed.answered {
            Some(answered) => answer(answered),
            None => Answer::Crashed { how: how() },
        },
    }
}
