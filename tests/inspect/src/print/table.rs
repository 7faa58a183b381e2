//! Tables of aligned columns, two spaces apart, without rules.
//!
//! A table that is wider than the page is written as a list instead: each row is a line of names
//! and values, wrapped, so that nothing is cut and no row is folded by the terminal.
//!
//! Each row is formatted twice, once to measure and once to write, and never stored: printing a
//! list of a million items needs no memory beyond the list.

use std::io::{self, Write};

use super::paint::{Paint, Role};
use crate::document::list::List;

/// Writes a list under its headings. A heading that starts with `>` aligns its column to the
/// right. `row` gives an item's cells and its colour. A line marks the gap of an elided list.
/// `width` is that of the page in characters.
///
/// # Errors
/// The writer's.
pub fn write_table<T, const N: usize>(
    out: &mut dyn Write,
    paint: Paint,
    width: usize,
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
    let fits = widths.iter().map(|width| width + 2).sum::<usize>() <= width;
    if fits {
        writeln!(out, "{}", paint.paint(Role::Quiet, &line(&titles)))?;
    }
    let (first, last) = list.parts();
    let write_rows = |items: &[T], out: &mut dyn Write| {
        items.iter().try_for_each(|item| {
            let (cells, role) = row(item);
            if fits {
                return writeln!(out, "{}", paint.paint(role, &line(&cells)));
            }
            named(&titles, &cells, width)
                .iter()
                .try_for_each(|line| writeln!(out, "{}", paint.paint(role, line)))
        })
    };
    write_rows(first, out)?;
    if list.omitted > 0 {
        let gap = format!("  ... {} more; --all lists them", list.omitted);
        writeln!(out, "{}", paint.paint(Role::Quiet, &gap))?;
    }
    write_rows(last, out)
}

/// A row that is too wide for the page: its values with their names, those that say nothing left
/// out, wrapped and indented.
fn named(titles: &[String], cells: &[String], width: usize) -> Vec<String> {
    let pairs = titles
        .iter()
        .zip(cells)
        .filter(|(_, cell)| !cell.is_empty());
    let pairs: Vec<String> = pairs
        .map(|(title, cell)| format!("{title} {cell}").trim_start().to_owned())
        .collect();
    let lines = wrap(&pairs.join(", "), width.saturating_sub(3).max(20));
    let indents = std::iter::once("  ").chain(std::iter::repeat("   "));
    indents
        .zip(lines)
        .map(|(indent, line)| format!("{indent}{line}"))
        .collect()
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
