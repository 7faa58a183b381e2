//! `vhdx-log run`: an implementation against the corpus.

use std::io::{self, Write};

use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;
use serde_json::json;
use vhdx_log_corpus::{Corpus, Topic, Vector, clause};

use super::selection::{Filter, fits};
use crate::terminal::exit::{Exit, Failure as CommandFailure};
use crate::terminal::output::{Format, print, write_json};
use crate::terminal::width;
use vhdx_log_bench::{Counts, RunReport, Status};
use vhdx_log_inspect::print::DEFAULT_WIDTH;
use vhdx_log_inspect::print::paint::{Paint, Role};
use vhdx_log_inspect::print::table::wrap;
use vhdx_log_oracle::subject::{Difference, Failure, builtin};

/// How many failures are told in full.
const TOLD: usize = 10;

/// What it takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The exit code is 1 when a vector fails.

Examples:
  vhdx-log run
  vhdx-log run --subject model --topic ring
  vhdx-log run --subject flaw:tail-ignored --format json")]
pub(crate) struct Args {
    /// core, model, or flaw:NAME for the model with a flaw
    #[arg(long, default_value = "core")]
    subject: String,
    /// Only vectors whose ids fit; `*` stands for any characters, `?` for one
    #[arg(long, value_name = "GLOB")]
    filter: Option<String>,
    #[command(flatten)]
    which: Filter,
    /// text or json
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Format,
}

impl Default for Args {
    /// The built-in implementation against all vectors.
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
    pub(crate) fn run(self) -> Result<Exit, CommandFailure> {
        let subject = builtin(&self.subject)
            .map_err(|error| CommandFailure::usage(self.subject.as_ref(), error))?;
        let wanted = |vector: &Vector| {
            self.which.takes(vector)
                && self
                    .filter
                    .as_ref()
                    .is_none_or(|pattern| fits(pattern, &vector.id))
        };
        let run = vhdx_log_bench::run(subject.as_ref(), Corpus::embedded(), wanted)
            .map_err(|error| CommandFailure::unable("corpus".as_ref(), error.to_string()))?;
        if run.results.is_empty() {
            return Err(CommandFailure::usage(
                "corpus".as_ref(),
                "no vector is meant by that",
            ));
        }
        let exit = if run.failures().next().is_some() {
            Exit::Refused
        } else {
            Exit::Done
        };
        print(exit, |out| match self.format {
            Format::Json => write_json(out, &as_json(&run)),
            Format::Text => write_text(out, &run),
        })
    }
}

/// One result, as JSON.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    topic: Topic,
    passed: bool,
    /// The reading it agrees with.
    reading: Option<&'a str>,
    /// What is different from each reading.
    differences: Vec<serde_json::Value>,
}

fn as_json(run: &RunReport) -> serde_json::Value {
    let lines = run.results.iter().map(|result| Line {
        id: &result.vector.id,
        topic: result.vector.topic,
        passed: matches!(result.status, Status::Passed { .. }),
        reading: match &result.status {
            Status::Passed { reading } => Some(reading),
            _ => None,
        },
        differences: match &result.status {
            Status::Failed(failure) => differences(failure),
            _ => Vec::new(),
        },
    });
    let passed = run.counts().passed;
    json!({
        "subject": run.subject,
        "vectors": run.results.len(),
        "passed": passed,
        "failed": run.results.len() - passed,
        "readings": run.readings(),
        "results": lines.collect::<Vec<_>>(),
    })
}

fn differences(failure: &Failure) -> Vec<serde_json::Value> {
    let one = |difference: &Difference| {
        json!({
            "reading": difference.expectation,
            "clause": difference.clause,
            "expected": difference.expected,
            "found": difference.found,
        })
    };
    failure.differences.iter().map(one).collect()
}

fn write_text(out: &mut dyn Write, run: &RunReport) -> io::Result<()> {
    let paint = Paint::for_stdout();
    let width = width().unwrap_or(DEFAULT_WIDTH);
    for (vector, failure) in run.failures().take(TOLD) {
        explain(out, paint, width, vector, failure)?;
    }
    let failed = run.failures().count();
    if failed > TOLD {
        let ids: Vec<_> = run
            .failures()
            .skip(TOLD)
            .map(|(vector, _)| vector.id.as_str())
            .collect();
        wrap(
            &format!("and {} more: {}", failed - TOLD, ids.join(" ")),
            width,
        )
        .iter()
        .try_for_each(|line| writeln!(out, "{line}"))?;
        writeln!(out)?;
    }
    writeln!(out, "{}", by_topic(run))?;
    for (clause, readings) in run.readings() {
        let names: Vec<_> = readings
            .iter()
            .map(|(name, count)| format!("{name} ({count})"))
            .collect();
        writeln!(out, "  {clause}, left open: {}", names.join(", "))?;
    }
    let (passed, all) = (run.results.len() - failed, run.results.len());
    let (word, role) = if failed == 0 {
        ("passes", Role::Good)
    } else {
        ("fails", Role::Bad)
    };
    let sentence = format!(
        "{} {word}: {passed} of {all} vectors in {:.2} s",
        run.subject,
        run.elapsed.as_secs_f64()
    );
    writeln!(out, "\n{}", paint.paint(role, &sentence))
}

/// A failure in a few lines.
fn explain(
    out: &mut dyn Write,
    paint: Paint,
    width: usize,
    vector: &Vector,
    failure: &Failure,
) -> io::Result<()> {
    let Vector {
        id,
        topic,
        title,
        why,
        ..
    } = vector;
    writeln!(out, "{} {topic}/{id}", paint.paint(Role::Bad, "FAIL"))?;
    let mut line = |name: &str, text: &str| {
        wrap(text, width.saturating_sub(12).max(20))
            .iter()
            .enumerate()
            .try_for_each(|(index, line)| {
                writeln!(out, "  {:<9} {line}", if index == 0 { name } else { "" })
            })
    };
    line("image", title)?;
    for difference in &failure.differences {
        let either = if failure.differences.len() > 1 {
            format!("({}) ", difference.expectation)
        } else {
            String::new()
        };
        line("expected", &format!("{either}{}", difference.expected))?;
        line("found", &difference.found)?;
    }
    line("why", why)?;
    let broken = failure
        .differences
        .iter()
        .find_map(|difference| difference.clause);
    if let Some(clause) = broken
        .or_else(|| vector.clauses.ids().next())
        .and_then(clause)
    {
        line(&clause.id, &clause.text)?;
    }
    line(
        "look",
        &format!("vhdx-log vectors show {id}; vhdx-log vectors extract {id}"),
    )?;
    writeln!(out)
}

fn by_topic(run: &RunReport) -> Table {
    let mut table = Table::new();
    table
        .load_preset(presets::NOTHING)
        .set_header(["topic", "vectors", "passed", "failed"]);
    let mut row = |name: &str, counts: Counts| {
        table.add_row([
            name.to_owned(),
            counts.vectors().to_string(),
            counts.passed.to_string(),
            counts.failed.to_string(),
        ]);
    };
    run.by_topic()
        .iter()
        .for_each(|(topic, &counts)| row(topic.name(), counts));
    row("all", run.counts());
    table
        .column_iter_mut()
        .skip(1)
        .for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    table
}
