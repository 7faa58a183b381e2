//! The command `vhdx-log`: what it takes, and who does it.
//!
//! A subcommand is a file in this folder with `Args` (what it takes) and `Args::run` (what it
//! does), and a line in `commands!` below. What it found goes to standard output; what went wrong
//! goes to standard error as `vhdx-log: FILE: message`, with an [`Exit`] code that a script can
//! tell apart.

mod completions;
mod copy;
mod crash;
mod efficacy;
mod exhaust;
mod failure;
mod finding;
mod image;
mod inspect;
mod merged;
mod output;
mod replay;
pub mod report;
mod run;
mod seeds;
mod vectors;
mod watch;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

pub use failure::{Exit, Failure};
pub use output::Format;

/// The command's name, in usage, completions and messages.
const NAME: &str = "vhdx-log";

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

macro_rules! commands {
    ($($(#[$meta:meta])* $name:ident: $module:ident;)*) => {
        #[derive(Debug, Subcommand)]
        enum Command {
            $($(#[$meta])* $name($module::Args),)*
        }

        impl Command {
            fn run(self) -> Result<Exit, Failure> {
                match self {
                    $(Self::$name(args) => args.run(),)*
                }
            }
        }
    };
}

commands! {
    /// Show what the log of an image holds and what a replay would do
    Inspect: inspect;
    /// Replay the log of an image, in place or into a copy
    Replay: replay;
    /// Hold an implementation against the corpus of vectors; this is also what happens without a
    /// command
    Run: run;
    /// List, explain, extract, measure and add vectors
    Vectors: vectors;
    /// Explore every small world, or a part of them
    Exhaust: exhaust;
    /// Crash the writer in every way there is and judge what recovery makes of it
    Crash: crash;
    /// Make small what a search found
    Finding: finding;
    /// Make the fuzz targets' seeds anew
    #[command(hide = true)]
    Seeds: seeds;
    /// Measure how soon each flaw is found
    #[command(hide = true)]
    Efficacy: efficacy;
    /// Print a completion script for a shell
    Completions: completions;
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

/// The whole command line, for completions.
fn command_line() -> clap::Command {
    Cli::command()
}
