//! What can be asked of any subject, for any image.
//!
//! [`check`] opens an image read-only and for writing, and judges both outcomes: verdict, clause,
//! sequence, the bytes shown, the file after the write-back, the order of the writes, refused files
//! unchanged. Then it opens the written file again. A subject that reports less is checked for
//! less.
//!
//! Properties that need more than an outcome, because they call core in the same process, are in
//! [`crate::property`].

use vhdx_log_corpus::{Access, LogState};
use vhdx_log_image::HEADER_SECTORS;
use vhdx_log_model::Image;

use crate::describe;
use crate::expect::expect;
use crate::expectation::{Expectation, Expectations};
use crate::judge::judge;
use crate::property::{Violation, ensure};
use crate::subject::{Case, Outcome, Subject};

const ALLOWED: &str = "the outcome is one that the format allows";
const SECOND: &str = "replaying a replayed file changes nothing but its headers (RPL-6)";

/// Has each subject open the image both ways, with its own limit on the file's size, and judges the
/// outcomes. What is allowed is worked out once for all subjects: that costs more than an open.
///
/// # Errors
/// The first violation, its detail with the name of the subject.
pub fn check(subjects: &[&dyn Subject], image: &Image) -> Result<(), Violation> {
    for access in [Access::ReadOnly, Access::Replay] {
        let expectations = expect(Case {
            image,
            access,
            max_file_size: None,
        });
        for subject in subjects {
            check_case(*subject, &expectations).map_err(|violation| Violation {
                detail: format!("{}: {}", subject.name(), violation.detail),
                ..violation
            })?;
        }
    }
    Ok(())
}

/// Checks one open, and the one after it. Returns the expectation that the subject follows.
///
/// # Errors
/// The first violation.
pub fn check_case<'e>(
    subject: &dyn Subject,
    expectations: &'e Expectations<'_>,
) -> Result<&'e Expectation, Violation> {
    let case = &expectations.case;
    let outcome = subject.open(case);
    let followed =
        judge(expectations, &outcome, &subject.profile()).map_err(|failure| Violation {
            property: ALLOWED,
            detail: failure.to_string(),
        })?;
    if let (Access::Replay, Outcome::Accepted(accepted)) = (case.access, &outcome)
        && let Some(file) = &accepted.file
    {
        check_second_open(subject, case, file)?;
    }
    Ok(followed)
}

/// A file that was opened for writing is clean now, for the same subject.
fn check_second_open(
    subject: &dyn Subject,
    case: &Case<'_>,
    file: &Image,
) -> Result<(), Violation> {
    let again = Case {
        image: file,
        ..*case
    };
    match subject.open(&again) {
        Outcome::Accepted(accepted) => {
            let empty = accepted.log.is_none_or(|log| log == LogState::Empty);
            ensure(SECOND, empty && accepted.sequence.is_none(), || {
                "second open: expected an empty log, found one to replay".to_owned()
            })?;
            unchanged(file, accepted.file.as_ref())
        }
        // A replay may use up the header's numbers: then the file can still be read (HDR-13).
        Outcome::Refused {
            clause,
            file: after,
            ..
        } if clause.as_deref().is_none_or(|clause| clause == "HDR-13") => {
            unchanged(file, after.as_ref())
        }
        refused_or_failed => Err(Violation {
            property: SECOND,
            detail: format!(
                "second open: expected an empty log, found: {}",
                describe::outcome(&refused_or_failed)
            ),
        }),
    }
}

fn unchanged(before: &Image, after: Option<&Image>) -> Result<(), Violation> {
    let Some(after) = after else {
        return Ok(());
    };
    let (old, new) = (before.length(), after.length());
    ensure(SECOND, old == new, || {
        format!("length: after the replay {old:#x}, after the second open {new:#x}")
    })?;
    let mut changed = after.difference(before).into_iter();
    match changed.find(|number| !HEADER_SECTORS.contains(number)) {
        None => Ok(()),
        Some(number) => Err(Violation {
            property: SECOND,
            detail: format!(
                "first changed sector: {:#x}",
                number * vhdx_log_image::SECTOR
            ),
        }),
    }
}
