//! The targets as a list, for those who go through all of them.

use std::collections::BTreeMap;

use super::{Canary, Case, Crash, Entry, Headers, Inspect, Replay, Write, seeds};
use vhdx_log_crash::Failure;
use vhdx_log_image::Recipe;
use vhdx_log_oracle::property::Violation;

/// A fuzz target.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// Holds an input against its claims.
    pub check: fn(&[u8]) -> Result<(), Violation>,
    /// The recipe that makes the image of an input; for a target whose inputs are no images, none.
    pub recipe: fn(&[u8]) -> Option<Recipe>,
    /// What goes wrong in an input that is a workload.
    pub failure: fn(&[u8]) -> Option<Box<Failure>>,
    /// The files of its seeds: names and bytes.
    pub seeds: fn() -> BTreeMap<String, Vec<u8>>,
}

impl Target {
    /// All that are to find nothing. (The [canary](Canary) is to find something.)
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

    /// The target of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        const ALL: &[Target] = &Target::ALL;
        ALL.iter().find(|target| target.name == name)
    }
}
