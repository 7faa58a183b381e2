//! One input of a fuzz target, and how an engine runs it.

use vhdx_log_crash::Failure;
use vhdx_log_image::Recipe;
use vhdx_log_image::generate::Rng;
use vhdx_log_oracle::property::Violation;

/// One input of a fuzz target.
pub trait Case: Sized {
    /// The name of the target, and of its folder of seeds.
    const TARGET: &'static str;

    /// The case that these bytes are. Any bytes are one.
    fn from_bytes(bytes: &[u8]) -> Self;

    /// Bytes that are this case.
    fn to_bytes(&self) -> Vec<u8>;

    /// One step to a neighbouring case: the same for the same random numbers.
    fn mutate(&mut self, rng: &mut Rng);

    /// Where the search starts: a name for each, and the case. The same on every call.
    fn seeds() -> Vec<(String, Self)>;

    /// The recipe that makes its image, if it is an image.
    fn recipe(&self) -> Option<Recipe> {
        None
    }

    /// The first failure of its workload, if it is one.
    fn failure(&self) -> Option<Box<Failure>> {
        None
    }

    /// Whether it costs as much as dozens of others. Expensive cases are run but not added to the
    /// engine's corpus, so that the cases made from it stay fast.
    fn is_expensive(&self) -> bool {
        false
    }

    /// Checks the properties of the case.
    ///
    /// # Errors
    /// The first property that is violated.
    fn check(&self) -> Result<(), Violation>;
}

/// Runs one input of a target. Returns whether the engine may add it to its corpus.
///
/// # Panics
/// When a property is violated; a fuzz engine takes a panic for a failure.
pub fn run<C: Case>(bytes: &[u8]) -> bool {
    let case = C::from_bytes(bytes);
    if let Err(violation) = case.check() {
        panic!(
            "{violation}\n  to shrink it: vhdx-log shrink --target {} FILE",
            C::TARGET
        );
    }
    !case.is_expensive()
}
