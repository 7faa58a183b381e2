//! Whether a trace keeps the write protocol: UPD-1 to UPD-5, WRT-1 to WRT-5, RPL-6, and the
//! validity of every entry that is written.
//!
//! ```text
//!  request --> Disk: seen, stable, pending
//!                |
//!                +-- a header slot  --> headers.rs   UPD-1 to UPD-5, RPL-6
//!                +-- the log        --> log.rs       ENT, DSC, DAT, WRT-2 to WRT-4, UPD-5
//!                +-- anywhere else  --> places.rs    WRT-1, UPD-4
//!                '-- the length     --> lengths.rs   WRT-5
//! ```
//!
//! The crash states of a trace show *that* data is lost. This checker shows *which request* broke
//! which clause, also where no state that was made loses anything. It knows nothing of the program
//! but its requests: our writer, a recovery and an outside program are checked in the same way.
//! It reads headers and entries with the model, so it shares no code with core.
//!
//! Contract: one pass. Beside the file's contents, memory follows the pending changes and the
//! active sequence.
//!
//! Not checked: WRT-6 to WRT-9, which are about contents and are checked on crash states; WRT-10,
//! which needs the structures of the virtual disk. An update is taken to be at its place when the
//! place holds its bytes or was written later: whether a later write had the right bytes is a
//! question for the crash states.

mod checker;
mod disk;
mod generation;
mod headers;
mod lengths;
mod log;
mod places;
mod rule;
mod session;
mod sizes;

use std::ops::Range;

use vhdx_log_oracle::property::Violation;

pub use checker::{Checker, End, Payload};
pub use rule::{Finding, Rule, Strength};

use crate::disk::DiskImage;
use crate::origin::Origin;
use crate::recording::Recording;
use crate::trace::Request;

/// Checks a whole trace on a base image. `opens` are the requests made while the file was opened;
/// the file is open from the first request on in any case.
pub fn check(
    base: &DiskImage,
    trace: &[Request],
    opens: &[Range<usize>],
    payload: Payload,
) -> Vec<Finding> {
    let mut checker = Checker::new(base, payload);
    for (number, request) in trace.iter().enumerate() {
        if opens.iter().any(|open| open.start == number) {
            checker.opened();
        }
        checker.request(request);
    }
    checker.finish(End::Unknown)
}

/// A recording keeps the protocol: one of our writer with remarks included and all its payload
/// before the entries, one of another program in what is demanded of everybody.
///
/// # Errors
/// A violation that names the first rule that is broken, the request, and what it did.
pub fn recording_keeps_the_protocol(
    recording: &Recording,
    origin: &Origin,
) -> Result<(), Violation> {
    let Recording {
        base, trace, opens, ..
    } = recording;
    match origin {
        Origin::Workload(_) => first_violation(check(base, trace, opens, Payload::AllBefore)),
        Origin::TraceFile(_) => {
            let mut findings = check(base, trace, opens, Payload::Unknown);
            findings.retain(|finding| finding.rule.strength() == Strength::Must);
            first_violation(findings)
        }
    }
}

/// A recovery keeps the protocol, remarks included.
///
/// # Errors
/// As [`recording_keeps_the_protocol`].
pub fn recovery_keeps_the_protocol(file: &DiskImage, trace: &[Request]) -> Result<(), Violation> {
    first_violation(check(file, trace, &[], Payload::Unknown))
}

fn first_violation(findings: Vec<Finding>) -> Result<(), Violation> {
    match findings.into_iter().next() {
        None => Ok(()),
        Some(finding) => Err(Violation {
            property: finding.rule.statement(),
            detail: format!(
                "request {} breaks {}: {}",
                finding.request, finding.clause, finding.detail
            ),
        }),
    }
}
