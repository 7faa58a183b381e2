//! Which subjects a command line names.

use vhdx_log_bench::Candidate;
use vhdx_log_oracle::subject::{Subject, builtin};

use crate::terminal::exit::Failure;
use vhdx_log_bench::nearest::unknown;

#[derive(Debug, Default, clap::Args)]
pub(super) struct Subjects {
    /// An implementation: core, model, or flaw:NAME (the model with one seeded bug); may be given
    /// several times
    #[arg(long, value_name = "NAME")]
    subject: Vec<String>,
}

impl Subjects {
    /// The subjects, in the order given; the built-in implementation when none is.
    pub(super) fn candidates(&self) -> Result<Vec<Candidate>, Failure> {
        let default = ["core".to_owned()];
        let names = match &self.subject[..] {
            [] => &default[..],
            names => names,
        };
        let candidates = names
            .iter()
            .map(|name| subject(name).map(Candidate::builtin));
        candidates.collect()
    }
}

fn subject(name: &str) -> Result<Box<dyn Subject>, Failure> {
    builtin(name).map_err(|_| {
        Failure::usage(match name.strip_prefix("flaw:") {
            Some(flaw) => {
                let names = vhdx_log_model::all_flaws().map(|flaw| flaw.name);
                let elsewhere = "`vhdx-log vectors coverage` lists them";
                unknown("flaw", flaw, names, elsewhere)
            }
            None => unknown("subject", name, ["core", "model", "flaw:NAME"], ""),
        })
    })
}
