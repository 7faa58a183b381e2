//! A terminal to write to: lines, paragraphs and labels that fit its width.

use std::io::{self, Write};

use vhdx_log_inspect::print::paint::{Paint, Role};
use vhdx_log_inspect::print::table::wrap;

/// A terminal.
pub(super) struct Page<'o> {
    pub(super) out: &'o mut dyn Write,
    pub(super) paint: Paint,
    pub(super) width: usize,
}

impl Page<'_> {
    pub(super) fn line(&mut self, role: impl Into<Option<Role>>, line: &str) -> io::Result<()> {
        writeln!(self.out, "{}", self.paint.paint(role, line))
    }

    pub(super) fn heading(&mut self, heading: &str) -> io::Result<()> {
        writeln!(self.out)?;
        self.line(Role::Heading, heading)
    }

    /// A paragraph; lines after the first are indented further.
    pub(super) fn paragraph(
        &mut self,
        role: impl Into<Option<Role>>,
        text: &str,
    ) -> io::Result<()> {
        let role = role.into();
        let lines = wrap(text, self.width.saturating_sub(4).max(20));
        for (index, line) in lines.iter().enumerate() {
            let indent = if index == 0 { "  " } else { "    " };
            self.line(role, &format!("{indent}{line}"))?;
        }
        Ok(())
    }

    /// Items with commas between them, none of them broken.
    pub(super) fn items(
        &mut self,
        role: Role,
        items: impl Iterator<Item = String>,
    ) -> io::Result<()> {
        let mut line = String::new();
        for item in items {
            if !line.is_empty() && line.len() + 2 + item.len() + 2 > self.width {
                self.line(role, &format!("  {line},"))?;
                line.clear();
            }
            if !line.is_empty() {
                line += ", ";
            }
            line += &item;
        }
        self.line(role, &format!("  {line}"))
    }

    /// A sentence from the first column on.
    pub(super) fn sentence(&mut self, role: impl Into<Option<Role>>, text: &str) -> io::Result<()> {
        let lines = wrap(text, self.width.saturating_sub(2).max(20));
        self.line(role, &lines.join("\n  "))
    }
}
