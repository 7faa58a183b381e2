//! The targets as a list, for callers that go through all of them.

use std::collections::BTreeMap;

use vhdx_log_crash::Failure;
use vhdx_log_image::Recipe;
use vhdx_log_oracle::property::Violation;

use super::canary::Canary;
use super::case::Case;
use super::crash::Crash;
use super::entry::Entry;
use super::headers::Headers;
use super::inspect::Inspect;
use super::replay::Replay;
use super::seeds::seeds;
use super::write::Write;

/// A fuzz target.
#[derive(Clone, Copy)]
pub struct Target {
    pub name: &'static str,
    /// Checks the properties of an input.
    pub check: fn(&[u8]) -> Result<(), Violation>,
    /// The recipe of an input, if the input is an image.
    pub recipe: fn(&[u8]) -> Option<Recipe>,
    /// The failure of an input, if the input is a workload and fails.
    pub failure: fn(&[u8]) -> Option<Box<Failure>>,
    /// Its seeds as files: names and bytes.
    pub seeds: fn() -> BTreeMap<String, Vec<u8>>,
}

impl Target {
    /// All targets. [`Canary`] is expected to fail, the others are not.
    pub const ALL: [Self; 7] = [
        Self::of::<Replay>(),
        Self::of::<Entry>(),
        Self::of::<Headers>(),
        Self::of::<Write>(),
        Self::of::<Crash>(),
        Self::of::<Inspect>(),
        Self::of::<Canary>(),
    ];

    const fn of<C: Case>() -> Self {
        Self {
            name: C::TARGET,
            check: |bytes| C::from_bytes(bytes).check(),
            recipe: |bytes| C::from_bytes(bytes).recipe(),
            failure: |bytes| C::from_bytes(bytes).failure(),
            seeds: seeds::<C>,
        }
    }

    pub fn named(name: &str) -> Option<&'static Self> {
        const ALL: &[Target] = &Target::ALL;
        ALL.iter().find(|target| target.name == name)
    }
}
