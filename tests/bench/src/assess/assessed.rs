//! The meaning of an outcome as a value.

use vhdx_log_oracle::{Aspect, Difference, Expectation};

use crate::record::Disk;
use crate::verdict::Verdict;

/// What an outcome means.
#[derive(Clone, Debug)]
pub struct Assessed<'e> {
    pub verdict: Verdict,
    pub disk: Disk,
    /// The expectation that the outcome agrees with; `None` unless it passes.
    pub expectation: Option<&'e Expectation>,
    /// How it differs from each expectation that it is held against; empty when it passes.
    pub differences: Vec<Shortfall<'e>>,
    /// What is worth a note and breaks no binding demand.
    pub remarks: Vec<String>,
}

/// How an outcome falls short of one expectation.
#[derive(Clone, Debug)]
pub struct Shortfall<'e> {
    pub expectation: &'e Expectation,
    /// The first difference.
    pub first: Difference,
    /// What the first bytes that differ are in: a sector or the guest's disk.
    pub bytes: Option<Aspect>,
}
