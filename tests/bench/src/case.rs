//! One subject on one vector.

use std::io;
use std::path::Path;
use std::time::Instant;

use vhdx_log_corpus::{Access, Needs, Stored, Vector};
use vhdx_log_oracle::Expectations;
use vhdx_log_oracle::subject::{Opens, Outcome, Profile, Subject, Transcript};
use vhdx_log_oracle::vector::VectorWithImage;

use crate::assess::{answer, assess};
use crate::candidate::Candidate;
use crate::evidence::{first_bytes, microseconds, runs, seen};
use crate::keep::keep;
use crate::record::{Answer, DifferenceRecord, Disk, ResultRecord, Seen, SubjectKind};
use crate::repeat::repeat_line;
use crate::verdict::Verdict;

/// Runs a subject on a vector.
///
/// # Errors
/// When the image of the vector is damaged.
pub(crate) fn run_one(
    subject: &dyn Subject,
    candidate: &Candidate,
    stored: &Stored,
    kept_in: Option<&Path>,
) -> io::Result<ResultRecord> {
    let profile = subject.profile();
    let vector = &stored.vector;
    let repeat = repeat_line(&candidate.arguments, &vector.id);
    if let Some((verdict, why)) = not_run(vector, &profile) {
        return Ok(skipped(vector, verdict, why, repeat));
    }
    let loaded = VectorWithImage::load(stored)?;
    let expectations = loaded.expectations().for_profile(&profile);
    let (mut result, opened) = open(subject, &loaded, &expectations, &profile);
    result.repeat = repeat;
    // A program outside can depend on its surroundings; what is built in cannot.
    if result.verdict.is_failure() && candidate.about.kind != SubjectKind::Builtin {
        let (again, _) = open(subject, &loaded, &expectations, &profile);
        if again.seen.digest != result.seen.digest {
            result.flaky = true;
            let verdict = again.verdict;
            let remark = format!("flaky: run again, the verdict is `{verdict}`");
            result.remarks.push(remark);
        }
    }
    if let Some(folder) = kept_in.filter(|_| result.verdict.is_failure()) {
        let case = &loaded.case();
        let (outcome, transcript) = &opened;
        let kept = keep(folder, &candidate.about, &result, case, outcome, transcript);
        if let Err(error) = kept {
            // The result counts more than what was to be kept of it.
            result
                .remarks
                .push(format!("not kept in {}: {error}", folder.display()));
        }
    }
    Ok(result)
}

/// What a subject did, and what was run and printed for that.
pub type Opened = (Outcome, Transcript);

fn open(
    subject: &dyn Subject,
    loaded: &VectorWithImage,
    expectations: &Expectations<'_>,
    profile: &Profile,
) -> (ResultRecord, Opened) {
    let clock = Instant::now();
    let opened = subject.open_with_transcript(&loaded.case());
    let elapsed_us = microseconds(clock.elapsed());
    let result = judged(&loaded.vector.id, expectations, profile, &opened);
    let result = ResultRecord {
        elapsed_us,
        ..result
    };
    (result, opened)
}

/// What an outcome means, as a record has it. `id` names the image: that of a vector, or of any
/// other one.
pub fn judged(
    id: &str,
    expectations: &Expectations<'_>,
    profile: &Profile,
    (outcome, transcript): &Opened,
) -> ResultRecord {
    let assessed = assess(expectations, outcome, profile);
    let answer = answer(outcome);
    let case = &expectations.case;
    let differences = assessed.differences.iter().map(|shortfall| {
        let first = &shortfall.first;
        DifferenceRecord {
            reading: first.expectation.clone(),
            clause: first.clause.map(str::to_owned),
            expected: first.expected.clone(),
            found: first.found.clone(),
            bytes: first_bytes(shortfall, case, outcome),
        }
    });
    let passes = assessed.verdict == Verdict::Pass;
    ResultRecord {
        vector: id.to_owned(),
        verdict: assessed.verdict,
        disk: assessed.disk,
        reading: assessed
            .expectation
            .map(|expectation| expectation.name.clone()),
        differences: differences.collect(),
        remarks: assessed.remarks,
        known: None,
        flaky: false,
        elapsed_us: 0,
        runs: if passes { Vec::new() } else { runs(transcript) },
        seen: seen(case, outcome, &answer),
        repeat: String::new(),
        answer,
    }
}

fn skipped(vector: &Vector, verdict: Verdict, why: &str, repeat: String) -> ResultRecord {
    ResultRecord {
        vector: vector.id.clone(),
        verdict,
        answer: Answer::NotRun {
            why: why.to_owned(),
        },
        disk: Disk::NotObserved,
        reading: None,
        differences: Vec::new(),
        remarks: Vec::new(),
        known: None,
        flaky: false,
        elapsed_us: 0,
        runs: Vec::new(),
        seen: Seen::default(),
        repeat,
    }
}

/// Why a subject is not run on a vector, where it cannot be judged by it.
fn not_run(vector: &Vector, profile: &Profile) -> Option<(Verdict, &'static str)> {
    let (needs_file, replays) = (vector.needs == Needs::File, vector.access == Access::Replay);
    if needs_file && !profile.shows_file {
        let why = "the vector is judged by the image file, and the subject shows only the \
                   guest's disk";
        Some((Verdict::NotObservable, why))
    } else if needs_file && replays && profile.opens == Opens::ForReading {
        let why = "the vector is judged by what a replay leaves in the file, and the subject \
                   opens files for reading only";
        Some((Verdict::NotObservable, why))
    } else if !replays && profile.opens == Opens::ForWriting {
        let why = "the vector opens the file for reading, and the subject only opens files for \
                   writing";
        Some((Verdict::Unsupported, why))
    } else if vector.max_file_size.is_some() && !profile.limits_size {
        let why = "the vector limits the file's size, and the subject has no such option";
        Some((Verdict::Unsupported, why))
    } else if vector.has_parent && !profile.opens_differencing {
        let why = "the image is a differencing disk, and the subject opens none";
        Some((Verdict::Unsupported, why))
    } else {
        None
    }
}
