//! Which vectors a command line selects: patterns for ids, and the options `--topic`, `--clause`
//! and `--strength`. A name that no vector has is a usage error; it never selects nothing silently.

use vhdx_log_bench::Pattern;
use vhdx_log_bench::nearest::unknown;
use vhdx_log_corpus::{Corpus, Stored, Strength, Topic, Vector, clauses};

use crate::terminal::exit::Failure;

#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Filter {
    /// Only vectors of this topic, such as `ring`
    #[arg(long, value_parser = topic)]
    topic: Option<Topic>,
    /// Only vectors that exercise this clause, such as `SEQ-4`
    #[arg(long, value_parser = clause)]
    clause: Option<String>,
    /// Only vectors of this strength: must, safe or open
    #[arg(long, value_parser = strength)]
    strength: Option<Strength>,
}

impl Filter {
    /// Whether it leaves any vector out.
    pub(crate) fn is_set(&self) -> bool {
        self.topic.is_some() || self.clause.is_some() || self.strength.is_some()
    }

    pub(crate) fn takes(&self, vector: &Vector) -> bool {
        let has = |clause: &String| vector.clauses.ids().any(|id| id == clause);
        self.topic.is_none_or(|topic| vector.topic == topic)
            && self
                .strength
                .is_none_or(|strength| vector.strength == strength)
            && self.clause.as_ref().is_none_or(has)
    }
}

fn topic(text: &str) -> Result<Topic, String> {
    let found = Topic::ALL.into_iter().find(|topic| topic.name() == text);
    let names = Topic::ALL.map(Topic::name);
    found.ok_or_else(|| unknown("topic", text, names, "`vhdx-log run` lists them"))
}

/// A clause by its id, in capitals or not.
fn clause(text: &str) -> Result<String, String> {
    let ids = || clauses().iter().map(|clause| clause.id.as_str());
    let found = ids().find(|id| id.eq_ignore_ascii_case(text));
    let elsewhere = "`vhdx-log vectors coverage` lists them";
    found
        .map(str::to_owned)
        .ok_or_else(|| unknown("clause", text, ids(), elsewhere))
}

pub(crate) fn strength(text: &str) -> Result<Strength, String> {
    let all = [Strength::Must, Strength::Safe, Strength::Open];
    let found = all
        .into_iter()
        .find(|strength| strength.to_string() == text);
    found.ok_or_else(|| unknown("strength", text, ["must", "safe", "open"], ""))
}

/// The embedded vectors that match one of the patterns (all, when there is none) and the filter.
///
/// # Errors
/// When a pattern matches no id, or nothing is left.
pub(crate) fn chosen(
    patterns: &[Pattern],
    filter: &Filter,
) -> Result<Vec<&'static Stored>, Failure> {
    let corpus = Corpus::embedded();
    let ids = || corpus.iter().map(|stored| stored.vector.id.as_str());
    if let Some(pattern) = patterns
        .iter()
        .find(|pattern| !ids().any(|id| pattern.matches(id)))
    {
        let elsewhere = "`vhdx-log vectors list` lists them";
        return Err(Failure::usage(unknown(
            "vector",
            pattern.as_str(),
            ids(),
            elsewhere,
        )));
    }
    let any = |id: &str| patterns.is_empty() || patterns.iter().any(|pattern| pattern.matches(id));
    let chosen: Vec<_> = corpus
        .iter()
        .filter(|stored| any(&stored.vector.id) && filter.takes(&stored.vector))
        .collect();
    if chosen.is_empty() {
        return Err(Failure::usage(
            "no vector matches all of the given ids, --topic, --clause and --strength",
        ));
    }
    Ok(chosen)
}
