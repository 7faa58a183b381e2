//! Tables of aligned columns, two spaces apart, without rules.
//!
//! Each row is formatted twice, once to measure and once to write, and never stored: printing a
//! list of a million items needs no memory beyond the list.

use std::io::{self, Write};

use super::paint::{Paint, Role};
use crate::document::list::List;

/// Writes a list under its headings. A heading that starts with `>` aligns its column to the
/// right. `row` gives an item's cells and its colour. A line marks the gap of an elided list.
///
/// # Errors
/// The writer's.
pub fn write_table<T, const N: usize>(
    out: &mut dyn Write,
    paint: Paint,
    headings: [&str; N],
    list: &List<T>,
    row: impl Fn(&T) -> ([String; N], Option<Role>),
) -> io::Result<()> {
    let titles = headings.map(|heading| heading.trim_start_matches('>').to_owned());
    let mut widths = titles.each_ref().map(|title| title.chars().count());
    for item in &list.items {
        let (cells, _) = row(item);
        for (width, cell) in widths.iter_mut().zip(&cells) {
            *width = cell.chars().count().max(*width);
        }
    }
    let line = |cells: &[String; N]| {
        let mut line = String::new();
        for ((cell, &width), heading) in cells.iter().zip(&widths).zip(&headings) {
            let padded = if heading.starts_with('>') {
                format!("  {cell:>width$}")
            } else {
                format!("  {cell:<width$}")
            };
            line.push_str(&padded);
        }
        line.truncate(line.trim_end().len());
        line
    };
    writeln!(out, "{}", paint.paint(Role::Quiet, &line(&titles)))?;
    let (first, last) = list.parts();
    let write_rows = |items: &[T], out: &mut dyn Write| {
        items.iter().try_for_each(|item| {
            let (cells, role) = row(item);
            writeln!(out, "{}", paint.paint(role, &line(&cells)))
        })
    };
    write_rows(first, out)?;
    if list.omitted > 0 {
        let gap = format!("  ... {} more; --all lists them", list.omitted);
        writeln!(out, "{}", paint.paint(Role::Quiet, &gap))?;
    }
    write_rows(last, out)
}

/// Breaks a text at spaces into lines of at most `width` characters; a longer word gets a line of
/// its own.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
