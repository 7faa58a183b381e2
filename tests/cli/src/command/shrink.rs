//! `vhdx-log shrink`: checks an input of a search, shrinks it when a property is violated, and
//! prints the verdict either way.

use std::io::Write;
use std::path::{Path, PathBuf};

use vhdx_log_image::Recipe;
use vhdx_log_search::fuzz::Target;
use vhdx_log_search::fuzz::shrink::{of_input, of_recipe};

use crate::file::fresh::check_free;
use crate::file::input::{read_file, read_text};
use crate::file::output::write_file;
use crate::report::shrink::write_text;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::interrupt;
use crate::terminal::output::print;
use vhdx_log_bench::nearest::unknown;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
FILE is an input that the fuzzer left in fuzz/artifacts, or a recipe (*.json). \
The verdict on the input is always printed. If a property is violated, the input \
is shrunk while the same property stays violated, and the exit code is 1. The \
shrunk recipe of an image is written to --output; a shrunk workload is printed \
with the command that replays it.

Examples:
  vhdx-log shrink fuzz/artifacts/replay/crash-0123 --output found.json
  vhdx-log vectors add found.json --id ... --title ... --why ... --clauses ...
  cp found.json fuzz/regressions/replay/")]
pub(crate) struct Args {
    /// The input
    file: PathBuf,
    /// The fuzz target (default: the name of the input's folder, or replay)
    #[arg(long)]
    target: Option<String>,
    /// Write the shrunk recipe to FILE
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Overwrite the file of --output if it exists
    #[arg(long, requires = "output")]
    force: bool,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let (target, stop) = (self.target()?, interrupt::stop());
        if let Some(output) = &self.output {
            check_free(output, self.force)?;
        }
        let is_recipe = self.file.extension().is_some_and(|name| name == "json");
        let shrunk = if is_recipe {
            of_recipe(target, read_recipe(&self.file)?, &stop)
        } else {
            of_input(target, &read_file(&self.file)?, &stop)
        };
        let interrupted = stop.is_asked();
        if let (Some(output), Some(recipe)) = (&self.output, &shrunk.recipe) {
            let text = recipe.to_json() + "\n";
            write_file(output, self.force, |file| file.write_all(text.as_bytes()))?;
        }
        let exit = match shrunk.violation {
            _ if interrupted => Exit::Interrupted,
            Some(_) => Exit::Negative,
            None => Exit::Done,
        };
        print(exit, |out| {
            write_text(out, &shrunk)?;
            match interrupted {
                true => writeln!(out, "interrupted: a smaller input may violate it too"),
                false => Ok(()),
            }
        })
    }

    /// The target given, or that of the folder's name, or `replay`.
    fn target(&self) -> Result<&'static Target, Failure> {
        if let Some(name) = &self.target {
            let names = Target::ALL.map(|target| target.name);
            return Target::named(name)
                .ok_or_else(|| Failure::usage(unknown("target", name, names, "")));
        }
        let folder = self.file.parent().and_then(Path::file_name);
        let of_folder = folder.and_then(|name| Target::named(&name.to_string_lossy()));
        Ok(of_folder.unwrap_or(&Target::ALL[0]))
    }
}

/// Reads a recipe, as JSON.
pub(super) fn read_recipe(file: &Path) -> Result<Recipe, Failure> {
    Recipe::from_json(&read_text(file)?)
        .map_err(|error| Failure::wrong_file(file, format!("not a recipe: {error}")))
}
