//! The rules of a write outside the headers and the log: WRT-1 and UPD-4.

use uuid::Uuid;
use vhdx_log_model::{Header, SECTOR};

use super::checker::Checker;
use super::disk::contents;
use super::rule::Rule;
use super::session::current;
use crate::trace::SectorWrite;

impl Checker {
    /// What holds before the sectors are written.
    pub(super) fn before_places_change(&mut self, sectors: &[&SectorWrite]) {
        for write in sectors {
            self.check_entry_is_stable(write);
        }
        let is_replay = |write: &&&SectorWrite| {
            self.generations
                .iter()
                .any(|generation| generation.is_logged(write.number, contents(write)))
        };
        if sectors.iter().any(|write| !is_replay(&write)) {
            self.check_data_write_guid();
        }
    }

    /// WRT-1: bytes that an entry in flight makes, and no stable one.
    fn check_entry_is_stable(&mut self, write: &SectorWrite) {
        let (sector, bytes) = (write.number, contents(write));
        if self.disk.seen().bytes(sector) == bytes {
            return;
        }
        let early = self.generations.iter().find_map(|generation| {
            let logged = generation.last_update_of(sector)?;
            (!logged.stable && logged.makes(sector, bytes) && !generation.is_logged(sector, bytes))
                .then_some(logged)
        });
        if let Some(logged) = early {
            let detail = format!(
                "the sector at {:#x} is written while the entry with SequenceNumber {}, written by \
                 request {}, is not stable",
                sector * SECTOR,
                logged.entry.sequence_number,
                logged.request
            );
            self.report(Rule::PlaceAfterLog, detail);
        }
    }

    /// UPD-4: before the first change that a reader of the virtual disk may see.
    pub(super) fn check_data_write_guid(&mut self) {
        if self.session.changed_visibly {
            return;
        }
        self.session.changed_visibly = true;
        let stable = current(self.disk.stable()).map(|(_, header)| header);
        let guid = |header: Option<Header>| header.map(|header| header.data_write_guid);
        let first = guid(self.session.first_header);
        if first.is_some() && guid(stable) == first {
            let guid = Uuid::from_bytes_le(first.unwrap_or_default());
            let detail = format!("the stable header still has DataWriteGuid {guid}");
            self.report(Rule::DataWriteGuidFirst, detail);
        }
    }
}
