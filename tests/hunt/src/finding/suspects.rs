//! The flaws of the model that do with an image what a program did.
//!
//! A program with several mistakes does, on one image, what one of them makes it do, or what two of
//! them do together. Those that are known already are tried together with each other one.

use vhdx_log_bench::diagnose::{Act, Reader};
use vhdx_log_model::{Flaw, all_flaws};
use vhdx_log_oracle::subject::Model;

use crate::case::TestCase;

/// Opens one case with readers that have flaws.
pub(crate) struct Suspects<'a> {
    reader: Reader<'a>,
    right: Act,
    act: &'a Act,
}

impl<'a> Suspects<'a> {
    /// For what a program did, `act`, with an image.
    pub(crate) fn new(case: &TestCase, image: &'a vhdx_log_model::Image, act: &'a Act) -> Self {
        let mut reader = Reader::new(case.on(image));
        let right = reader.act(&Model::format());
        Self { reader, right, act }
    }

    /// Whether a reader with this flaw does the same.
    pub(crate) fn does_it(&mut self, flaw: &'static Flaw) -> bool {
        let act = self.reader.act(&Model::flawed(flaw));
        act != self.right && self.act.is_like(&act, &self.right)
    }

    /// Whether a reader with all of these does the same, in this order or in the opposite one.
    pub(crate) fn do_it(&mut self, flaws: &[&'static Flaw]) -> bool {
        let backwards: Vec<&'static Flaw> = flaws.iter().rev().copied().collect();
        [flaws, &backwards].into_iter().any(|flaws| {
            let act = self.reader.act(&Model::together(flaws));
            act != self.right && self.act.is_like(&act, &self.right)
        })
    }

    /// Whether the mistakes that are known explain it: one of them alone, or all together.
    pub(crate) fn are_known(&mut self, known: &[&'static Flaw]) -> Option<&'static Flaw> {
        if let Some(one) = known.iter().find(|flaw| self.does_it(flaw)) {
            return Some(one);
        }
        (known.len() > 1 && self.do_it(known)).then(|| known[0])
    }

    /// Every flaw that does the same.
    pub(crate) fn all(&mut self) -> Vec<&'static Flaw> {
        all_flaws().filter(|flaw| self.does_it(flaw)).collect()
    }

    /// Every flaw that does the same together with those that are known.
    pub(crate) fn all_with(&mut self, known: &[&'static Flaw]) -> Vec<&'static Flaw> {
        if known.is_empty() {
            return Vec::new();
        }
        let others = all_flaws().filter(|flaw| known.iter().all(|one| one.name != flaw.name));
        let mut found = Vec::new();
        for flaw in others {
            let together: Vec<&'static Flaw> = known.iter().copied().chain([flaw]).collect();
            if self.do_it(&together) {
                found.push(flaw);
            }
        }
        found
    }

    /// What this image says about a flaw: whether the program does what it does. `None`: nothing,
    /// because the flaw shows here only where the program cannot be seen, or not at all.
    pub(crate) fn says(
        &mut self,
        flaw: &'static Flaw,
        known: &[&'static Flaw],
        passes: bool,
    ) -> Option<bool> {
        let act = self.reader.act(&Model::flawed(flaw));
        if act == self.right {
            return None;
        }
        match (self.act.is_like(&act, &self.right), passes) {
            (true, true) => None,
            (true, false) => Some(true),
            (false, true) => Some(false),
            (false, false) => {
                let together: Vec<&'static Flaw> = known.iter().copied().chain([flaw]).collect();
                Some(together.len() > 1 && self.do_it(&together))
            }
        }
    }
}
