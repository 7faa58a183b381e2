//! Without the feature `random`: `cargo test -p vhdx-log --no-default-features --test no_random`.

#![cfg(not(feature = "random"))]

mod image;

use image::{TARGET, dirty};
use vhdx_log::writer::{Log, Transaction};
use vhdx_log::{GuidSource, OpenError, OpenOptions};

#[test]
fn a_writable_open_demands_a_seed_and_changes_nothing_without_one() {
    let image = dirty::dirty(&[(0, dirty::entry(1, 0).data(TARGET, 1))]);
    let mut opened = image.clone();
    let error = OpenOptions::writable().open(&mut opened).unwrap_err();
    assert!(matches!(error, OpenError::NoGuidSource), "{error}");
    assert!(opened.sectors().eq(image.sectors()));
    assert!(OpenOptions::read_only().open(image).is_ok());

    let seeded = OpenOptions::writable().guids(GuidSource::seeded(1));
    let mut log = Log::open(&mut opened, &seeded.clone().into()).unwrap();
    log.submit(&Transaction::new().write(TARGET, &[2])).unwrap();
    log.close().unwrap();
    assert!(seeded.open(opened).is_ok());
}
