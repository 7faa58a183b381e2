//! The readings that a profile names: each one has to exist, as one that does not would be compared
//! with nothing, and every reading would pass.

use std::fmt;

use vhdx_log_corpus::{Corpus, clause};

use super::interface::Profile;

/// A reading that no vector knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnknownReading {
    /// There is no such clause, or it leaves nothing open. `known` are those that do.
    Clause { clause: String, known: Vec<String> },
    /// The clause has no such reading. `known` are those that it has.
    Reading {
        clause: String,
        reading: String,
        known: Vec<String>,
    },
}

impl fmt::Display for UnknownReading {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clause { clause: id, known } => {
                match clause(id) {
                    Some(_) => write!(formatter, "{id} leaves nothing open")?,
                    None => write!(formatter, "there is no clause `{id}`")?,
                }
                let known = known.join(", ");
                write!(formatter, "; readings can be named of {known}")
            }
            Self::Reading {
                clause,
                reading,
                known,
            } => {
                let known = known.join(", ");
                write!(
                    formatter,
                    "{clause} has no reading `{reading}`; available: {known}"
                )
            }
        }
    }
}

impl std::error::Error for UnknownReading {}

impl Profile {
    /// Checks that the corpus knows each reading that is named here.
    ///
    /// # Errors
    /// The first that it does not know, with those that it knows.
    pub fn check_readings(&self, corpus: &Corpus) -> Result<(), UnknownReading> {
        let open = corpus.open_readings();
        for (clause, reading) in &self.readings {
            let clause = clause.clone();
            let Some(readings) = open.get(clause.as_str()) else {
                let known = open.keys().map(|&clause| clause.to_owned()).collect();
                return Err(UnknownReading::Clause { clause, known });
            };
            if !readings.contains(reading.as_str()) {
                return Err(UnknownReading::Reading {
                    clause,
                    reading: reading.clone(),
                    known: readings.iter().map(|&name| name.to_owned()).collect(),
                });
            }
        }
        Ok(())
    }
}
