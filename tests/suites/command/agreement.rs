//! The inspection of any image agrees with the library and with itself, and always exists.

use vhdx_log::{Access, DEFAULT_MAX_FILE_SIZE, OpenError, examine};
use vhdx_log_image::Recipe;
use vhdx_log_image::generate::{Rng, sample};
use vhdx_log_inspect::document::{EntryState, Inspection, Ring, RunState, State};
use vhdx_log_inspect::print;
use vhdx_log_inspect::print::paint::Paint;
use vhdx_log_inspect::{Extent, inspect};
use vhdx_log_oracle::convert::BuiltImageExt;

const CASES: u64 = 1500;

#[test]
fn of_random_images() {
    let (mut dirty, mut refused) = (0, 0);
    for seed in 0..CASES {
        let recipe = sample(&mut Rng::new(seed));
        let storage = recipe.build().to_storage();
        let inspection = inspect(
            &storage,
            "disk.vhdx".into(),
            Extent {
                all: true,
                ..Extent::default()
            },
        )
        .unwrap();
        match examine(&storage, Access::ReadOnly, DEFAULT_MAX_FILE_SIZE) {
            Ok(examination) => {
                let expected = if examination.plan.is_some() {
                    State::Dirty
                } else {
                    State::Clean
                };
                assert_eq!(inspection.verdict.state, expected, "{recipe}");
                if let Some(plan) = &examination.plan {
                    dirty += 1;
                    assert_active(&inspection, plan, &recipe);
                }
            }
            Err(OpenError::Refused(refusal)) => {
                refused += 1;
                assert_eq!(inspection.verdict.state, State::Refused, "{recipe}");
                assert_eq!(
                    inspection.verdict.message,
                    Some(refusal.to_string()),
                    "{recipe}"
                );
            }
            Err(error) => panic!("{error}: {recipe}"),
        }
        if let Some(ring) = inspection.log.as_ref().and_then(|log| log.ring.as_ref()) {
            assert_whole(ring, &recipe);
        }
        let mut report = Vec::new();
        print::write(&mut report, &inspection, Paint::COLOURED, 80).unwrap();
        assert!(
            String::from_utf8(report)
                .unwrap()
                .lines()
                .all(|line| !line.ends_with(' ')),
            "{recipe}"
        );
    }
    println!("{dirty} of {CASES} dirty, {refused} refused");
    assert!(
        dirty > CASES / 4 && refused > CASES / 10,
        "enough of each kind"
    );
}

/// The active sequence is that of the library's plan (SEQ-3, SEQ-4).
fn assert_active(inspection: &Inspection, plan: &vhdx_log::ReplayPlan, recipe: &Recipe) {
    let ring = inspection
        .log
        .as_ref()
        .and_then(|log| log.ring.as_ref())
        .unwrap();
    let active = ring.active.as_ref().unwrap();
    let expected = (
        plan.active.run.start.0,
        plan.active.tail.0,
        plan.active.head().offset.0,
        plan.active.entries,
    );
    assert_eq!(
        (active.start, active.tail, active.head, active.entries),
        expected,
        "{recipe}"
    );
    let replay = inspection.replay.as_ref().unwrap();
    let written: u64 = replay
        .targets
        .as_ref()
        .unwrap()
        .items
        .iter()
        .map(|target| target.data_updates)
        .sum();
    assert_eq!(written, plan.data_updates, "{recipe}");
}

/// Entries, runs, counts and picture are consistent.
fn assert_whole(ring: &Ring, recipe: &Recipe) {
    let in_state = |state| {
        ring.entries
            .items
            .iter()
            .filter(|entry| entry.state == state)
            .count() as u64
    };
    let counts = ring.counts;
    assert_eq!(in_state(EntryState::Active), counts.active, "{recipe}");
    assert_eq!(in_state(EntryState::Applied), counts.applied, "{recipe}");
    assert_eq!(in_state(EntryState::OtherRun), counts.other_run, "{recipe}");
    assert_eq!(in_state(EntryState::Stale), counts.stale, "{recipe}");
    assert_eq!(
        counts.active,
        ring.active
            .as_ref()
            .map_or(0, |active| active.entries.into()),
        "{recipe}"
    );
    let runs = &ring.runs.items;
    assert_eq!(
        runs.iter().map(|run| u64::from(run.entries)).sum::<u64>(),
        ring.entries.total,
        "{recipe}"
    );
    let active_runs = runs
        .iter()
        .filter(|run| run.state == RunState::Active)
        .count();
    assert_eq!(active_runs, usize::from(ring.active.is_some()), "{recipe}");
    // The library looks for a run of the current generation with a valid tail.
    let valid = runs
        .iter()
        .any(|run| matches!(run.state, RunState::Active | RunState::Older));
    assert_eq!(valid, ring.active.is_some(), "{recipe}");
    let characters: usize = ring.picture.rows.iter().map(String::len).sum();
    assert_eq!(
        characters as u64,
        ring.picture
            .sectors
            .div_ceil(ring.picture.sectors_per_character),
        "{recipe}"
    );
}
