//! Recordings of our own writer, as those of an outside program.

use vhdx_log_crash::faults::FaultPlan;
use vhdx_log_crash::search::random_rings;
use vhdx_log_crash::writer::{BaseImage, Writer};
use vhdx_log_crash::{Recording, SeededBug};
use vhdx_log_image::generate::Rng;

/// What our writer asks of the disk in workload `number` on a log of 1 MiB.
pub fn recording(number: u64, bug: Option<SeededBug>) -> Option<Recording> {
    of_job(random_rings::long(&mut Rng::new(number)), bug)
}

/// Recordings of one open of the file, without a change of its length: what a log of writes can
/// hold.
pub fn in_one_open(bug: Option<SeededBug>) -> impl Iterator<Item = Recording> {
    (0..)
        .filter_map(move |number| recording(number, bug))
        .filter(|recorded| {
            recorded.opens.len() == 1
                && recorded
                    .trace
                    .iter()
                    .all(|request| request.length.is_none())
        })
}

fn of_job(job: vhdx_log_crash::search::Job, bug: Option<SeededBug>) -> Option<Recording> {
    let base = BaseImage::new();
    let writer = Writer::with_bug(&base, job.workload, bug);
    let run = writer.run(FaultPlan::default()).ok()?;
    Some(run.recording)
}
