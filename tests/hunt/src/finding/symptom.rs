//! What makes two failures the same, as far as can be seen from outside.
//!
//! Contract: a function of one result. Numbers are left out, so that the same mistake at another
//! offset is the same symptom; ids of clauses stay.

use serde::{Deserialize, Serialize};
use vhdx_log_bench::record::{Answer, Disk, ResultRecord, Space};
use vhdx_log_bench::verdict::Verdict;
use vhdx_log_corpus::clause;

/// What is said of a program that was ended.
const NO_END: &str = "no end";

/// How a program is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Symptom {
    pub verdict: Verdict,
    /// What is left on disk, as its word in a record.
    pub disk: String,
    /// The clause that is broken, where that is known.
    pub clause: Option<String>,
    /// What is expected and what was found, without their numbers.
    pub differs: String,
    /// What the program says: the reason of a refusal, or how it crashed. Without numbers.
    pub said: Option<String>,
    /// Where the first wrong bytes are, and what they are.
    pub bytes: Option<String>,
    /// The one demand for which the image must be refused, where it is accepted. SEQ-7 is none:
    /// there are many reasons for a log without a valid sequence.
    pub must_refuse: Option<String>,
}

impl Symptom {
    /// The symptom of a result that is a failure.
    pub fn of(result: &ResultRecord) -> Self {
        let first = result.differences.first();
        let said = match &result.answer {
            Answer::Refused { message, .. } => message.as_deref(),
            Answer::Crashed { how } => Some(how.as_str()),
            // Which limit it reaches first is chance.
            Answer::Hung { .. } | Answer::Runaway { .. } => Some(NO_END),
            _ => None,
        };
        let expected = first.map_or("", |first| first.expected.as_str());
        let reason = expected
            .strip_prefix("refuse (")
            .and_then(|rest| rest.strip_suffix(')'));
        let reason = reason.filter(|id| clause(id).is_some() && *id != "SEQ-7");
        let reason = reason.filter(|_| result.answer == Answer::Accepted);
        let is_answer = result.verdict == Verdict::RefusedGood;
        Self {
            verdict: result.verdict,
            disk: disk(result.disk).to_owned(),
            clause: first.and_then(|first| first.clause.clone()),
            // What a good file holds is not how it was refused.
            differs: first.filter(|_| !is_answer).map_or(String::new(), |first| {
                format!("{} / {}", plain(&first.expected), plain(&first.found))
            }),
            said: said.map(plain),
            must_refuse: reason.map(str::to_owned),
            bytes: first.and_then(|first| first.bytes.as_ref()).map(|bytes| {
                let space = match bytes.space {
                    Space::File => "file",
                    Space::Guest => "guest",
                };
                format!("{space}: {}", kind(&bytes.found))
            }),
        }
    }

    /// Whether two failures are the same. Whether a program that has no end in sight reaches its
    /// time limit or another one first is chance.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self == other || (self.has_no_end() && other.has_no_end())
    }

    /// Whether the program was ended: it hung, or took more than it may have.
    pub(crate) fn has_no_end(&self) -> bool {
        self.said.as_deref() == Some(NO_END)
    }

    /// Whether both break the same demand, whatever else the image holds: the same reason to refuse
    /// it is not noticed, the same header field is left wrong on a disk that is right, or a refused
    /// file is changed (RPL-8).
    pub(crate) fn is_same_demand(&self, other: &Self) -> bool {
        if self.must_refuse.is_some() && self.must_refuse == other.must_refuse {
            return true;
        }
        let is_of_headers = |id: &str| id.starts_with("UPD-");
        let clause = self
            .clause
            .as_deref()
            .filter(|_| self.clause == other.clause);
        let is_right = self.verdict == Verdict::Unfinished && other.verdict == self.verdict;
        match clause {
            Some("RPL-8") => true,
            Some(id) => is_of_headers(id) && is_right,
            None => false,
        }
    }

    /// One line that says the kind alone: what is counted when there are very many.
    pub(crate) fn coarse(&self) -> String {
        let clause = self.clause.as_deref().unwrap_or("-");
        let said = self.said.as_deref().unwrap_or("-");
        format!("{} {} {clause} {said}", self.verdict.name(), self.disk)
    }
}

/// A text with every word that has a digit replaced, unless it is the id of a clause.
fn plain(text: &str) -> String {
    let word = |word: &str| {
        let bare = word.trim_matches(|one: char| !one.is_ascii_alphanumeric());
        match bare.chars().any(|one| one.is_ascii_digit()) && clause(bare).is_none() {
            true => "#".to_owned(),
            false => word.to_owned(),
        }
    };
    let words: Vec<String> = text.split_whitespace().map(word).collect();
    words.join(" ")
}

/// The kind of wrong bytes, from their hexadecimal digits.
fn kind(digits: &str) -> &'static str {
    match digits.bytes().all(|digit| digit == b'0') {
        true => "zeros",
        false => "other bytes",
    }
}

const fn disk(disk: Disk) -> &'static str {
    match disk {
        Disk::AsDemanded => "as-demanded",
        Disk::Untouched => "untouched",
        Disk::Stale => "stale",
        Disk::Wrong => "wrong",
        Disk::Damaged => "damaged",
        Disk::Unfinished => "unfinished",
        Disk::NotObserved => "not-observed",
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn numbers_are_left_out_and_clauses_stay() {
        let text = "replayed bytes at offset 0x300000, by SEQ-4: 17";
        assert_eq!(plain(text), "replayed bytes at offset # by SEQ-4: #");
    }
}
