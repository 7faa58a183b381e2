//! A run as it goes on: a line of JSON for each event, so that what is finished is not lost when
//! the rest hangs.
//!
//! | event | when | keys |
//! |---|---|---|
//! | `begin` | first | `record`, `tool_version` and `corpus_version`, as in the record |
//! | `result` | a subject is done with a vector | `subject`: its name; `result` as in the record |
//! | `end` | last | `run`: the record, its subjects without `results` |
//!
//! Results come in the order in which they are ready. Whether a failure is a known one is only
//! found out at the end, so `known` is `null` while the run goes on. Lines without an `end` are
//! those of a run that was killed.

use std::io::{self, Write};

use serde_json::{Value, json};
use vhdx_log_bench::record::{RECORD, Record, ResultRecord};

pub(crate) fn begin(out: &mut dyn Write) -> io::Result<()> {
    line(
        out,
        &json!({
            "event": "begin",
            "record": RECORD,
            "tool_version": env!("CARGO_PKG_VERSION"),
            "corpus_version": vhdx_log_corpus::VERSION,
        }),
    )
}

pub(crate) fn result(out: &mut dyn Write, subject: &str, result: &ResultRecord) -> io::Result<()> {
    line(
        out,
        &json!({ "event": "result", "subject": subject, "result": result }),
    )
}

pub(crate) fn end(out: &mut dyn Write, record: &Record) -> io::Result<()> {
    let mut run = serde_json::to_value(record)?;
    let subjects = run.get_mut("subjects").and_then(Value::as_array_mut);
    for subject in subjects
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
    {
        subject.remove("results");
    }
    line(out, &json!({ "event": "end", "run": run }))
}

/// A stored record as the events that it came from.
pub(super) fn write(out: &mut dyn Write, record: &Record) -> io::Result<()> {
    begin(out)?;
    for subject in &record.subjects {
        for done in &subject.results {
            result(out, &subject.name, done)?;
        }
    }
    end(out, record)
}

/// One line, at once on its way.
fn line(out: &mut dyn Write, event: &Value) -> io::Result<()> {
    writeln!(out, "{event}")?;
    out.flush()
}
