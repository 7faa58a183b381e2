//! A running adapter: lines go in and come out, each within its time.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use vhdx_log_oracle::stop::Stop;

use super::messages::{Question, Reply};
use crate::contain::{Contained, Container, Ended, Folder, read_relay_report};

/// The longest line that an adapter may answer with, in bytes.
const LONGEST: u64 = 64 << 10;
/// How many lines are taken from it in advance.
const AHEAD: usize = 4;
/// How often a stop of the run is looked for.
const LOOK: Duration = Duration::from_millis(50);

/// A process that answers questions, and its private folder.
pub(super) struct Process {
    supervisor: Child,
    lines: Receiver<Result<String, String>>,
    pub(super) folder: Folder,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum NoAnswer {
    /// The time was over.
    Late,
    /// The process is gone, or does not read.
    Gone,
    /// What came is not an answer.
    Wrong(String),
    /// The run was stopped.
    Stopped,
}

impl Process {
    pub(super) fn start(
        container: &Container,
        what: &Contained,
        folder: Folder,
    ) -> std::io::Result<Self> {
        let mut supervisor = container.start_relay(what)?;
        let stdout = supervisor.stdout.take();
        let (sender, lines) = sync_channel(AHEAD);
        std::thread::spawn(move || {
            let Some(stdout) = stdout else { return };
            let mut stdout = BufReader::new(stdout);
            // Ends with the process, or when nobody listens any more.
            while let Some(line) = read_line(&mut stdout)
                && sender.send(line).is_ok()
            {}
        });
        Ok(Self {
            supervisor,
            lines,
            folder,
        })
    }

    /// Asks, and waits for the answer.
    pub(super) fn ask(
        &mut self,
        question: &Question,
        limit: Duration,
        stop: &Stop,
    ) -> Result<Reply, NoAnswer> {
        self.say(question)?;
        let line = self.hear(limit, stop)?;
        Reply::parse(&line).map_err(NoAnswer::Wrong)
    }

    /// Waits for one line.
    pub(super) fn hear(&mut self, limit: Duration, stop: &Stop) -> Result<String, NoAnswer> {
        let deadline = Instant::now() + limit;
        loop {
            let rest = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(rest.min(LOOK)) {
                Ok(line) => return line.map_err(NoAnswer::Wrong),
                Err(RecvTimeoutError::Disconnected) => return Err(NoAnswer::Gone),
                Err(RecvTimeoutError::Timeout) if stop.is_due() => return Err(NoAnswer::Stopped),
                Err(RecvTimeoutError::Timeout) if rest.is_zero() => return Err(NoAnswer::Late),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    pub(super) fn say(&mut self, question: &Question) -> Result<(), NoAnswer> {
        let mut line =
            serde_json::to_vec(question).map_err(|error| NoAnswer::Wrong(error.to_string()))?;
        line.push(b'\n');
        let Some(stdin) = self.supervisor.stdin.as_mut() else {
            return Err(NoAnswer::Gone);
        };
        // The supervisor reads, whatever its program does.
        stdin.write_all(&line).map_err(|_| NoAnswer::Gone)
    }

    /// Ends it, and says how that went. Its folder is kept until the caller drops it.
    pub(super) fn end(mut self) -> (Option<Ended>, Folder) {
        (read_relay_report(&mut self.supervisor), self.folder)
    }

    /// Asks it to end; it is ended anyway.
    pub(super) fn bye(mut self) {
        let _ = self.say(&Question::Bye);
        drop(self.end());
    }
}

/// The next line without its end; `None` at the end of the stream.
fn read_line(stdout: &mut BufReader<ChildStdout>) -> Option<Result<String, String>> {
    let mut line = Vec::new();
    match stdout.by_ref().take(LONGEST).read_until(b'\n', &mut line) {
        Ok(0) | Err(_) => return None,
        Ok(_) => {}
    }
    if line.pop() != Some(b'\n') {
        return Some(Err(format!(
            "a line without an end, or longer than {LONGEST} bytes"
        )));
    }
    Some(String::from_utf8(line).map_err(|_| "a line that is not UTF-8".to_owned()))
}
