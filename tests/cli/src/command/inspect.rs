//! `vhdx-log inspect`: everything there is to see, nothing written.

use std::path::PathBuf;

use crate::file::image::{self, Want};
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::{Format, print, write_json};
use vhdx_log_inspect::document::State;
use vhdx_log_inspect::document::picture::DEFAULT_COLUMNS;
use vhdx_log_inspect::print;
use vhdx_log_inspect::print::paint::Paint;
use vhdx_log_inspect::{Extent, inspect};

/// What it takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The image is only read. A refused one is shown as far as it can be read; the
exit code is 1 then.

Examples:
  vhdx-log inspect disk.vhdx
  vhdx-log inspect disk.vhdx --format json | jq .verdict")]
pub(crate) struct Args {
    /// The VHDX file
    image: PathBuf,
    /// text or json
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Format,
    /// Show long lists whole; else those of more than 64 items are cut in the middle
    #[arg(long)]
    all: bool,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let Self { image, format, all } = self;
        let file = image::open(&image, Want::Read)?;
        let width = if format == Format::Text {
            crate::terminal::width()
        } else {
            None
        };
        let columns = if format == Format::Text {
            print::columns_for(width)
        } else {
            DEFAULT_COLUMNS
        };
        let inspection = inspect(
            &file,
            image.to_string_lossy().into_owned(),
            Extent { all, columns },
        )
        .map_err(|error| Failure::of_open(&image, &error))?;
        let exit = if inspection.verdict.state == State::Refused {
            Exit::Refused
        } else {
            Exit::Done
        };
        print(exit, |out| match format {
            Format::Json => write_json(out, &inspection),
            Format::Text => print::write(
                out,
                &inspection,
                Paint::for_stdout(),
                width.unwrap_or(print::DEFAULT_WIDTH),
            ),
        })
    }
}
