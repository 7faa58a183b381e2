//! `vhdx-log efficacy`: how soon the ways of searching find each flaw. For those who work on the
//! harness.

use super::output::print;
use super::{Exit, Failure};
use vhdx_log_search::score::page;

/// What it takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let page = page();
        print(Exit::Done, |out| out.write_all(page.as_bytes()))
    }
}
