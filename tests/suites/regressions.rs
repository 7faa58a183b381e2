//! Inputs that failed once do not fail again; the fuzz targets work without the engine.

use std::path::{Path, PathBuf};
use std::{fs, panic};

use vhdx_log_image::Recipe;
use vhdx_log_image::generate::Rng;
use vhdx_log_oracle::convert::BuiltImageExt;
use vhdx_log_oracle::stop::Stop;
use vhdx_log_search::fuzz::{
    self, Canary, Case, Crash, Entry, Headers, Inspect, Replay, Target, Write, shrink,
};

/// How many random inputs each target gets.
const INPUTS: u32 = 3_000;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

/// Every file in `fuzz/regressions/<target>/`: an input, or a recipe.
#[test]
fn no_regression_fails_again() {
    let mut count = 0;
    for folder in fs::read_dir(fuzz().join("regressions")).unwrap() {
        let folder = folder.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let target = Target::named(&name)
            .unwrap_or_else(|| panic!("{}: no target has this name", folder.display()));
        for file in fs::read_dir(&folder).unwrap() {
            let file = file.unwrap().path();
            let bytes = fs::read(&file).unwrap();
            let held = match file
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                true => shrink::check(
                    target,
                    &Recipe::from_json(&String::from_utf8(bytes).unwrap()).unwrap(),
                ),
                false => (target.check)(&bytes),
            };
            held.unwrap_or_else(|violation| panic!("{}: {violation}", file.display()));
            count += 1;
        }
    }
    assert!(count > 0, "there are regressions to replay");
}

/// A fresh clone starts with the seeds that the code makes.
#[test]
fn the_seeds_are_up_to_date() {
    for target in Target::ALL {
        let stored = fuzz::stored(&fuzz::folder(&fuzz(), target.name)).unwrap();
        let same = stored == (target.seeds)();
        assert!(
            same,
            "the seeds of `{}` are not those of the code: `cargo run --release -- seeds`",
            target.name
        );
    }
    let stored = fs::read_to_string(fuzz().join("vhdx.dict")).unwrap();
    assert_eq!(stored, fuzz::dictionary(), "`cargo run --release -- seeds`");
}

#[test]
fn no_seed_violates_a_property() {
    for target in Target::ALL
        .iter()
        .filter(|target| target.name != Canary::TARGET)
    {
        for (name, bytes) in (target.seeds)() {
            (target.check)(&bytes)
                .unwrap_or_else(|violation| panic!("{}/{name}: {violation}", target.name));
        }
    }
}

#[test]
fn no_seed_of_the_canary_shows_its_flaw() {
    for (name, bytes) in fuzz::seeds::<Canary>() {
        assert!(Canary::from_bytes(&bytes).check().is_ok(), "{name}");
    }
}

/// Random inputs, made as the engine makes them: none panics or violates a property.
fn storm<C: Case>() {
    let mut pool: Vec<Vec<u8>> = fuzz::seeds::<C>()
        .into_values()
        .filter(|seed| seed.len() < 4096)
        .collect();
    pool.push(Vec::new());
    let mut rng = Rng::new(2);
    let mut buffer = vec![0; 4096];
    for _ in 0..INPUTS {
        let parent = &pool[rng.index(pool.len())];
        let size = parent.len();
        buffer[..size].copy_from_slice(parent);
        let noise = rng.next_u64();
        let size = fuzz::mutate::<C>(
            &mut buffer,
            size,
            4096,
            rng.next_u64() as u32,
            |data, size| {
                let mut rng = Rng::new(noise);
                let longer = (size + rng.index(64)).min(data.len());
                (0..rng.within(1, 40)).for_each(|_| {
                    if let Some(byte) = data[..longer].get_mut(rng.index(longer)) {
                        *byte = rng.next_u64() as u8;
                    }
                });
                longer
            },
        );
        let input = &buffer[..size];
        let held = panic::catch_unwind(|| C::from_bytes(input).check());
        let held = held.unwrap_or_else(|_| panic!("{}: a panic on {input:?}", C::TARGET));
        held.unwrap_or_else(|violation| panic!("{}: {violation}\n{input:?}", C::TARGET));
        if rng.chance(10) && !C::from_bytes(input).is_expensive() {
            pool.push(input.to_vec());
        }
    }
}

#[test]
fn any_bytes_are_a_case_of_reading() {
    storm::<Replay>();
    storm::<Inspect>();
}

#[test]
fn any_bytes_are_a_case_of_entries_and_headers() {
    storm::<Entry>();
    storm::<Headers>();
}

#[test]
fn any_bytes_are_a_case_of_writing() {
    storm::<Write>();
    storm::<Crash>();
}

/// What is reported belongs together: the violation and the verdicts are those of the recipe that
/// is printed, which is smaller than the input and violates the same property.
#[test]
fn what_is_reported_is_the_violation_of_the_shrunk_recipe() {
    let target = Target::named("canary").unwrap();
    let mut changed = 0;
    let mut failing = 0;
    for (name, bytes) in fuzz::seeds::<Replay>() {
        let Err(of_input) = (target.check)(&bytes) else {
            continue;
        };
        failing += 1;
        let shrunk = shrink::of_input(target, &bytes, &Stop::never());
        let violation = shrunk.violation.expect("the property is violated");
        let recipe = shrunk.recipe.expect("the input is an image");
        assert_eq!(violation.property, of_input.property, "{name}");
        assert_eq!(
            shrink::check(target, &recipe),
            Err(violation.clone()),
            "{name}"
        );
        let again = shrink::of_recipe(target, recipe.clone(), &Stop::never());
        assert_eq!(
            again.input, shrunk.shrunk,
            "{name}: verdicts of another image"
        );
        assert!(recipe.to_json().len() < 400, "{name}: {recipe}");
        changed += u32::from(violation.detail != of_input.detail);
        if failing == 5 {
            break;
        }
    }
    assert!(failing > 0, "the corpus shows the canary's flaw");
    assert!(
        changed > 0,
        "no violation was changed by shrinking: nothing was tested"
    );
}

/// Without a violation the recipe is the input's own, and the verdicts are reported too.
#[test]
fn the_verdicts_on_an_input_are_reported_without_a_violation() {
    let target = Target::named("replay").unwrap();
    let recipe = Recipe::with_log([]).run(0, 2, [vhdx_log_image::Target::Payload(0)]);
    let bytes = Replay::Recipe(Box::new(recipe.clone())).to_bytes();
    let shrunk = shrink::of_input(target, &bytes, &Stop::never());
    assert_eq!((shrunk.violation, shrunk.recipe), (None, Some(recipe)));
    insta::assert_snapshot!(shrunk.input.unwrap().to_string(), @"
    core: replays 2 entries: sequence numbers 100 to 101, log offsets 0x0 to 0x2000
    model: replays 2 entries: sequence numbers 100 to 101, log offsets 0x0 to 0x2000
    ");
}

/// A raw case and the recipe made of it are the same image.
#[test]
fn the_recipe_of_a_raw_case_makes_the_same_image() {
    let seeds = fuzz::seeds::<Replay>();
    for (_, bytes) in seeds.iter().filter(|(name, _)| name.contains("raw")) {
        let raw = Replay::from_bytes(bytes);
        let recipe = raw.recipe().unwrap();
        let same = raw
            .image()
            .sectors()
            .eq(recipe.build().to_storage().sectors());
        assert!(same, "{recipe}");
    }
}
