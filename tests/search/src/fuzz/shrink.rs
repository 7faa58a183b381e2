//! From an input that breaks a property to the least that does.

use super::crash::with_base_image;
use super::{Target, inspecting};
use vhdx_log_crash::writer::Writer;
use vhdx_log_crash::{self, Failure};
use vhdx_log_image::Recipe;
use vhdx_log_image::shrink::shrink;
use vhdx_log_oracle::convert::BuiltImageExt;
use vhdx_log_oracle::property::{self, Violation};

/// How many recipes are tried on the way down.
const BUDGET: usize = 20_000;
/// What became of an input.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The property, when one does not hold.
    pub violation: Option<Violation>,
    /// The simplest recipe that breaks it, where the input is an image.
    pub recipe: Option<Recipe>,
    /// The simplest failure of that property, where the input is a workload.
    pub failure: Option<Box<Failure>>,
}

/// Checks an input of a target, and makes it small.
pub fn of_input(target: &Target, bytes: &[u8]) -> Finding {
    if let Some(failure) = (target.failure)(bytes) {
        let failure =
            with_base_image(
                |base| match Writer::of(base, &failure.scenario.origin, None) {
                    Some(writer) => vhdx_log_crash::shrink::shrink(&writer, failure),
                    None => failure,
                },
            );
        return Finding {
            violation: Some(failure.violation.clone()),
            recipe: None,
            failure: Some(failure),
        };
    }
    let violation = (target.check)(bytes).err();
    let recipe = (target.recipe)(bytes).map(|recipe| match &violation {
        Some(violation) => smallest(recipe, violation, &|recipe| claims(target, recipe)),
        None => recipe,
    });
    Finding {
        violation,
        recipe,
        failure: None,
    }
}

/// Checks a recipe, and makes it small.
pub fn of_recipe(target: &Target, recipe: Recipe) -> Finding {
    let violation = claims(target, &recipe).err();
    let recipe = match &violation {
        Some(violation) => smallest(recipe, violation, &|recipe| claims(target, recipe)),
        None => recipe,
    };
    Finding {
        violation,
        recipe: Some(recipe),
        failure: None,
    }
}

/// The claims of a target about an image.
pub fn claims(target: &Target, recipe: &Recipe) -> Result<(), Violation> {
    let image = recipe.build().to_storage();
    match target.name {
        "inspect" => inspecting(&image),
        "canary" => property::check_against(&image, super::Canary::flaw().rules).map(drop),
        _ => property::check(&image).map(drop),
    }
}

fn smallest(
    recipe: Recipe,
    violation: &Violation,
    claims: &dyn Fn(&Recipe) -> Result<(), Violation>,
) -> Recipe {
    let mut same =
        |recipe: &Recipe| claims(recipe).is_err_and(|found| found.property == violation.property);
    if same(&recipe) {
        shrink(recipe, &mut same, BUDGET)
    } else {
        recipe
    }
}
