//! The judge: does it see what is wrong, and nothing else?

use std::sync::Arc;

use vhdx_log_crash::claims::{self, Recovered};
use vhdx_log_crash::disk::{DiskImage, Epoch, Sector};
use vhdx_log_crash::{Breaks, Plan, Run, Scenario, Search, World, generate, run};
use vhdx_log_image::generate::Rng;

fn run_of(world: &World, steps: &str) -> Run {
    let scenario: Scenario = steps.parse().expect("a token");
    run(world, &scenario.workload, Breaks::default()).expect("the run itself breaks no property")
}

fn verdict(run: &Run, image: DiskImage) -> Result<usize, &'static str> {
    let allowed = run.lineage.allowed(run.trace.len());
    let length = image.length();
    claims::is_an_allowed_state(
        &Ok(Recovered {
            image,
            was_dirty: false,
        }),
        &allowed,
        length,
    )
    .map_err(|violation| violation.property)
}

/// Each way to be wrong is told apart.
#[test]
fn each_way_to_be_wrong_has_its_claim() {
    let world = World::new();
    let run = run_of(&world, "w0+4096.c.w4096+4096.k");
    let right = run.end.clone();
    assert_eq!(verdict(&run, right.clone()), Ok(2));

    let mut mixed = right.clone();
    mixed.set(
        world.origin / 4096,
        run.start.sector(world.origin / 4096).cloned(),
    );
    let mixture = "after a crash the file is in the state after some prefix of the submitted transactions (WRT-9)";
    assert_eq!(verdict(&run, mixed.clone()), Err(mixture));

    let mut older = mixed;
    older.set(
        world.origin / 4096 + 1,
        run.start.sector(world.origin / 4096 + 1).cloned(),
    );
    assert_eq!(
        verdict(&run, older),
        Err("after a crash every acknowledged change is there (WRT-9)")
    );

    let mut stray = right.clone();
    stray.set(world.origin / 4096 + 5, Sector::new(&[7; 4096]));
    assert_eq!(
        verdict(&run, stray),
        Err("bytes that nobody wrote are unchanged (WRT-9)")
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
    let world = World::new();
    let run = run_of(&world, "w0+4096.c");
    let flush = run.trace.len() - 1;
    let found =
        |image: &DiskImage, requests| run.lineage.allowed(requests).find(image, image.length());
    assert_eq!(found(&run.start, flush), Ok(0));
    assert!(found(&run.start, flush + 1).is_err());
    let recovered = claims::recovery(&run.end, 1)
        .expect("a file as any other")
        .expect("it opens");
    assert_eq!(found(&recovered.image, flush), Ok(1));
    assert_eq!(found(&recovered.image, flush + 1), Ok(1));
}

/// The model, asked state by state, allows what the harness allows: a hash that lies, or states
/// kept wrong, would show.
#[test]
fn the_model_agrees_with_the_judge() {
    let world = World::new();
    let mut rng = Rng::new(11);
    let mut compared = 0;
    while compared < 3000 {
        let workload = generate::workload(&mut rng);
        let run =
            run(&world, &workload, Breaks::default()).expect("the run itself breaks no property");
        for epoch in Epoch::all(&run.start, &run.trace) {
            let crashed = epoch.crash(&vhdx_log_crash::choices::arbitrary(&epoch, rng.next_u64()));
            let sectors = crashed.present(0..u64::MAX).into_iter();
            let sectors = sectors.map(|number| (number, (*crashed.contents(number)).into()));
            let image =
                vhdx_log_model::Image::from_sectors(crashed.length(), Arc::new(sectors.collect()));
            let options = vhdx_log_model::Options {
                access: vhdx_log_model::Access::Writable,
                ..Default::default()
            };
            let verdict = vhdx_log_model::read(&image, &options);
            let ours = claims::recovery(&crashed, 1)
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

/// Crashing a workload that does nothing is crashing nothing.
#[test]
fn an_empty_workload_has_one_state() {
    let world = World::new();
    let mut search = Search::new(&world, None);
    search
        .workload(
            &"".parse::<Scenario>().expect("empty").workload,
            0,
            &Plan::EVERYTHING,
        )
        .expect("nothing breaks");
    assert_eq!(search.tally.unique_states, 1);
}
