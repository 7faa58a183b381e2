//! The flaws of the model that do with an image what a program did.
//!
//! A program with several mistakes does, on one image, what one of them makes it do, or what two of
//! them do together. Those that are known already are tried together with each other one.

use std::sync::LazyLock;

use vhdx_log_bench::diagnose::{Act, Reader};
use vhdx_log_model::{self as model, Flaw, all_flaws};
use vhdx_log_oracle::subject::{Case, Model};

use crate::case::TestCase;

/// Every flaw, arranged so that one read finds those that can show.
static ALL: LazyLock<model::Suspects> = LazyLock::new(|| model::Suspects::new(all_flaws()));

/// Opens one case with readers that have flaws.
pub(crate) struct Suspects<'a> {
    case: Case<'a>,
    reader: Reader<'a>,
    right: Act,
    act: &'a Act,
    explained: Option<bool>,
}

impl<'a> Suspects<'a> {
    /// For what a program did, `act`, with an image.
    pub(crate) fn new(case: &TestCase, image: &'a model::Image, act: &'a Act) -> Self {
        let case = case.on(image);
        let mut reader = Reader::new(case);
        let right = reader.act(&Model::format());
        Self {
            case,
            reader,
            right,
            act,
            explained: None,
        }
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

    /// The mistake that is known and explains it: one alone, all of them together, or two of them.
    pub(crate) fn are_known(&mut self, known: &[&'static Flaw]) -> Option<&'static Flaw> {
        if let Some(one) = known.iter().find(|flaw| self.does_it(flaw)) {
            return Some(one);
        }
        if known.len() > 1 && self.do_it(known) {
            return Some(known[0]);
        }
        // One of them with a wrong name is enough for all together to do something else.
        let pairs = known.iter().enumerate();
        let mut pairs = pairs.flat_map(|(number, one)| {
            let others = known.iter().skip(number + 1);
            others.map(move |other| [*one, *other])
        });
        let pair = pairs.find(|pair| self.do_it(pair))?;
        Some(pair[0])
    }

    /// Every flaw that does the same.
    pub(crate) fn all(&mut self) -> Vec<&'static Flaw> {
        let can_show = Model::suspects(&self.case, &ALL).into_iter();
        can_show.filter(|flaw| self.does_it(flaw)).collect()
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

    /// What this image says about a flaw; `passes` says whether the program is right about it.
    pub(crate) fn says(
        &mut self,
        flaw: &'static Flaw,
        known: &[&'static Flaw],
        passes: bool,
    ) -> Evidence {
        let alone = self.reader.act(&Model::flawed(flaw));
        if alone == self.right {
            return Evidence::None;
        }
        let is_like = self.act.is_like(&alone, &self.right);
        let is_explained = passes || self.is_explained(known);
        match (is_like, is_explained) {
            // Seen of it is nothing that would not be seen without it.
            (true, true) => Evidence::None,
            (true, false) => Evidence::For,
            (false, true) => Evidence::Against,
            (false, false) if self.does_it_with(flaw, known) => Evidence::For,
            (false, false) => Evidence::Other,
        }
    }

    /// The same about a flaw that shows only together with known ones.
    pub(crate) fn says_together(
        &mut self,
        flaw: &'static Flaw,
        known: &[&'static Flaw],
        passes: bool,
    ) -> Evidence {
        let without = self.reader.act(&Model::together(known));
        let with = self.reader.act(&Model::together(&with(known, flaw)));
        if with == without {
            return Evidence::None;
        }
        let is_explained = passes || self.is_explained(known);
        match (self.does_it_with(flaw, known), is_explained) {
            (true, true) => Evidence::None,
            (true, false) => Evidence::For,
            (false, true) => Evidence::Against,
            (false, false) => Evidence::Other,
        }
    }

    fn does_it_with(&mut self, flaw: &'static Flaw, known: &[&'static Flaw]) -> bool {
        !known.is_empty() && self.do_it(&with(known, flaw))
    }

    /// Whether known mistakes explain what the program did; looked at once.
    fn is_explained(&mut self, known: &[&'static Flaw]) -> bool {
        if let Some(explained) = self.explained {
            return explained;
        }
        let explained = self.are_known(known).is_some();
        self.explained = Some(explained);
        explained
    }
}

fn with(known: &[&'static Flaw], flaw: &'static Flaw) -> Vec<&'static Flaw> {
    known.iter().copied().chain([flaw]).collect()
}

/// What an image says about a flaw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// Nothing: the flaw makes no difference here, or none that can be seen.
    None,
    /// The program does what the flaw does.
    For,
    /// The program does not do what the flaw does, and what it does is explained without it.
    Against,
    /// The program does something else, which nothing explains yet.
    Other,
}
