//! Recordings of our writer, and what it was told and said, operation by operation.

use vhdx_log_crash::faults::FaultPlan;
use vhdx_log_crash::history::Event;
use vhdx_log_crash::search::random_rings;
use vhdx_log_crash::writer::{BaseImage, Writer};
use vhdx_log_crash::{Recording, SeededBug};
use vhdx_log_image::SECTOR;
use vhdx_log_image::generate::Rng;
use vhdx_log_writers::guest::{History, PIECE_BYTES, Structure, hash_of};

/// A recording up to the first open that a crash came before: after that, what was told is unknown.
pub struct Told {
    pub recording: Recording,
}

/// The recording of workload `number`: three of four are on rings of a few sectors. What the
/// program reads is not checked: an outside program does not check itself.
pub fn told(number: u64, bug: Option<SeededBug>) -> Option<Told> {
    let mut rng = Rng::new(number);
    let job = match number % 4 {
        3 => random_rings::long(&mut rng),
        _ => random_rings::on_small_ring(&mut rng),
    };
    let base = BaseImage::new();
    let writer = Writer::with_bug(&base, job.workload, bug).unchecked();
    let run = writer.run(FaultPlan::default()).ok()?;
    let mut recording = run.recording;
    let unknown = recording.history.marks().iter().position(|mark| {
        matches!(mark.event, Event::Reopened { found, durable, .. } if found.is_some() || !durable)
    });
    if let Some(unknown) = unknown {
        let at = recording.history.marks()[unknown].at;
        let opened = recording.opens.iter().map(|open| open.start);
        let cut = opened
            .filter(|&open| open > 0 && open <= at)
            .max()
            .unwrap_or(at);
        recording.trace.truncate(cut);
        recording.opens.retain(|open| open.start < cut);
    }
    // The only block of the base image ends with the file: a guest's disk needs it whole.
    let whole = recording.base.length();
    let is_cut = recording
        .trace
        .iter()
        .any(|request| request.length.is_some_and(|(_, to)| to < whole));
    (!recording.trace.is_empty() && !is_cut).then_some(Told { recording })
}

impl Told {
    /// Adds every change that was begun, certain from its acknowledgment on.
    pub fn add_to(&self, history: &mut History) {
        let recording = &self.recording;
        let (versions, marks) = (recording.history.versions(), recording.history.marks());
        let structure = Structure::read(&recording.base).expect("the base image has a disk");
        let mut now = &versions[0].image;
        let base = now.clone();
        for (index, mark) in marks.iter().enumerate() {
            let Event::Begun(id) = mark.event else {
                continue;
            };
            if mark.at > recording.trace.len() {
                break;
            }
            let later = marks[index..].iter();
            let sure = later
                .filter(|mark| mark.event == Event::Acknowledged)
                .map(|mark| mark.at);
            let sure = sure.min();
            let next = &versions[id.0].image;
            for number in now.difference(next) {
                let Some(sector) = structure.guest_sector(number) else {
                    continue;
                };
                let pieces = SECTOR / PIECE_BYTES as u64;
                for piece in 0..pieces {
                    let within = piece as usize * PIECE_BYTES..(piece as usize + 1) * PIECE_BYTES;
                    let hash = |bytes: &[u8]| hash_of(&bytes[within.clone()]);
                    let (before, after) = (now.contents(number), next.contents(number));
                    if before[within.clone()] != after[within.clone()] {
                        let of_base = hash(base.contents(number));
                        let piece = sector * pieces + piece;
                        history.acknowledge(piece, of_base, hash(after), mark.at, sure);
                    }
                }
            }
            now = next;
        }
    }
}
