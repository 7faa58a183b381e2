//! What a subject did on each vector, beside what the flaws do there.

use vhdx_log_corpus::{Corpus, Stored};

use super::table::{Act, Row, Table};
use crate::record::{ResultRecord, SubjectRecord};
use crate::verdict::Verdict;

/// A vector that says something about the subject.
pub(super) struct Item<'a> {
    pub(super) stored: &'a Stored,
    pub(super) row: &'a Row,
    act: Act,
    pub(super) passes: bool,
}

/// The vectors that say something about a subject.
pub(super) fn items<'a>(
    subject: &SubjectRecord,
    corpus: &'a Corpus,
    table: &'a Table,
) -> Vec<Item<'a>> {
    let results = subject
        .results
        .iter()
        .filter(|result| says_something(result));
    let item = |result: &ResultRecord| {
        let stored = corpus.get(&result.vector)?;
        Some(Item {
            row: table.row(&stored.vector)?,
            stored,
            act: Act::of(result),
            passes: result.verdict == Verdict::Pass,
        })
    };
    let mut items: Vec<Item<'a>> = results.filter_map(item).collect();
    if !items.iter().all(Item::writes_what_it_shows) {
        // It opens files for reading only: its files say nothing of a replay.
        for item in &mut items {
            item.act.leave_out_file();
        }
    }
    items
}

fn says_something(result: &ResultRecord) -> bool {
    let is_known = result.verdict.is_failure() || result.verdict == Verdict::Pass;
    is_known && !result.flaky
}

impl Item<'_> {
    pub(super) fn id(&self) -> &str {
        &self.stored.vector.id
    }

    /// Whether the subject did what a reader does that acts like this.
    pub(super) fn agrees(&self, act: &Act) -> bool {
        (self.passes && *act == self.row.right) || self.is_same(act)
    }

    fn is_same(&self, act: &Act) -> bool {
        self.act.is_like(act, &self.row.right)
    }

    /// Whether a vector that it passes with the format's own disk has the format's own file, too.
    fn writes_what_it_shows(&self) -> bool {
        let right = &self.row.right;
        let is_shown = self.act.guest.is_some() && self.act.guest == right.guest;
        !(self.passes && is_shown && self.act.file.is_some() && self.act.file != right.file)
    }
}
