//! `vhdx-log seeds`: regenerates the seeds of the fuzz targets and their dictionary. For
//! contributors.

use std::fs;
use std::path::PathBuf;

use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::print;
use vhdx_log_search::fuzz::{Target, dictionary, folder, store};

const SOURCE_TREE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz");

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder of the fuzz targets (default: the source tree's)
    #[arg(long, value_name = "DIR", default_value = SOURCE_TREE, hide_default_value = true)]
    fuzz: PathBuf,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let mut lines = String::new();
        for target in Target::ALL {
            let (folder, seeds) = (folder(&self.fuzz, target.name), (target.seeds)());
            let changed = store(&folder, &seeds)
                .map_err(|error| Failure::unable(&folder, error.to_string()))?;
            let (name, count) = (target.name, seeds.len());
            lines += &format!("{name}: {count} seeds, {changed} changed\n");
        }
        let file = self.fuzz.join("vhdx.dict");
        fs::write(&file, dictionary())
            .map_err(|error| Failure::unable(&file, error.to_string()))?;
        print(Exit::Done, |out| out.write_all(lines.as_bytes()))
    }
}
