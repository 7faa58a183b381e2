//! `vhdx-log vectors coverage`: every flaw on every vector, now.

use serde::Serialize;
use vhdx_log_corpus::Side;
use vhdx_log_model::flaws;
use vhdx_log_oracle::vector::VectorWithImage;

use crate::command::selection::{Filter, chosen};
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::{Format, print, write_json};
use vhdx_log_vectors::adequacy::Adequacy;
use vhdx_log_vectors::pages;

/// What it takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A flaw is the executable specification with one demand dropped or one step done
wrong. The exit code is 1 when a flaw survives, a demand is not covered, or a
vector is of no use.")]
pub(crate) struct Args {
    /// Ids of the vectors to measure; `*` stands for any characters, `?` for one
    patterns: Vec<String>,
    #[command(flatten)]
    filter: Filter,
    /// text or json
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Format,
    /// Also list vectors that find the same flaws and show the same of the same clauses
    #[arg(long)]
    alike: bool,
}

#[derive(Serialize)]
struct Coverage<'a> {
    flaws: Vec<Killed<'a>>,
    survivors: Vec<&'a str>,
    uncovered: Vec<(&'a str, Side)>,
    useless: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alike: Option<Vec<Vec<&'a str>>>,
}

#[derive(Serialize)]
struct Killed<'a> {
    flaw: &'a str,
    clauses: &'a [&'a str],
    seen_in: Option<&'a str>,
    vectors: &'a [String],
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let made: Vec<VectorWithImage> = chosen(&self.patterns, &self.filter)?
            .into_iter()
            .map(VectorWithImage::load)
            .collect::<Result<_, _>>()
            .map_err(|error| Failure::unable("corpus".as_ref(), error.to_string()))?;
        let adequacy = Adequacy::measure(&made);
        let coverage = Coverage {
            flaws: flaws()
                .iter()
                .map(|flaw| Killed {
                    flaw: flaw.name,
                    clauses: flaw.clauses,
                    seen_in: flaw.seen_in,
                    vectors: adequacy.killers(flaw),
                })
                .collect(),
            survivors: adequacy.survivors().iter().map(|flaw| flaw.name).collect(),
            uncovered: adequacy.uncovered(),
            useless: adequacy.useless(),
            alike: self.alike.then(|| adequacy.alike()),
        };
        let complete = coverage.survivors.is_empty()
            && coverage.uncovered.is_empty()
            && coverage.useless.is_empty();
        let exit = if complete { Exit::Done } else { Exit::Refused };
        print(exit, |out| match self.format {
            Format::Json => write_json(out, &coverage),
            Format::Text => {
                write!(out, "{}", pages::kills(&adequacy))?;
                let mut say = |what: &str, list: Vec<String>| {
                    if list.is_empty() {
                        Ok(())
                    } else {
                        writeln!(out, "\n{what}: {}", list.join(", "))
                    }
                };
                say(
                    "No vector finds",
                    coverage.survivors.iter().map(ToString::to_string).collect(),
                )?;
                say(
                    "Not covered",
                    coverage
                        .uncovered
                        .iter()
                        .map(|(id, side)| format!("{id} ({side:?})"))
                        .collect(),
                )?;
                say(
                    "Of no use",
                    coverage.useless.iter().map(ToString::to_string).collect(),
                )?;
                coverage.alike.iter().flatten().try_for_each(|group| {
                    say("Alike", group.iter().map(ToString::to_string).collect())
                })
            }
        })
    }
}
