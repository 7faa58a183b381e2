//! `vhdx-log seeds`: regenerates the seeds of the fuzz targets and their dictionary. For
//! contributors.

use std::fs;
use std::path::PathBuf;

use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::print;
use vhdx_log_search::fuzz::{Target, dictionary, folder, store};
use vhdx_log_vectors::source_root;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder of the fuzz targets (default: that of the source tree one is in)
    #[arg(long, value_name = "DIR")]
    fuzz: Option<PathBuf>,
}

impl Args {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let fuzz = folder_of_targets(self.fuzz)?;
        let mut lines = String::new();
        for target in Target::ALL {
            let (folder, seeds) = (folder(&fuzz, target.name), (target.seeds)());
            let changed = store(&folder, &seeds)
                .map_err(|error| Failure::unable(&folder, error.to_string()))?;
            let (name, count) = (target.name, seeds.len());
            lines += &format!("{name}: {count} seeds, {changed} changed\n");
        }
        let file = fuzz.join("vhdx.dict");
        fs::write(&file, dictionary())
            .map_err(|error| Failure::unable(&file, error.to_string()))?;
        print(Exit::Done, |out| out.write_all(lines.as_bytes()))
    }
}

/// The folder given, or the source tree's. It exists.
fn folder_of_targets(given: Option<PathBuf>) -> Result<PathBuf, Failure> {
    let of_tree = || source_root().map(|root| root.join("fuzz"));
    let Some(folder) = given.or_else(of_tree) else {
        return Err(Failure::usage(
            "this is not in the source tree; go there, or pass --fuzz DIR",
        ));
    };
    match folder.is_dir() {
        true => Ok(folder),
        false => Err(Failure::unable(&folder, "no such folder")),
    }
}
