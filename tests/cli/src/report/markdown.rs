//! Text that comes from a program, made safe for Markdown.

use vhdx_log_inspect::document::escape::{bounded, printable};

/// The longest text of a cell, in characters.
const CELL: usize = 300;

/// A text as words of Markdown: nothing in it is a mark, a link, a tag or the end of a cell.
pub(super) fn text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in bounded(&printable(text), CELL).chars() {
        match character {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' | '@' => {
                safe.extend(['\\', character]);
            }
            _ => safe.push(character),
        }
    }
    safe
}
