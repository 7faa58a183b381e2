//! What the targets `write` and `crash` share: the base image, and a failure as a violation.

use vhdx_log_crash::Failure;
use vhdx_log_crash::writer::BaseImage;
use vhdx_log_oracle::property::Violation;

/// Calls `use_it` with the image that workloads run on, which each thread makes once.
pub(super) fn with_base_image<R>(use_it: impl FnOnce(&BaseImage) -> R) -> R {
    thread_local! {
        static BASE: BaseImage = BaseImage::new();
    }
    BASE.with(use_it)
}

/// A failure as the violation of a property, with the command that reproduces it.
pub(super) fn as_violation(failure: Option<Box<Failure>>) -> Result<(), Violation> {
    failure.map_or(Ok(()), |failure| {
        let Failure {
            scenario,
            violation,
        } = *failure;
        let detail = format!("{}\n  vhdx-log crash --replay {scenario}", violation.detail);
        Err(Violation {
            detail,
            ..violation
        })
    })
}
