//! The hunt finds what it is to find, once each, small and by its name.

use vhdx_log_hunt::{Hunt, Name, Settings, State};
use vhdx_log_model::flaw;
use vhdx_log_oracle::stop::Stop;
use vhdx_log_oracle::subject::{Model, Subject, builtin};

mod canary;
mod finds;
mod repeats;

/// A hunt of this many cases.
fn hunt(subject: &dyn Subject, settings: &Settings) -> State {
    let hunt = Hunt::new(subject, &subject.name(), settings.clone());
    let mut state = hunt.begin();
    hunt.run(&mut state, &Stop::never(), &mut |_| {})
        .expect("threads");
    state
}

fn cases(cases: u64) -> Settings {
    Settings {
        cases: Some(cases),
        ..Settings::default()
    }
}

fn flawed(name: &str) -> Box<dyn Subject> {
    builtin(&format!("flaw:{name}")).expect("a flaw")
}

fn together(names: &[&str]) -> Model {
    let flaws: Vec<_> = names
        .iter()
        .map(|name| flaw(name).expect("a flaw"))
        .collect();
    Model::together(&flaws)
}

fn names(state: &State) -> Vec<&Name> {
    state.findings.iter().map(|finding| &finding.name).collect()
}

fn named(name: &str) -> Name {
    Name::Flaw(name.to_owned())
}
