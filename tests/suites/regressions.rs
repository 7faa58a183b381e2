//! What the fuzzer found once does not come back; and its targets can be run at all.

use std::path::{Path, PathBuf};
use std::{fs, panic};
use vhdx_log_oracle::convert::BuiltImageExt;

use vhdx_log_image::Recipe;
use vhdx_log_image::generate::Rng;
use vhdx_log_search::fuzz::{
    self, Canary, Case, Crash, Entry, Headers, Inspect, Replay, Target, Write, shrink,
};

/// How many inputs each target is tried with.
const INPUTS: u32 = 3_000;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

/// Every file in `fuzz/regressions/<target>/`: an input, or a recipe.
#[test]
fn no_finding_comes_back() {
    let mut count = 0;
    for folder in fs::read_dir(fuzz().join("regressions")).unwrap() {
        let folder = folder.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let target =
            Target::named(&name).unwrap_or_else(|| panic!("{} is no target's", folder.display()));
        for file in fs::read_dir(&folder).unwrap() {
            let file = file.unwrap().path();
            let bytes = fs::read(&file).unwrap();
            let held = match file
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                true => shrink::claims(
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

/// A fresh clone begins with the seeds that the code describes.
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
fn every_claim_holds_for_every_seed() {
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
fn none_of_the_canary_s_seeds_gives_it_away() {
    for (name, bytes) in fuzz::seeds::<Canary>() {
        assert!(Canary::from_bytes(&bytes).check().is_ok(), "{name}");
    }
}

/// Inputs as the engine makes them, without it: nothing panics, whatever the bytes.
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

/// A raw case can be told as a recipe, and a finding is made small.
#[test]
fn a_finding_becomes_a_small_recipe() {
    let target = Target::named("canary").unwrap();
    let seeds = fuzz::seeds::<Replay>();
    let caught = seeds
        .values()
        .filter(|bytes| (target.check)(bytes).is_err())
        .collect::<Vec<_>>();
    assert!(!caught.is_empty(), "the corpus shows the canary's flaw");
    let small = shrink::of_input(target, caught[0]);
    let recipe = small.recipe.unwrap();
    assert!(shrink::claims(target, &recipe).is_err());
    assert!(recipe.to_json().len() < 400, "{recipe}");

    for bytes in seeds
        .iter()
        .filter(|(name, _)| name.contains("raw"))
        .map(|(_, bytes)| bytes)
    {
        let raw = Replay::from_bytes(bytes);
        let recipe = raw.recipe().unwrap();
        assert!(
            raw.image()
                .sectors()
                .eq(recipe.build().to_storage().sectors()),
            "{recipe}"
        );
    }
}
