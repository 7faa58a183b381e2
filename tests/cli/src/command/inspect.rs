//! `vhdx-log inspect`: shows an image; never writes to it.

use std::path::PathBuf;

use clap::ValueEnum;
use vhdx_log::DEFAULT_MAX_FILE_SIZE;
use vhdx_log_inspect::document::State;
use vhdx_log_inspect::document::picture::DEFAULT_COLUMNS;
use vhdx_log_inspect::document::size::Size;
use vhdx_log_inspect::print::paint::{Paint, Role};
use vhdx_log_inspect::print::table::wrap;
use vhdx_log_inspect::print::{DEFAULT_WIDTH, columns_for, write};
use vhdx_log_inspect::{Extent, inspect};

use crate::file::image::{self, Want};
use crate::file::in_use::{self, InUse, WithUse, steady};
use crate::report::html::inspection;
use crate::report::html::ring::COLUMNS;
use crate::terminal;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::{print, write_json};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
The image is never written to. A refused image is shown as far as it can be \
read, and the exit code is 1. Warnings (structures that lie over the log or \
past the end of the file) do not change the exit code.

With --exit-code:
  0  clean: the log is empty
  4  dirty: the log holds entries to replay
  1  refused

Examples:
  vhdx-log inspect disk.vhdx
  vhdx-log inspect disk.vhdx --format json | jq .verdict
  vhdx-log inspect disk.vhdx --format html >disk.html
  vhdx-log inspect disk.vhdx --exit-code >/dev/null || echo \"not clean\"")]
pub(crate) struct Args {
    /// The VHDX file
    image: PathBuf,
    /// Output format: text, json or html
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Form,
    /// Print lists in full (default: elide the middle of lists longer than 64)
    #[arg(long)]
    all: bool,
    /// End with exit code 4 when the image is dirty
    #[arg(long)]
    exit_code: bool,
    /// Refuse a replay that makes the file longer than SIZE, such as 40GiB [default: 65537GiB]
    #[arg(long, value_name = "SIZE")]
    max_size: Option<Size>,
}

/// The form of the result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people at a terminal
    #[default]
    Text,
    /// For programs
    Json,
    /// For a browser: one file, with the ring as a drawing
    Html,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let Self {
            image,
            format,
            all,
            exit_code,
            max_size,
        } = self;
        let file = image::open(&image, Want::Read)?;
        let width = terminal::width();
        let columns = match format {
            Form::Text => columns_for(width),
            Form::Json => DEFAULT_COLUMNS,
            Form::Html => COLUMNS,
        };
        let name = image.to_string_lossy().into_owned();
        let extent = Extent {
            all,
            columns,
            max_file_size_bytes: max_size.map_or(DEFAULT_MAX_FILE_SIZE, |size| size.0),
        };
        let in_use = in_use::look(&image, &file);
        let inspection = steady(&file, || inspect(&file, name.clone(), extent))
            .map_err(|error| Failure::of_open(&image, &error))?;
        let exit = match inspection.verdict.state {
            State::Refused => Exit::Negative,
            State::Dirty if exit_code => Exit::Dirty,
            State::Clean | State::Dirty => Exit::Done,
        };
        print(exit, |out| match format {
            Form::Html => inspection::write(out, &inspection),
            Form::Json => write_json(
                out,
                &WithUse {
                    inspection: &inspection,
                    in_use,
                },
            ),
            Form::Text => {
                let (paint, width) = (Paint::for_stdout(), width.unwrap_or(DEFAULT_WIDTH));
                if let Some(InUse { notice, .. }) = &in_use {
                    for line in wrap(notice, width) {
                        writeln!(out, "{}", paint.paint(Role::Bad, &line))?;
                    }
                }
                write(out, &inspection, paint, width)
            }
        })
    }
}
