//! The bench's side on Linux: a supervisor as a child.

use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use vhdx_log_oracle::stop::Stop;

use super::report;
use crate::contain::container::Container;
use crate::contain::ended::Ended;
use crate::contain::hidden::{HIDDEN, RELAY, SUPERVISE};
use crate::contain::request::Contained;

/// How long a supervisor may take beyond the time of its program.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often the bench looks whether the run was stopped.
const LOOK: Duration = Duration::from_millis(50);

impl Container {
    pub(crate) fn run_contained(&self, what: &Contained) -> Ended {
        let run = || -> io::Result<Ended> {
            let mut supervisor = self.supervisor(what, SUPERVISE)?.spawn()?;
            let wall = what.limits.wall.unwrap_or(Duration::MAX);
            let deadline = Instant::now().checked_add(wall.saturating_add(PATIENCE));
            let report = read_report(&mut supervisor, &self.stop, deadline)?;
            let status = end(&mut supervisor)?;
            report::read(&report).ok_or_else(|| lost(status))
        };
        run().unwrap_or_else(|error| Ended::not_started(error.to_string()))
    }

    /// A supervisor for a program that the bench talks with: its standard input and output are
    /// those of the program, and the report is on standard error.
    pub(crate) fn start_relay(&self, what: &Contained) -> io::Result<Child> {
        self.supervisor(what, RELAY)?.stdout(Stdio::piped()).spawn()
    }

    fn supervisor(&self, what: &Contained, part: &str) -> io::Result<Command> {
        let text = serde_json::to_string(what)?;
        let mut command = Command::new(&self.part);
        command
            .args([HIDDEN, part, &text])
            // Ctrl-C in a terminal is for the bench, which ends the supervisors.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        Ok(command)
    }
}

/// The report of a supervisor that has nothing more to do.
pub(crate) fn read_relay_report(supervisor: &mut Child) -> Option<Ended> {
    let deadline = Instant::now().checked_add(PATIENCE);
    // Closes the line, which ends the program.
    drop(supervisor.stdin.take());
    let report = read_report(supervisor, &Stop::never(), deadline).ok()?;
    end(supervisor).ok()?;
    report::read(&report)
}

/// Reads to the end. When the run is stopped, the line to the supervisor is closed, and it ends
/// its program; a supervisor that does not end is left to [`end`].
fn read_report(
    supervisor: &mut Child,
    stop: &Stop,
    deadline: Option<Instant>,
) -> io::Result<Vec<u8>> {
    let mut report = Vec::new();
    let mut stderr = supervisor.stderr.take().ok_or(io::ErrorKind::BrokenPipe)?;
    let mut piece = [0; 16 << 10];
    while deadline.is_none_or(|deadline| Instant::now() < deadline) {
        if stop.is_due() {
            drop(supervisor.stdin.take());
        }
        if !is_readable(&stderr) {
            continue;
        }
        match stderr.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => report.extend_from_slice(&piece[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(report)
}

fn is_readable(stderr: &ChildStderr) -> bool {
    let rest = Timespec::try_from(LOOK).ok();
    let mut one = [PollFd::new(stderr, PollFlags::IN)];
    poll(&mut one, rest.as_ref()).is_ok_and(|ready| ready > 0)
}

/// Takes note of the supervisor's end. One that is still there is killed, which kills its program.
fn end(supervisor: &mut Child) -> io::Result<ExitStatus> {
    drop(supervisor.stdin.take());
    if supervisor.try_wait()?.is_none() {
        let deadline = Instant::now() + Duration::from_millis(500);
        while supervisor.try_wait()?.is_none() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_micros(100));
        }
        supervisor.kill()?;
    }
    supervisor.wait()
}

fn lost(status: ExitStatus) -> io::Error {
    io::Error::other(format!("its supervisor was killed ({status})"))
}
