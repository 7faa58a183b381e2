//! A shrunk input as text: the verdict on the input, the violation, the shrunk recipe, its log.
//! The violation printed is that of the recipe printed.

use std::io::{self, Write};

use vhdx_log::storage::Storage;
use vhdx_log::{Access, DEFAULT_MAX_FILE_SIZE, examine};
use vhdx_log_image::Recipe;
use vhdx_log_inspect::document::picture::DEFAULT_COLUMNS;
use vhdx_log_inspect::print::paint::Paint;
use vhdx_log_inspect::print::size::count;
use vhdx_log_inspect::print::{DEFAULT_WIDTH, write_log};
use vhdx_log_inspect::{Extent, inspect};
use vhdx_log_oracle::convert::BuiltImageExt;
use vhdx_log_search::fuzz::shrink::Finding;

use super::crash_failure;

pub(crate) struct Shrunk {
    /// The image of the input, as a recipe; `None` when the input is a workload.
    pub(crate) input: Option<Recipe>,
    pub(crate) finding: Finding,
}

pub(crate) fn write_text(out: &mut dyn Write, shrunk: &Shrunk) -> io::Result<()> {
    let Shrunk { input, finding } = shrunk;
    if let Some(failure) = &finding.failure {
        let story = crash_failure::describe_ours(failure);
        return writeln!(out, "{story}");
    }
    if let Some(input) = input {
        writeln!(out, "input: {}", verdict(&input.build().to_storage()))?;
    }
    let Some(violation) = &finding.violation else {
        writeln!(out, "all properties hold")?;
        return match &finding.recipe {
            Some(recipe) => write_recipe(out, "recipe", recipe),
            None => Ok(()),
        };
    };
    writeln!(out, "{violation}")?;
    match &finding.recipe {
        Some(recipe) => write_recipe(out, "shrunk recipe", recipe),
        None => Ok(()),
    }
}

/// What the built-in implementation makes of an image.
fn verdict(image: &impl Storage) -> String {
    match examine(image, Access::Writable, DEFAULT_MAX_FILE_SIZE) {
        Ok(examination) => match &examination.plan {
            None => "accepted; the log is empty".to_owned(),
            Some(plan) => {
                let entries = count(plan.active.entries.into(), "entry");
                format!("accepted; replays {entries}")
            }
        },
        Err(error) => format!("refused: {error}"),
    }
}

fn write_recipe(out: &mut dyn Write, name: &str, recipe: &Recipe) -> io::Result<()> {
    let image = recipe.build().to_storage();
    writeln!(out, "\n{name}: {}\n{recipe}", verdict(&image))?;
    let extent = Extent {
        all: false,
        columns: DEFAULT_COLUMNS,
    };
    match inspect(&image, String::new(), extent) {
        Ok(inspection) => write_log(out, &inspection, Paint::for_stdout(), DEFAULT_WIDTH),
        Err(error) => writeln!(out, "its log cannot be shown: {error}"),
    }
}
