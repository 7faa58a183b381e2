//! One case, asked of one program, and judged.
//!
//! The oracle judges; nothing here knows what is right. Most cases pass, so the model's own outcome
//! is tried first, and every other reading that an OPEN clause allows only where that one differs.

use vhdx_log_bench::diagnose::Act;
use vhdx_log_bench::record::ResultRecord;
use vhdx_log_bench::{Opened, judged};
use vhdx_log_oracle::subject::{Opens, Outcome, Profile, Subject};
use vhdx_log_oracle::{Expectations, differences, expect, model_expectation};

use crate::case::TestCase;
use crate::finding::Symptom;

/// What a program did wrong with a case.
#[derive(Clone, Debug)]
pub(crate) struct Wrong {
    pub(crate) result: ResultRecord,
    pub(crate) symptom: Symptom,
    /// The same, as far as readers are compared by it.
    pub(crate) act: Act,
}

/// What a program did with a case.
#[derive(Clone, Debug)]
pub(crate) struct Examined {
    /// The kind of its answer, in one letter, for the map of what was seen.
    pub(crate) letter: char,
    /// What it did, as far as readers are compared by it; `None` unless that was asked for.
    pub(crate) act: Option<Act>,
    /// `None` when it passes, or when nothing can be said.
    pub(crate) wrong: Option<Box<Wrong>>,
}

/// A program and what it can show.
pub(crate) struct Examiner<'a> {
    pub(crate) subject: &'a dyn Subject,
    pub(crate) profile: Profile,
}

impl<'a> Examiner<'a> {
    pub(crate) fn new(subject: &'a dyn Subject) -> Self {
        Self {
            subject,
            profile: subject.profile(),
        }
    }

    /// Has the program open the case, and judges what it did.
    pub(crate) fn examine(&self, case: &TestCase) -> Examined {
        self.open(case, false)
    }

    /// The same, and what it did where it passes too.
    pub(crate) fn examine_in_full(&self, case: &TestCase) -> Examined {
        self.open(case, true)
    }

    fn open(&self, case: &TestCase, in_full: bool) -> Examined {
        let image = case.image();
        let given = case.on(&image);
        let (outcome, transcript) = self.subject.open_with_transcript(&given);
        // As a program in another process would be seen.
        let opened = (outcome.seen_from_outside(), transcript);
        let letter = letter(&opened.0);
        let passed = |act| Examined {
            letter,
            act,
            wrong: None,
        };
        if self.profile.readings.is_empty() {
            let own = model_expectation(&given);
            if differences(&own, &given, &opened.0).next().is_none() {
                let allowed = vec![own];
                let own = Expectations {
                    case: given,
                    allowed,
                };
                return passed(in_full.then(|| self.act(&self.judged(&own, &opened))));
            }
        }
        let expectations = expect(given).for_profile(&self.profile);
        let result = self.judged(&expectations, &opened);
        let act = self.act(&result);
        if !result.verdict.is_failure() {
            return passed(Some(act));
        }
        let wrong = Wrong {
            symptom: Symptom::of(&result),
            act: act.clone(),
            result,
        };
        Examined {
            letter,
            act: Some(act),
            wrong: Some(Box::new(wrong)),
        }
    }

    fn judged(&self, expectations: &Expectations<'_>, opened: &Opened) -> ResultRecord {
        judged("case", expectations, &self.profile, opened)
    }

    /// What a result says that the program did, as far as it can be seen of this one.
    pub(crate) fn act(&self, result: &ResultRecord) -> Act {
        let mut act = Act::of(result);
        if self.profile.opens == Opens::ForReading {
            act.leave_out_file();
        }
        act
    }
}

/// Accepted, refused, or what else.
fn letter(outcome: &Outcome) -> char {
    match outcome {
        Outcome::Accepted(_) => 'a',
        Outcome::Refused { .. } => 'r',
        Outcome::Failed(_) => 'f',
    }
}
