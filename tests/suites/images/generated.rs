//! Random recipes, measured so that they keep reaching deep.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;
use vhdx_log_oracle::convert::BuiltImageExt;

use vhdx_log_image::generate::{Rng, mutate, sample, well_formed};
use vhdx_log_image::{BuiltImage, LogGuid, Recipe};
use vhdx_log_model::{
    Access, Entry, Format, Image, Options, Ring, Suspects, Verdict, entries, flaws, read,
    read_with, search,
};

const CASES: u64 = 4000;

/// The outcomes of a number of cases.
#[derive(Debug, Default)]
struct Shares {
    cases: u64,
    valid_entry: u64,
    sequence_of_several: u64,
    wrapped_active: u64,
    clean: u64,
    replayed: u64,
    refused: BTreeMap<&'static str, u64>,
}

impl Shares {
    fn of(recipes: impl Iterator<Item = Recipe>) -> Self {
        let mut shares = Self::default();
        recipes.for_each(|recipe| shares.count(&recipe.build()));
        shares
    }

    fn count(&mut self, built: &BuiltImage) {
        let (image, layout) = (built.to_model(), built.layout());
        let ring = Ring::of_log(&image, layout.log_offset, layout.log_bytes);
        let guid = LogGuid::A.on_disk();
        let valid = entries(&ring, &guid, &Format).expect("the format never fails a scan");
        self.cases += 1;
        self.valid_entry += u64::from(!valid.is_empty());
        if let Some(active) = search(&ring, &guid, &Format) {
            let at = |offset: u64| -> &Entry {
                valid.iter().find(|entry| entry.offset == offset).unwrap()
            };
            let head_end = active.head + at(active.head).length;
            self.sequence_of_several +=
                u64::from(at(active.first).sequence_number < active.head_sequence_number);
            self.wrapped_active +=
                u64::from(active.head < active.first || head_end > layout.log_bytes);
        }
        match read(&image, &Default::default()) {
            Verdict::Clean => self.clean += 1,
            Verdict::Replayed(_) => self.replayed += 1,
            Verdict::Refused(refusal) => *self.refused.entry(refusal.clause).or_default() += 1,
        }
    }

    fn percent(&self, count: u64) -> f64 {
        count as f64 * 100.0 / self.cases as f64
    }

    fn print(&self, title: &str) {
        println!("{title}: {} cases", self.cases);
        let refused: u64 = self.refused.values().sum();
        for (name, count) in [
            ("a valid entry", self.valid_entry),
            ("a valid sequence of several", self.sequence_of_several),
            ("wrapped active sequence", self.wrapped_active),
            ("clean", self.clean),
            ("replayed", self.replayed),
            ("refused", refused),
        ] {
            println!("  {:5.1} %  {name}", self.percent(count));
        }
        for (clause, count) in &self.refused {
            println!("  {:5.1} %    {clause}", self.percent(*count));
        }
    }
}

#[test]
fn samples_reach_deep() {
    let shares = Shares::of((0..CASES).map(|seed| sample(&mut Rng::new(seed))));
    shares.print("samples");
    assert!(shares.percent(shares.valid_entry) >= 80.0);
    assert!(shares.percent(shares.sequence_of_several) >= 40.0);
    assert!(shares.percent(shares.wrapped_active) >= 15.0);
    assert!(shares.percent(shares.replayed) >= 30.0);
    assert!(shares.percent(shares.refused.values().sum()) >= 25.0);
    assert!(shares.refused.len() >= 10, "{:?}", shares.refused);
}

#[test]
fn well_formed_samples_are_accepted_unless_their_log_is_empty() {
    let shares = Shares::of((0..CASES).map(|seed| well_formed(&mut Rng::new(seed))));
    shares.print("well_formed samples");
    assert!(shares.percent(shares.refused.values().sum()) <= 10.0);
}

#[test]
fn mutations_stay_in_reach() {
    let mut rng = Rng::new(7);
    let mut recipe = sample(&mut rng);
    let walk = (0..CASES).map(|step| {
        if step % 16 == 0 {
            recipe = sample(&mut rng);
        }
        mutate(&mut recipe, &mut rng);
        recipe.clone()
    });
    let shares = Shares::of(walk);
    shares.print("up to 16 mutations of samples");
    assert!(shares.percent(shares.valid_entry) >= 60.0);
    assert!(shares.percent(shares.replayed) >= 10.0);
    assert!(shares.refused.len() >= 10, "{:?}", shares.refused);
}

#[test]
fn a_seed_always_gives_the_same_recipe_and_a_recipe_the_same_image() {
    for seed in 0..300 {
        let recipe = sample(&mut Rng::new(seed));
        assert_eq!(recipe, sample(&mut Rng::new(seed)));
        assert_eq!(recipe.build(), recipe.build());
        let on_another_thread =
            std::thread::scope(|scope| scope.spawn(|| recipe.build()).join().unwrap());
        assert_eq!(recipe.build(), on_another_thread);

        let mutated = |seed| {
            let mut recipe = recipe.clone();
            mutate(&mut recipe, &mut Rng::new(seed));
            recipe
        };
        assert_eq!(mutated(seed), mutated(seed));
    }
}

#[test]
fn samples_and_mutations_survive_json_and_the_compact_form() {
    let mut rng = Rng::new(1);
    let (mut compact_bytes, mut json_bytes) = (0, 0);
    for _ in 0..1000 {
        let mut recipe = sample(&mut rng);
        (0..3).for_each(|_| mutate(&mut recipe, &mut rng));
        let (bytes, json) = (recipe.to_bytes(), recipe.to_json());
        assert_eq!(Recipe::from_bytes(&bytes), recipe);
        assert_eq!(Recipe::from_json(&json).unwrap(), recipe);
        (compact_bytes, json_bytes) = (compact_bytes + bytes.len(), json_bytes + json.len());
    }
    println!(
        "on average {} bytes compact, {} bytes of JSON",
        compact_bytes / 1000,
        json_bytes / 1000
    );
}

