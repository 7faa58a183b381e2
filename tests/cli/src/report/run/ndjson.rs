//! A run as it goes on: a line of JSON for each event, so that what is finished is not lost when
//! the rest hangs.
//!
//! | event | when | keys |
//! |---|---|---|
//! | `run` | first | the record without `subjects` |
//! | `subject` | a subject begins | `subject`: the subject without `results` |
//! | `result` | it is done with a vector | `subject`: its name, `result` as in the record |
//! | `end` | last | `complete`, `interrupted`, `elapsed_ms` |
//!
//! A file without `end` is that of a run that was killed.

use std::io::{self, Write};

use serde_json::{Value, json};
use vhdx_log_bench::record::{Record, ResultRecord, SubjectRecord};

/// What a run begins with. `record` has what is known before the first subject.
pub(crate) fn begin(out: &mut dyn Write, record: &Record) -> io::Result<()> {
    let mut run = serde_json::to_value(record)?;
    remove(&mut run, "subjects");
    line(out, &json!({ "event": "run", "run": run }))
}

pub(crate) fn subject(out: &mut dyn Write, subject: &SubjectRecord) -> io::Result<()> {
    let mut about = serde_json::to_value(subject)?;
    remove(&mut about, "results");
    line(out, &json!({ "event": "subject", "subject": about }))
}

pub(crate) fn result(out: &mut dyn Write, subject: &str, result: &ResultRecord) -> io::Result<()> {
    line(
        out,
        &json!({ "event": "result", "subject": subject, "result": result }),
    )
}

pub(crate) fn end(out: &mut dyn Write, record: &Record) -> io::Result<()> {
    let (complete, interrupted) = (record.complete, record.interrupted);
    line(
        out,
        &json!({
            "event": "end",
            "complete": complete,
            "interrupted": interrupted,
            "elapsed_ms": record.elapsed_ms,
        }),
    )
}

/// A stored record as the events that it came from.
pub(crate) fn write(out: &mut dyn Write, record: &Record) -> io::Result<()> {
    begin(out, record)?;
    for about in &record.subjects {
        subject(out, about)?;
        for done in &about.results {
            result(out, &about.name, done)?;
        }
    }
    end(out, record)
}

fn remove(value: &mut Value, key: &str) {
    if let Some(object) = value.as_object_mut() {
        object.remove(key);
    }
}

/// One line, at once on its way.
fn line(out: &mut dyn Write, event: &Value) -> io::Result<()> {
    writeln!(out, "{event}")?;
    out.flush()
}
