//! The checks find what is wrong, and nothing else.

use std::sync::Arc;

use vhdx_log_crash::checks::{Recovered, is_an_allowed_state, recovery};
use vhdx_log_crash::disk::{DiskImage, Sector};
use vhdx_log_crash::faults::FaultPlan;
use vhdx_log_crash::history::Position;
use vhdx_log_crash::search::{Plan, Search};
use vhdx_log_crash::states::{Epoch, arbitrary};
use vhdx_log_crash::writer::{BaseImage, Writer, generate_workload};
use vhdx_log_crash::{Recording, Scenario, Workload};
use vhdx_log_image::SECTOR;
use vhdx_log_image::generate::Rng;

fn recording_of(base: &BaseImage, workload: Workload) -> Recording {
    let writer = Writer::new(base, workload);
    let run = writer.run(FaultPlan::default());
    run.expect("the run itself violates no property").recording
}

fn verdict(recording: &Recording, image: DiskImage) -> Result<Position, &'static str> {
    let allowed = recording.history.allowed(recording.trace.len());
    let length = image.length();
    is_an_allowed_state(
        &Ok(Recovered {
            image,
            was_dirty: false,
        }),
        &allowed,
        length,
    )
    .map_err(|violation| violation.property)
}

/// Each way to be wrong violates a property of its own.
#[test]
fn each_way_to_be_wrong_has_its_property() {
    let base = BaseImage::new();
    let run = recording_of(&base, "w0+4096.c.w4096+4096.k".parse().expect("a token"));
    let right = run.end();
    assert_eq!(verdict(&run, right.clone()), Ok(Position(2)));

    let mut mixed = right.clone();
    mixed.set(
        base.origin / SECTOR,
        run.base.sector(base.origin / SECTOR).cloned(),
    );
    let mixture = "after a crash the file is in the state after some prefix of the \
                   submitted transactions (WRT-9)";
    assert_eq!(verdict(&run, mixed.clone()), Err(mixture));

    let mut older = mixed;
    older.set(
        base.origin / SECTOR + 1,
        run.base.sector(base.origin / SECTOR + 1).cloned(),
    );
    assert_eq!(
        verdict(&run, older),
        Err("after a crash every acknowledged change is there (WRT-9)")
    );

    let mut stray = right.clone();
    stray.set(base.origin / SECTOR + 5, Sector::new(&[7; 4096]));
    assert_eq!(
        verdict(&run, stray),
        Err("bytes that no change wrote are unchanged (WRT-9)")
    );

    let mut long = right;
    long.set_length(1 << 30);
    assert_eq!(
        verdict(&run, long),
        Err("after a crash the file has the length of an allowed state (WRT-9, RPL-3)")
    );
}

/// Before a commit returns, both the state without and the state with the transaction are allowed;
/// after it, one.
#[test]
fn a_commit_narrows_what_is_allowed() {
    let base = BaseImage::new();
    let run = recording_of(&base, "w0+4096.c".parse().expect("a token"));
    let flush = run.trace.len() - 1;
    let found =
        |image: &DiskImage, requests| run.history.allowed(requests).find(image, image.length());
    assert_eq!(found(&run.base, flush), Ok(Position(0)));
    assert!(found(&run.base, flush + 1).is_err());
    let recovered = recovery(&run.end(), 1)
        .expect("a file as any other")
        .expect("it opens");
    assert_eq!(found(&recovered.image, flush), Ok(Position(1)));
    assert_eq!(found(&recovered.image, flush + 1), Ok(Position(1)));
}

/// The model agrees with the recovery, state by state. A wrong hash or a wrong history would show
/// here.
#[test]
fn the_model_agrees_with_the_recovery() {
    let base = BaseImage::new();
    let mut rng = Rng::new(11);
    let mut compared = 0;
    while compared < 3000 {
        let run = recording_of(&base, generate_workload(&mut rng));
        for epoch in Epoch::all(&run.base, &run.trace) {
            let crashed = epoch.crash(&arbitrary(&epoch, rng.next_u64()));
            let sectors = crashed.present(0..u64::MAX).into_iter();
            let sectors = sectors.map(|number| (number, (*crashed.contents(number)).into()));
            let image =
                vhdx_log_model::Image::from_sectors(crashed.length(), Arc::new(sectors.collect()));
            let options = vhdx_log_model::Options {
                access: vhdx_log_model::Access::Writable,
                ..Default::default()
            };
            let verdict = vhdx_log_model::read(&image, &options);
            let ours = recovery(&crashed, 1)
                .expect("a file as any other")
                .expect("it opens");
            match verdict {
                vhdx_log_model::Verdict::Replayed(replay) => {
                    let back = replay.written_back.expect("it was writable");
                    let log = crashed.log();
                    let theirs = to_disk(&back, log);
                    assert_eq!(theirs.visible_hash(), ours.image.visible_hash());
                }
                vhdx_log_model::Verdict::Clean => assert!(!ours.was_dirty),
                vhdx_log_model::Verdict::Refused(refusal) => {
                    panic!("the model refuses a crash state: {refusal:?}")
                }
            }
            compared += 1;
        }
    }
}

fn to_disk(image: &vhdx_log_model::Image, log: std::ops::Range<u64>) -> DiskImage {
    let mut disk = DiskImage::new(image.length(), log);
    for (number, bytes) in image.sectors() {
        disk.set(number, Sector::new(bytes));
    }
    disk
}

/// A workload without steps leaves one crash state.
#[test]
fn an_empty_workload_has_one_state() {
    let base = BaseImage::new();
    let mut search = Search::new();
    let nothing = Writer::new(&base, Workload::default());
    search
        .source(&nothing, &Plan::EVERYTHING)
        .expect("nothing is violated");
    assert_eq!(search.tally.unique_states, 1);
}

/// A change that was in flight when the file was opened again can still be in the log: when the
/// newest entry is damaged, a replay of the one before it applies what was submitted once, not what
/// no transaction wrote.
#[test]
fn a_change_that_was_dropped_is_no_foreign_bytes() {
    let base = BaseImage::new();
    let token = "w0+8.p0+8.d/19:Wx2_/m259b31/h99956b6c";
    let scenario: Scenario = token.parse().expect("a token");
    let writer = Writer::of(&base, &scenario.origin, None).expect("a workload");
    assert_eq!(scenario.play(&writer), Ok(()));
}
