//! All properties about one image.

use vhdx_log::header::Headers;
use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log_model::{self as model, Access, Options, Refusal, Rules, Verdict};

use super::dirty_policies;
use super::read_only::{NOTHING_WRITTEN, check_read_only};
use super::same_as_model::Agreed;
use super::violation::{Violation, ensure};
use super::write_back::{check_write_back, guids};
use crate::convert::to_model;

/// Checks that core and the model agree on verdict, sequence and every byte, by an overlay and by a
/// write-back; that a second replay changes nothing; that refused files are unchanged; that the
/// cost is bounded; and, for small dirty files, what the other policies do with them.
///
/// # Errors
/// The first violation.
pub fn check(image: &SparseMemory) -> Result<Agreed, Violation> {
    let of_model = to_model(image);
    // A writable open asks for more than a read-only one in HDR-13 only, and its replay shows the
    // same: one verdict of the model mostly serves both, which keeps a test case cheap.
    match model::read(&of_model, &writable(image)) {
        refused @ Verdict::Refused(Refusal {
            clause: "HDR-13", ..
        }) => check_both(
            image,
            &model::read(&of_model, &Options::default()),
            &refused,
        ),
        verdict => {
            let agreed = check_both(image, &verdict, &verdict)?;
            if let Verdict::Replayed(replay) = &verdict {
                dirty_policies::check_policies(image, replay.image.length())?;
            }
            Ok(agreed)
        }
    }
}

/// As [`check`], with the model by these rules: a flawed model violates a property for every image
/// that shows the flaw.
///
/// # Errors
/// The first violation.
pub fn check_against(image: &SparseMemory, rules: &dyn Rules) -> Result<Agreed, Violation> {
    let of_model = to_model(image);
    let read_only = model::read_with(&of_model, &Options::default(), rules);
    if let Verdict::Replayed(replay) = &read_only {
        ensure(NOTHING_WRITTEN, replay.operations.is_empty(), || {
            "the model writes".to_owned()
        })?;
    }
    let writable = model::read_with(&of_model, &writable(image), rules);
    check_both(image, &read_only, &writable)
}

/// The properties of both kinds of open, given the model's verdicts on them.
fn check_both(
    image: &SparseMemory,
    read_only: &Verdict,
    writable: &Verdict,
) -> Result<Agreed, Violation> {
    let agreed = check_read_only(image, read_only)?;
    check_write_back(image, writable)?;
    Ok(agreed)
}

/// A writable open, with the GUID that core takes for this file.
fn writable(image: &SparseMemory) -> Options {
    let length = image.len().expect("memory knows its length");
    let headers = Headers::read(image, length).expect("memory can be read");
    Options {
        access: Access::Writable,
        fresh_guid: guids().for_file(&headers).fresh().to_bytes_le(),
        ..Options::default()
    }
}
