//! The heading of a part of the report.

use std::io::{self, Write};

use super::paint::{Paint, Role};

/// The heading of a part.
pub(super) fn heading(
    out: &mut dyn Write,
    paint: Paint,
    name: &str,
    about: &str,
) -> io::Result<()> {
    let gap = if about.is_empty() { "" } else { "  " };
    writeln!(out, "\n{}{gap}{about}", paint.paint(Role::Heading, name))
}
