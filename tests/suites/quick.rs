//! The cheapest tests that see most of core and the model: what a mutation test asks first.
//!
//! Everything here is checked by the suites of `conformance` too, with far more cases. This binary
//! needs a third of the code, so it is built and run in seconds. It is one test of three parts, the
//! cheapest first: the first part that fails ends it, and most mutants fail in the first.

use rayon::prelude::*;
use vhdx_log_corpus::Corpus;
use vhdx_log_crash::search::explore::{Exploration, Until};
use vhdx_log_crash::writer::BaseImage;
use vhdx_log_image::generate::{Rng, sample};
use vhdx_log_oracle::convert::BuiltImageExt;
use vhdx_log_oracle::judge;
use vhdx_log_oracle::property::{Violation, check};
use vhdx_log_oracle::shard::Shard;
use vhdx_log_oracle::stop::Stop;
use vhdx_log_oracle::subject::{Core, Model, Subject};
use vhdx_log_oracle::vector::VectorWithImage;

#[test]
fn the_vectors_then_generated_images_then_crash_states() -> Result<(), Violation> {
    core_and_the_model_pass_the_vectors();
    core_equals_the_model_on_generated_images()?;
    the_writer_survives_its_crash_states();
    Ok(())
}

fn core_and_the_model_pass_the_vectors() {
    let vectors: Vec<_> = Corpus::embedded().iter().collect();
    vectors.par_iter().for_each(|stored| {
        let vector = VectorWithImage::load(stored).unwrap();
        let expectations = vector.expectations();
        for subject in [&Core as &dyn Subject, &Model::format()] {
            let outcome = subject.open(&expectations.case);
            let verdict = judge(&expectations, &outcome, &subject.profile());
            assert!(verdict.is_ok(), "{}: {verdict:?}", stored.vector.id);
        }
    });
}

fn core_equals_the_model_on_generated_images() -> Result<(), Violation> {
    let seeds = (0..4000_u64).into_par_iter();
    seeds.try_for_each(|seed| check(&sample(&mut Rng::new(seed)).build().to_storage()).map(drop))
}

fn the_writer_survives_its_crash_states() {
    let exploration = Exploration {
        seed: 1,
        shard: Shard::WHOLE,
        until: Until::States(100_000),
        seeded_bug: None,
        protocol: true,
    };
    let explored = exploration.run(&BaseImage::new(), &Stop::never(), &mut |_, _| {});
    assert!(explored.failure.is_none(), "{:?}", explored.failure);
}
