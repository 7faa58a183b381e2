//! A list of bounded length: the first and the last items, and the number of items elided between
//! them. A hostile log can hold a million entries, and memory must not grow with them (SEQ-9).

use std::collections::VecDeque;

use serde::Serialize;

/// Longer lists are elided in the middle.
pub const MAX_ITEMS: usize = 64;

/// How many items an elided list keeps at each end.
pub const ITEMS_AT_EACH_END: usize = 24;

/// A list as reported. When `omitted` is not 0, that many items are missing after the first
/// [`ITEMS_AT_EACH_END`]; `--all` elides none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct List<T> {
    pub total: u64,
    pub omitted: u64,
    pub items: Vec<T>,
}

impl<T> List<T> {
    /// The items before and after the gap; the second part is empty when there is no gap.
    pub fn parts(&self) -> (&[T], &[T]) {
        self.items.split_at(if self.omitted > 0 {
            ITEMS_AT_EACH_END
        } else {
            self.items.len()
        })
    }

    pub fn map<U>(self, item: impl FnMut(T) -> U) -> List<U> {
        List {
            total: self.total,
            omitted: self.omitted,
            items: self.items.into_iter().map(item).collect(),
        }
    }
}

/// A list under construction.
#[derive(Clone, Debug)]
pub struct Filling<T> {
    total: u64,
    max_items: usize,
    first: Vec<T>,
    last: VecDeque<T>,
}

impl<T> Filling<T> {
    /// An empty list that keeps every item, or only those at its ends.
    pub fn new(all: bool) -> Self {
        let max_items = if all { usize::MAX } else { MAX_ITEMS };
        Self {
            total: 0,
            max_items,
            first: Vec::new(),
            last: VecDeque::new(),
        }
    }

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

    pub fn remove_first(&mut self) {
        if !self.first.is_empty() {
            self.first.remove(0);
            self.total -= 1;
        }
    }

    pub fn finish(self) -> List<T> {
        let Self {
            total, first, last, ..
        } = self;
        let mut items = first;
        if !last.is_empty() {
            let after = items.split_off(ITEMS_AT_EACH_END);
            let skipped = (after.len() + last.len()).saturating_sub(ITEMS_AT_EACH_END);
            items.extend(after.into_iter().chain(last).skip(skipped));
        }
        List {
            total,
            omitted: total - items.len() as u64,
            items,
        }
    }
}
