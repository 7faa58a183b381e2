//! The program that a hunt is about, and how it is run.

use vhdx_log_bench::Candidate;
use vhdx_log_bench::record::SubjectKind;
use vhdx_log_hunt::State;

/// What pages say of the program.
pub(crate) struct About {
    pub(crate) name: String,
    pub(crate) kind: SubjectKind,
    pub(crate) version: Option<String>,
    /// Its command lines, or that of its adapter.
    pub(crate) commands: Vec<String>,
    /// The words of `vhdx-log hunt` that do this hunt again.
    pub(crate) again: Vec<String>,
}

impl About {
    pub(crate) fn new(state: &State, candidate: &Candidate) -> Self {
        let about = &candidate.about;
        let mut again = vec!["vhdx-log".to_owned(), "hunt".to_owned()];
        again.extend(candidate.arguments.iter().cloned());
        again.extend(["--seed".to_owned(), state.seed.to_string()]);
        again.extend(["--cases".to_owned(), state.cases.to_string()]);
        Self {
            name: about.name.clone(),
            kind: about.kind,
            version: about.version.clone(),
            commands: about.commands.clone(),
            again,
        }
    }

    /// The name and the version.
    pub(crate) fn program(&self) -> String {
        match &self.version {
            Some(version) if version.contains(&self.name) => version.clone(),
            Some(version) => format!("{} {version}", self.name),
            None => self.name.clone(),
        }
    }
}
