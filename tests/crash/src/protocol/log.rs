//! The rules of a write to the log: valid entries, WRT-2 to WRT-5, UPD-5, and WRT-1 for payload.

use uuid::Uuid;
use vhdx_log_model::{Format, Header, SECTOR, entry_at};

use super::checker::{Checker, Payload, Place, place};
use super::disk::contents;
use super::generation::{Generation, Logged};
use super::rule::Rule;
use super::session::{current, log_guid_of, ring};
use crate::trace::SectorWrite;

impl Checker {
    /// WRT-4: none of the sectors is in the active sequence.
    pub(super) fn before_log_write(&mut self, log: &[(u64, &SectorWrite)], header: Option<Header>) {
        let (Some(header), false) = (header, log.is_empty()) else {
            return;
        };
        let ring_bytes = u64::from(header.log_length);
        let stable = current(self.disk.stable()).map(|(_, header)| header.log_guid);
        for named in [Some(header.log_guid), stable].into_iter().flatten() {
            let Some((first, count)) = self
                .generation(&named)
                .and_then(|generation| generation.active_space(ring_bytes))
            else {
                continue;
            };
            let ring_sectors = ring_bytes / SECTOR;
            let overwritten = log.iter().find(|(sector, write)| {
                (sector + ring_sectors - first) % ring_sectors < count
                    && contents(write) != self.disk.seen().bytes(write.number)
            });
            if let Some((sector, _)) = overwritten {
                let detail = format!(
                    "log offset {:#x} is overwritten; the active sequence takes {count} sectors \
                     from log offset {:#x} on",
                    sector * SECTOR,
                    first * SECTOR
                );
                self.report(Rule::ActiveSpace, detail);
                return;
            }
        }
    }

    /// Finds the entries that a write to the log completes, and checks each.
    pub(super) fn after_log_write(&mut self, log: &[(u64, &SectorWrite)], header: Option<Header>) {
        let (Some(header), false) = (header, log.is_empty()) else {
            return;
        };
        let begins_entry = |(_, write): &&(u64, &SectorWrite)| contents(write).starts_with(b"loge");
        let begun = log.iter().filter(begins_entry).map(|(sector, _)| *sector);
        let mut candidates = std::mem::take(&mut self.incomplete);
        candidates.extend(begun);
        candidates.dedup();
        for sector in candidates {
            let Some(ring) = ring(self.disk.seen(), &header) else {
                return;
            };
            let guid = log_guid_of(ring.sector(sector));
            match entry_at(&ring, sector * SECTOR, &guid, &Format) {
                Ok(entry) => {
                    let logged = Logged::new(entry, self.number, false, &ring);
                    self.take_entry(guid, logged, &header);
                }
                Err("ENT-1") => {}
                Err(_) => self.incomplete.push(sector),
            }
        }
    }

    /// What was written as an entry is valid once the program relies on it.
    pub(super) fn check_incomplete_entries(&mut self) {
        let header = current(self.disk.seen()).map(|(_, header)| header);
        for sector in std::mem::take(&mut self.incomplete) {
            let Some(ring) = header
                .as_ref()
                .and_then(|header| ring(self.disk.seen(), header))
            else {
                return;
            };
            let guid = log_guid_of(ring.sector(sector));
            if let Err(clause) = entry_at(&ring, sector * SECTOR, &guid, &Format) {
                let detail = format!(
                    "what is flushed at log offset {:#x} begins as an entry and is not one",
                    sector * SECTOR
                );
                self.report_clause(Rule::EntryValid, clause, detail);
            }
        }
    }

    fn take_entry(&mut self, guid: [u8; 16], logged: Logged, header: &Header) {
        let ring_bytes = u64::from(header.log_length);
        if self.generation(&guid).is_none() {
            if self.session.known_log_guids.contains(&guid) {
                self.report_old_guid(guid);
            }
            self.generations.push(Generation::new(guid));
        } else if self.session.known_log_guids.remove(&guid) {
            self.report_old_guid(guid);
        }
        self.check_follows(&guid, &logged, ring_bytes);
        self.check_sizes(&guid, &logged);
        self.check_payload(&logged);
        if !logged.is_empty() {
            self.check_data_write_guid();
        }
        let Some(generation) = self
            .generations
            .iter_mut()
            .find(|generation| generation.log_guid == guid)
        else {
            return;
        };
        let tail = logged.entry.tail;
        let sequence_number = logged.entry.sequence_number;
        generation.append(logged);
        let dropped = generation.before(tail);
        let unplaced = dropped.and_then(|count| {
            let (sector, older) = generation.first_unplaced(count, self.disk.stable())?;
            Some((sector, older.entry.sequence_number))
        });
        if dropped.is_none() {
            let detail = format!(
                "the entry with SequenceNumber {sequence_number} has Tail {tail:#x}, where no \
                 entry of its sequence begins"
            );
            self.report(Rule::TailInSequence, detail);
        }
        if let Some((sector, older)) = unplaced {
            let detail = format!(
                "the entry with SequenceNumber {sequence_number} has Tail {tail:#x}, after the \
                 entry with SequenceNumber {older}, whose update of the sector at {:#x} is not \
                 stable at its place",
                sector * SECTOR
            );
            self.report(Rule::TailNotLate, detail);
        }
    }

    /// UPD-5.
    fn report_old_guid(&mut self, guid: [u8; 16]) {
        let detail = format!(
            "an entry is written with LogGuid {}, which the file had when it was opened",
            Uuid::from_bytes_le(guid)
        );
        self.report(Rule::NewLogGuid, detail);
    }

    /// WRT-2, and that entries are adjacent.
    fn check_follows(&mut self, guid: &[u8; 16], logged: &Logged, ring_bytes: u64) {
        let newest = self.generation(guid).and_then(Generation::newest);
        let Some((number, end)) =
            newest.map(|newest| (newest.entry.sequence_number, newest.end(ring_bytes)))
        else {
            return;
        };
        let (found, offset) = (logged.entry.sequence_number, logged.entry.offset);
        if number.checked_add(1) != Some(found) {
            let detail =
                format!("the entry after SequenceNumber {number} has SequenceNumber {found}");
            self.report(Rule::EntryNumber, detail);
        }
        if offset != end {
            let detail = format!(
                "the entry with SequenceNumber {found} is at log offset {offset:#x}; the one \
                 before it ends at {end:#x}"
            );
            self.report(Rule::EntryPlace, detail);
        }
    }

    /// WRT-1 for payload.
    fn check_payload(&mut self, logged: &Logged) {
        if self.payload != Payload::AllBefore {
            return;
        }
        let header = current(self.disk.seen()).map(|(_, header)| header);
        let is_payload = |write: &&SectorWrite| {
            place(write, header) == Place::Elsewhere
                && !self
                    .generations
                    .iter()
                    .any(|generation| generation.is_logged(write.number, contents(write)))
        };
        let mut writes = self.disk.pending().iter().flat_map(|pending| {
            let sectors = pending.sectors.iter();
            sectors.map(|write| (pending.request, write))
        });
        let found = writes.find(|(_, write)| is_payload(write));
        if let Some((request, write)) = found {
            let detail = format!(
                "the entry with SequenceNumber {} is written while the payload at {:#x} of request \
                 {request} is not stable",
                logged.entry.sequence_number,
                write.number * SECTOR
            );
            self.report(Rule::EntryAfterPayload, detail);
        }
    }
}
