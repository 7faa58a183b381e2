//! `vhdx-log efficacy`: how soon the ways of searching find each flaw. For those who work on the
//! harness.

use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::print;
use vhdx_log_search::score::page;

/// What it takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let page = page();
        print(Exit::Done, |out| out.write_all(page.as_bytes()))
    }
}
