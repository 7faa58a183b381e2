//! The rules of a header update: UPD-1 to UPD-5, RPL-6.

use uuid::Uuid;
use vhdx_log_model::{HEADER_OFFSETS, Header, SECTOR};

use super::checker::{Checker, Place, place};
use super::rule::Rule;
use super::session::current;

/// The headers before an update, and the slot that it rewrites.
pub(super) struct Before {
    current: (usize, Header),
    slot: usize,
}

impl Checker {
    /// What holds before a header slot is rewritten. `None` when the request rewrites no slot, or
    /// the file has no current header.
    pub(super) fn before_header_update(&mut self, slots: &[usize]) -> Option<Before> {
        let &slot = slots.first()?;
        let current = current(self.disk.seen())?;
        if slots.contains(&current.0) {
            let detail = format!(
                "the current header at {:#x} is rewritten; a torn write leaves the older one",
                HEADER_OFFSETS[current.0]
            );
            self.report(Rule::HeaderSlot, detail);
        }
        let other = 1 - slot;
        let is_other = |write| place(write, None) == Place::Header(other);
        let pending = self.disk.pending();
        let not_flushed = pending
            .iter()
            .find(|pending| pending.sectors.iter().any(is_other))
            .map(|pending| pending.request);
        if let Some(request) = not_flushed {
            let detail = format!(
                "the header at {:#x} was written by request {request} and is not stable: a crash \
                 can tear both",
                HEADER_OFFSETS[other]
            );
            self.report(Rule::HeaderFlush, detail);
        }
        Some(Before { current, slot })
    }

    /// What holds after it.
    pub(super) fn after_header_update(&mut self, before: Before) {
        let (_, old) = before.current;
        let offset = HEADER_OFFSETS[before.slot];
        let written = Header::parse(self.disk.seen().bytes(offset / SECTOR));
        let expected = old.sequence_number.wrapping_add(1);
        let is_current = current(self.disk.seen()).is_some_and(|(slot, _)| slot == before.slot);
        if !is_current || written.sequence_number != expected {
            let detail = format!(
                "expected a valid header at {offset:#x} with SequenceNumber {expected}; found {} \
                 with {}",
                if is_current {
                    "a valid one"
                } else {
                    "one that is not current"
                },
                written.sequence_number
            );
            self.report(Rule::HeaderNumber, detail);
        }
        if !is_current {
            return;
        }
        self.check_kept_fields(&old, &written);
        self.check_second_header(&old, &written);
        if written.log_guid != old.log_guid {
            self.check_fresh_file_write_guid();
            self.check_emptied(&old);
            self.check_named(&written);
        }
    }

    /// UPD-3, and UPD-4 for a replay.
    fn check_kept_fields(&mut self, old: &Header, new: &Header) {
        let place = |header: &Header| (header.log_offset, header.log_length);
        let is_dirty = old.log_guid != [0; 16];
        if is_dirty && place(old) != place(new) {
            let detail = format!(
                "expected the log at {:#x} with {} bytes; the new header names {:#x} with {}",
                old.log_offset, old.log_length, new.log_offset, new.log_length
            );
            self.report(Rule::KeptFields, detail);
        }
        let is_first = self.session.header_updates == 0;
        self.session.header_updates += 1;
        if is_first && is_dirty && old.log_guid != new.log_guid {
            let detail = format!(
                "expected LogGuid {}; the first update after the open has {}",
                Uuid::from_bytes_le(old.log_guid),
                Uuid::from_bytes_le(new.log_guid)
            );
            self.report(Rule::KeptFields, detail);
        }
        if is_dirty
            && self.session.began_dirty()
            && !self.session.changed_visibly
            && old.data_write_guid != new.data_write_guid
        {
            let detail = format!(
                "expected DataWriteGuid {}; found {} although only the log was replayed",
                Uuid::from_bytes_le(old.data_write_guid),
                Uuid::from_bytes_le(new.data_write_guid)
            );
            self.report(Rule::DataWriteGuidKept, detail);
        }
    }

    /// UPD-2: an update that repeats the one before completes it.
    fn check_second_header(&mut self, old: &Header, new: &Header) {
        let repeats = Header {
            sequence_number: new.sequence_number,
            ..*old
        } == *new;
        if !repeats && self.session.one_slot_updated {
            self.report_second_header();
        }
        self.session.one_slot_updated = !repeats;
    }

    fn report_second_header(&mut self) {
        let detail = "the header update before was made in one header only".to_owned();
        self.report(Rule::SecondHeader, detail);
    }

    /// RPL-6: the log that the old header names is given up.
    fn check_emptied(&mut self, old: &Header) {
        let Some(generation) = self.generation(&old.log_guid) else {
            return;
        };
        if let Some((sector, logged)) = generation.first_unplaced_of_all(self.disk.stable()) {
            let detail = format!(
                "the sector at {:#x}, an update of the entry with SequenceNumber {}, is not stable \
                 at its place",
                sector * SECTOR,
                logged.entry.sequence_number
            );
            self.report(Rule::EmptyAfterPlace, detail);
        }
    }

    /// UPD-5 and WRT-9: the new header names another generation.
    fn check_named(&mut self, new: &Header) {
        let is_started = self
            .generation(&new.log_guid)
            .is_some_and(|generation| generation.newest_stable().is_some());
        if new.log_guid != [0; 16] && !is_started {
            let detail = format!(
                "no entry with LogGuid {} is stable: after a crash every reader refuses the file \
                 (SEQ-7)",
                Uuid::from_bytes_le(new.log_guid)
            );
            self.report(Rule::NamedEmpty, detail);
        }
    }

    /// UPD-1 and UPD-2, before anything but a header changes.
    pub(super) fn check_announced(&mut self) {
        if self.session.one_slot_updated {
            self.session.one_slot_updated = false;
            self.report_second_header();
        }
        self.check_fresh_file_write_guid();
    }

    /// UPD-1: what the headers announce is stable before the first other change.
    fn check_fresh_file_write_guid(&mut self) {
        if self.session.changed {
            return;
        }
        self.session.changed = true;
        let stable = current(self.disk.stable()).map(|(_, header)| header);
        let is_fresh = |header: Header| {
            !self
                .session
                .file_write_guids
                .contains(&header.file_write_guid)
        };
        if !stable.is_some_and(is_fresh) {
            let guid = stable.map_or_else(
                || "no current header".to_owned(),
                |header| Uuid::from_bytes_le(header.file_write_guid).to_string(),
            );
            let detail = format!("the stable header still has FileWriteGuid {guid}");
            self.report(Rule::FreshFileWriteGuid, detail);
        }
    }

    /// RPL-6 and UPD-2, when the program has closed the file.
    pub(super) fn check_closed(&mut self) {
        for offset in HEADER_OFFSETS {
            let header = Header::parse(self.disk.stable().bytes(offset / SECTOR));
            if header.log_guid != [0; 16] {
                let detail = format!(
                    "the stable header at {offset:#x} names the log {}",
                    Uuid::from_bytes_le(header.log_guid)
                );
                self.report(Rule::LeftDirty, detail);
                return;
            }
        }
    }
}