#[test]
fn any_bytes_are_a_recipe() {
    let mut rng = Rng::new(3);
    for length in 0..2000 {
        let bytes: Vec<u8> = (0..length % 200)
            .map(|_| rng.next_u64() as u8 >> rng.below(8))
            .collect();
        let recipe = Recipe::from_bytes(&bytes);
        assert_eq!(Recipe::from_bytes(&recipe.to_bytes()), recipe);
        std::hint::black_box(recipe.build());
    }
}

/// A measurement, not a property: run it with `--release -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn the_cost_of_a_case() {
    let recipes: Vec<Recipe> = (0..CASES).map(|seed| sample(&mut Rng::new(seed))).collect();
    let compact: Vec<Vec<u8>> = recipes.iter().map(Recipe::to_bytes).collect();
    let typical = Recipe::default().run(253, 4, [vhdx_log_image::Target::Payload(3)]);
    let batch = 100;
    // In batches, because a busy machine makes some of them slow.
    let measure = |what: &str, work: &mut dyn FnMut(usize)| {
        let mut times: Vec<f64> = Vec::new();
        for first in (0..CASES as usize).step_by(batch) {
            let start = Instant::now();
            (first..first + batch).for_each(&mut *work);
            times.push(start.elapsed().as_secs_f64() * 1e6 / batch as f64);
        }
        times.sort_by(f64::total_cmp);
        println!(
            "{what}: {:.2} us at best, {:.2} us in the median batch",
            times[0],
            times[times.len() / 2]
        );
    };
    measure("sample", &mut |index| {
        drop(std::hint::black_box(sample(&mut Rng::new(index as u64))))
    });
    measure("build a sample", &mut |index| {
        drop(std::hint::black_box(recipes[index].build()))
    });
    measure("build four entries", &mut |_| {
        drop(std::hint::black_box(typical.build()))
    });
    measure("encode", &mut |index| {
        drop(std::hint::black_box(recipes[index].to_bytes()))
    });
    measure("decode", &mut |index| {
        drop(std::hint::black_box(Recipe::from_bytes(&compact[index])))
    });
    let mut costs: Vec<(f64, usize)> = (0..recipes.len())
        .map(|index| {
            let start = Instant::now();
            std::hint::black_box(recipes[index].build());
            (start.elapsed().as_secs_f64() * 1e6, index)
        })
        .collect();
    costs.sort_by(|one, other| one.0.total_cmp(&other.0));
    println!(
        "build: median {:.1} us, 90 % {:.1} us",
        costs[costs.len() / 2].0,
        costs[costs.len() * 9 / 10].0
    );
}

/// The flaws with which a reader deviates from the format, for any way to open the file.
fn shown(flaws: &Suspects, image: &Image) -> Vec<&'static str> {
    let unlimited = Options {
        max_file_size: u64::MAX,
        ..Options::default()
    };
    let writable = Options {
        access: Access::Writable,
        ..Options::default()
    };
    let mut shown = BTreeSet::new();
    for options in [Options::default(), writable, unlimited] {
        let (right, suspects) = flaws.of(|rules| read_with(image, &options, rules));
        for flaw in suspects {
            let is_shown = match (&right, read_with(image, &options, flaw.rules)) {
                (Verdict::Refused(_), Verdict::Refused(_)) => false,
                (right, flawed) => *right != flawed,
            };
            if is_shown {
                shown.insert(flaw.name);
            }
        }
    }
    shown.into_iter().collect()
}

/// Flaws that no sample shows; designed vectors of the corpus kill them.
const NOT_SHOWN: [&str; 22] = [
    // Samples keep region tables and metadata intact.
    "region-tables-read-before-replay",
    "metadata-read-before-replay",
    // What is written to a refused file is not compared here.
    "refused-file-changed",
    // A corruption of a sample replaces a checksum, a signature or a number as a whole, or moves a
    // number by a step. None leaves one half of a field right and makes the other wrong, or adds
    // the top bit to the right value.
    "file-identifier-by-first-half",
    "header-signature-by-first-half",
    "entry-signature-by-first-half",
    "data-descriptor-by-first-half",
    "zero-descriptor-by-first-half",
    "data-signature-by-first-half",
    "header-checksum-by-lower-half",
    "entry-checksum-by-lower-half",
    "entry-checksum-by-upper-half",
    "version-by-low-byte",
    "descriptor-number-32-bit",
    "sequence-low-16-bit",
    "log-offset-63-bit",
    "log-length-31-bit",
    "entry-length-31-bit",
    "tail-31-bit",
    "descriptor-count-31-bit",
    "file-offset-63-bit",
    // No sample has a run of entries that crosses 2^31.
    "entry-numbers-of-32-bit-signed",
];

#[test]
fn samples_show_every_flaw() {
    let mut left = Suspects::new(flaws());
    for seed in 0..CASES {
        let image = sample(&mut Rng::new(seed)).build().to_model();
        let shown = shown(&left, &image);
        if !shown.is_empty() {
            println!("{seed:>6}  {}", shown.join(", "));
            left.retain(|flaw| !shown.contains(&flaw.name));
        }
    }
    let unseen: BTreeSet<&str> = left.flaws().map(|flaw| flaw.name).collect();
    assert_eq!(unseen, NOT_SHOWN.into());
}
