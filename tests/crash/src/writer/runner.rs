//! The runner: carries out a workload with our writer on a disk that records everything, and keeps
//! the history of allowed states with the model's writer.

use std::ops::Range;

use crate::seeded_bug::{self, SeededBug};
use vhdx_log::writer::{Log, WriteError, WriteOptions};
use vhdx_log::{GuidSource, OpenError, OpenOptions, ReadLimits};
use vhdx_log_image::SECTOR;
use vhdx_log_model as model;
use vhdx_log_oracle::chain;
use vhdx_log_oracle::property::Violation;

use super::base_image::BaseImage;
use super::model::{follow, to_model};
use super::reads::reads_see_what_was_submitted;
use crate::checks::{Recovered, is_an_allowed_state};
use crate::faults::FaultPlan;
use crate::history::{History, Version};
use crate::recording::Recording;
use crate::setup::{Setup, options_for};
use crate::simulator::{FailingDisk, SimDisk};
use crate::states::{Epoch, arbitrary};
use crate::trace::{Request, RequestKind};
use crate::workload::{Span, Step, Update, Workload, transaction};

/// A run that ended, or stopped at the request that failed.
#[derive(Debug)]
pub struct Run {
    pub recording: Recording,
    /// For each step that was begun, the number of requests made before.
    pub steps: Vec<usize>,
}

