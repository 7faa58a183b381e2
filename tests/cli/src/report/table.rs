//! Tables without rules: names on the left, numbers on the right. A table for a terminal fits its
//! width: cells are broken into several lines, and so is text around it.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use vhdx_log_inspect::print::table::wrap;

/// An empty table, as wide as it has to be or, for a terminal, up to `width` columns wide.
pub(super) fn plain(width: Option<usize>) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    if let Some(width) = width {
        let columns = u16::try_from(width).unwrap_or(u16::MAX);
        table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(columns);
    }
    table
}

/// Aligns all columns but the first to the right.
pub(super) fn align_right(table: &mut Table) {
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

/// The text with lines that are longer than the terminal broken at spaces; they go on below,
/// indented further.
pub(super) fn broken(text: &str, width: Option<usize>) -> String {
    let Some(width) = width else {
        return text.to_owned();
    };
    let mut broken = String::new();
    for line in text.lines() {
        let words = line.trim_start();
        let indent = line.len() - words.len();
        let lines = wrap(words, width.saturating_sub(indent + 2).max(20));
        for (index, words) in lines.iter().enumerate() {
            let indent = indent + if index == 0 { 0 } else { 2 };
            broken += &format!("{:indent$}{words}\n", "");
        }
    }
    broken
}
