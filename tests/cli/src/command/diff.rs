//! `vhdx-log diff`: what changed from one stored run to another.

use std::path::PathBuf;

use clap::ValueEnum;
use vhdx_log_inspect::print::DEFAULT_WIDTH;
use vhdx_log_inspect::print::paint::Paint;

use super::report::read_record;
use crate::report::diff::compare::Diff;
use crate::report::diff::{markdown, text};
use crate::terminal;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::print;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
The exit code is 1 when there are regressions: vectors that fail and did not, \
or that fail with more harm than before. Another wrong answer of the same harm, \
and vectors that only one of the runs has, are listed and change nothing. \
Subjects are compared by name; when each run has only one, these two.

Examples:
  vhdx-log diff before.json after.json
  vhdx-log diff main.json branch.json --format markdown >>\"$GITHUB_STEP_SUMMARY\"")]
pub(crate) struct Args {
    /// The record of the first run
    before: PathBuf,
    /// The record of the second run
    after: PathBuf,
    /// The form: text or markdown
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Form,
}

/// The form of a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people at a terminal
    #[default]
    Text,
    /// For the summary of a CI job
    Markdown,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let before = read_record(&self.before)?;
        let after = read_record(&self.after)?;
        let diff = Diff::new(&before, &after);
        let exit = match diff.regressions() {
            0 => Exit::Done,
            _ => Exit::Negative,
        };
        let width = terminal::width().unwrap_or(DEFAULT_WIDTH);
        print(exit, |out| match self.format {
            Form::Text => text::write(out, &diff, Paint::for_stdout(), width),
            Form::Markdown => markdown::write(out, &diff),
        })
    }
}