/// Runs a workload. A writer that does not check itself ends where it would have noticed a
/// violation, with the recording so far.
///
/// # Errors
/// A violation of a property of an open log.
pub fn run(
    base: &BaseImage,
    workload: &Workload,
    faults: FaultPlan,
    seeded_bug: Option<SeededBug>,
    checks_itself: bool,
) -> Result<Run, Violation> {
    let disk = SimDisk::new(&base.with_setup(&workload.setup));
    let start = disk.base().clone();
    let mut disk = FailingDisk::new(disk, faults.io_error);
    let mut runner = Runner {
        origin: base.origin,
        injects: faults.io_error.is_some(),
        seeded_bug,
        checks_itself,
        first_sequence_number: workload.first_sequence_number,
        setup: workload.setup,
        model: model::Writer::new(to_model(&start)),
        history: History::new(start),
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
    let fired_at = disk.fired_at();
    let (base, trace) = disk.into_disk().into_parts();
    let recording = Recording {
        base,
        trace,
        opens: runner.opens,
        history: runner.history,
        fired_at,
    };
    Ok(Run {
        recording,
        steps: runner.steps,
    })
}

struct Runner {
    origin: u64,
    /// Whether one request is made to fail.
    injects: bool,
    seeded_bug: Option<SeededBug>,
    /// Whether a violation ends the run with an error, or just ends it.
    checks_itself: bool,
    first_sequence_number: Option<u64>,
    setup: Setup,
    model: model::Writer,
    history: History,
    serial: u32,
    /// Whether anything was submitted since the last open: a commit covers nothing else.
    submitted: bool,
    steps: Vec<usize>,
    opens: Vec<Range<usize>>,
}

/// How the life of an open log ended, when the file is opened again.
enum End {
    Closed,
    Died,
    PowerCut(u32),
}

type OpenLog<'a> = Log<&'a mut FailingDisk>;

impl Runner {
    /// Opens the log and carries out steps until one ends its life. `None` when no steps are left,
    /// or the injected error fired.
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

    /// Opens the log. `None` when the injected error fired.
    fn open<'a>(
        &mut self,
        disk: &'a mut FailingDisk,
        opened_at: usize,
    ) -> Result<Option<OpenLog<'a>>, Violation> {
        let seed = 1 + self.opens.len() as u64;
        let options = OpenOptions::writable().guids(GuidSource::seeded(seed));
        let mut options = options_for(disk.disk().base(), options);
        if let Some(updates) = self.setup.replay_batch {
            options = options.limits(ReadLimits {
                batch_updates: updates as usize,
                ..ReadLimits::DEFAULT
            });
        }
        if let Some(bug) = self.seeded_bug {
            options = seeded_bug::seed(options, bug);
        }
        let mut options = self.setup.apply(WriteOptions::from(options));
        if let Some(first) = self.first_sequence_number {
            options = options.first_log_sequence_number(first);
        }
        let log = match Log::open(disk, &options) {
            Ok(log) => log,
            Err(error) if !self.checks_itself || (self.injects && is_io(&error)) => {
                self.opens.push(opened_at..usize::MAX);
                return Ok(None);
            }
            Err(error) => {
                let property = "after a crash the file opens (WRT-9)";
                return Err(Violation {
                    property,
                    detail: format!("opened again in the workload: {}", chain(&error)),
                });
            }
        };
        self.opens.push(opened_at..requests(&log));
        self.submitted = false;
        if self.opens.len() > 1 {
            match self.settle(&log, opened_at) {
                Err(_) if !self.checks_itself => return Ok(None),
                settled => settled?,
            }
        }
        Ok(Some(log))
    }

    /// Finds the allowed state in which the file was opened again, and continues from it.
    fn settle(&mut self, log: &OpenLog<'_>, opened_at: usize) -> Result<(), Violation> {
        let disk = log.storage().disk();
        let trace = disk.trace();
        let durable_length = trace[..opened_at]
            .iter()
            .rev()
            .find_map(|request| request.length);
        let durable_length = durable_length.map_or(disk.base().length(), |(from, to)| from.min(to));
        let found = disk.image();
        let recovered = Recovered {
            image: found.clone(),
            was_dirty: false,
        };
        let allowed = self.history.allowed(opened_at);
        let position = is_an_allowed_state(&Ok(recovered), &allowed, durable_length)?;
        let was_cut = trace[..opened_at]
            .last()
            .is_some_and(|last| last.kind == RequestKind::PowerCut);
        let flushed = trace[opened_at..]
            .iter()
            .position(Request::is_barrier)
            .map(|ahead| opened_at + ahead + 1);
        let durable_from = if was_cut { Some(opened_at) } else { flushed };
        self.history
            .reopened(requests(log), position, durable_from, found);
        self.model = model::Writer::new(to_model(found));
        Ok(())
    }

    /// Carries out a step that changes contents. `false` when the injected error fired: the change
    /// may have arrived or not.
    fn change(
        &mut self,
        log: &mut OpenLog<'_>,
        of_model: Vec<model::Update>,
        payload: bool,
        step: impl FnOnce(&mut OpenLog<'_>) -> Result<(), WriteError>,
    ) -> Result<bool, Violation> {
        let at = requests(log);
        let outcome = step(log);
        let usable = self.expect(&outcome)?;
        if outcome.is_err() && usable {
            return Ok(true);
        }
        let touched: Vec<Range<u64>> = of_model.iter().map(touched_sectors).collect();
        let before = self.model.contents();
        self.model.submit(of_model);
        let after = self.model.contents();
        let image = follow(
            &self.history.newest().image,
            &after,
            after.difference(&before),
        );
        self.submitted = true;
        self.history.begun(
            at,
            Version {
                image: image.clone(),
                touched: touched.clone(),
                payload,
            },
        );
        if usable && !self.injects && self.checks_itself {
            let seen = touched
                .into_iter()
                .flat_map(|range| range.start..range.end.min(range.start + 16));
            reads_see_what_was_submitted(log, &image, seen)?;
        }
        Ok(usable)
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
        let usable = self.change(log, of_model, false, |log| log.set_len(length))?;
        if usable && shrinks {
            self.acknowledge(requests(log));
        }
        Ok(usable)
    }

    fn make_durable<'a>(
        &mut self,
        log: &mut OpenLog<'a>,
        step: impl FnOnce(&mut OpenLog<'a>) -> Result<(), WriteError>,
    ) -> Result<bool, Violation> {
        let outcome = step(log);
        let usable = self.expect(&outcome)?;
        if usable {
            self.acknowledge(requests(log));
        }
        Ok(usable)
    }

    fn acknowledge(&mut self, at: usize) {
        if self.submitted {
            self.history.acknowledged(at);
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

    /// Classifies a step's result: `true` if the log is still usable, `false` if the injected error
    /// fired.
    fn expect(&self, outcome: &Result<(), WriteError>) -> Result<bool, Violation> {
        match outcome {
            Err(WriteError::Io { .. }) if self.injects => Ok(false),
            Err(error @ (WriteError::Io { .. } | WriteError::Failed)) => {
                let property = "a log on a disk without errors returns no error";
                Err(Violation {
                    property,
                    detail: chain(error),
                })
            }
            // Too large or out of range: nothing was written.
            Ok(()) | Err(_) => Ok(true),
        }
    }

    /// After a failed request the log refuses every call and makes no request, until the file is
    /// opened again.
    fn is_fail_stop(&self, log: &mut OpenLog<'_>) -> Result<(), Violation> {
        let property = "after an I/O error an open log refuses all work";
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
        let answers = answers.map(|answer| match answer {
            Ok(()) => "succeeded".to_owned(),
            Err(error) => format!("failed ({error})"),
        });
        Err(Violation {
            property,
            detail: format!(
                "submit {}; commit {}; checkpoint {}; {} requests were made",
                answers[0],
                answers[1],
                answers[2],
                requests(log) - before
            ),
        })
    }
}

const fn is_io(error: &OpenError) -> bool {
    matches!(error, OpenError::Io { .. })
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

/// Power is lost; the number selects which pending changes arrive.
fn cut_power(disk: &mut SimDisk, number: u32) {
    if let Some(epoch) = Epoch::last(disk.base(), disk.trace()) {
        let left = epoch.crash(&arbitrary(&epoch, number.into()));
        disk.cut_power(&left);
    }
}
