//! `vhdx-log seeds`: the seeds of the fuzz targets and their dictionary, made anew. For those who
//! work on the harness.

use std::fs;
use std::path::PathBuf;

use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::print;
use vhdx_log_search::fuzz::{Target, dictionary, folder, store};

/// What it takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder of the fuzz targets; by default the source tree's
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz"), hide_default_value = true)]
    fuzz: PathBuf,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let mut told = String::new();
        for target in Target::ALL {
            let (folder, seeds) = (folder(&self.fuzz, target.name), (target.seeds)());
            let changed = store(&folder, &seeds)
                .map_err(|error| Failure::unable(&folder, error.to_string()))?;
            told += &format!(
                "{}: {} seeds, {changed} of them changed\n",
                target.name,
                seeds.len()
            );
        }
        let file = self.fuzz.join("vhdx.dict");
        fs::write(&file, dictionary())
            .map_err(|error| Failure::unable(&file, error.to_string()))?;
        print(Exit::Done, |out| out.write_all(told.as_bytes()))
    }
}
