//! Subjects on the bench: what a run records, and what each outcome means.

mod diagnosis;
mod keeping;
mod known;
mod runs;
mod scripted;
mod table;
mod verdicts;

use vhdx_log_bench::record::Record;
use vhdx_log_bench::{Candidate, Settings, run};
use vhdx_log_corpus::{Corpus, Vector};
use vhdx_log_oracle::stop::Stop;
use vhdx_log_oracle::subject::{Subject, builtin};

fn on_bench(subject: impl Subject + 'static) -> Vec<Candidate> {
    vec![Candidate::builtin(Box::new(subject))]
}

fn named(name: &str) -> Vec<Candidate> {
    let subject = builtin(name).unwrap_or_else(|error| panic!("{error}"));
    vec![Candidate::builtin(subject)]
}

fn run_all(candidates: Vec<Candidate>, chosen: impl Fn(&Vector) -> bool) -> Record {
    run_until(candidates, chosen, &Stop::never())
}

fn run_until(candidates: Vec<Candidate>, chosen: impl Fn(&Vector) -> bool, stop: &Stop) -> Record {
    let settings = Settings {
        jobs: 2,
        kept_in: None,
        protections: Vec::new(),
    };
    let corpus = Corpus::embedded();
    run(candidates, corpus, chosen, &settings, stop, &|_, _| {}).expect("a corpus that is whole")
}
