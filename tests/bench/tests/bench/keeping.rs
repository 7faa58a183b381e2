//! What `--keep` leaves of a failure.

use std::fs;

use vhdx_log_bench::{Settings, run};
use vhdx_log_corpus::Corpus;
use vhdx_log_oracle::stop::Stop;
use vhdx_log_oracle::subject::Outcome;
use vhdx_log_oracle::vector::VectorWithImage;

use super::named;

#[test]
fn a_failure_is_kept_with_the_image_before_and_after() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = Settings {
        jobs: 1,
        kept_in: Some(folder.path().to_owned()),
        protections: Vec::new(),
    };
    let candidates = named("flaw:tail-ignored");
    let corpus = Corpus::embedded();
    let chosen = |vector: &vhdx_log_corpus::Vector| vector.id.starts_with("tail-");
    let stop = Stop::never();
    let record = run(candidates, corpus, chosen, &settings, &stop, &|_, _| {}).expect("a run");
    let results = &record.subjects[0].results;
    let failures = results.iter().filter(|result| result.verdict.is_failure());
    let kept = fs::read_dir(folder.path().join("flaw-tail-ignored")).expect("a folder");
    assert_eq!(kept.count(), failures.count(), "passes are not kept");

    let of_one = folder.path().join("flaw-tail-ignored").join("tail-own");
    let vector =
        VectorWithImage::load(corpus.get("tail-own").expect("a vector")).expect("an image");
    let before = fs::read(of_one.join("before.vhdx")).expect("an image");
    assert_eq!(sha256(&before), vector.vector.image.sha256);
    let subject = vhdx_log_oracle::subject::builtin("flaw:tail-ignored");
    let subject = subject.unwrap_or_else(|error| panic!("{error}"));
    let Outcome::Accepted(accepted) = subject.open(&vector.case()) else {
        panic!("it accepts the image");
    };
    let after = fs::read(of_one.join("after.vhdx")).expect("an image");
    let file = accepted.file.expect("a file");
    assert_eq!(
        sha256(&after),
        vhdx_log_oracle::digest::sha256_of(&file, &[])
    );
    let told = fs::read_to_string(of_one.join("result.json")).expect("a result");
    assert!(told.contains("\"vector\": \"tail-own\""), "{told}");
}

fn sha256(bytes: &[u8]) -> String {
    vhdx_log_oracle::digest::sha256(bytes)
}

/// A full disk or a folder in the way loses no result.
#[test]
fn what_cannot_be_kept_is_a_remark() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("flaw-tail-ignored"), "in the way").expect("a file");
    let settings = Settings {
        jobs: 1,
        kept_in: Some(folder.path().to_owned()),
        protections: Vec::new(),
    };
    let candidates = named("flaw:tail-ignored");
    let chosen = |vector: &vhdx_log_corpus::Vector| vector.id == "tail-own";
    let stop = Stop::never();
    let record = run(
        candidates,
        Corpus::embedded(),
        chosen,
        &settings,
        &stop,
        &|_, _| {},
    );
    let record = record.expect("a run");
    let result = &record.subjects[0].results[0];
    assert!(result.verdict.is_failure());
    assert!(
        result.remarks[0].starts_with("not kept in "),
        "{:?}",
        result.remarks
    );
}
