//! `vhdx-log vectors`: the corpus listed, explained, extracted, measured, and added to.

mod add;
mod coverage;
mod extract;
mod list;
mod regenerate;
mod show;
mod tree;

use clap::Subcommand;

use crate::terminal::exit::{Exit, Failure};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
A vector is a small image with the expected result of opening it. Vectors are \
plain files that programs in any language can use: see corpus/README.md.")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List vectors
    List(list::Args),
    /// Explain a vector: the image, its log, and the expected result
    Show(show::Args),
    /// Write images and their JSON to a folder
    Extract(extract::Args),
    /// Show which flaws the corpus catches and which clauses it covers
    Coverage(coverage::Args),
    /// Add a vector made from a recipe on which core and model agree
    Add(add::Args),
    /// Regenerate all vectors and pages from their recipes
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
