//! The disk as the checker follows it: what the program sees, what is stable, and the changes in
//! between.

use vhdx_log_model::{Bytes, Image, SECTOR};

use crate::disk::{DiskImage, Sector};
use crate::trace::{Request, SectorWrite};

/// A file under the durability model: a change is pending until the next flush has returned.
#[derive(Debug)]
pub struct Disk {
    seen: Image,
    stable: Image,
    pending: Vec<Pending>,
    length_before_flush: u64,
}

/// A change that a crash may lose.
#[derive(Clone, Debug)]
pub struct Pending {
    /// The request that made it.
    pub request: usize,
    pub length: Option<(u64, u64)>,
    pub sectors: Vec<SectorWrite>,
}

impl Disk {
    /// A disk that holds an image, all of it stable.
    pub fn new(base: &DiskImage) -> Self {
        let mut image = Image::new(base.length());
        for number in base.present(0..u64::MAX) {
            image.write(number * SECTOR, base.contents(number));
        }
        Self {
            seen: image.clone(),
            stable: image,
            pending: Vec::new(),
            length_before_flush: base.length(),
        }
    }

    /// The stable length before the last flush: what a program knew that prepared an entry then.
    pub const fn length_before_flush(&self) -> u64 {
        self.length_before_flush
    }

    /// What a running program sees.
    pub const fn seen(&self) -> &Image {
        &self.seen
    }

    /// What every crash leaves, but for what pending changes replace.
    pub const fn stable(&self) -> &Image {
        &self.stable
    }

    pub fn pending(&self) -> &[Pending] {
        &self.pending
    }

    /// Carries out a request that is pending from now on.
    pub fn change(&mut self, number: usize, request: &Request) {
        let pending = Pending {
            request: number,
            length: request.length,
            sectors: request.sectors.clone(),
        };
        pending.apply(&mut self.seen);
        self.pending.push(pending);
    }

    /// Makes every change stable.
    pub fn flush(&mut self) {
        self.length_before_flush = self.stable.length();
        for pending in &self.pending {
            pending.apply(&mut self.stable);
        }
        self.pending.clear();
    }

    /// The power went: what is left is what the request says, all of it stable.
    pub fn lose_power(&mut self, request: &Request) {
        self.change(0, request);
        self.stable = self.seen.clone();
        self.pending.clear();
    }
}

impl Pending {
    fn apply(&self, image: &mut Image) {
        if let Some((_, length)) = self.length {
            image.set_length(length);
        }
        for write in &self.sectors {
            image.write(write.number * SECTOR, contents(write));
        }
    }
}

/// The whole sector that a request leaves.
pub fn contents(write: &SectorWrite) -> &Bytes {
    Sector::contents(write.after.as_ref())
}
