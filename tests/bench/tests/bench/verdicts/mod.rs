//! What each outcome means, on both axes: a row for each way to do well or badly.

mod accepted;
mod failed;
mod outcomes;
mod reading;
mod refused;
mod row;

use std::collections::BTreeSet;

use vhdx_log_bench::record::ResultRecord;
use vhdx_log_bench::verdict::Verdict;
use vhdx_log_oracle::subject::{Opens, Profile};

use self::accepted::ACCEPTED;
use self::failed::FAILED;
use self::outcomes::*;
use self::reading::{FOR_READING, READER};
use self::refused::REFUSED;
use self::row::{Row, Script};
use super::scripted::Scripted;
use super::{on_bench, run_all};

fn result(vector: &str, script: Script, profile: Profile) -> ResultRecord {
    let subject = Scripted::new(script).with_profile(profile);
    let mut record = run_all(on_bench(subject), |one| one.id == vector);
    record.subjects[0]
        .results
        .pop()
        .expect("a vector of that name")
}

#[track_caller]
fn check(rows: &[Row], profile: &Profile) {
    for &(what, vector, script, verdict, disk) in rows {
        let result = result(vector, script, profile.clone());
        assert_eq!(
            (result.verdict, result.disk),
            (verdict, disk),
            "{what}: {result:#?}"
        );
        let is_explained = !result.differences.is_empty();
        assert_eq!(is_explained, verdict.is_failure(), "{what}: {result:#?}");
    }
}

#[test]
fn every_outcome_has_its_verdict() {
    let profile = Profile::default();
    for rows in [ACCEPTED, REFUSED, FAILED, FOR_READING] {
        check(rows, &profile);
    }
    let rows = ACCEPTED.iter().chain(REFUSED).chain(FAILED);
    let shown: BTreeSet<Verdict> = rows.map(|row| row.3).collect();
    assert!(shown.into_iter().eq(Verdict::ALL), "a verdict has no row");
}

#[test]
fn a_program_that_only_reads_may_refuse_a_dirty_file_and_writes_to_none() {
    let profile = Profile {
        opens: Opens::ForReading,
        ..Profile::default()
    };
    check(READER, &profile);
    let result = result(DIRTY, |_| refused(None), profile);
    assert_eq!(result.reading.as_deref(), Some("RPL-5: refuse"));
}

/// An outcome is held against those that did as the program did.
#[test]
fn where_readings_accept_and_refuse_the_differences_are_of_those_that_did_as_it_did() {
    let readings = |script: Script| {
        let result = result(OPEN, script, Profile::default());
        let readings: Vec<_> = result
            .differences
            .into_iter()
            .map(|one| one.reading)
            .collect();
        (result.verdict, readings)
    };
    let (verdict, of_accepted) = readings(|case| accepted(case.image.clone()));
    assert_eq!(
        (verdict, of_accepted.len()),
        (Verdict::LostData, 1),
        "{of_accepted:?}"
    );
    let (verdict, of_refused) = readings(|case| refused(Some(damaged(case.image.clone()))));
    assert_eq!(
        (verdict, of_refused.len()),
        (Verdict::DamagedFile, 1),
        "{of_refused:?}"
    );
    assert_ne!(of_accepted, of_refused);
    let (verdict, of_none) = readings(|_| failed(HANG, None, None));
    assert_eq!((verdict, of_none.len()), (Verdict::Hang, 2), "{of_none:?}");
}

/// UPD-2 is a SHOULD: by itself it is a remark.
#[test]
fn an_old_header_that_is_left_is_a_remark() {
    let script: Script = |case| flawed("flaw:one-header-marked-empty", case);
    let result = result(DIRTY, script, Profile::default());
    assert_eq!(result.verdict, Verdict::Pass);
    assert!(
        result.remarks[0].starts_with("UPD-2: "),
        "{:?}",
        result.remarks
    );
}

#[test]
fn what_cannot_be_judged_is_not_run() {
    let guest_only = Profile {
        shows_file: false,
        ..Profile::default()
    };
    let no_limit = Profile {
        limits_size: false,
        ..Profile::default()
    };
    let no_children = Profile {
        opens_differencing: false,
        ..Profile::default()
    };
    let writes_only = Profile {
        opens: Opens::ForWriting,
        ..Profile::default()
    };
    for (vector, profile, verdict) in [
        ("data-unchanged", guest_only, Verdict::NotObservable),
        ("target-at-2-63", no_limit, Verdict::Unsupported),
        ("child-clean", no_children, Verdict::Unsupported),
        (READ_ONLY, writes_only, Verdict::Unsupported),
    ] {
        let result = result(vector, |_| panic!("it is not run"), profile);
        assert_eq!(result.verdict, verdict, "{vector}");
    }
}

/// The first bytes that differ are those of the file, and of the model where it is right.
#[test]
fn the_first_wrong_bytes_are_shown_beside_the_right_ones() {
    let result = result(DIRTY, |case| accepted(wrong(case)), Profile::default());
    let bytes = result.differences[0].bytes.clone().expect("bytes");
    let found = "neither old nor new"
        .bytes()
        .map(|byte| format!("{byte:02x}"));
    assert!(
        bytes.found.starts_with(&found.collect::<String>()),
        "{bytes:?}"
    );
    let expected = bytes.expected.expect("the model has them");
    assert_eq!(expected.len(), 128);
    assert_ne!(expected, bytes.found);
}
