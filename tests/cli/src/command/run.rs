//! `vhdx-log run`: runs the conformance vectors against an implementation.

use vhdx_log_bench::run;
use vhdx_log_corpus::{Corpus, Vector};
use vhdx_log_inspect::print::DEFAULT_WIDTH;
use vhdx_log_inspect::print::paint::Paint;
use vhdx_log_oracle::subject::{Subject, builtin};

use super::glob::Pattern;
use super::nearest::unknown;
use super::selection::Filter;
use crate::report::run::{write_json, write_text};
use crate::terminal;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::interrupt;
use crate::terminal::output::{Format, print};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
The exit code is 1 when a vector fails. To test a program in any language, \
see corpus/README.md.

Examples:
  vhdx-log run
  vhdx-log run --subject model --topic ring
  vhdx-log run --subject flaw:tail-ignored --format json")]
pub(crate) struct Args {
    /// The implementation: core, model, or flaw:NAME (the model with one seeded bug)
    #[arg(long, default_value = "core")]
    subject: String,
    /// Only vectors whose ids match; `*` matches any characters, `?` one
    #[arg(long, value_name = "GLOB")]
    filter: Option<Pattern>,
    #[command(flatten)]
    which: Filter,
    /// Output format: text or json
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Format,
}

impl Default for Args {
    /// The built-in implementation and all vectors.
    fn default() -> Self {
        Self {
            subject: "core".to_owned(),
            filter: None,
            which: Filter::default(),
            format: Format::default(),
        }
    }
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let subject = subject(&self.subject)?;
        let wanted = |vector: &Vector| {
            let pattern = self.filter.as_ref();
            self.which.takes(vector) && pattern.is_none_or(|pattern| pattern.matches(&vector.id))
        };
        let report = run(
            subject.as_ref(),
            Corpus::embedded(),
            wanted,
            &interrupt::stop(),
        )
        .map_err(|error| Failure::unable("the built-in corpus".as_ref(), error.to_string()))?;
        if report.results.is_empty() && !report.interrupted {
            return Err(Failure::usage(
                "no vector matches all of --filter, --topic, --clause and --strength",
            ));
        }
        let exit = match report.failures().next() {
            _ if report.interrupted => Exit::Interrupted,
            Some(_) => Exit::Negative,
            None => Exit::Done,
        };
        print(exit, |out| match self.format {
            Format::Json => write_json(out, &report),
            Format::Text => {
                let width = terminal::width().unwrap_or(DEFAULT_WIDTH);
                write_text(out, &report, Paint::for_stdout(), width)
            }
        })
    }
}

fn subject(name: &str) -> Result<Box<dyn Subject>, Failure> {
    builtin(name).map_err(|_| {
        Failure::usage(match name.strip_prefix("flaw:") {
            Some(flaw) => {
                let names = vhdx_log_model::all_flaws().map(|flaw| flaw.name);
                let elsewhere = "`vhdx-log vectors coverage` lists them";
                unknown("flaw", flaw, names, elsewhere)
            }
            None => unknown("subject", name, ["core", "model", "flaw:NAME"], ""),
        })
    })
}
