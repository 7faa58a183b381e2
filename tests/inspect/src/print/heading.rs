//! The heading of a part of the report, and lines below it.

use std::io::{self, Write};

use super::paint::{Paint, Role};
use super::table::wrap;

/// The heading of a part, and what there is to say about it; that goes on in the next line where
/// the width asks for it.
pub(super) fn heading(
    out: &mut dyn Write,
    paint: Paint,
    name: &str,
    about: &str,
    width: usize,
) -> io::Result<()> {
    let painted = paint.paint(Role::Heading, name);
    if about.is_empty() {
        return writeln!(out, "\n{painted}");
    }
    let line = format!("{name}  {about}");
    let mut lines = wrap(&line, width.saturating_sub(2).max(20)).into_iter();
    let first = lines.next().unwrap_or_default();
    let rest = first.strip_prefix(name).unwrap_or_default();
    writeln!(out, "\n{painted}{rest}")?;
    lines.try_for_each(|line| writeln!(out, "  {line}"))
}

/// A sentence, indented and wrapped.
pub(super) fn sentence(
    out: &mut dyn Write,
    paint: Paint,
    role: impl Into<Option<Role>>,
    text: &str,
    width: usize,
) -> io::Result<()> {
    let role = role.into();
    wrap(text, width.saturating_sub(2).max(20))
        .iter()
        .try_for_each(|line| writeln!(out, "  {}", paint.paint(role, line)))
}
