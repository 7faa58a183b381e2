//! Containment with what Rust's standard library has: the time, the output, and the process itself.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use vhdx_log_oracle::subject::Tail;

use super::container::Container;
use super::ended::{Ended, How};
use super::request::Contained;
use super::tail::Keeper;

/// How often the program is looked at.
const LOOK: Duration = Duration::from_millis(1);
/// How long the last output is waited for: what the program left running may hold the pipe.
const PATIENCE: Duration = Duration::from_millis(200);

impl Container {
    pub(super) fn run_contained(&self, what: &Contained) -> Ended {
        self.run_portable(what)
            .unwrap_or_else(|error| Ended::not_started(error.to_string()))
    }

    fn run_portable(&self, what: &Contained) -> io::Result<Ended> {
        let started = Instant::now();
        let mut child = Command::new(&what.program)
            .args(&what.arguments)
            .current_dir(&what.folder)
            .stdin(Stdio::null())
            .stdout(match &what.stdout {
                Some(path) => Stdio::from(std::fs::File::create_new(path)?),
                None => Stdio::piped(),
            })
            .stderr(Stdio::piped())
            .spawn()?;
        let stdout = keep(child.stdout.take());
        let stderr = keep(child.stderr.take());
        let how = loop {
            if let Some(status) = child.try_wait()? {
                break how(status);
            }
            let wall = what.limits.wall;
            let over = wall.is_some_and(|wall| started.elapsed() >= wall);
            if over || self.stop.is_due() {
                child.kill()?;
                child.wait()?;
                break if over { How::TimedOut } else { How::Stopped };
            }
            std::thread::sleep(LOOK);
        };
        let elapsed = started.elapsed();
        Ok(Ended {
            how,
            runaway: None,
            stdout: end_of(stdout),
            stderr: end_of(stderr),
            elapsed,
            processor: Duration::ZERO,
            stragglers: 0,
            survivors: 0,
        })
    }
}

impl Container {
    /// A program that the bench talks with.
    pub(crate) fn start_relay(&self, what: &Contained) -> io::Result<Child> {
        Command::new(&what.program)
            .args(&what.arguments)
            .current_dir(&what.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
    }
}

/// Ends a program that the bench talked with, soon after its input was closed.
pub(crate) fn read_relay_report(program: &mut Child) -> Option<Ended> {
    drop(program.stdin.take());
    let deadline = Instant::now() + PATIENCE;
    while program.try_wait().ok()?.is_none() && Instant::now() < deadline {
        std::thread::sleep(LOOK);
    }
    let own = program.try_wait().ok()?;
    if own.is_none() {
        program.kill().ok()?;
        program.wait().ok()?;
    }
    let mut ended = Ended::not_started(String::new());
    ended.how = own.map_or(How::Stopped, how);
    Some(ended)
}

fn how(status: ExitStatus) -> How {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return How::Signal(signal);
    }
    How::Exit(status.code().unwrap_or(-1))
}

fn keep<R: Read + Send + 'static>(pipe: Option<R>) -> JoinHandle<Keeper> {
    std::thread::spawn(move || {
        let (mut keeper, mut piece) = (Keeper::default(), [0; 16 << 10]);
        if let Some(mut pipe) = pipe {
            while let Ok(read @ 1..) = pipe.read(&mut piece) {
                keeper.push(&piece[..read]);
            }
        }
        keeper
    })
}

fn end_of(reading: JoinHandle<Keeper>) -> Tail {
    let deadline = Instant::now() + PATIENCE;
    while !reading.is_finished() && Instant::now() < deadline {
        std::thread::sleep(LOOK);
    }
    match reading.is_finished() {
        true => reading.join().map(Keeper::finish).unwrap_or_default(),
        false => Tail::default(),
    }
}
