//! Running a workload against the writer, on a disk that remembers everything.

use std::ops::Range;

use vhdx_log::writer::{Canary, Log, WriteError, WriteOptions};
use vhdx_log::{GuidSource, OpenError, OpenOptions};
use vhdx_log_model as model;

use super::lineage::{self, Lineage, State};
use super::workload::{Span, Step, Update, Workload, transaction};
use super::world::World;
use super::{choices, claims};
use crate::disk::{
    DiskImage, Epoch, FailingDisk, IoFault, Operation, OperationKind, SECTOR_BYTES, SimDisk,
};
use vhdx_log_oracle::property::Violation;

const SECTOR: u64 = SECTOR_BYTES as u64;

/// What goes wrong during a run, beside crashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Breaks {
    /// A request that fails.
    pub io: Option<IoFault>,
    /// A deliberate break of the writer.
    pub canary: Option<Canary>,
}

/// A run that came to its end, or to the request that failed.
#[derive(Debug)]
pub struct Run {
    /// What the disk held at first.
    pub start: DiskImage,
    /// What it holds at the end, for a program that goes on.
    pub end: DiskImage,
    /// Every request.
    pub trace: Vec<Operation>,
    /// Which states were allowed when.
    pub lineage: Lineage,
    /// For each step that was begun, the number of requests made before.
    pub steps: Vec<usize>,
    /// The requests made by opens.
    pub opens: Vec<Range<usize>>,
    /// When the request failed that was to fail.
    pub struck_at: Option<usize>,
}

/// Runs a workload.
///
/// # Errors
/// A property about an open log that does not hold.
pub fn run(world: &World, workload: &Workload, breaks: Breaks) -> Result<Run, Violation> {
    let disk = SimDisk::new(&world.image);
    let start = disk.start().clone();
    let mut disk = FailingDisk::new(disk, breaks.io);
    let mut runner = Runner {
        origin: world.origin,
        breaks,
        first_number: workload.first_number,
        model: model::Writer::new(lineage::to_model(&start)),
        lineage: Lineage::new(start.clone()),
        serial: 1,
        submitted: false,
        steps: Vec::new(),
        opens: Vec::new(),
    };
    let mut steps = workload.steps.as_slice();
    while let Some(end) = runner.life(&mut disk, &mut steps)? {
        if let End::PowerCut(number) = end {
            cut_power(disk.disk_mut(), number);
        }
    }
    let Runner {
        lineage,
        steps,
        opens,
        ..
    } = runner;
    let struck_at = disk.struck_at();
    let disk = disk.into_disk();
    let end = disk.image().clone();
    let (_, trace) = disk.into_parts();
    Ok(Run {
        start,
        end,
        trace,
        lineage,
        steps,
        opens,
        struck_at,
    })
}

struct Runner {
    origin: u64,
    breaks: Breaks,
    first_number: Option<u64>,
    model: model::Writer,
    lineage: Lineage,
    serial: u32,
    /// Whether anything was submitted since the last open: a commit speaks of nothing else.
    submitted: bool,
    steps: Vec<usize>,
    opens: Vec<Range<usize>>,
}

/// How the life of an open log ended, when another one follows.
enum End {
    Closed,
    Died,
    PowerCut(u32),
}

type OpenLog<'a> = Log<&'a mut FailingDisk>;

impl Runner {
    /// Opens the log and carries out steps until one ends its life. `None` when there is nothing
    /// more to do.
    fn life(
        &mut self,
        disk: &mut FailingDisk,
        steps: &mut &[Step],
    ) -> Result<Option<End>, Violation> {
        let opened_at = disk.disk().trace().len();
        let mut log = match self.open(disk, opened_at)? {
            Some(log) => log,
            None => return Ok(None),
        };
        while let Some((step, rest)) = steps.split_first() {
            *steps = rest;
            self.steps.push(requests(&log));
            let outcome = match step {
                Step::Close => return self.close(log),
                Step::Drop => return Ok(Some(End::Died)),
                &Step::PowerCut(number) => return Ok(Some(End::PowerCut(number))),
                Step::Submit(updates) => self.submit(&mut log, updates),
                &Step::Payload(span) => self.write_payload(&mut log, span),
                &Step::SetLength(length) => self.set_length(&mut log, length),
                Step::Commit => self.make_durable(&mut log, Log::commit),
                Step::Checkpoint => self.make_durable(&mut log, Log::checkpoint),
            };
            if !outcome? {
                self.is_fail_stop(&mut log)?;
                return Ok(None);
            }
        }
        Ok(None)
    }

