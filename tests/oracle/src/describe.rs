//! Expectations and outcomes in words, as they are printed after "expected:" and "found:".

use vhdx_log_corpus::{Guest, GuestContents, LogState, Sequence};

use crate::expectation::Expected;
use crate::subject::Outcome;

type Log<'a> = (Option<LogState>, Option<&'a Sequence>);

/// "refuse (HDR-3 or HDR-4)", "open, empty log", "replay 2 entries (100 to 101)".
pub fn expected(expected: &Expected) -> String {
    match expected {
        Expected::Refused { reasons } => refusal_for(reasons),
        Expected::Accepted(file) => log((file.log, file.sequence.as_ref())),
    }
}

/// What a subject did.
pub fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Refused {
            clause, message, ..
        } => format!("{}: {message}", refusal(clause.as_deref())),
        Outcome::Accepted(accepted) => log((accepted.log, accepted.sequence.as_ref())),
        Outcome::Failed(failed) => failed.to_string(),
    }
}

/// "refuse (HDR-3 or HDR-4)".
pub fn refusal_for(reasons: &[String]) -> String {
    format!("refuse ({})", reasons.join(" or "))
}

pub fn refusal(clause: Option<&str>) -> String {
    clause.map_or_else(
        || "refuse".to_owned(),
        |clause| format!("refuse ({clause})"),
    )
}

/// "replay 1 entry (101)", "replay 2 entries (100 to 101)".
pub fn replay(sequence: &Sequence) -> String {
    let Sequence {
        tail_number,
        head_number,
        entries,
        ..
    } = sequence;
    match entries {
        1 => format!("replay 1 entry ({head_number})"),
        _ => format!("replay {entries} entries ({tail_number} to {head_number})"),
    }
}

/// Two states of a log that differ. Where the entries have the same numbers, their offsets are
/// printed too.
pub fn different_logs(expected: Log<'_>, found: Log<'_>) -> (String, String) {
    let (short, short_found) = (log(expected), log(found));
    if short != short_found {
        return (short, short_found);
    }
    let with_place = |words: String, (_, sequence): Log<'_>| match sequence {
        Some(Sequence { tail, head, .. }) => {
            format!("{words}, tail at log offset {tail:#x}, head at {head:#x}")
        }
        None => words,
    };
    (with_place(short, expected), with_place(short_found, found))
}

fn log((log, sequence): Log<'_>) -> String {
    match (log, sequence) {
        (_, Some(sequence)) => replay(sequence),
        (Some(LogState::Replayed), None) => "open, log replayed".to_owned(),
        (Some(LogState::Empty), None) => "open, empty log".to_owned(),
        (None, None) => "open".to_owned(),
    }
}

/// Two disks that differ. Of a large one, the first extent is named that the other lacks.
pub fn different_disks(expected: &Guest, found: &Guest) -> (String, String) {
    (disk(expected, found), disk(found, expected))
}

fn disk(guest: &Guest, other: &Guest) -> String {
    let words = format!("a guest's disk of {} bytes", guest.size);
    match (&guest.contents, &other.contents) {
        (GuestContents::Sha256(sha256), _) => format!("{words} with SHA-256 {sha256}"),
        (GuestContents::Extents(extents), GuestContents::Extents(others)) => {
            let own = extents.iter().find(|extent| !others.contains(extent));
            own.map_or(words.clone(), |extent| {
                let (offset, length) = (extent.offset, extent.length);
                let sha256 = &extent.sha256;
                format!("{words}, at {offset:#x} {length} bytes with SHA-256 {sha256}")
            })
        }
        (GuestContents::Extents(extents), _) => format!("{words} with {} extents", extents.len()),
    }
}
