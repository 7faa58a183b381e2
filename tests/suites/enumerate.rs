//! Small cases: all of the quick families are checked, and each family has the number of cases that
//! it always had.

use std::collections::HashSet;

use vhdx_log_oracle::shard::Shard;
use vhdx_log_oracle::stop::Stop;
use vhdx_log_search::enumerate::{Choices, Choose, Family, Report, explore};

/// How many cases each quick family has. With fewer, the search has silently lost some.
const QUICK: [(&str, u64); 6] = [
    ("rings-free", 435_194),
    ("rings-faults", 260_880),
    ("headers", 129_024),
    ("replays", 201_840),
    ("rings-pairs", 1_128_635),
    ("headers-pairs", 741_027),
];

fn family(name: &str) -> &'static Family {
    Family::all()
        .iter()
        .find(|family| family.name == name)
        .expect("a family of this name")
}

#[test]
fn core_and_model_agree_on_every_small_world() {
    let quick: Vec<&Family> = Family::all().iter().filter(|family| family.quick).collect();
    let report = explore(&quick, Shard::WHOLE, &Stop::never(), &|_| {});
    println!("{report}");
    assert!(report.is_clean(), "{report}");
    let cases: Vec<(&str, u64)> = report
        .families
        .iter()
        .map(|family| (family.family.as_str(), family.cases))
        .collect();
    assert_eq!(cases, QUICK);
    assert!(
        report.families.iter().all(|family| family.replayed > 100),
        "too few cases with something to replay: {report}"
    );
}

#[test]
fn no_world_is_made_twice() {
    for name in ["rings-faults", "headers", "replays"] {
        let mut choices = Choices::default();
        let mut seen = HashSet::new();
        loop {
            let case = family(name).make(&mut choices).to_string();
            assert!(seen.insert(case.clone()), "twice: {case}");
            if !choices.advance() || seen.len() == 60_000 {
                break;
            }
        }
    }
}

#[test]
fn shards_add_up_to_the_whole() {
    let families = [family("headers"), family("replays")];
    let whole = explore(&families, Shard::WHOLE, &Stop::never(), &|_| {});
    let mut parts =
        (0..3).map(|index| explore(&families, Shard { index, of: 3 }, &Stop::never(), &|_| {}));
    let mut sum = parts.next().unwrap();
    for part in parts {
        assert!(part.families.iter().all(|family| family.cases > 0));
        sum.merge(part).unwrap();
    }
    assert_eq!(sum.families, whole.families);
    let again = explore(
        &families,
        Shard { index: 2, of: 3 },
        &Stop::never(),
        &|_| {},
    );
    assert!(sum.merge(again).is_err(), "a shard was counted twice");
    let text = serde_json::to_string(&sum).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), sum);
}

#[test]
fn choices_are_made_completely_and_in_order() {
    let mut choices = Choices::default();
    let mut all = Vec::new();
    loop {
        let first = choices.choose(3);
        let second = if first == 1 { choices.choose(2) } else { 9 };
        all.push((first, second));
        if !choices.advance() {
            break;
        }
    }
    assert_eq!(all, [(0, 9), (1, 0), (1, 1), (2, 9)]);
}
