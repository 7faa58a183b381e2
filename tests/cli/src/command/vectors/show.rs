//! `vhdx-log vectors show`: explains a vector.

use vhdx_log_bench::Pattern;
use vhdx_log_inspect::print::paint::Paint;
use vhdx_log_inspect::print::{DEFAULT_WIDTH, columns_for};
use vhdx_log_oracle::vector::VectorWithImage;

use crate::command::selection::{Filter, chosen};
use crate::report::vector::Page;
use crate::terminal;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::{Format, print, write_json};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Ids; `*` matches any characters, `?` one
    #[arg(required = true)]
    patterns: Vec<Pattern>,
    /// Output format: text or json (the vector's own file)
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Format,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let vectors = chosen(&self.patterns, &Filter::default())?;
        let width = terminal::width();
        let page = Page {
            paint: Paint::for_stdout(),
            width: width.unwrap_or(DEFAULT_WIDTH),
            columns: columns_for(width),
        };
        print(Exit::Done, |out| {
            vectors.iter().try_for_each(|stored| match self.format {
                Format::Json => write_json(out, &stored.vector),
                Format::Text => page.write(out, &VectorWithImage::load(stored)?),
            })
        })
    }
}
