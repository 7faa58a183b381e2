//! The beginning of the report: the file, its state, why it is in it, and what to do.

use std::io::{self, Write};

use super::heading::sentence;
use super::paint::{Paint, Role};
use super::table::wrap;
use crate::document::escape::printable;
use crate::document::size::{Size, count};
use crate::document::{Inspection, State};

pub(super) fn write(
    out: &mut dyn Write,
    inspection: &Inspection,
    paint: Paint,
    width: usize,
) -> io::Result<()> {
    let Inspection {
        file,
        length,
        verdict,
        identifier,
        warnings,
        ..
    } = inspection;
    writeln!(out, "{}", paint.paint(Role::Heading, &printable(file)))?;
    state(out, inspection, paint, width)?;
    if let (State::Clean | State::Dirty, Some(message)) = (verdict.state, &verdict.message) {
        sentence(out, paint, Role::Notable, message, width)?;
    }
    if let Some(format) = identifier.other_format {
        sentence(out, paint, None, &format!("This is {format}."), width)?;
    }
    if let Some(command) = &verdict.next {
        // Never wrapped: it is to be copied.
        writeln!(out, "  next: {command}")?;
    }
    for warning in warnings {
        let line = format!("warning: {}", warning.message);
        sentence(out, paint, Role::Notable, &line, width)?;
    }
    let created_by = match identifier.creator.as_deref() {
        None => String::new(),
        Some("") => ", creator not named".to_owned(),
        Some(creator) => format!(", created by {creator}"),
    };
    sentence(
        out,
        paint,
        None,
        &format!("{}{created_by}", Size(*length)),
        width,
    )
}

/// The state in a word, and the reason.
fn state(
    out: &mut dyn Write,
    inspection: &Inspection,
    paint: Paint,
    width: usize,
) -> io::Result<()> {
    let verdict = &inspection.verdict;
    let (word, role) = match verdict.state {
        State::Clean => ("clean", Role::Good),
        State::Dirty => ("dirty", Role::Notable),
        State::Refused => ("refused", Role::Bad),
    };
    let reason = match (verdict.state, &inspection.replay) {
        (State::Clean, _) => "the log is empty, nothing to replay".to_owned(),
        (_, Some(replay)) => format!(
            "{} to replay. The last program that wrote to the disk did not close it, so what it \
             wrote is partly in the log only",
            count(replay.entries.into(), "entry")
        ),
        _ => verdict.message.clone().unwrap_or_default(),
    };
    let mut lines = wrap(
        &format!("{word}: {reason}"),
        width.saturating_sub(2).max(20),
    )
    .into_iter();
    if let Some(first) = lines.next() {
        let rest = first.strip_prefix(word).unwrap_or_default();
        writeln!(out, "  {}{rest}", paint.paint(role, word))?;
    }
    lines.try_for_each(|line| writeln!(out, "  {line}"))
}
