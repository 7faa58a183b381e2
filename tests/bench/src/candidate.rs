//! A subject and what is known of it before it is run.

use std::collections::BTreeMap;

use vhdx_log_oracle::subject::Subject;

use crate::record::{SubjectKind, SubjectRecord, SubjectState};

/// A subject that is to be run, or one that cannot be and is shown all the same.
pub struct Candidate {
    /// The record without results.
    pub about: SubjectRecord,
    /// The options of `vhdx-log run` that choose it, each a word of its own.
    pub arguments: Vec<String>,
    /// `None` where [`SubjectRecord::state`] says why.
    pub subject: Option<Box<dyn Subject>>,
}

impl Candidate {
    /// A subject that is part of this program.
    pub fn builtin(subject: Box<dyn Subject>) -> Self {
        let name = subject.name();
        Self {
            about: SubjectRecord {
                version: subject.version(),
                ..SubjectRecord::new(&name, SubjectKind::Builtin, SubjectState::Ran)
            },
            arguments: vec!["--subject".to_owned(), name],
            subject: Some(subject),
        }
    }
}

impl SubjectRecord {
    /// A subject of which nothing else is known.
    pub fn new(name: &str, kind: SubjectKind, state: SubjectState) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            version: None,
            path: None,
            sha256: None,
            commands: Vec::new(),
            homepage: None,
            limit_ms: None,
            elapsed_ms: 0,
            state,
            results: Vec::new(),
            diagnoses: Vec::new(),
            readings: BTreeMap::new(),
        }
    }
}
