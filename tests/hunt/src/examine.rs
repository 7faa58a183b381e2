//! One case, asked of one program, and judged.
//!
//! The oracle judges; nothing here knows what is right. Most cases pass, so the model's own outcome
//! is tried first, and every other reading that an OPEN clause allows only where that one differs.

use vhdx_log_bench::diagnose::Act;
use vhdx_log_bench::record::{Answer, DifferenceRecord, ResultRecord, Seen};
use vhdx_log_bench::verdict::Verdict;
use vhdx_log_bench::{Opened, judged};
use vhdx_log_oracle::subject::{Case, Opens, Outcome, Profile, Subject};
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

impl Examined {
    fn wrong(letter: char, act: Act, result: ResultRecord) -> Self {
        let wrong = Wrong {
            symptom: Symptom::of(&result),
            act: act.clone(),
            result,
        };
        Self {
            letter,
            act: Some(act),
            wrong: Some(Box::new(wrong)),
        }
    }
}

/// A program and what it can show.
pub(crate) struct Examiner<'a> {
    pub(crate) subject: &'a dyn Subject,
    pub(crate) profile: Profile,
    /// A program that it is compared with, instead of with what is right.
    other: Option<&'a dyn Subject>,
}

impl<'a> Examiner<'a> {
    pub(crate) fn new(subject: &'a dyn Subject) -> Self {
        Self {
            subject,
            profile: subject.profile(),
            other: None,
        }
    }

    /// The same against another program: what counts is that the two differ. Each case is asked as
    /// both can be asked it.
    pub(crate) fn against(subject: &'a dyn Subject, other: &'a dyn Subject) -> Self {
        let (mut profile, others) = (subject.profile(), other.profile());
        if profile.opens == Opens::Both {
            profile.opens = others.opens;
        }
        profile.opens_differencing &= others.opens_differencing;
        profile.limits_size &= others.limits_size;
        Self {
            subject,
            profile,
            other: Some(other),
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
        if let Some(other) = self.other {
            return self.compare(other, &given, &opened);
        }
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
        Examined::wrong(letter, act, result)
    }

    /// Holds an outcome against that of another program, as far as both can be seen.
    fn compare(&self, other: &dyn Subject, given: &Case<'_>, opened: &Opened) -> Examined {
        let (outcome, transcript) = other.open_with_transcript(given);
        let others = (outcome.seen_from_outside(), transcript);
        let own = Expectations {
            case: *given,
            allowed: vec![model_expectation(given)],
        };
        let [result, theirs] = [opened, &others].map(|opened| self.judged(&own, opened));
        let (one, two) = (Act::of(&result), Act::of(&theirs));
        let letter = letter(&opened.0);
        if one.is_seen_as(&two) {
            return Examined {
                letter,
                act: Some(one),
                wrong: None,
            };
        }
        let result = apart(result, &theirs, &other.name());
        // No flaw explains how two programs differ.
        let nothing = ResultRecord {
            answer: Answer::NotRun { why: String::new() },
            seen: Seen::default(),
            ..result.clone()
        };
        Examined::wrong(letter, Act::of(&nothing), result)
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

/// A result that says how it differs from that of another program.
fn apart(result: ResultRecord, theirs: &ResultRecord, name: &str) -> ResultRecord {
    let words = |result: &ResultRecord| match &result.answer {
        Answer::Accepted => "accepted",
        Answer::Refused { .. } => "refused",
        Answer::Hung { .. } => "no end",
        _ => "no answer",
    };
    let places = |seen: &Seen| {
        let parts = [
            ("file", &seen.file),
            ("disk", &seen.guest),
            ("headers", &seen.headers),
        ];
        let parts = parts.map(|(name, digest)| Some(format!("{name} {}", digest.as_ref()?)));
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    };
    let told = |result: &ResultRecord| format!("{}: {}", words(result), places(&result.seen));
    let difference = DifferenceRecord {
        reading: name.to_owned(),
        clause: None,
        expected: told(theirs),
        found: told(&result),
        bytes: None,
    };
    ResultRecord {
        verdict: result.verdict.min(Verdict::Unfinished),
        differences: vec![difference],
        ..result
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
