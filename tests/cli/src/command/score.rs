//! `vhdx-log score`: how soon each search strategy catches each flaw (the mutation score), as the
//! Markdown page that is kept with the fuzz targets. For contributors; takes minutes.

use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::print;
use vhdx_log_search::score::page;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let page = page();
        print(Exit::Done, |out| out.write_all(page.as_bytes()))
    }
}
