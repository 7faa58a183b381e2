//! A writable open: the file afterwards, and what a second one makes of it.

use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log::{LogState, OpenError, OpenOptions};
use vhdx_log_model::{self as model, Verdict};

use super::bounds::Metered;
use super::guarded::Guarded;
use super::order::{self, Recorded};
use super::read_only::{different_verdicts, same_sequence};
use super::{Violation, ensure, first_difference, guids};

const SAME_FILE: &str = "the file written back is the model's, headers included, to the byte";
const ORDER: &str =
    "headers and data are written back in the model's order, with its flushes between them";
const SECOND: &str = "replaying a replayed file changes nothing";
const REFUSED: &str = "a refused file is left byte for byte as it was";
const CLEAN: &str = "opening a clean file changes nothing";

/// Core's write-back and the model's agree to the byte; refused and clean files are untouched; a
/// second open of the result finds it clean and changes nothing.
pub(super) fn claims(image: &SparseMemory, verdict: &Verdict) -> Result<(), Violation> {
    let mut recorded = Recorded::new(image);
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
                return Err(different_verdicts(verdict, &opened.log()));
            };
            same_sequence(&plan.active, &replay.active)?;
            let expected = replay
                .written_back
                .as_ref()
                .expect("a writable replay is written back");
            let phases = order::of_model(&replay.operations);
            ensure(ORDER, phases == recorded.phases, || {
                format!("the model's is {phases:x?}, core's {:x?}", recorded.phases)
            })?;
            same_file(expected, &recorded.memory)?;
            second_open(&recorded.memory)
        }
        (verdict, core) => Err(match core {
            Ok(opened) => different_verdicts(verdict, &opened.log()),
            Err(error) => different_verdicts(verdict, &error),
        }),
    }
}

fn same_file(expected: &model::Image, file: &SparseMemory) -> Result<(), Violation> {
    let length = file.len().expect("memory knows its length");
    ensure(SAME_FILE, length == expected.length(), || {
        format!(
            "its length is {length:#x}, the model's {:#x}",
            expected.length()
        )
    })?;
    let difference = first_difference(file.sectors(), expected.sectors());
    ensure(SAME_FILE, difference.is_none(), || {
        format!("they differ in sector {difference:#x?}")
    })
}

fn second_open(file: &SparseMemory) -> Result<(), Violation> {
    let metered = Metered::new(file);
    let again = OpenOptions::writable()
        .guids(guids())
        .open(Guarded::new(&metered, SECOND));
    let clean = matches!(&again, Ok(opened) if matches!(opened.log(), LogState::Empty));
    // A replay may use up the header's numbers: then the file can still be read (HDR-13).
    let numbers_used_up =
        matches!(&again, Err(error) if error.clause() == Some(vhdx_log::Clause::Hdr13));
    ensure(SECOND, clean || numbers_used_up, || match &again {
        Ok(opened) => format!("the second open says {:?}", opened.log()),
        Err(error) => format!("the second open says {error}"),
    })
}

fn unchanged(
    property: &'static str,
    image: &SparseMemory,
    after: &Recorded,
) -> Result<(), Violation> {
    ensure(property, after.phases.is_empty(), || {
        format!("it was written to: {:x?}", after.phases)
    })?;
    let difference = first_difference(image.sectors(), after.memory.sectors());
    ensure(property, difference.is_none(), || {
        format!("sector {difference:#x?} is not as it was")
    })
}
