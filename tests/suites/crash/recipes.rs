//! Crashes during the recovery of files that our writer did not make: images from recipes, crashed
//! twice in a row (RPL-7).

use vhdx_log_crash::disk::DiskImage;
use vhdx_log_crash::search::{Plan, Search};
use vhdx_log_crash::states::Effort;
use vhdx_log_image::generate::{self, Rng};
use vhdx_log_image::{Recipe, Target};

/// Images tried.
const IMAGES: u64 = 800;

fn crash_twice(search: &mut Search, recipe: &Recipe, plan: &Plan) -> bool {
    search
        .file(&DiskImage::from_built(&recipe.build()), plan)
        .unwrap_or_else(|failure| {
            panic!(
                "{}\n  crashes: {}\n  recipe: {recipe}",
                failure.violation, failure.scenario
            )
        })
}

/// A crash at any point of a replay leaves a file whose next replay gives the same result: plain
/// runs, in full.
#[test]
fn replays_of_plain_runs_survive_two_crashes() {
    let mut search = Search::new();
    let plan = Plan {
        replays: Effort {
            torn_with_subsets_of: 1,
            ..Effort::FULL
        },
        ..Plan::EVERYTHING
    };
    for (sector, entries) in [(0, 1), (0, 2), (254, 2), (255, 1)] {
        let targets = [Target::Bat(0), Target::Payload(1), Target::Beyond(3)];
        assert!(crash_twice(
            &mut search,
            &Recipe::with_log([]).run(sector, entries, targets),
            &plan
        ));
    }
    assert!(
        search.tally.unique_states > 3000,
        "{}",
        search.tally.unique_states
    );
}

/// The same for random images.
#[test]
fn replays_of_any_image_survive_two_crashes() {
    let mut search = Search::new();
    let mut rng = Rng::new(4);
    let effort = Effort {
        subsets_of: 3,
        samples: 2,
        torn_with_subsets_of: 0,
        ..Effort::SUBSETS
    };
    let plan = Plan {
        replays: effort,
        ..Plan::EVERYTHING
    };
    let mut dirty = 0;
    for _ in 0..IMAGES {
        dirty += u64::from(crash_twice(&mut search, &generate::sample(&mut rng), &plan));
    }
    println!(
        "{dirty} of {IMAGES} images were dirty; {} unique states",
        search.tally.unique_states
    );
    assert!(dirty > IMAGES / 4, "{dirty} dirty images of {IMAGES}");
}
