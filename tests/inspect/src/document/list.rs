//! A list that stays short whatever is put in: the first and the last items, and how many there
//! were in between.
//!
//! A hostile log holds a million entries; nobody reads them all, and memory must not grow with them
//! (SEQ-9).

use std::collections::VecDeque;

use serde::Serialize;

/// How many items a list may have before the middle is left out.
pub const MAX_ITEMS: usize = 64;

/// How many items stand at each end of a list whose middle is left out.
pub const ITEMS_AT_EACH_END: usize = 24;

/// A list as it is reported. When `omitted` is not 0, that many items are missing behind the first
/// [`ITEMS_AT_EACH_END`] ones; `--all` leaves out none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct List<T> {
    /// How many items there are.
    pub total: u64,
    /// How many of them are not listed.
    pub omitted: u64,
    /// The items, in order.
    pub items: Vec<T>,
}

impl<T> List<T> {
    /// The items before and behind the gap; the second part is empty when there is no gap.
    pub fn parts(&self) -> (&[T], &[T]) {
        self.items.split_at(if self.omitted > 0 {
            ITEMS_AT_EACH_END
        } else {
            self.items.len()
        })
    }

    /// The same list with each item put another way.
    pub fn map<U>(self, item: impl FnMut(T) -> U) -> List<U> {
        List {
            total: self.total,
            omitted: self.omitted,
            items: self.items.into_iter().map(item).collect(),
        }
    }
}

/// A list that is being filled.
#[derive(Clone, Debug)]
pub struct Filling<T> {
    total: u64,
    max_items: usize,
    first: Vec<T>,
    last: VecDeque<T>,
}

impl<T> Filling<T> {
    /// An empty list that will keep every item or only those at its ends.
    pub fn new(all: bool) -> Self {
        let max_items = if all { usize::MAX } else { MAX_ITEMS };
        Self {
            total: 0,
            max_items,
            first: Vec::new(),
            last: VecDeque::new(),
        }
    }

    /// Puts an item behind the others.
    pub fn push(&mut self, item: T) {
        self.total += 1;
        if self.last.is_empty() && self.first.len() < self.max_items {
            self.first.push(item);
            return;
        }
        if self.last.len() == ITEMS_AT_EACH_END {
            self.last.pop_front();
        }
        self.last.push_back(item);
    }

    /// Takes the first item out again.
    pub fn remove_first(&mut self) {
        if !self.first.is_empty() {
            self.first.remove(0);
            self.total -= 1;
        }
    }

    /// The list as it is reported.
    pub fn finish(self) -> List<T> {
        let Self {
            total, first, last, ..
        } = self;
        let mut items = first;
        if !last.is_empty() {
            let behind = items.split_off(ITEMS_AT_EACH_END);
            let skipped = (behind.len() + last.len()).saturating_sub(ITEMS_AT_EACH_END);
            items.extend(behind.into_iter().chain(last).skip(skipped));
        }
        List {
            total,
            omitted: total - items.len() as u64,
            items,
        }
    }
}
