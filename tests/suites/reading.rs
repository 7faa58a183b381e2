//! The claims about reading, over images that random search thinks up.

use vhdx_log_conformance::image::{Entry, Recipe, Tail, Target};
use vhdx_log_conformance::property::{self, Outcome};

fn holds(recipe: &Recipe) -> Outcome {
    property::reading(&recipe.build().to_storage())
        .unwrap_or_else(|violation| panic!("{violation}\n  recipe: {recipe}"))
}

#[test]
fn the_plainest_images() {
    assert_eq!(holds(&Recipe::clean()), Outcome::Clean);
    assert_eq!(holds(&Recipe::default()), Outcome::Refused("SEQ-7"));
    let Outcome::Replayed(active) = holds(&Recipe::with_log([]).run(0, 3, [Target::Bat(0), Target::Payload(1)])) else {
        panic!("a plain run is replayed");
    };
    assert_eq!(active.replayed_entries, 3);
    let Outcome::Replayed(active) = holds(&Recipe::with_log([]).run(253, 3, [Target::Bat(0), Target::Payload(1)]))
    else {
        panic!("a wrapped run is replayed");
    };
    assert_eq!((active.tail, active.replayed_entries), (253 * 4096, 3));
    let empty = Entry::empty().at(255).with_tail(Tail::Own);
    assert!(matches!(holds(&Recipe::with_log([]).then(empty)), Outcome::Replayed(_)));
}
