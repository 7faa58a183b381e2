//! The JSON of `vhdx-log run --format json`: the record of the run.

use std::io::{self, Write};

use vhdx_log_bench::record::Record;

use crate::terminal::output;

pub(crate) fn write_json(out: &mut dyn Write, record: &Record) -> io::Result<()> {
    output::write_json(out, record)
}
