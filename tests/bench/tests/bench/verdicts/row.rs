//! One way to do well or badly, and what it means.

use vhdx_log_bench::record::Disk;
use vhdx_log_bench::verdict::Verdict;
use vhdx_log_oracle::subject::{Case, Outcome};

/// What a subject does with an image.
pub(super) type Script = fn(&Case<'_>) -> Outcome;
/// What it is, the vector, what is done, and the verdict and disk that this is.
pub(super) type Row = (&'static str, &'static str, Script, Verdict, Disk);
