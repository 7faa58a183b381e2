//! `vhdx-log vectors add`: from a recipe to a vector that stays.

use std::fs;
use std::path::PathBuf;

use vhdx_log_corpus::{Access, Strength};
use vhdx_log_oracle::vector::VectorWithImage;

use super::tree::{folder, read};
use crate::command::selection::strength;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::print;
use vhdx_log_image::Recipe;
use vhdx_log_vectors::{AddError, Addition, Regenerated, add, pages};

/// What it takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The recipe is JSON, written by hand or printed by a search that failed. Core and
model must agree on what becomes of its image, to the byte. The vector is put
into the topic `regression`, and the pages are made anew.

Example:
  vhdx-log vectors add found.json --id tail-of-torn-entry --clauses SEQ-2,ENT-2 \\
    --title 'the tail is a torn entry' --why 'finds who keeps torn entries'")]
pub(crate) struct Args {
    /// The recipe, a JSON file
    recipe: PathBuf,
    /// The vector's name: lower-case words with hyphens, never used before
    #[arg(long)]
    id: String,
    /// What is special about the image, in one line
    #[arg(long)]
    title: String,
    /// Which mistake it finds
    #[arg(long)]
    why: String,
    /// The clauses it exercises, separated by commas
    #[arg(long, value_delimiter = ',', required = true)]
    clauses: Vec<String>,
    /// must, safe or open
    #[arg(long, default_value = "must", value_parser = strength)]
    strength: Strength,
    /// The image is opened read-only
    #[arg(long)]
    read_only: bool,
    /// The folder of the corpus; by default the source tree's
    #[arg(long, value_name = "DIR")]
    corpus: Option<PathBuf>,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let folder = folder(self.corpus)?;
        let text = fs::read_to_string(&self.recipe)
            .map_err(|error| Failure::unable(&self.recipe, error.to_string()))?;
        let recipe = Recipe::from_json(&text)
            .map_err(|error| Failure::usage(&self.recipe, format!("this is no recipe: {error}")))?;
        let addition = Addition {
            id: self.id,
            title: self.title,
            why: self.why,
            clauses: self.clauses,
            strength: self.strength,
            access: if self.read_only {
                Access::ReadOnly
            } else {
                Access::Replay
            },
            recipe,
        };
        let existing = read(&folder)?;
        let refused = |error: AddError| Failure::usage(&self.recipe, error.to_string());
        let made = add(&existing, &addition).map_err(refused)?;
        let unable = |error: std::io::Error| Failure::unable(&folder, error.to_string());
        let mut all = existing
            .iter()
            .map(VectorWithImage::load)
            .collect::<Result<Vec<_>, _>>()
            .map_err(unable)?;
        all.push(made.clone());
        let all = Regenerated::of(all);
        all.write_added(&folder, &made).map_err(unable)?;
        let kills = all.adequacy.flaws_killed_by(&made.vector.id).count();
        print(Exit::Done, |out| {
            writeln!(
                out,
                "{}: {}; finds {kills} flaws",
                made.vector.id,
                pages::outcome(&made.vector)
            )
        })
    }
}
