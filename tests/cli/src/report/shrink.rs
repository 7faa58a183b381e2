//! A shrunk input as text: the verdicts on the input, the violation, the shrunk recipe, its log.
//! The violation printed is that of the recipe printed.

use std::io::{self, Write};

use vhdx_log_image::Recipe;
use vhdx_log_inspect::print::paint::Paint;
use vhdx_log_inspect::print::{DEFAULT_WIDTH, write_log};
use vhdx_log_inspect::{Extent, inspect};
use vhdx_log_oracle::convert::BuiltImageExt;
use vhdx_log_search::fuzz::Verdicts;
use vhdx_log_search::fuzz::shrink::Shrunk;

use super::crash_failure;

pub(crate) fn write_text(out: &mut dyn Write, shrunk: &Shrunk) -> io::Result<()> {
    if let Some(failure) = &shrunk.failure {
        let story = crash_failure::describe_ours(failure);
        return writeln!(out, "{story}");
    }
    if let Some(verdicts) = &shrunk.input {
        write_verdicts(out, "input", verdicts)?;
    }
    match &shrunk.violation {
        None => writeln!(out, "all properties hold")?,
        Some(violation) => writeln!(out, "{violation}")?,
    }
    let Some(recipe) = &shrunk.recipe else {
        return Ok(());
    };
    match (&shrunk.violation, &shrunk.shrunk) {
        (Some(_), Some(verdicts)) => {
            writeln!(out)?;
            write_verdicts(out, "shrunk recipe", verdicts)?;
        }
        _ => writeln!(out, "\nrecipe")?,
    }
    write_recipe(out, recipe)
}

fn write_verdicts(out: &mut dyn Write, name: &str, verdicts: &Verdicts) -> io::Result<()> {
    writeln!(out, "{name}")?;
    for (label, verdict) in verdicts.lines() {
        writeln!(out, "  {label}: {verdict}")?;
    }
    Ok(())
}

fn write_recipe(out: &mut dyn Write, recipe: &Recipe) -> io::Result<()> {
    writeln!(out, "{recipe}")?;
    let extent = Extent::default();
    match inspect(&recipe.build().to_storage(), String::new(), extent) {
        Ok(inspection) => write_log(out, &inspection, Paint::for_stdout(), DEFAULT_WIDTH),
        Err(error) => writeln!(out, "its log cannot be shown: {error}"),
    }
}
