//! The report of `vhdx-log exhaust`, broken into lines that fit the terminal.

use std::io::{self, Write};

use vhdx_log_search::enumerate::Report;

use super::table::broken;

pub(crate) fn write_text(
    out: &mut dyn Write,
    report: &Report,
    width: Option<usize>,
) -> io::Result<()> {
    out.write_all(broken(&report.to_string(), width).as_bytes())
}
