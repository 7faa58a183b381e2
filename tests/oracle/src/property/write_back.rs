//! A writable open: the file afterwards, the order of the writes, and what a second open does. A
//! property of core only, because it is exact to the byte, headers included, and to the step: core
//! is given the model's GUID.

use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log::{Clause, GuidSource, LogState, OpenError, OpenOptions};
use vhdx_log_model::{self as model, Verdict};

use super::compare::first_difference;
use super::same_as_model::{CoreDid, different_verdicts, same_sequence};
use super::violation::{Violation, ensure};
use crate::chain::chain;
use crate::observed::{NoWrites, Observed, ReadMeter};
use crate::write_order::Steps;

const SAME_FILE: &str = "the file written back is the model's to the byte, headers included \
    (RPL-1, RPL-2, RPL-3, UPD-3, UPD-4)";
const ORDER: &str = "headers and data are written back in the model's order, with its flushes \
    (UPD-1, UPD-2, RPL-6, RPL-7)";
const SECOND: &str = "replaying a replayed file changes nothing (RPL-6)";
const REFUSED: &str = "a refused file is left byte for byte unchanged (RPL-8)";
const CLEAN: &str = "opening a clean file changes nothing (HDR-9)";

/// Core's write-back and the model's agree to the byte; refused and clean files are unchanged; a
/// second open of the result finds it clean and changes nothing.
pub(super) fn check_write_back(image: &SparseMemory, verdict: &Verdict) -> Result<(), Violation> {
    let mut recorded = Observed::new(image.clone(), Steps::for_replay());
    let core = OpenOptions::writable().guids(guids()).open(&mut recorded);
    match (verdict, &core) {
        (Verdict::Refused(refusal), Err(OpenError::Refused(found)))
            if refusal.clause == found.clause().id() =>
        {
            ensure(REFUSED, refusal.operations.is_empty(), || {
                "the model writes".to_owned()
            })?;
            unchanged(REFUSED, image, &recorded)
        }
        (Verdict::Clean, Ok(opened)) if matches!(opened.log(), LogState::Empty) => {
            unchanged(CLEAN, image, &recorded)
        }
        (Verdict::Replayed(replay), Ok(opened)) => {
            let LogState::Replayed(plan, _) = opened.log() else {
                return Err(different_verdicts(verdict, &CoreDid::Opened(opened.log())));
            };
            same_sequence(&plan.active, &replay.active)?;
            let expected = replay
                .written_back
                .as_ref()
                .expect("a writable replay is written back");
            let (steps, found) = (Steps::of_model(&replay.operations), &recorded.observer);
            ensure(ORDER, steps == *found, || {
                format!("model: {}; core: {}", steps.describe(), found.describe())
            })?;
            same_file(expected, &recorded.storage)?;
            second_open(&recorded.storage)
        }
        (verdict, Ok(opened)) => Err(different_verdicts(verdict, &CoreDid::Opened(opened.log()))),
        (verdict, Err(error)) => Err(different_verdicts(verdict, &CoreDid::Failed(error))),
    }
}

/// The GUIDs that properties give to core, so that its files can be compared to the byte.
pub(super) fn guids() -> GuidSource {
    GuidSource::seeded(0)
}

fn same_file(expected: &model::Image, file: &SparseMemory) -> Result<(), Violation> {
    let length = file.len().expect("memory knows its length");
    ensure(SAME_FILE, length == expected.length(), || {
        format!("length: model {:#x}, core {length:#x}", expected.length())
    })?;
    match first_difference(file.sectors(), expected.sectors()) {
        None => Ok(()),
        Some(number) => Err(different_sector(SAME_FILE, number)),
    }
}

fn second_open(file: &SparseMemory) -> Result<(), Violation> {
    let meter = ReadMeter::default();
    let observer = NoWrites {
        property: SECOND,
        meter: &meter,
    };
    let again = OpenOptions::writable()
        .guids(guids())
        .open(Observed::new(file.clone(), observer));
    let found = match &again {
        Ok(opened) if matches!(opened.log(), LogState::Empty) => return Ok(()),
        // A replay may use up the header's numbers: then the file can still be read (HDR-13).
        Err(error) if error.clause() == Some(Clause::Hdr13) => return Ok(()),
        Ok(_) => "a log to replay".to_owned(),
        Err(error) => chain(&error),
    };
    ensure(SECOND, false, || {
        format!("second open: expected an empty log, found: {found}")
    })
}

fn unchanged(
    property: &'static str,
    image: &SparseMemory,
    after: &Observed<SparseMemory, Steps>,
) -> Result<(), Violation> {
    ensure(property, after.observer.is_empty(), || {
        format!("steps done: {}", after.observer.describe())
    })?;
    match first_difference(image.sectors(), after.storage.sectors()) {
        None => Ok(()),
        Some(number) => Err(different_sector(property, number)),
    }
}

fn different_sector(property: &'static str, number: u64) -> Violation {
    Violation {
        property,
        detail: format!("first different sector: {:#x}", number * model::SECTOR),
    }
}
