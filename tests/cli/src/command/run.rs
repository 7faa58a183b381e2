//! `vhdx-log run`: runs the conformance vectors against implementations.

use vhdx_log_bench::{Candidate, Settings, run};
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

#[derive(Debug, Default, clap::Args)]
#[command(after_help = "\
The exit code is 1 when a vector fails. To test a program in any language, \
see corpus/README.md.

Examples:
  vhdx-log run
  vhdx-log run --subject model --topic ring
  vhdx-log run --subject flaw:tail-ignored --format json")]
pub(crate) struct Args {
    /// An implementation: core, model, or flaw:NAME (the model with one seeded bug); may be given
    /// several times
    #[arg(long, value_name = "NAME")]
    subject: Vec<String>,
    /// Only vectors whose ids match; `*` matches any characters, `?` one
    #[arg(long, value_name = "GLOB")]
    filter: Option<Pattern>,
    #[command(flatten)]
    which: Filter,
    /// Run this many vectors at a time (default: one for each processor)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Output format: text or json
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Format,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let wanted = |vector: &Vector| {
            let pattern = self.filter.as_ref();
            self.which.takes(vector) && pattern.is_none_or(|pattern| pattern.matches(&vector.id))
        };
        let corpus = Corpus::embedded();
        let candidates = candidates(&self.subject)?;
        if !corpus.iter().any(|stored| wanted(&stored.vector)) {
            return Err(Failure::usage(
                "no vector matches all of --filter, --topic, --clause and --strength",
            ));
        }
        let settings = Settings {
            jobs: self.jobs.map_or_else(processors, usize::from),
            protections: Vec::new(),
        };
        let stop = interrupt::stop();
        let record = run(candidates, corpus, wanted, &settings, &stop, &|_, _| {})
            .map_err(|error| Failure::unable("the built-in corpus".as_ref(), error.to_string()))?;
        let mut results = record.subjects.iter().flat_map(|subject| &subject.results);
        let exit = match results.find(|result| result.verdict.is_failure()) {
            _ if record.interrupted => Exit::Interrupted,
            Some(_) => Exit::Negative,
            None => Exit::Done,
        };
        print(exit, |out| match self.format {
            Format::Json => write_json(out, &record),
            Format::Text => {
                let width = terminal::width().unwrap_or(DEFAULT_WIDTH);
                write_text(out, &record, Paint::for_stdout(), width)
            }
        })
    }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn candidates(names: &[String]) -> Result<Vec<Candidate>, Failure> {
    let default = ["core".to_owned()];
    let names = if names.is_empty() { &default } else { names };
    let candidates = names
        .iter()
        .map(|name| subject(name).map(Candidate::builtin));
    candidates.collect()
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
