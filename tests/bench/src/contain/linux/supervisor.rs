//! The process that watches: it starts the trampoline, keeps the limits that need watching, and
//! ends everything.
//!
//! It has one thread, reads its pipes without waiting, and tells the bench on standard error what
//! happened. Its standard input is the line to the bench: when that is closed, because the bench
//! wants the end or is gone, the program is ended.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{
    Pid, PidfdFlags, WaitId, WaitIdOptions, WaitStatus, getpid, pidfd_open, set_child_subreaper,
    waitid,
};
use vhdx_log_oracle::subject::Resource;

use super::pipes::{Forward, Kept, buffer, own};
use super::{report, tree, usage};
use crate::contain::ended::{Ended, How};
use crate::contain::folder;
use crate::contain::hidden::{EXECUTE, HIDDEN};
use crate::contain::request::Contained;

/// How often usage is measured: soon after the start, since a program can start many others at
/// once, then less and less often.
const FIRST_LOOK: Duration = Duration::from_millis(2);
const LOOK: Duration = Duration::from_millis(20);
/// How long a program may go on after the last question.
const FAREWELL: Duration = Duration::from_millis(300);
/// How long processes may outlive the program that started them: the end of a pipeline does.
const STRAGGLING: Duration = Duration::from_millis(100);

const SIGXCPU: i32 = 24;
const SIGXFSZ: i32 = 25;
const SIGKILL: i32 = 9;

/// Runs the program and reports how it ended. `relay`: the program talks with the bench.
pub(super) fn supervise(request: &Contained, text: &str, relay: bool) -> ExitCode {
    let ended = run(request, text, relay)
        .unwrap_or_else(|error| Ended::not_started(format!("its supervisor failed: {error}")));
    if report::write(&mut io::stderr(), &ended).is_err() {
        // The bench is gone, and with it whoever would remove the folder.
        folder::remove(&request.folder);
    }
    ExitCode::SUCCESS
}

