//! `vhdx-log vectors list`: a line for each vector.

use serde::Serialize;
use vhdx_log_bench::Pattern;
use vhdx_log_corpus::{Access, Needs, Topic, Vector};

use crate::command::selection::{Filter, chosen};
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::{Format, print, write_json};
use vhdx_log_inspect::document::list::List;
use vhdx_log_inspect::print::paint::{Paint, Role};
use vhdx_log_inspect::print::table::write_table;
use vhdx_log_vectors::pages::outcome;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Ids; `*` matches any characters, `?` one
    patterns: Vec<Pattern>,
    #[command(flatten)]
    filter: Filter,
    /// Output format: text or json
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Format,
}

/// A line of the list, as JSON.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    topic: Topic,
    title: &'a str,
    strength: vhdx_log_corpus::Strength,
    needs: Needs,
    access: Access,
    clauses: &'a vhdx_log_corpus::Clauses,
    readings: Vec<&'a str>,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let vectors: Vec<&Vector> = chosen(&self.patterns, &self.filter)?
            .into_iter()
            .map(|stored| &stored.vector)
            .collect();
        print(Exit::Done, |out| match self.format {
            Format::Json => write_json(
                out,
                &vectors
                    .iter()
                    .map(|vector| line(vector))
                    .collect::<Vec<_>>(),
            ),
            Format::Text => {
                let paint = Paint::for_stdout();
                let list = List {
                    total: vectors.len() as u64,
                    omitted: 0,
                    items: vectors,
                };
                write_table(
                    out,
                    paint,
                    usize::MAX,
                    ["topic", "id", "strength", "expected result"],
                    &list,
                    |vector| {
                        let cells = [
                            vector.topic.to_string(),
                            vector.id.clone(),
                            vector.strength.to_string(),
                            outcome(vector),
                        ];
                        (cells, None)
                    },
                )?;
                writeln!(
                    out,
                    "{}",
                    paint.paint(Role::Quiet, &format!("\n  {} vectors", list.total))
                )
            }
        })
    }
}

fn line(vector: &Vector) -> Line<'_> {
    Line {
        id: &vector.id,
        topic: vector.topic,
        title: &vector.title,
        strength: vector.strength,
        needs: vector.needs,
        access: vector.access,
        clauses: &vector.clauses,
        readings: vector
            .readings
            .iter()
            .map(|reading| reading.name.as_str())
            .collect(),
    }
}
