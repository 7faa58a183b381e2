//! The rules of the file's length, FlushedFileOffset and LastFileOffset: WRT-5.

use vhdx_log_model::Header;

use super::checker::Checker;
use super::generation::{Generation, Logged};
use super::rule::Rule;
use crate::trace::Request;

const MIB: u64 = 1 << 20;

impl Checker {
    /// The sizes of an entry that was just written.
    pub(super) fn check_sizes(&mut self, log_guid: &[u8; 16], logged: &Logged) {
        let (flushed, last) = (
            logged.entry.flushed_file_offset,
            logged.entry.last_file_offset,
        );
        let (stable, seen) = (self.disk.stable().length(), self.disk.seen().length());
        // The entry may have been prepared before the last flush.
        let known = stable.min(self.disk.length_before_flush());
        let not_applied = self.generation(log_guid).map(Generation::targets_end);
        let needed = seen.max(logged.targets_end()).max(not_applied.unwrap_or(0));
        if let Some((finding, longer)) = self.sizes.large.take()
            && needed <= longer
        {
            self.findings.push(finding);
        }
        let of_flushed = format!("it is {flushed:#x}; the stable length is {stable:#x}");
        let of_last = format!("it is {last:#x}; the file needs {needed:#x} bytes");
        if flushed > stable || !flushed.is_multiple_of(MIB) {
            self.report(Rule::FlushedFileOffset, of_flushed);
            return;
        }
        if !last.is_multiple_of(MIB) {
            self.report(Rule::LastFileOffset, of_last);
            return;
        }
        if last < needed {
            let finding = self.finding(Rule::LastFileOffset, "WRT-5", of_last);
            self.sizes.small.push(finding);
        } else if known.min(seen).saturating_sub(flushed) >= MIB {
            let finding = self.finding(Rule::FlushedFileOffsetClose, "WRT-5", of_flushed);
            self.sizes.small.push(finding);
        } else {
            self.findings.append(&mut self.sizes.small);
            if last - needed >= MIB {
                let finding = self.finding(Rule::LastFileOffsetClose, "WRT-5", of_last);
                self.sizes.large = Some((finding, last - MIB));
            }
        }
    }

    /// A change of the file's length: a cut comes after an entry with the smaller size is stable.
    pub(super) fn check_length(&mut self, request: &Request, header: Option<Header>) {
        let (Some((before, after)), Some(header)) = (request.length, header) else {
            return;
        };
        if after >= before {
            return;
        }
        self.sizes.small.clear();
        self.sizes.was_cut = true;
        let newest = self
            .generation(&header.log_guid)
            .and_then(Generation::newest_stable)
            .map(|logged| logged.entry.flushed_file_offset);
        if let Some(flushed) = newest.filter(|&flushed| after < flushed) {
            let detail = format!(
                "the file is cut to {after:#x} bytes while the newest stable entry has \
                 FlushedFileOffset {flushed:#x}: after a crash it is refused (SEQ-8)"
            );
            self.report(Rule::Shrink, detail);
        }
    }
}