    /// Opens the log. `None` when the request failed that was to fail.
    fn open<'a>(
        &mut self,
        disk: &'a mut FailingDisk,
        opened_at: usize,
    ) -> Result<Option<OpenLog<'a>>, Violation> {
        let seed = 1 + self.opens.len() as u64;
        let mut options =
            WriteOptions::from(OpenOptions::writable().guids(GuidSource::seeded(seed)));
        if let Some(number) = self.first_number {
            options = options.first_log_sequence_number(number);
        }
        let mut log = match Log::open(disk, &options) {
            Ok(log) => log,
            Err(OpenError::Io { .. }) if self.breaks.io.is_some() => {
                self.opens.push(opened_at..usize::MAX);
                return Ok(None);
            }
            Err(error) => {
                let property = "after a crash the file opens (WRT-9)";
                return Err(Violation {
                    property,
                    detail: format!("opened again in the workload: {error}"),
                });
            }
        };
        if let Some(canary) = self.breaks.canary {
            log.set_canary(canary);
        }
        self.opens.push(opened_at..requests(&log));
        self.submitted = false;
        if self.opens.len() > 1 {
            self.settle(&log, opened_at)?;
        }
        Ok(Some(log))
    }

    /// Finds out in which allowed state the file was opened again, and goes on from there.
    fn settle(&mut self, log: &OpenLog<'_>, opened_at: usize) -> Result<(), Violation> {
        let disk = log.storage().disk();
        let trace = disk.trace();
        let stable_length = trace[..opened_at]
            .iter()
            .rev()
            .find_map(|operation| operation.length);
        let stable_length = stable_length.map_or(disk.start().length(), |(from, to)| from.min(to));
        let found = disk.image();
        let recovered = claims::Recovered {
            image: found.clone(),
            was_dirty: false,
        };
        let allowed = self.lineage.allowed(opened_at);
        let place = claims::is_an_allowed_state(&Ok(recovered), &allowed, stable_length)?;
        let was_cut = trace[..opened_at]
            .last()
            .is_some_and(|last| last.kind == OperationKind::PowerCut);
        let flushed = trace[opened_at..]
            .iter()
            .position(Operation::is_barrier)
            .map(|ahead| opened_at + ahead + 1);
        let stable_from = if was_cut { Some(opened_at) } else { flushed };
        self.lineage
            .reopened(requests(log), place, stable_from, found);
        self.model = model::Writer::new(lineage::to_model(found));
        Ok(())
    }

    /// Carries out a step that changes contents. `false` when the request failed that was to fail:
    /// the change may be there or not.
    fn change(
        &mut self,
        log: &mut OpenLog<'_>,
        of_model: Vec<model::Update>,
        payload: bool,
        step: impl FnOnce(&mut OpenLog<'_>) -> Result<(), WriteError>,
    ) -> Result<bool, Violation> {
        let at = requests(log);
        let outcome = step(log);
        let went_on = self.expect(&outcome)?;
        if outcome.is_err() && went_on {
            return Ok(true);
        }
        let touched: Vec<Range<u64>> = of_model.iter().map(touched_sectors).collect();
        let before = self.model.contents();
        self.model.submit(of_model);
        let after = self.model.contents();
        let image = lineage::follow(
            &self.lineage.newest().image,
            &after,
            after.difference(&before),
        );
        self.submitted = true;
        self.lineage.submitted(
            at,
            State {
                image: image.clone(),
                touched: touched.clone(),
                payload,
            },
        );
        if went_on && self.breaks.io.is_none() {
            let seen = touched
                .into_iter()
                .flat_map(|range| range.start..range.end.min(range.start + 16));
            claims::reads_see_what_was_submitted(log, &image, seen)?;
        }
        Ok(went_on)
    }

    fn submit(&mut self, log: &mut OpenLog<'_>, updates: &[Update]) -> Result<bool, Violation> {
        let (transaction, of_model) = transaction(updates, self.origin, self.serial);
        self.serial += updates.len() as u32;
        self.change(log, of_model, false, |log| log.submit(&transaction))
    }

    fn write_payload(&mut self, log: &mut OpenLog<'_>, span: Span) -> Result<bool, Violation> {
        let (offset, bytes) = (self.origin + span.at, span.bytes(self.origin, self.serial));
        self.serial += 1;
        let of_model = vec![model::Update::Write {
            offset,
            bytes: bytes.clone(),
        }];
        self.change(log, of_model, true, |log| log.write_payload(offset, &bytes))
    }

    fn set_length(&mut self, log: &mut OpenLog<'_>, length: u64) -> Result<bool, Violation> {
        let length = self.origin + length;
        let shrinks = length < log.len();
        let of_model = vec![model::Update::SetLength(length)];
        let went_on = self.change(log, of_model, false, |log| log.set_len(length))?;
        if went_on && shrinks {
            self.acknowledge(requests(log));
        }
        Ok(went_on)
    }

    fn make_durable<'a>(
        &mut self,
        log: &mut OpenLog<'a>,
        step: impl FnOnce(&mut OpenLog<'a>) -> Result<(), WriteError>,
    ) -> Result<bool, Violation> {
        let outcome = step(log);
        let went_on = self.expect(&outcome)?;
        if went_on {
            self.acknowledge(requests(log));
        }
        Ok(went_on)
    }

    fn acknowledge(&mut self, at: usize) {
        if self.submitted {
            self.lineage.acknowledged(at);
        }
    }

    fn close(&mut self, log: OpenLog<'_>) -> Result<Option<End>, Violation> {
        match log.close() {
            Ok(disk) => {
                self.acknowledge(disk.disk().trace().len());
                Ok(Some(End::Closed))
            }
            Err(error) => {
                self.expect(&Err(error))?;
                Ok(None)
            }
        }
    }

    /// Whether a step may end so: `true` when the log can be used on, `false` when the request
    /// failed that was to fail.
    fn expect(&self, outcome: &Result<(), WriteError>) -> Result<bool, Violation> {
        match outcome {
            Err(WriteError::Io { .. }) if self.breaks.io.is_some() => Ok(false),
            Err(error @ (WriteError::Io { .. } | WriteError::Failed)) => {
                let property = "a log on a disk that does not fail does not fail";
                Err(Violation {
                    property,
                    detail: error.to_string(),
                })
            }
            // Too large, out of range, and the like: nothing was written.
            Ok(()) | Err(_) => Ok(true),
        }
    }

    /// After a failed request the log answers every call with an error, until the file is opened
    /// again.
    fn is_fail_stop(&self, log: &mut OpenLog<'_>) -> Result<(), Violation> {
        let property = "after a failed request an open log refuses all work";
        let (transaction, _) =
            transaction(&[Update::Write(Span::new(0, 8))], self.origin, self.serial);
        let before = requests(log);
        let answers = [log.submit(&transaction), log.commit(), log.checkpoint()];
        if answers
            .iter()
            .all(|answer| matches!(answer, Err(WriteError::Failed)))
            && requests(log) == before
        {
            return Ok(());
        }
        Err(Violation {
            property,
            detail: format!("it answered {answers:?}"),
        })
    }
}

fn requests(log: &OpenLog<'_>) -> usize {
    log.storage().disk().trace().len()
}

fn touched_sectors(update: &model::Update) -> Range<u64> {
    let (offset, length) = match update {
        model::Update::Write { offset, bytes } => (*offset, bytes.len() as u64),
        model::Update::Zero { offset, length } => (*offset, *length),
        model::Update::SetLength(_) => (0, 0),
    };
    if length == 0 {
        0..0
    } else {
        offset / SECTOR..(offset + length).div_ceil(SECTOR)
    }
}

/// The power goes, and what was pending arrives as a number decides.
fn cut_power(disk: &mut SimDisk, number: u32) {
    let epochs = Epoch::from(disk.start(), disk.trace(), disk.trace().len());
    if let Some(epoch) = epochs.last() {
        let left = epoch.crash(&choices::arbitrary(epoch, number.into()));
        disk.cut_power(&left);
    }
}
