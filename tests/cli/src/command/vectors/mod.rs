//! `vhdx-log vectors`: the corpus, listed, explained, taken out, measured, added to.

mod add;
mod coverage;
mod extract;
mod list;
mod regenerate;
mod show;
mod tree;

use clap::Subcommand;

use crate::terminal::exit::{Exit, Failure};

/// What it takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A vector is a small image and what must become of it. They are plain files, for
programs in any language: see corpus/README.md.")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List vectors
    List(list::Args),
    /// Explain a vector: the image, its log, and what must become of it
    Show(show::Args),
    /// Write images and their JSON to a folder
    Extract(extract::Args),
    /// Show which flaws the corpus finds and which clauses it covers
    Coverage(coverage::Args),
    /// Make a vector of a recipe, once core and model agree on it
    Add(add::Args),
    /// Make all vectors and pages anew from their recipes
    Regenerate(regenerate::Args),
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        match self.command {
            Command::List(args) => args.run(),
            Command::Show(args) => args.run(),
            Command::Extract(args) => args.run(),
            Command::Coverage(args) => args.run(),
            Command::Add(args) => args.run(),
            Command::Regenerate(args) => args.run(),
        }
    }
}
