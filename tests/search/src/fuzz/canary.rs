//! The target `canary`: as `replay`, with a flawed model. It must fail, and soon. If it does not,
//! the fuzzer misses seeded bugs.

use std::sync::OnceLock;

use vhdx_log_image::Recipe;
use vhdx_log_image::generate::{Rng, well_formed};
use vhdx_log_model::{Flaw, flaw};
use vhdx_log_oracle::property::{self, Violation};

use super::case::Case;
use super::replay::Replay;

/// Selects the flaw, to measure the engine.
const VARIABLE: &str = "VHDX_LOG_FLAW";
/// The flaw by default: candidate sequences are compared by their first entries, as QEMU does.
const DEFAULT: &str = "first-entries-compared";
/// How many well-formed images the search starts with. None of them shows the default flaw.
const SEEDS: u64 = 8;

/// An image, opened by the implementation and by a flawed model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canary(Replay);

impl Canary {
    /// The flaw of the model.
    ///
    /// # Panics
    /// When the environment has the name of a flaw that does not exist.
    pub fn flaw() -> &'static Flaw {
        static FLAW: OnceLock<&'static Flaw> = OnceLock::new();
        FLAW.get_or_init(|| {
            let name = std::env::var(VARIABLE).unwrap_or_else(|_| DEFAULT.to_owned());
            flaw(&name).unwrap_or_else(|| panic!("{VARIABLE}: unknown flaw `{name}`"))
        })
    }
}

impl Case for Canary {
    const TARGET: &'static str = "canary";

    fn from_bytes(bytes: &[u8]) -> Self {
        Self(Replay::from_bytes(bytes))
    }

    fn to_bytes(&self) -> Vec<u8> {
        self.0.to_bytes()
    }

    fn mutate(&mut self, rng: &mut Rng) {
        self.0.mutate(rng);
    }

    fn seeds() -> Vec<(String, Self)> {
        let case = |seed| Self(Replay::Recipe(Box::new(well_formed(&mut Rng::new(seed)))));
        (0..SEEDS)
            .map(|seed| (format!("well-formed-{seed}"), case(seed)))
            .collect()
    }

    fn recipe(&self) -> Option<Recipe> {
        self.0.recipe()
    }

    fn is_expensive(&self) -> bool {
        self.0.is_expensive()
    }

    fn check(&self) -> Result<(), Violation> {
        property::check_against(&self.0.image(), Self::flaw().rules).map(drop)
    }
}
