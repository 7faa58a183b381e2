//! `vhdx-log vectors coverage`: runs every flaw of the model on the vectors, and counts which
//! clauses they cover.

use clap::ValueEnum;
use vhdx_log_bench::Pattern;
use vhdx_log_inspect::print::paint::Paint;
use vhdx_log_oracle::vector::VectorWithImage;
use vhdx_log_vectors::adequacy::Adequacy;
use vhdx_log_vectors::pages;

use crate::command::selection::{Filter, chosen};
use crate::report::coverage::Coverage;
use crate::terminal;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::interrupt;
use crate::terminal::output::{print, write_json};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
A flaw is a seeded bug in the executable specification: one demand dropped or \
one step done wrong. The exit code is 1 when a flaw survives, a clause is not \
covered, or a vector is redundant.")]
pub(crate) struct Args {
    /// Ids of the vectors to measure; `*` matches any characters, `?` one
    patterns: Vec<Pattern>,
    #[command(flatten)]
    filter: Filter,
    /// Output format: text, json, or markdown (the page corpus/KILLS.md)
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: CoverageFormat,
    /// Also list groups of vectors that catch the same flaws and cover the same clauses
    #[arg(long)]
    alike: bool,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum CoverageFormat {
    #[default]
    Text,
    Json,
    Markdown,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let vectors: Vec<VectorWithImage> = chosen(&self.patterns, &self.filter)?
            .into_iter()
            .map(VectorWithImage::load)
            .collect::<Result<_, _>>()
            .map_err(|error| Failure::unable("the built-in corpus".as_ref(), error.to_string()))?;
        let adequacy = Adequacy::measure(&vectors, &interrupt::stop()).ok_or_else(|| {
            Failure::interrupted("interrupted; what a part of the vectors covers is not shown")
        })?;
        let coverage = Coverage::of(&adequacy, self.alike);
        let exit = match coverage.is_complete() {
            true => Exit::Done,
            false => Exit::Negative,
        };
        print(exit, |out| match self.format {
            CoverageFormat::Json => write_json(out, &coverage),
            CoverageFormat::Markdown => out.write_all(pages::kills(&adequacy).as_bytes()),
            CoverageFormat::Text => {
                coverage.write_text(out, &adequacy, Paint::for_stdout(), terminal::width())
            }
        })
    }
}
