//! Many threads change one disk, and share each flush:
//! `cargo run --release --example group_commit -- disk.vhdx`, which writes 4 bytes at 3 MiB.
//!
//! `Log::commit` makes everything submitted so far durable with one flush, but takes `&mut self`: a
//! `Mutex<Log>` around submit and commit lets one thread flush while the others wait for the lock,
//! and nothing is shared. So threads queue *outside* the log. One of them, the leader, submits all
//! that is queued and commits once; meanwhile the next batch gathers.

use std::collections::HashMap;
use std::error::Error;
use std::fs::File;
use std::mem;
use std::path::Path;
use std::sync::{Condvar, Mutex};
use std::time::Instant;

use vhdx_log::OpenOptions;
use vhdx_log::storage::Storage;
use vhdx_log::writer::{Log, Transaction, WriteError};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os()
        .nth(1)
        .ok_or("usage: group_commit FILE")?;
    for threads in [1, 8, 32] {
        let start = Instant::now();
        let updates = run(Path::new(&path), threads, 200)?;
        let rate = f64::from(updates) / start.elapsed().as_secs_f64();
        println!("{threads} threads: {rate:.0} updates a second");
    }
    Ok(())
}

/// Lets each thread make a number of changes, each durable before the next; returns how many there
/// were.
pub fn run(path: &Path, threads: u32, changes: u32) -> Result<u32, Box<dyn Error>> {
    let file = File::options().read(true).write(true).open(path)?;
    let group = Group::new(Log::open(file, &OpenOptions::writable().into())?);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|thread| {
                let group = &group;
                scope.spawn(move || {
                    (0..changes).try_for_each(|change| {
                        let place = (3 << 20) + 4 * u64::from(thread);
                        group.commit(Transaction::new().write(place, &change.to_le_bytes()))
                    })
                })
            })
            .collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().expect("a worker does not panic"))
    })?;
    group.into_log().close()?;
    Ok(threads * changes)
}

/// A log that many threads commit to.
pub struct Group<S> {
    log: Mutex<Log<S>>,
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<(u64, Transaction)>,
    /// The number of the next transaction.
    next: u64,
    /// Every transaction before this one is durable or refused.
    settled: u64,
    /// What transactions were refused for, until their threads have seen it.
    refused: HashMap<u64, WriteError>,
    /// Whether a thread is committing.
    has_leader: bool,
    /// The device has failed, and with it the log.
    failed: bool,
}

impl<S: Storage> Group<S> {
    /// Shares a log.
    pub fn new(log: Log<S>) -> Self {
        Self {
            log: Mutex::new(log),
            queue: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Returns once the transaction is durable.
    ///
    /// # Errors
    /// Those of [`Log::submit`] for this transaction; [`WriteError::Failed`] once the device has
    /// failed.
    pub fn commit(&self, transaction: Transaction) -> Result<(), WriteError> {
        let mut queue = self.queue.lock().expect("no thread panics");
        let number = queue.next;
        queue.next += 1;
        queue.waiting.push((number, transaction));
        loop {
            if let Some(error) = queue.refused.remove(&number) {
                return Err(error);
            }
            if queue.settled > number {
                return Ok(());
            }
            if queue.failed {
                return Err(WriteError::Failed);
            }
            if queue.has_leader {
                queue = self.changed.wait(queue).expect("no thread panics");
                continue;
            }
            queue.has_leader = true;
            let batch = mem::take(&mut queue.waiting);
            let end = queue.next;
            drop(queue); // the next batch gathers while this one is flushed
            let (refused, outcome) = self.commit_batch(batch);
            queue = self.queue.lock().expect("no thread panics");
            queue.has_leader = false;
            match outcome {
                Ok(()) => {
                    queue.settled = end;
                    queue.refused.extend(refused);
                }
                Err(_) => queue.failed = true,
            }
            self.changed.notify_all();
        }
    }

    /// Submits what is allowed, and makes it durable with one flush.
    fn commit_batch(
        &self,
        batch: Vec<(u64, Transaction)>,
    ) -> (Vec<(u64, WriteError)>, Result<(), WriteError>) {
        let mut log = self.log.lock().expect("no thread panics");
        let refused = batch.into_iter().filter_map(|(number, transaction)| {
            let submitted = log.submit(&transaction);
            submitted.err().map(|error| (number, error))
        });
        // A failure of the device stops the log, so the commit reports it, too.
        (refused.collect(), log.commit())
    }

    /// The log, once no thread uses it any more.
    pub fn into_log(self) -> Log<S> {
        self.log.into_inner().expect("no thread panics")
    }
}
