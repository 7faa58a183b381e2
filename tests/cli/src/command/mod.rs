//! The command `vhdx-log`: what it takes, and who does it.
//!
//! A subcommand is a file in this folder with `Args` (what it takes) and `Args::run` (what it
//! does), and a line in `commands!` below. What it found goes to standard output; what went wrong
//! goes to standard error as `vhdx-log: FILE: message`, with an [`Exit`] code that a script can
//! tell apart.

mod completions;
mod crash;
mod efficacy;
mod exhaust;
mod finding;
mod inspect;
mod replay;
mod run;
mod seeds;
mod selection;
mod vectors;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::terminal::exit::{Exit, Failure, NAME};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = NAME, version, about = ABOUT, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

const ABOUT: &str =
    "Looks into the log of VHDX disk images, replays it, and tests programs that do";

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  the image is refused, or an implementation fails the corpus
  2  the command line is wrong
  3  a file cannot be read or written";

#[derive(Debug, Subcommand)]
enum Command {
    /// Show what the log of an image holds and what a replay would do
    Inspect(inspect::Args),
    /// Replay the log of an image, in place or into a copy
    Replay(replay::Args),
    /// Hold an implementation against the corpus of vectors; this is also what happens without a
    /// command
    Run(run::Args),
    /// List, explain, extract, measure and add vectors
    Vectors(vectors::Args),
    /// Explore every small world, or a part of them
    Exhaust(exhaust::Args),
    /// Crash the writer in every way there is and judge what recovery makes of it
    Crash(crash::Args),
    /// Make small what a search found
    Finding(finding::Args),
    /// Make the fuzz targets' seeds anew
    #[command(hide = true)]
    Seeds(seeds::Args),
    /// Measure how soon each flaw is found
    #[command(hide = true)]
    Efficacy(efficacy::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
}

impl Command {
    fn run(self) -> Result<Exit, Failure> {
        match self {
            Self::Inspect(args) => args.run(),
            Self::Replay(args) => args.run(),
            Self::Run(args) => args.run(),
            Self::Vectors(args) => args.run(),
            Self::Exhaust(args) => args.run(),
            Self::Crash(args) => args.run(),
            Self::Finding(args) => args.run(),
            Self::Seeds(args) => args.run(),
            Self::Efficacy(args) => args.run(),
            Self::Completions(args) => args.run(&mut Cli::command()),
        }
    }
}

/// Parses the command line, does what it says, and reports what went wrong.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are errors to clap; it knows which go to standard output. Nobody is
            // left to tell when printing fails.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Done
            }
            .into();
        }
    };
    match cli
        .command
        .map_or_else(|| run::Args::default().run(), Command::run)
    {
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.report();
            failure.exit.into()
        }
    }
}
