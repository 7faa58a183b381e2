//! Sections 2 and 5: what is done around a replay, the header updates above all. Most show on dirty
//! files that are opened writable and in which a replay changes something.

use super::flaw::{Flaw, catalogue, seen_in};
use crate::headers::current_header;
use crate::image::{Image, SECTOR, Update, array};
use crate::layout::Header;
use crate::outcome::{Access, ClauseId, WriteOp};
use crate::rules::{Format, Rules};

/// How many operations the two updates before the replay are, and the two after it.
const UPDATE: usize = 4;

/// Changes every header that is written.
fn change_headers(operations: &mut [WriteOp], change: impl Fn(&mut usize, &mut Header)) {
    for operation in operations {
        if let WriteOp::WriteHeader { slot, header } = operation {
            change(slot, header);
        }
    }
}

catalogue! {
    "no-header-update" ["UPD-1"]
        "the file is changed before its headers are"
        "any; two programs cannot tell that they both write the file"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                operations.drain(..UPDATE);
            }
        }

    "header-update-after-replay" ["UPD-1"]
        "the headers are updated after the replayed writes"
        "any"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                let replay = operations.len() - UPDATE;
                operations[..replay].rotate_left(UPDATE);
            }
        }

    "current-header-overwritten" ["UPD-1" "RPL-7"]
        "the current header is rewritten first"
        "any; torn, the file has only the older header"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                change_headers(operations, |slot, _| *slot = 1 - *slot);
            }
        }

    "header-number-kept" ["UPD-1"]
        "a header is rewritten with the number it succeeds"
        "any; there are then two different headers with the same number"
        {
            fn write_back(&self, current: &Header, operations: &mut Vec<WriteOp>) {
                change_headers(operations, |_, header| header.sequence_number = current.sequence_number);
            }
        }

    "file-write-guid-kept" ["UPD-1"]
        "FileWriteGuid stays as it was"
        "any"
        {
            fn write_back(&self, current: &Header, operations: &mut Vec<WriteOp>) {
                change_headers(operations, |_, header| header.file_write_guid = current.file_write_guid);
            }
        }

    "data-write-guid-changed" ["UPD-4"] ("Q13 QEMU 10.0")
        "DataWriteGuid is changed by a mere replay"
        "any; differencing children of the disk are cut off"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                change_headers(operations, |_, header| header.data_write_guid = header.file_write_guid);
            }
        }

    "log-guid-cleared-before-replay" ["UPD-3" "RPL-6" "RPL-7"]
        "the first header update marks the log empty"
        "any; after a crash during the replay it is lost"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                change_headers(operations, |_, header| header.log_guid = [0; 16]);
            }
        }

    "log-place-cleared" ["UPD-3"]
        "a header update clears LogOffset and LogLength"
        "any"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                change_headers(operations, |_, header| (header.log_offset, header.log_length) = (0, 0));
            }
        }

    "header-updates-not-flushed" ["UPD-1" "RPL-7"]
        "the two headers are rewritten without a flush between them"
        "any; torn together, the file has no header"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                operations.remove(1);
            }
        }

    "replay-not-flushed" ["RPL-6" "RPL-7"]
        "the log is marked empty before the replayed writes are stable"
        "any; after a crash they are lost"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                operations.remove(operations.len() - UPDATE - 1);
            }
        }

    "marked-empty-before-replay" ["RPL-6" "RPL-7"]
        "the log is marked empty before the replayed writes"
        "any; after a crash they are lost"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                operations[UPDATE..].rotate_right(UPDATE);
            }
        }

    "growth-not-written-back" ["RPL-3"]
        "the file is shown with its new length, but not given it"
        "a file shorter than its head's LastFileOffset"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                operations.retain(|operation| !matches!(operation, WriteOp::Update(Update::SetLength(_))));
            }
        }

    "log-not-marked-empty" ["RPL-6"]
        "LogGuid stays set after the replay"
        "any; the file stays dirty"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                operations.truncate(operations.len() - UPDATE);
            }
        }

    "one-header-marked-empty" ["RPL-6"]
        "LogGuid is cleared in one header only"
        "any; without that header the log would be replayed over newer contents"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                operations.truncate(operations.len() - UPDATE / 2);
            }
        }

    "creator-overwritten" ["FID-2"]
        "whoever replays writes its own name into the file identifier"
        "any"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                let bytes = b"v\0h\0d\0x\0-\0l\0o\0g\0\0\0".to_vec();
                operations.insert(UPDATE, WriteOp::Update(Update::Write { offset: 8, bytes }));
            }
        }

    "region-tables-read-before-replay" ["RPL-4"]
        "a region table must be valid before the log is replayed"
        "both region tables broken, and a log that writes them"
        {
            fn before_replay(&self, image: &Image) -> Result<(), ClauseId> {
                let is_valid = |offset| image.bytes(offset / SECTOR).starts_with(b"regi");
                if is_valid(192 << 10) || is_valid(256 << 10) { Ok(()) } else { Err("RPL-4") }
            }
        }

    "metadata-read-before-replay" ["RPL-4"]
        "the metadata table must be valid before the log is replayed"
        "a broken metadata table, and a log that writes it"
        {
            fn before_replay(&self, image: &Image) -> Result<(), ClauseId> {
                const METADATA_REGION: [u8; 4] = 0x8B7C_A206_u32.to_le_bytes();
                let table = [192 << 10, 256 << 10].map(|offset| image.bytes(offset / SECTOR));
                let mut entries = table.iter().flat_map(|table| table[16..].chunks_exact(32).take(2));
                let metadata = entries.find(|entry| entry.starts_with(&METADATA_REGION));
                let offset = metadata.map(|entry| u64::from_le_bytes(array(entry, 16)));
                let is_valid = |offset: u64| image.bytes(offset / SECTOR).starts_with(b"metadata");
                if offset.is_none_or(is_valid) { Ok(()) } else { Err("RPL-4") }
            }
        }

    "read-only-open-writes" ["RPL-5"]
        "the replay goes back to the file even when it is opened read-only"
        "any"
        {
            fn writes_back(&self, _: Access) -> bool {
                true
            }
        }

    "refused-file-changed" ["RPL-8" "UPD-1"]
        "the header is updated before the log is looked at"
        "any file that is refused for its log"
        {
            fn before_refusal(&self, image: &Image) -> Vec<WriteOp> {
                let Ok((slot, current)) = current_header(image, &Format) else { return Vec::new() };
                let header = Header { sequence_number: current.sequence_number.wrapping_add(1), ..current };
                vec![WriteOp::WriteHeader { slot: 1 - slot, header }, WriteOp::Flush]
            }
        }
}
