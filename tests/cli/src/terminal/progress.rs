//! Progress on standard error. On a terminal: bytes read and written for operations longer than a
//! second, and a bar of steps for searches. In a log: a line for each part of a long run.

use std::cell::RefCell;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{BinaryBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};
use vhdx_log_inspect::document::escape::printable;
use vhdx_log_oracle::observed::{Observed, Observer};

/// Shorter operations show nothing.
const DELAY: Duration = Duration::from_secs(1);

/// Counts of bytes read and written. Costs nothing when standard error is not a terminal.
#[derive(Debug)]
pub(crate) struct Progress {
    state: Option<RefCell<State>>,
}

#[derive(Debug)]
struct State {
    doing: &'static str,
    begun: Instant,
    bytes_read: u64,
    bytes_written: u64,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// `doing` is the operation as a participle: "replaying".
    pub(crate) fn new(doing: &'static str) -> Self {
        let state = State {
            doing,
            begun: Instant::now(),
            bytes_read: 0,
            bytes_written: 0,
            bar: None,
        };
        Self {
            state: io::stderr().is_terminal().then(|| RefCell::new(state)),
        }
    }

    /// Starts another operation, with counts of its own.
    pub(crate) fn start(&self, doing: &'static str) {
        if let Some(state) = &self.state {
            let state = &mut *state.borrow_mut();
            (state.doing, state.bytes_read, state.bytes_written) = (doing, 0, 0);
        }
    }

    pub(crate) fn count(&self, bytes_read: u64, bytes_written: u64) {
        let Some(state) = &self.state else { return };
        let state = &mut *state.borrow_mut();
        state.bytes_read += bytes_read;
        state.bytes_written += bytes_written;
        if state.bar.is_none() {
            if state.begun.elapsed() < DELAY {
                return;
            }
            state.bar = Some(bar(state.begun));
        }
        if let Some(bar) = &state.bar {
            let (read, written) = (
                BinaryBytes(state.bytes_read),
                BinaryBytes(state.bytes_written),
            );
            bar.set_message(format!("{}: {read} read, {written} written", state.doing));
            bar.tick();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = self
            .state
            .as_mut()
            .and_then(|state| state.get_mut().bar.take())
        {
            bar.finish_and_clear();
        }
    }
}

fn bar(begun: Instant) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {wide_msg}") {
        bar.set_style(style);
    }
    bar.with_elapsed(begun.elapsed())
}

/// A bar of `length` steps in the form of an `indicatif` template; hidden without a terminal.
pub(crate) fn steps(length: u64, template: &str) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr());
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// A line of progress where standard error is kept, as in the log of a CI job.
pub(crate) fn note(line: &str) {
    if !io::stderr().is_terminal() {
        // Nobody is left to be told.
        let _ = writeln!(io::stderr(), "vhdx-log: {}", printable(line));
    }
}

/// What is going on before steps can be counted; nothing without a terminal.
pub(crate) fn spinner(doing: &'static str) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let spinner = bar(Instant::now()).with_message(doing);
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}

/// A storage whose reads and writes are counted as progress.
pub(crate) type Counted<'a, S> = Observed<S, &'a Progress>;

impl Observer for &Progress {
    fn on_read(&self, _: u64, length: usize) {
        self.count(length as u64, 0);
    }

    fn on_write(&mut self, _: u64, bytes: &[u8]) {
        self.count(0, bytes.len() as u64);
    }
}
