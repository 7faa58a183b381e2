//! Which vectors a command line selects.

use vhdx_log_corpus::{Corpus, Stored, Strength, Topic, Vector};

use crate::terminal::exit::Failure;

/// Which vectors are meant.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Filter {
    /// Only vectors of this topic, such as `ring`
    #[arg(long, value_parser = topic)]
    topic: Option<Topic>,
    /// Only vectors that exercise this clause, such as `SEQ-4`
    #[arg(long)]
    clause: Option<String>,
    /// Only vectors of this strength: must, safe or open
    #[arg(long, value_parser = strength)]
    strength: Option<Strength>,
}

impl Filter {
    /// Whether a vector is meant.
    pub(crate) fn takes(&self, vector: &Vector) -> bool {
        let has = |clause: &String| {
            vector
                .clauses
                .ids()
                .any(|id| id.eq_ignore_ascii_case(clause))
        };
        self.topic.is_none_or(|topic| vector.topic == topic)
            && self
                .strength
                .is_none_or(|strength| vector.strength == strength)
            && self.clause.as_ref().is_none_or(has)
    }
}

fn topic(text: &str) -> Result<Topic, String> {
    let names = || Topic::ALL.map(Topic::name).join(", ");
    Topic::ALL
        .into_iter()
        .find(|topic| topic.name() == text)
        .ok_or_else(|| format!("the topics are {}", names()))
}

pub(crate) fn strength(text: &str) -> Result<Strength, String> {
    let all = [Strength::Must, Strength::Safe, Strength::Open];
    all.into_iter()
        .find(|strength| strength.to_string() == text)
        .ok_or_else(|| "it is must, safe or open".to_owned())
}

/// Whether an id fits a pattern, in which `*` stands for any characters and `?` for one.
pub(crate) fn fits(pattern: &str, id: &str) -> bool {
    let Some(first) = pattern.chars().next() else {
        return id.is_empty();
    };
    let rest = &pattern[first.len_utf8()..];
    match first {
        '*' => (0..=id.len()).any(|skipped| fits(rest, &id[skipped..])), // ids are ASCII
        '?' => !id.is_empty() && fits(rest, &id[1..]),
        _ => id.strip_prefix(first).is_some_and(|id| fits(rest, id)),
    }
}

/// The embedded vectors that fit one of the patterns; all of them when there is none.
pub(crate) fn chosen(
    patterns: &[String],
    filter: &Filter,
) -> Result<Vec<&'static Stored>, Failure> {
    let any = |id: &str| patterns.is_empty() || patterns.iter().any(|pattern| fits(pattern, id));
    let corpus = Corpus::embedded();
    if let Some(unknown) = patterns
        .iter()
        .find(|pattern| !corpus.iter().any(|stored| fits(pattern, &stored.vector.id)))
    {
        let near: Vec<_> = corpus
            .iter()
            .map(|stored| stored.vector.id.as_str())
            .filter(|id| near(unknown, id))
            .collect();
        let more = if near.is_empty() {
            String::new()
        } else {
            format!(" There are {}.", near.join(", "))
        };
        return Err(Failure::usage(
            unknown.as_ref(),
            format!("there is no such vector.{more}"),
        ));
    }
    Ok(corpus
        .iter()
        .filter(|stored| any(&stored.vector.id) && filter.takes(&stored.vector))
        .collect())
}

/// Whether two names share a longer word.
fn near(one: &str, other: &str) -> bool {
    one.split('-')
        .any(|word| word.len() > 3 && other.contains(word))
}
