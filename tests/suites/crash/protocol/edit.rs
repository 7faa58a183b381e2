//! Changes of a recorded trace, each of which breaks one rule of the protocol.
//!
//! Headers, entries and places are counted in the order in which the trace writes them. A changed
//! header or entry gets its checksum again, so that only what was changed is wrong.

use vhdx_log_crash::Recording;
use vhdx_log_crash::disk::Sector;
use vhdx_log_crash::trace::{Request, RequestKind, SectorWrite};
use vhdx_log_image::{HEADER_SECTORS, SECTOR_BYTES};
use vhdx_log_model::Header;

pub struct Edit {
    pub recording: Recording,
}

impl Edit {
    pub fn new(recording: Recording) -> Self {
        Self { recording }
    }

    /// Header 1 before the first request.
    pub fn first_header(&self) -> Header {
        Header::parse(self.recording.base.contents(HEADER_SECTORS[0]))
    }

    pub fn log_guid_of_entry(&self, number: usize) -> [u8; 16] {
        let request = &self.recording.trace[self.entries()[number]];
        bytes_of(request)[32..48].try_into().expect("16 bytes")
    }

    pub fn header(&mut self, number: usize, change: impl Fn(&mut Header)) {
        let at = self.headers()[number];
        self.change_header(at, change);
    }

    pub fn every_header(&mut self, change: impl Fn(&mut Header)) {
        for at in self.headers() {
            self.change_header(at, &change);
        }
    }

    /// Writes it to the other slot.
    pub fn move_header(&mut self, number: usize) {
        let at = self.headers()[number];
        let write = &mut self.recording.trace[at].sectors[0];
        write.number = HEADER_SECTORS[0] + HEADER_SECTORS[1] - write.number;
    }

    /// Leaves it out, with its flush.
    pub fn drop_header(&mut self, number: usize) {
        let at = self.headers()[number];
        self.recording.trace.drain(at..at + 2);
    }

    pub fn drop_flush_after_header(&mut self, number: usize) {
        self.drop_flush_after(self.headers()[number]);
    }

    pub fn entry(&mut self, number: usize, change: impl Fn(&mut [u8])) {
        let at = self.entries()[number];
        self.change_entry(at, change);
    }

    pub fn every_entry(&mut self, change: impl Fn(&mut [u8])) {
        for at in self.entries() {
            self.change_entry(at, &change);
        }
    }

    /// The entry's Tail is the entry itself.
    pub fn late_tail(&mut self, number: usize) {
        let at = self.entries()[number];
        let place = self.place_in_log(at) as u32;
        self.change_entry(at, |entry| {
            entry[12..16].copy_from_slice(&place.to_le_bytes());
        });
    }

    pub fn flip_entry_checksum(&mut self, number: usize) {
        let at = self.entries()[number];
        let mut bytes = bytes_of(&self.recording.trace[at]);
        bytes[4] ^= 1;
        self.put(at, &bytes);
    }

    /// Writes the entry over the one before it.
    pub fn overwrite_with_entry(&mut self, number: usize) {
        let [before, at] = [number - 1, number].map(|number| self.entries()[number]);
        let first = self.recording.trace[before].sectors[0].number;
        self.move_to(at, first);
    }

    pub fn drop_flush_after_entry(&mut self, number: usize) {
        self.drop_flush_after(self.entries()[number]);
    }

    /// Changes the last entry without updates.
    pub fn empty_entry(&mut self, change: impl Fn(&mut [u8])) {
        let at = self.last_empty_entry();
        self.change_entry(at, change);
    }

    /// Writes the last entry without updates one sector further on.
    pub fn move_empty_entry(&mut self) {
        let at = self.last_empty_entry();
        let first = self.recording.trace[at].sectors[0].number;
        self.move_to(at, first + 1);
    }

    pub fn drop_empty_entry(&mut self) {
        let at = self.last_empty_entry();
        self.recording.trace.remove(at);
    }

    /// Writes the two headers that name the generation before its first entry.
    pub fn name_before_first_entry(&mut self) {
        let at = self.entries()[0];
        self.recording.trace[at..at + 6].rotate_left(2);
    }

    /// Leaves out the flush after a write outside the headers and the log.
    pub fn drop_flush_after_place(&mut self, number: usize) {
        let places = self.requests(|edit, number| {
            !edit.recording.base.log().contains(&number) && !HEADER_SECTORS.contains(&number)
        });
        self.drop_flush_after(places[number]);
    }

    fn drop_flush_after(&mut self, at: usize) {
        let flush = self.recording.trace[at..]
            .iter()
            .position(|request| request.kind == RequestKind::Flush)
            .expect("a flush");
        self.recording.trace.remove(at + flush);
    }

    fn headers(&self) -> Vec<usize> {
        self.requests(|_, number| HEADER_SECTORS.contains(&number))
    }

    fn entries(&self) -> Vec<usize> {
        self.requests(|edit, number| edit.recording.base.log().contains(&number))
    }

    fn requests(&self, is_meant: impl Fn(&Self, u64) -> bool) -> Vec<usize> {
        let requests = self.recording.trace.iter().enumerate();
        let meant = requests.filter(|(_, request)| {
            let first = request.sectors.first();
            first.is_some_and(|write| is_meant(self, write.number))
        });
        meant.map(|(at, _)| at).collect()
    }

    fn last_empty_entry(&self) -> usize {
        let is_empty = |at: &usize| bytes_of(&self.recording.trace[*at])[24..28] == [0; 4];
        self.entries()
            .into_iter()
            .rfind(is_empty)
            .expect("an empty entry")
    }

    fn place_in_log(&self, at: usize) -> u64 {
        let first = self.recording.trace[at].sectors[0].number;
        (first - self.recording.base.log().start) * SECTOR_BYTES as u64
    }

    fn change_header(&mut self, at: usize, change: impl Fn(&mut Header)) {
        let write = &mut self.recording.trace[at].sectors[0];
        let mut header = Header::parse(Sector::contents(write.after.as_ref()));
        change(&mut header);
        write.after = Sector::new(&header.to_bytes());
    }

    fn change_entry(&mut self, at: usize, change: impl Fn(&mut [u8])) {
        let mut bytes = bytes_of(&self.recording.trace[at]);
        change(&mut bytes);
        bytes[4..8].fill(0);
        let checksum = crc32c::crc32c(&bytes);
        bytes[4..8].copy_from_slice(&checksum.to_le_bytes());
        self.put(at, &bytes);
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        let sectors = bytes.as_chunks::<SECTOR_BYTES>().0;
        for (write, sector) in self.recording.trace[at].sectors.iter_mut().zip(sectors) {
            write.after = Sector::new(sector);
        }
    }

    fn move_to(&mut self, at: usize, first: u64) {
        for (number, write) in (first..).zip(&mut self.recording.trace[at].sectors) {
            write.number = number;
        }
    }
}

fn bytes_of(request: &Request) -> Vec<u8> {
    let contents = |write: &SectorWrite| *Sector::contents(write.after.as_ref());
    request.sectors.iter().flat_map(contents).collect()
}
