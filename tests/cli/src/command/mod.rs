//! The command line of `vhdx-log`.
//!
//! A subcommand is a file in this folder with `Args` (its arguments and their help) and
//! `Args::run` (what it does), and a variant of `Command` below. Results go to standard output,
//! written by `report`. Errors go to standard error as `vhdx-log: FILE: message` and end with an
//! [`Exit`] code that scripts can rely on.

mod answer;
mod cat;
mod completions;
mod crash;
mod diagnose;
mod diff;
mod exhaust;
mod hunt;
mod inspect;
mod record;
mod replay;
mod report;
mod results;
mod run;
mod score;
mod seeds;
mod selection;
mod shrink;
mod subjects;
mod vectors;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::terminal::exit::{Exit, Failure, NAME};
use crate::terminal::json;
use crate::terminal::threads;

#[derive(Debug, Parser)]
#[command(name = NAME, version, about = ABOUT, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

const ABOUT: &str = "\
Inspects and replays the log of VHDX disk images, and tests programs that do

Without a command it runs the conformance vectors against the built-in implementation and the
known programs of this machine.";

const EXIT_CODES: &str = "\
Exit codes:
  0    success
  1    image refused, vector failed, mistake found, property violated, or corpus out of date
  2    wrong command line, or a file that is not what the command takes
  3    a file cannot be read or written
  4    the image is dirty (inspect --exit-code)
  5    nothing was run (run, hunt)
  6    a subject failed its proof (run, hunt)
  7    the list of known failures is stale (run)
  8    the two implementations of this project differ (hunt)
  130  interrupted (Ctrl-C, SIGTERM, SIGHUP): what was printed is partial";

// Only the arguments of the command that is called are built.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Command {
    /// Show what the log of an image holds and what a replay would do
    Inspect(inspect::Args),
    /// Replay the log of an image, in place or into a copy
    Replay(replay::Args),
    /// Write the disk in an image, as a guest would see it after the replay
    Cat(cat::Args),
    /// Run the conformance vectors against an implementation (the default command)
    Run(run::Args),
    /// Print a stored run again: as text, HTML, JUnit, Markdown or JSON
    Report(report::Args),
    /// Say which mistakes of a program explain a stored run
    Diagnose(diagnose::Args),
    /// Compare two stored runs: what fails newly, what passes newly
    Diff(diff::Args),
    /// Store runs, and make the page of results of all that are stored
    #[command(hide = true)]
    Results(results::Args),
    /// List, explain, extract, measure and add vectors
    Vectors(vectors::Args),
    /// Search for images on which a program is wrong, shrink them, and name the mistakes
    Hunt(hunt::Args),
    /// Check every small ring, header pair and entry pair within bounds
    Exhaust(exhaust::Args),
    /// Crash-test the writer on a simulated disk
    Crash(crash::Args),
    /// Record what a program asks of an image, as a trace file for crash
    Record(record::Args),
    /// Shrink a failing input to a minimal recipe
    #[command(alias = "finding")]
    Shrink(shrink::Args),
    /// Regenerate the seeds and the dictionary of the fuzz targets
    #[command(hide = true)]
    Seeds(seeds::Args),
    /// Measure how soon each search strategy catches each flaw
    #[command(hide = true, alias = "efficacy")]
    Score(score::Args),
    /// Answer as an adapter with a built-in reader, for tests
    #[command(hide = true)]
    Answer(answer::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
}

impl Command {
    fn run(self) -> Result<Exit, Failure> {
        match &self {
            Self::Inspect(_) | Self::Replay(_) | Self::Cat(_) | Self::Completions(_) => {}
            _ => threads::prepare(),
        }
        match self {
            Self::Inspect(args) => args.run(),
            Self::Replay(args) => args.run(),
            Self::Cat(args) => args.run(),
            Self::Run(args) => args.run(),
            Self::Report(args) => args.run(),
            Self::Diagnose(args) => args.run(),
            Self::Diff(args) => args.run(),
            Self::Results(args) => args.run(),
            Self::Vectors(args) => args.run(),
            Self::Hunt(args) => args.run(),
            Self::Exhaust(args) => args.run(),
            Self::Crash(args) => args.run(),
            Self::Record(args) => args.run(),
            Self::Shrink(args) => args.run(),
            Self::Seeds(args) => args.run(),
            Self::Score(args) => args.run(),
            Self::Answer(args) => args.run(),
            Self::Completions(args) => args.run(&mut Cli::command()),
        }
    }
}

/// Parses the command line, runs the command and reports an error.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are errors to clap, which knows what goes to standard output.
            let printed = error.print();
            if !error.use_stderr() {
                return match printed.or_else(|error| Failure::of_stdout(&error)) {
                    Ok(()) => Exit::Done.into(),
                    Err(failure) => {
                        failure.report();
                        failure.exit.into()
                    }
                };
            }
            if json::is_wanted(std::env::args_os()) {
                let message = error.to_string();
                Failure::usage(message.trim_end().trim_start_matches("error: ")).print_json();
            }
            return Exit::Usage.into();
        }
    };
    let ended = match cli.command {
        Some(command) => command.run(),
        None => Command::Run(run::Args::default()).run(),
    };
    match ended {
        Ok(exit) => exit.into(),
        Err(failure) => {
            if json::is_wanted(std::env::args_os()) {
                failure.print_json();
            }
            failure.report();
            failure.exit.into()
        }
    }
}