fn run(request: &Contained, text: &str, relay: bool) -> io::Result<Ended> {
    set_child_subreaper(Some(getpid()))?;
    let token = format!("{:016x}: ", RandomState::new().build_hasher().finish());
    let started = Instant::now();
    let mut child = Command::new("/proc/self/exe")
        .args([HIDDEN, EXECUTE, &token, text])
        .process_group(0)
        .stdin(if relay { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut at_work = Watch::new(request, &mut child, relay, started)?;
    let end = at_work.until_the_end();
    Ok(at_work.finish(end, &token))
}

/// A program at work.
struct Watch<'a> {
    request: &'a Contained,
    program: Pid,
    /// Readable when the program has ended; `None` before Linux 5.3.
    handle: Option<OwnedFd>,
    /// From the bench: questions, or nothing until it is closed.
    line: Forward,
    /// The program's output, where it is passed on.
    answers: Forward,
    stdout: Kept,
    stderr: Kept,
    started: Instant,
    next_look: Instant,
    look: Duration,
    /// When the line was closed.
    closed: Option<Instant>,
    relay: bool,
    buffer: Vec<u8>,
}

/// Why the watch is over.
enum End {
    /// The program has ended by itself.
    Own,
    /// It has to be killed.
    Kill(How, Option<Resource>),
}

impl<'a> Watch<'a> {
    fn new(
        request: &'a Contained,
        child: &mut Child,
        relay: bool,
        started: Instant,
    ) -> io::Result<Self> {
        let program = Pid::from_child(child);
        let stdout = child.stdout.take().map(OwnedFd::from);
        let (kept, passed_on) = if relay {
            (None, stdout)
        } else {
            (stdout, None)
        };
        let to_bench = passed_on.as_ref().and_then(|_| own(io::stdout().as_fd()));
        let from_bench = own(io::stdin().as_fd());
        Ok(Self {
            request,
            program,
            handle: pidfd_open(program, PidfdFlags::empty()).ok(),
            line: Forward::new(from_bench, child.stdin.take().map(OwnedFd::from)),
            answers: Forward::new(passed_on, to_bench),
            stdout: Kept::new(kept),
            stderr: Kept::new(child.stderr.take().map(OwnedFd::from)),
            started,
            next_look: started + FIRST_LOOK,
            look: FIRST_LOOK,
            closed: None,
            relay,
            buffer: buffer(),
        })
    }

    /// Watches until the program has ended or has to be.
    fn until_the_end(&mut self) -> End {
        loop {
            self.wait();
            self.pump();
            if self.has_ended() {
                return End::Own;
            }
            let limits = &self.request.limits;
            if self.stdout.printed().max(self.stderr.printed()) > limits.output {
                return End::Kill(How::Overran, Some(Resource::Output));
            }
            if self.is_unwanted() {
                return End::Kill(How::Stopped, None);
            }
            let now = Instant::now();
            if limits.wall.is_some_and(|wall| now - self.started >= wall) {
                return End::Kill(How::TimedOut, None);
            }
            if now >= self.next_look {
                if let Some(resource) = usage::exceeded(limits, &self.request.folder) {
                    return End::Kill(How::Overran, Some(resource));
                }
                self.look = LOOK.min(self.look * 2);
                self.next_look = now + self.look;
            }
        }
    }

    /// Waits for bytes, the program's end, or the next look.
    fn wait(&self) {
        let handle = self.handle.iter();
        let handle = handle.map(|handle| PollFd::new(handle, PollFlags::IN));
        let pipes = [
            self.line.interest(),
            self.answers.interest(),
            self.stdout.interest(),
            self.stderr.interest(),
        ];
        let mut all: Vec<_> = pipes.into_iter().flatten().chain(handle).collect();
        let until = match (self.request.limits.wall, &self.handle) {
            (_, None) => Instant::now() + Duration::from_millis(1),
            (Some(wall), _) => self.next_look.min(self.started + wall),
            (None, _) => self.next_look,
        };
        let rest = until.saturating_duration_since(Instant::now());
        let rest = Timespec::try_from(rest).ok();
        // Whatever wakes it up: all that can be done is done afterwards.
        let _ = poll(&mut all, rest.as_ref());
    }

    /// Moves what is there. Whether there was anything.
    fn pump(&mut self) -> bool {
        let Self {
            line,
            answers,
            stdout,
            stderr,
            buffer,
            ..
        } = self;
        let moved = [
            line.pump(buffer),
            answers.pump(buffer),
            stdout.pump(buffer),
            stderr.pump(buffer),
        ];
        moved.contains(&true)
    }

    /// Whether the bench wants the end. A program that talks with the bench may say good-bye.
    fn is_unwanted(&mut self) -> bool {
        if !self.line.is_at_end() {
            return false;
        }
        let closed = *self.closed.get_or_insert_with(Instant::now);
        !self.relay || closed.elapsed() >= FAREWELL
    }

    fn has_ended(&self) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        !matches!(waitid(WaitId::Pid(self.program), options), Ok(None))
    }

    /// Ends whatever is left, and says what happened.
    fn finish(mut self, end: End, token: &str) -> Ended {
        let elapsed = self.started.elapsed();
        let processor = usage::processor_time(self.program);
        let mut status = None;
        let program = self.program;
        let mut note = |process, ended| {
            if process == program {
                status = Some(ended);
            }
        };
        let stragglers = match end {
            End::Own => self.stragglers(&mut note),
            End::Kill(..) => 0,
        };
        let survivors = tree::kill_all(program, &mut note);
        while self.pump() {}

        let (stdout, stderr) = (self.stdout.finish(), self.stderr.finish());
        let (how, runaway) = match end {
            End::Kill(how, runaway) => (how, runaway),
            End::Own => {
                let how = how(status);
                let runaway = runaway(&how, self.request, processor);
                (how, runaway)
            }
        };
        let failure = stderr.bytes.strip_prefix(token.as_bytes());
        let how = match failure {
            Some(why) => How::NotStarted(String::from_utf8_lossy(why).into_owned()),
            None => how,
        };
        Ended {
            how,
            runaway,
            stdout,
            stderr,
            elapsed,
            processor,
            stragglers,
            survivors,
        }
    }

    /// How many processes the program left running, after the time that a pipeline needs to end.
    fn stragglers(&mut self, mut note: impl FnMut(Pid, WaitStatus)) -> usize {
        let deadline = Instant::now() + STRAGGLING;
        loop {
            tree::reap(&mut note);
            let left = tree::alive().len();
            if left == 0 || deadline <= Instant::now() {
                return left;
            }
            self.pump();
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

fn how(status: Option<WaitStatus>) -> How {
    let Some(status) = status else {
        return How::NotStarted("its end was not seen".to_owned());
    };
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => How::Exit(code),
        (None, signal) => How::Signal(signal.unwrap_or_default()),
    }
}

/// The limit that a program ran into, as far as its end shows.
fn runaway(how: &How, request: &Contained, processor: Duration) -> Option<Resource> {
    let limits = &request.limits;
    let no_time_left = || {
        let seconds = limits.cpu_seconds;
        seconds.is_some_and(|seconds| processor >= Duration::from_secs(seconds))
    };
    match how {
        How::Signal(SIGXCPU) => Some(Resource::Cpu),
        How::Signal(SIGKILL) if no_time_left() => Some(Resource::Cpu),
        How::Signal(SIGXFSZ) => Some(Resource::FileSize),
        _ => usage::files_exceed(limits, &request.folder).then_some(Resource::FileSize),
    }
}
