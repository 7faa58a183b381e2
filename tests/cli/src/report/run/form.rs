//! The forms that a run can be printed in.

use std::io::{self, Write};

use clap::ValueEnum;
use vhdx_log_bench::record::Record;
use vhdx_log_corpus::Corpus;
use vhdx_log_inspect::print::paint::Paint;

use super::view::View;
use super::{html, junit, markdown, ndjson, text};
use crate::terminal::output::write_json;

/// The form of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// For people at a terminal
    #[default]
    Text,
    /// One file for a browser, which asks no other place for anything
    Html,
    /// JUnit XML, for CI servers
    Junit,
    /// For the summary of a CI job
    Markdown,
    /// The record of the run, from which `vhdx-log report` makes every other form
    Json,
    /// A line for each event of the run
    Ndjson,
}

impl Form {
    /// Writes a record in this form; `paint` and `width` are for text.
    pub(crate) fn write(
        self,
        out: &mut dyn Write,
        record: &Record,
        paint: Paint,
        width: usize,
    ) -> io::Result<()> {
        let view = || View::new(record, Corpus::embedded());
        match self {
            Self::Text => text::write(out, &view(), paint, width),
            Self::Html => html::write(out, &view()),
            Self::Junit => junit::write(out, &view()),
            Self::Markdown => markdown::write(out, &view()),
            Self::Json => write_json(out, record),
            Self::Ndjson => ndjson::write(out, record),
        }
    }
}
