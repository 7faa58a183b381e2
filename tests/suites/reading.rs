//! The properties of reading an image, for random images and for a few plain ones.

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use vhdx_log_image::{Entry, Recipe, Tail, Target};
use vhdx_log_oracle::convert::BuiltImageExt;
use vhdx_log_oracle::property::{self, Agreed};

/// How many recipes each run checks. `VHDX_CASES` asks for more.
const CASES: u32 = 20_000;
/// How many recipes the shrinker may try when a property fails.
const SHRINK_STEPS: u32 = 20_000;

fn check(recipe: &Recipe) -> Agreed {
    property::check(&recipe.build().to_storage())
        .unwrap_or_else(|violation| panic!("{violation}\n  recipe: {recipe}"))
}

#[test]
fn plain_images_give_the_plain_outcomes() {
    assert_eq!(check(&Recipe::clean()), Agreed::Clean);
    assert_eq!(check(&Recipe::default()), Agreed::Refused("SEQ-7"));
    let Agreed::Replayed(active) =
        check(&Recipe::with_log([]).run(0, 3, [Target::Bat(0), Target::Payload(1)]))
    else {
        panic!("a plain run is replayed");
    };
    assert_eq!(active.replayed_entries, 3);
    let Agreed::Replayed(active) =
        check(&Recipe::with_log([]).run(253, 3, [Target::Bat(0), Target::Payload(1)]))
    else {
        panic!("a wrapped run is replayed");
    };
    assert_eq!((active.tail, active.replayed_entries), (253 * 4096, 3));
    let empty = Entry::empty().at(255).with_tail(Tail::Own);
    assert!(matches!(
        check(&Recipe::with_log([]).then(empty)),
        Agreed::Replayed(_)
    ));
}

/// Core and the model agree on every image, and no other property of reading is violated.
#[test]
fn no_random_image_violates_a_property() {
    let cases = std::env::var("VHDX_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(CASES);
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: SHRINK_STEPS,
        ..Config::default()
    };
    // The same images every time, so that a run that passes keeps passing. New images are for the
    // fuzzer.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let property = |recipe: Recipe| match property::check(&recipe.build().to_storage()) {
        Ok(_) => Ok(()),
        Err(violation) => Err(TestCaseError::fail(format!(
            "{violation}\n  recipe: {recipe}"
        ))),
    };
    if let Err(failure) =
        TestRunner::new_with_rng(config, rng).run(&crate::strategy::recipe(), property)
    {
        panic!(
            "{failure}\n  write the recipe to R.json; reproduce it with\n    vhdx-log shrink R.json"
        );
    }
}
