//! JSON on standard output: the rule that all commands share.
//!
//! - With `--format json`, standard output is exactly one JSON document, however the run ends: the
//!   command's result or, where there is none, an object with the key `error`. The exit code and
//!   standard error are the same as with text.
//! - Documents are described by JSON Schema files, `tests/cli/schema/COMMAND.schema.json` and
//!   `error.schema.json`; the suites check every document that they make against them.
//! - Numbers are as in [`decimal`](vhdx_log_inspect::document::decimal): 64-bit values of the
//!   format are strings, counts are numbers. No key is ever left out; `null` means unknown or not
//!   applicable.

use std::ffi::OsString;
use std::io::{self, Write};

use serde::Serialize;

pub(crate) fn write_json(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

/// Whether a command line asks for JSON. The arguments are looked at as they are, because a wrong
/// command line is also to be answered in JSON.
pub(crate) fn is_wanted(arguments: impl IntoIterator<Item = OsString>) -> bool {
    let mut after_format = false;
    for argument in arguments {
        if argument == "--" {
            return false;
        }
        if argument == "--format=json" || (after_format && argument == "json") {
            return true;
        }
        after_format = argument == "--format";
    }
    false
}
