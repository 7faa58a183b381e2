//! Small cases: all of the quick families are checked, and each family has the number of cases that
//! it always had.

use std::collections::HashSet;
use std::sync::LazyLock;

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

/// Every case of every quick family, checked once for all tests.
static CHECKED: LazyLock<Report> = LazyLock::new(|| {
    let quick: Vec<&Family> = Family::all().iter().filter(|family| family.quick).collect();
    explore(&quick, Shard::WHOLE, &Stop::never(), &|_| {})
});

#[test]
fn core_and_model_agree_on_every_small_world() {
    let report = &*CHECKED;
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
    let names = ["rings-free", "rings-faults"];
    let families = names.map(family);
    let parts =
        [0, 1, 2].map(|index| explore(&families, Shard { index, of: 3 }, &Stop::never(), &|_| {}));
    let [mut sum, second, third] = parts;
    let is_used = |part: &Report| part.families.iter().all(|family| family.cases > 0);
    assert!(is_used(&sum) && is_used(&second) && is_used(&third));
    sum.merge(second).unwrap();
    sum.merge(third.clone()).unwrap();
    assert!(sum.merge(third).is_err(), "a shard was counted twice");
    let whole = names.map(|name| {
        let mut families = CHECKED.families.iter();
        families.find(|family| family.family == name).cloned()
    });
    assert_eq!(
        sum.families.iter().cloned().map(Some).collect::<Vec<_>>(),
        whole
    );
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
