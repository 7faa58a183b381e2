//! `vhdx-log finding`: an input on which the search failed, made small and told.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use vhdx_log_oracle::convert::BuiltImageExt;

use crate::report::crash_failure;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::print;
use vhdx_log_crash::World;
use vhdx_log_image::Recipe;
use vhdx_log_inspect::document::picture::DEFAULT_COLUMNS;
use vhdx_log_inspect::print;
use vhdx_log_inspect::print::paint::Paint;
use vhdx_log_inspect::{Extent, inspect};
use vhdx_log_search::fuzz::Target;
use vhdx_log_search::fuzz::shrink::{Finding, of_input, of_recipe};

/// What it takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The file is what the fuzzer left in fuzz/artifacts, or a recipe (*.json). Where
it is an image, the simplest recipe that breaks the same property is written to
--output; where it is a workload, the simplest one is told, with one line that
replays it. The exit code is 1 when a property is broken.

Examples:
  vhdx-log finding fuzz/artifacts/replay/crash-0123 --output found.json
  vhdx-log vectors add found.json --id ... --title ... --why ... --clauses ...
  cp found.json fuzz/regressions/replay/")]
pub(crate) struct Args {
    /// The input
    file: PathBuf,
    /// The target that failed; by default the folder's name, or replay for a recipe
    #[arg(long)]
    target: Option<String>,
    /// Where to write the recipe
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let target = self.target()?;
        let finding = match self
            .file
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            true => of_recipe(target, read_recipe(&self.file)?),
            false => of_input(target, &read(&self.file)?),
        };
        if let (Some(output), Some(recipe)) = (&self.output, &finding.recipe) {
            fs::write(output, recipe.to_json() + "\n")
                .map_err(|error| Failure::unable(output, error.to_string()))?;
        }
        let exit = if finding.violation.is_some() {
            Exit::Refused
        } else {
            Exit::Done
        };
        print(exit, |out| tell(out, &finding))
    }

    fn target(&self) -> Result<&'static Target, Failure> {
        let folder = self
            .file
            .parent()
            .and_then(Path::file_name)
            .map(|name| name.to_string_lossy().into_owned());
        let named = self
            .target
            .clone()
            .or(folder.filter(|name| Target::named(name).is_some()));
        let name = named.unwrap_or_else(|| "replay".to_owned());
        Target::named(&name).ok_or_else(|| {
            let names = Target::ALL.map(|target| target.name).join(", ");
            Failure::usage(
                &self.file,
                format!("there is no target `{name}`; there are {names}"),
            )
        })
    }
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(file).map_err(|error| Failure::unable(file, error.to_string()))
}

fn read_recipe(file: &Path) -> Result<Recipe, Failure> {
    let text = read(file)?;
    Recipe::from_json(&String::from_utf8_lossy(&text))
        .map_err(|error| Failure::usage(file, format!("this is no recipe: {error}")))
}

fn tell(out: &mut dyn Write, finding: &Finding) -> io::Result<()> {
    if let Some(failure) = &finding.failure {
        return writeln!(
            out,
            "{}",
            crash_failure::describe(&World::new(), None, failure)
        );
    }
    match &finding.violation {
        Some(violation) => writeln!(out, "{violation}")?,
        None => writeln!(out, "every property holds")?,
    }
    let Some(recipe) = &finding.recipe else {
        return Ok(());
    };
    writeln!(out, "\n{recipe}\n")?;
    let extent = Extent {
        all: false,
        columns: DEFAULT_COLUMNS,
    };
    match inspect(&recipe.build().to_storage(), String::new(), extent) {
        Ok(inspection) => {
            print::write_log(out, &inspection, Paint::for_stdout(), print::DEFAULT_WIDTH)
        }
        Err(error) => writeln!(out, "its log cannot be shown: {error}"),
    }
}
