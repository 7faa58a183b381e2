//! From an input that violates a property to a minimal one that still violates the same property.
//!
//! What is reported belongs together: the violation and the verdicts are those of the recipe that
//! is reported, not of the input that it was shrunk from. A recipe is only taken for smaller while
//! the *same* property is violated.

use vhdx_log_crash::writer::Writer;
use vhdx_log_crash::{self as crash, Failure};
use vhdx_log_image::Recipe;
use vhdx_log_image::shrink::shrink;
use vhdx_log_oracle::convert::BuiltImageExt;
use vhdx_log_oracle::property::{self, Violation};
use vhdx_log_oracle::stop::Stop;

use super::canary::Canary;
use super::case::Case;
use super::inspect::Inspect;
use super::inspection::check_inspection;
use super::scenario::with_base_image;
use super::targets::Target;
use super::verdicts::Verdicts;

/// How many recipes are tried.
const BUDGET: usize = 20_000;

/// The result of checking and shrinking an input.
#[derive(Clone, Debug, Default)]
pub struct Shrunk {
    /// The violation by `recipe`, by `failure` or, with neither, by the input. `None`: every
    /// property holds.
    pub violation: Option<Violation>,
    /// The smallest recipe found, if the input is an image. The input's own recipe if every
    /// property holds.
    pub recipe: Option<Recipe>,
    /// What core and model say about the image of the input.
    pub input: Option<Verdicts>,
    /// What core and model say about `recipe`.
    pub shrunk: Option<Verdicts>,
    /// The smallest failure found, if the input is a workload.
    pub failure: Option<Box<Failure>>,
}

/// Checks an input of a target, and shrinks it until the end is asked for.
pub fn of_input(target: &Target, bytes: &[u8], stop: &Stop) -> Shrunk {
    if let Some(failure) = (target.failure)(bytes) {
        let failure =
            with_base_image(
                |base| match Writer::of(base, &failure.scenario.origin, None) {
                    Some(writer) => crash::shrink::shrink(&writer, failure, stop),
                    None => failure,
                },
            );
        return Shrunk {
            violation: Some(failure.violation.clone()),
            failure: Some(failure),
            ..Shrunk::default()
        };
    }
    let violation = (target.check)(bytes).err();
    let Some(recipe) = (target.recipe)(bytes) else {
        return Shrunk {
            violation,
            ..Shrunk::default()
        };
    };
    let shrunk = of_recipe(target, recipe, stop);
    match (violation, &shrunk.violation) {
        // The recipe of the input does not show what the input does: report the input alone.
        (Some(violation), None) => Shrunk {
            violation: Some(violation),
            recipe: None,
            shrunk: None,
            ..shrunk
        },
        _ => shrunk,
    }
}

/// Checks a recipe, and shrinks it until the end is asked for.
pub fn of_recipe(target: &Target, recipe: Recipe, stop: &Stop) -> Shrunk {
    let flaw = (target.name == Canary::TARGET).then(Canary::flaw);
    let verdicts = |recipe: &Recipe| Verdicts::of(&recipe.build().to_storage(), flaw);
    let input = verdicts(&recipe);
    let (recipe, violation) = match check(target, &recipe) {
        Ok(()) => (recipe, None),
        Err(violation) => smallest(target, recipe, violation, stop),
    };
    Shrunk {
        input: Some(input),
        shrunk: Some(verdicts(&recipe)),
        violation,
        recipe: Some(recipe),
        failure: None,
    }
}

/// Checks the properties of a target for an image.
///
/// # Errors
/// The first property that is violated.
pub fn check(target: &Target, recipe: &Recipe) -> Result<(), Violation> {
    let image = recipe.build().to_storage();
    match target.name {
        Inspect::TARGET => check_inspection(&image),
        Canary::TARGET => property::check_against(&image, Canary::flaw().rules).map(drop),
        _ => property::check(&image).map(drop),
    }
}

/// The smallest recipe found that violates the same property, and its violation.
fn smallest(
    target: &Target,
    recipe: Recipe,
    violation: Violation,
    stop: &Stop,
) -> (Recipe, Option<Violation>) {
    let property = violation.property;
    let mut last = violation;
    // `shrink` returns the last recipe for which this was true.
    let mut still_violates = |recipe: &Recipe| {
        // Nothing more is taken for smaller, so that this is soon over.
        if stop.is_due() {
            return false;
        }
        match check(target, recipe) {
            Err(found) if found.property == property => {
                last = found;
                true
            }
            _ => false,
        }
    };
    let recipe = shrink(recipe, &mut still_violates, BUDGET);
    (recipe, Some(last))
}
