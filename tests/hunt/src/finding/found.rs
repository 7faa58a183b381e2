//! A finding, as data. Reports are made from it alone.

use std::fmt;

use serde::{Deserialize, Serialize};
use vhdx_log_bench::record::ResultRecord;
use vhdx_log_bench::verdict::Verdict;
use vhdx_log_model::Flaw;

use super::symptom::Symptom;
use crate::case::TestCase;

/// One mistake of a program, shown by the simplest image found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub name: Name,
    pub symptom: Symptom,
    /// The worst verdict that this mistake led to, on any image.
    pub worst: Verdict,
    /// The shrunk case.
    pub case: TestCase,
    /// What the program did with it.
    pub result: ResultRecord,
    /// What the program did with images around it, beside what flaws of the model do.
    pub diagnosis: Option<Diagnosis>,
    pub reliability: Reliability,
    /// The number of the case that showed it first, from 1.
    pub found_at: u64,
    /// How many cases showed it, that one included.
    pub seen: u64,
    /// The case as it was found, before it was shrunk.
    pub first: TestCase,
    /// What made the first case.
    pub source: String,
    /// How often the program was asked to make it smaller.
    pub asked: usize,
    /// Nothing simpler that was tried shows it; `false` when there was no time left to try.
    pub is_least: bool,
}

/// What a mistake is called. Two findings of a hunt never have the same name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Name {
    /// No flaw of the model explains it: a digest of what is special about its image.
    New(String),
    /// This flaw does the same.
    Flaw(String),
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New(digest) => write!(f, "new-{digest}"),
            Self::Flaw(name) => f.write_str(name),
        }
    }
}

impl Finding {
    /// A name for a folder: the verdict and the mistake.
    pub fn slug(&self) -> String {
        format!("{}-{}", self.symptom.verdict.name(), self.name)
    }

    /// Whether no flaw of the model explains it.
    pub fn is_new(&self) -> bool {
        matches!(self.name, Name::New(_))
    }
}

/// A flaw of the model, and how far it explains what the program does around a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    pub flaw: String,
    /// The clauses that it breaks.
    pub clauses: Vec<String>,
    pub description: String,
    /// On how many of the images around the finding the program did what the flaw does.
    pub agree: usize,
    /// How many images around it say anything about the flaw.
    pub images: usize,
    /// Other flaws that did the same on all of them.
    pub others: Vec<String>,
    /// Every flaw that explains enough of them, best first.
    pub candidates: Vec<String>,
}

impl Diagnosis {
    /// The same about another flaw, which explains this finding and others.
    pub(crate) fn of(flaw: &Flaw, agree: usize, images: usize) -> Self {
        Self {
            flaw: flaw.name.to_owned(),
            clauses: flaw.clauses.iter().map(|&id| id.to_owned()).collect(),
            description: flaw.description.to_owned(),
            agree,
            images,
            others: Vec::new(),
            candidates: vec![flaw.name.to_owned()],
        }
    }
}

/// How often a finding shows itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reliability {
    /// How many times the program did the same.
    pub same: u32,
    /// How many times it was asked.
    pub of: u32,
}

impl Reliability {
    /// Whether it did not do the same every time.
    pub const fn is_flaky(self) -> bool {
        self.same < self.of
    }
}
