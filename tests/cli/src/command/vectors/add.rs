//! `vhdx-log vectors add`: adds a vector made from a recipe, usually one that a search printed.

use std::path::PathBuf;

use vhdx_log_corpus::{Access, Strength};
use vhdx_log_oracle::vector::VectorWithImage;

use super::tree::{folder, read};
use crate::command::selection::strength;
use crate::command::shrink::read_recipe;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::interrupt;
use crate::terminal::output::print;
use vhdx_log_vectors::{AddError, Addition, Regenerated, add, pages};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
The recipe is JSON, written by hand or printed by a search that failed. Core and \
model must agree on the result of opening its image, to the byte. The vector is \
added to the topic `regression`, and the pages are regenerated.

Example:
  vhdx-log vectors add found.json --id tail-of-torn-entry \\
    --clauses SEQ-2,ENT-2 --title 'The tail is a torn entry' \\
    --why 'A reader that accepts torn entries restores half of a write.'")]
pub(crate) struct Args {
    /// The recipe, a JSON file
    recipe: PathBuf,
    /// The vector's id: lower-case words with hyphens, never used before
    #[arg(long)]
    id: String,
    /// What is special about the image, in one line
    #[arg(long)]
    title: String,
    /// What a program that gets it wrong does to its user
    #[arg(long)]
    why: String,
    /// The clauses it exercises, separated by commas
    #[arg(long, value_delimiter = ',', required = true)]
    clauses: Vec<String>,
    /// Strength: must, safe or open
    #[arg(long, default_value = "must", value_parser = strength)]
    strength: Strength,
    /// Open the image read-only
    #[arg(long)]
    read_only: bool,
    /// The folder of the corpus (default: the source tree's)
    #[arg(long, value_name = "DIR")]
    corpus: Option<PathBuf>,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let folder = folder(self.corpus)?;
        let recipe = read_recipe(&self.recipe)?;
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
        let refused = |error: AddError| Failure::wrong_file(&self.recipe, error.to_string());
        let made = add(&existing, &addition).map_err(refused)?;
        let unable = |error: std::io::Error| Failure::unable(&folder, error.to_string());
        let mut all = existing
            .iter()
            .map(VectorWithImage::load)
            .collect::<Result<Vec<_>, _>>()
            .map_err(unable)?;
        all.push(made.clone());
        let all = Regenerated::of(all, &interrupt::stop())
            .ok_or_else(|| Failure::interrupted("interrupted; nothing was added"))?;
        all.write_added(&folder, &made).map_err(unable)?;
        let kills = all.adequacy.flaws_killed_by(&made.vector.id).count();
        print(Exit::Done, |out| {
            writeln!(
                out,
                "{}: {}; catches {kills} flaws",
                made.vector.id,
                pages::outcome(&made.vector)
            )
        })
    }
}
