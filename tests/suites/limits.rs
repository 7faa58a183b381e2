//! The limits of the reader are data: at any value of each, a replay gives the file that the model
//! gives, and a view shows it. Updates at the end of a batch, of a piece or of a view are the ones
//! that a mistake loses.

use std::io;

use vhdx_log::header::Headers;
use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log::{
    DEFAULT_MAX_FILE_SIZE, GuidSource, LogState, OpenError, OpenOptions, ReadLimits, examine,
};
use vhdx_log_image::generate::{Rng, sample, well_formed};
use vhdx_log_model::{self as model, Access, Options, Verdict};
use vhdx_log_oracle::convert::{BuiltImageExt, to_model};

const CASES: u64 = 1500;

/// An image that lends nothing and knows no holes, so that every piece is read.
struct Plain(SparseMemory);

impl Storage for Plain {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.0.read_at(offset, buffer)
    }
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write_at(offset, bytes)
    }
    fn zero(&mut self, offset: u64, length: u64) -> io::Result<()> {
        self.0.zero(offset, length)
    }
    fn set_len(&mut self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Small limits, and those around a log of so many updates. Each value of each limit is there; the
/// seed decides which meet.
fn limits_around(updates: usize, rng: &mut Rng) -> Vec<ReadLimits> {
    let below = updates.saturating_sub(1);
    let updates = [1, 2, 3, 7, below, updates, updates + 1, 1 << 18];
    let pieces = [1, 2, 3, 7, 63, 64, 65, 1000];
    let shift = |rng: &mut Rng| rng.below(8) as usize;
    let (scan, write) = (shift(rng), shift(rng));
    (0..8)
        .map(|nth| ReadLimits {
            scan_piece_sectors: pieces[(nth + scan) % 8],
            batch_updates: updates[nth].max(1),
            write_piece_sectors: pieces[(nth + write) % 8],
            overlay_updates: updates[nth],
        })
        .collect()
}

/// A replay within the limits gives the model's file.
fn check_replay(image: &SparseMemory, verdict: &Verdict, limits: ReadLimits) -> Result<(), String> {
    let options = OpenOptions::writable().guids(GuidSource::seeded(0));
    let mut file = Plain(image.clone());
    let opened = options.limits(limits).open(&mut file);
    match (
        verdict,
        opened.map(|opened| matches!(opened.log(), LogState::Replayed(..))),
    ) {
        (Verdict::Refused(refusal), Err(error))
            if error.clause().map(|clause| clause.id()) == Some(refusal.clause) => {}
        (Verdict::Clean, Ok(false)) => {}
        (Verdict::Replayed(replay), Ok(true)) => {
            let expected = replay.written_back.as_ref().ok_or("no file of the model")?;
            let found = to_model(&file.0);
            if expected.length() != found.length() || !expected.difference(&found).is_empty() {
                return Err(format!("sectors {:x?}", expected.difference(&found)));
            }
        }
        (verdict, found) => return Err(format!("{found:?} instead of {verdict:?}")),
    }
    Ok(())
}

/// A view within the limits shows the model's image, or is refused when it would keep more updates
/// than the limit.
fn check_view(
    image: &SparseMemory,
    replay: &model::Replay,
    updates: usize,
    limits: ReadLimits,
) -> Result<(), String> {
    let options = OpenOptions::read_only().limits(limits);
    let view = match options.open(Plain(image.clone())) {
        Ok(_) if updates > limits.overlay_updates => return Err("a view".to_owned()),
        Ok(view) => view,
        Err(OpenError::Refused(refusal)) if updates > limits.overlay_updates => {
            assert_eq!(refusal.clause().id(), "RPL-9");
            return Ok(());
        }
        Err(error) => return Err(error.to_string()),
    };
    let expected = replay.image.sectors();
    for (number, expected) in
        expected.filter(|(number, _)| (number + 1) << 12 <= replay.image.length())
    {
        let mut found = [0; 4096];
        view.read_at(number << 12, &mut found)
            .map_err(|error| error.to_string())?;
        if found != **expected {
            return Err(format!("sector {number:#x} of the view"));
        }
    }
    Ok(())
}

/// How many descriptors a replay takes, those that change nothing included.
fn count_updates(image: &SparseMemory) -> usize {
    let examined = examine(image, vhdx_log::Access::Writable, DEFAULT_MAX_FILE_SIZE);
    let plan = examined.ok().and_then(|examined| examined.plan);
    plan.map_or(0, |plan| (plan.data_updates + plan.zero_updates) as usize)
}

#[test]
fn no_limit_of_the_reader_changes_a_result() {
    let (mut replays, mut views) = (0, 0);
    for seed in 0..CASES {
        let mut rng = Rng::new(seed);
        let recipe = if seed % 2 == 0 {
            well_formed(&mut rng)
        } else {
            sample(&mut rng)
        };
        let image = recipe.build().to_storage();
        let headers = Headers::read(&image, image.len().unwrap()).unwrap();
        let guid = GuidSource::seeded(0).for_file(&headers).fresh();
        let options = Options {
            access: Access::Writable,
            fresh_guid: guid.to_bytes_le(),
            ..Options::default()
        };
        let verdict = model::read(&to_model(&image), &options);
        let updates = count_updates(&image);
        for limits in limits_around(updates, &mut rng) {
            let told = |what| format!("seed {seed}, {limits:?}: {what}\n  recipe: {recipe}");
            check_replay(&image, &verdict, limits).unwrap_or_else(|what| panic!("{}", told(what)));
            if let Verdict::Replayed(replay) = &verdict {
                check_view(&image, replay, updates, limits)
                    .unwrap_or_else(|what| panic!("{}", told(what)));
                views += 1;
                replays += usize::from(updates > limits.batch_updates);
            }
        }
    }
    assert!(
        views > 4000 && replays > 1500,
        "{views} views, {replays} of several batches"
    );
}
