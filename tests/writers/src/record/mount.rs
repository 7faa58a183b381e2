//! Mounting and unmounting, whatever happens in between.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use fuser::{BackgroundSession, MountOption, spawn_mount2};
use rustix::io::Errno;
use rustix::mount::{UnmountFlags, unmount};

use super::filesystem::OneFile;
use super::outcome::NotRecorded;
use super::tape::Tape;
use super::worker::work;

/// By which a mount of ours is known in the system's list.
const NAME: &str = "vhdx-log-record";

/// A file system that is mounted. Dropping it unmounts, and waits until every request has ended.
pub struct Mounted {
    session: Option<BackgroundSession>,
    worker: Option<JoinHandle<()>>,
    place: PathBuf,
}

impl Mounted {
    /// Mounts the file system at a new folder.
    ///
    /// # Errors
    /// Why it cannot be mounted.
    pub fn new(place: &Path, backing: File, tape: &Arc<Mutex<Tape>>) -> Result<Self, NotRecorded> {
        let device = File::options().read(true).write(true).open("/dev/fuse");
        device.map_err(NotRecorded::NoDevice)?;
        clean_up();
        fs::create_dir(place).map_err(NotRecorded::Folder)?;
        let (jobs, taken) = channel();
        let of_length = backing.try_clone().map_err(NotRecorded::Folder)?;
        let file_system = OneFile {
            jobs,
            tape: Arc::clone(tape),
            length: Box::new(move || of_length.metadata().map_or(0, |metadata| metadata.len())),
        };
        let options = [
            MountOption::FSName(NAME.to_owned()),
            MountOption::NoSuid,
            MountOption::NoDev,
            MountOption::NoExec,
        ];
        let session =
            spawn_mount2(file_system, place, &options).map_err(NotRecorded::NotMounted)?;
        let tape = Arc::clone(tape);
        let worker = thread::spawn(move || work(&taken, &backing, &tape));
        Ok(Self {
            session: Some(session),
            worker: Some(worker),
            place: place.to_owned(),
        })
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // First the mount, so that the thread of the session ends when nobody uses the file any
        // more. What still uses it then was killed, or cannot be.
        let _ = unmount(&self.place, UnmountFlags::DETACH);
        if let Some(session) = self.session.take() {
            session.join();
        }
        if let Some(worker) = self.worker.take() {
            let _ = worker.join();
        }
    }
}

/// Removes mounts that a recorder left which was killed: nobody answers there any more.
fn clean_up() {
    let list = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    for line in list.lines() {
        let mut fields = line.split(' ');
        let place = fields.nth(4).map(unescaped);
        let is_ours = line.split(" - ").nth(1).is_some_and(|tail| {
            let mut tail = tail.split(' ');
            tail.next().is_some_and(|kind| kind.starts_with("fuse")) && tail.next() == Some(NAME)
        });
        if let Some(place) = place.filter(|_| is_ours) {
            let gone = fs::metadata(&place)
                .is_err_and(|error| error.raw_os_error() == Some(Errno::NOTCONN.raw_os_error()));
            if gone {
                let _ = unmount(&place, UnmountFlags::DETACH);
            }
        }
    }
}

/// A path of the list, in which blanks are written in octal.
fn unescaped(path: &str) -> String {
    path.replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\134", "\\")
}
