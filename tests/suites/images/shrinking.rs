//! The shrinker: its result is small and still fails, and it always ends.

use crate::strategy::recipe;
use proptest::prop_assert;
use proptest::test_runner::{Config, RngSeed, TestError, TestRunner};
use vhdx_log_image::shrink::{Descent, shrink, simpler};
use vhdx_log_image::{
    Checksum, Corruption, Data, Descriptor, Entry, Fill, Filling, Geometry, Item, LogGuid, Nth,
    Place, Recipe, Signature, Tail, Target,
};

/// Twenty items of all kinds; only one entry matters.
fn twenty_items(matters: Entry) -> Recipe {
    let mut recipe = Recipe::default()
        .stale_run(90, 5, [Target::Bat(0), Target::Payload(3)])
        .then(Fill {
            at: Place::Sector(3),
            sectors: 6,
            with: Filling::Pattern(5),
        })
        .run(240, 6, [Target::Payload(1), Target::Metadata(0)])
        .then(matters)
        .run(30, 7, [Target::Beyond(2)]);
    recipe.geometry = Geometry {
        log_mib: 2,
        disk_mib: 7,
        ..Geometry::default()
    };
    recipe.header_1.reserved = 3;
    recipe.length = Some(9 << 20);
    assert_eq!(recipe.log.len(), 20);
    recipe
}

fn has_zero_descriptor(item: &Item) -> bool {
    let descriptors = item
        .entry()
        .map(|entry| entry.descriptors.as_slice())
        .unwrap_or_default();
    descriptors
        .iter()
        .any(|descriptor| matches!(descriptor, Descriptor::Zero(_)))
}

#[test]
fn a_wrapped_entry_with_a_zero_descriptor_is_all_that_is_left() {
    let matters = Entry::empty()
        .at(510)
        .data(Target::Payload(4))
        .zero(Target::Bat(1), 8192)
        .data(Target::Payload(5))
        .zero(Target::Payload(6), 4096)
        .with_tail(Tail::Explicit(12288))
        .corrupt(Corruption::Garbage(3))
        .with_checksum(Checksum::BeforeCorruptions);
    let wraps = |recipe: &Recipe| {
        let built = recipe.build();
        let ring = built.layout().ring_sectors();
        let mut items = recipe.log.iter().zip(built.placements());
        items.any(|(item, placement)| placement.wraps(ring) && has_zero_descriptor(item))
    };
    let long = twenty_items(matters);
    assert!(wraps(&long));
    let short = shrink(long, &mut |recipe| wraps(recipe), 20_000);
    let descriptors = vec![
        Descriptor::Zero(Default::default()),
        Descriptor::Data(Data::default()),
    ];
    let expected = Entry {
        descriptors,
        ..Entry::empty().at(255)
    };
    let Item::Entry(only) = &short.log[0] else {
        panic!("{short}")
    };
    let mut only = only.clone();
    only.descriptors
        .sort_by_key(|descriptor| matches!(descriptor, Descriptor::Data(_)));
    assert_eq!((short.log.len(), only), (1, expected), "{short}");
    assert_eq!(
        short,
        Recipe::with_log([short.log[0].clone()]),
        "all else is gone"
    );
}

#[test]
fn numbers_are_found_by_halving() {
    let long = Recipe::default().then(Entry::empty().numbered(u64::MAX - 5));
    let mut calls = 0;
    let short = shrink(
        long,
        &mut |recipe| {
            calls += 1;
            recipe
                .log
                .iter()
                .filter_map(Item::entry)
                .any(|entry| entry.sequence_number >= Some(1_000_003))
        },
        10_000,
    );
    assert_eq!(
        short,
        Recipe::default().then(Entry::empty().numbered(1_000_003))
    );
    assert!(calls < 1_000, "{calls} calls");
}

#[test]
fn an_item_is_removed_without_moving_those_after_it() {
    let long = Recipe::default()
        .run(250, 4, [Target::Payload(0)])
        .then(Entry::empty().data(Target::Bat(0)));
    let fails = |recipe: &Recipe| {
        recipe
            .placements()
            .iter()
            .any(|placed| (placed.sector, placed.sequence_number) == (2, Some(104)))
    };
    let short = shrink(long, &mut |recipe| fails(recipe), 1_000);
    assert_eq!(
        short,
        Recipe::default().then(Entry::empty().at(2).numbered(104))
    );
}

#[test]
fn tails_point_to_the_same_items_after_a_removal() {
    let recipe = Recipe::default().run(0, 1, []).run(9, 3, []);
    let shorter = simpler(&recipe).find(|shorter| {
        shorter.log.len() == 3 && shorter.log[0].entry().unwrap().at == Place::Sector(9)
    });
    let tails: Vec<Tail> = shorter
        .unwrap()
        .entries()
        .map(|(_, entry)| entry.tail)
        .collect();
    assert_eq!(tails, [Tail::Item(0); 3]);
}

#[test]
fn nothing_is_simpler_than_the_default() {
    assert_eq!(simpler(&Recipe::default()).count(), 0);
    assert_eq!(Descent::from(Recipe::default()).propose(), None);
}

#[test]
fn every_descent_ends_at_the_default_when_everything_fails() {
    let mut everything =
        twenty_items(
            Entry::empty()
                .zero(Target::At(u64::MAX), u64::MAX)
                .torn_at_piece(7),
        )
        .then(Entry::empty().with_log_guid(LogGuid::TextOrder).corrupt(
            Corruption::DataSignature(Nth {
                index: 9,
                to: Signature(*b"atad"),
            }),
        ));
    everything.header_2.checksum = Checksum::Explicit(77);
    assert_eq!(
        shrink(everything, &mut |_| true, usize::MAX),
        Recipe::default()
    );
}

#[test]
fn every_descent_ends_when_steps_fail_at_random() {
    let mut state = 1u64;
    for _ in 0..50 {
        let start = twenty_items(Entry::empty().zero(Target::At(u64::MAX), u64::MAX));
        let mut calls = 0;
        shrink(
            start,
            &mut |_| {
                calls += 1;
                state = state
                    .wrapping_mul(6364136223846793005)
                    .wrapping_add(1442695040888963407);
                state >> 62 == 0
            },
            1_000_000,
        );
        assert!(calls < 1_000_000);
    }
}

#[test]
fn proptest_shrinks_what_it_finds() {
    let config = Config {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        ..Config::default()
    };
    let found = TestRunner::new(config).run(&recipe(), |recipe| {
        let built = recipe.build();
        let wraps = built
            .placements()
            .iter()
            .any(|placed| placed.wraps(built.layout().ring_sectors()));
        prop_assert!(!wraps);
        Ok(())
    });
    let Err(TestError::Fail(_, shortest)) = found else {
        panic!("nothing found: {found:?}")
    };
    assert_eq!(shortest.log.len(), 1, "{shortest}");
    assert_eq!(Recipe::with_log([shortest.log[0].clone()]), shortest);
}
