//! `vhdx-log score`: how soon each search strategy catches each flaw (the mutation score), as the
//! Markdown page that is kept with the fuzz targets. For contributors; takes minutes.

use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::print;
use crate::terminal::{interrupt, progress};
use vhdx_log_search::score::{CASES_AT_MOST, Progress, page};

const BAR: &str = "{wide_bar} {human_pos} of up to {human_len} cases";

#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let bar = progress::steps(CASES_AT_MOST, BAR);
        let page = page(Progress {
            stop: &interrupt::stop(),
            checked: &|| bar.inc(1),
        });
        bar.finish_and_clear();
        let exit = match page.interrupted {
            true => Exit::Interrupted,
            false => Exit::Done,
        };
        print(exit, |out| out.write_all(page.text.as_bytes()))
    }
}
