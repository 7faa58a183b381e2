//! Sections 2 and 5: what is done before and after a replay, most of it header updates. Most of
//! these flaws show on every writable open of a dirty file.

use super::flaw::{Flaw, catalogue, own_steps, seen_in};
use crate::headers::current_header;
use crate::image::{Image, SECTOR, Update, array};
use crate::layout::Header;
use crate::outcome::{Access, Checked, WriteOp};
use crate::rules::{Format, Rules};

/// How many operations the two header updates before the replay are, and the two after it.
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
        "changes the file without updating its headers, so that two programs cannot see that both \
        write it"
        "any"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                operations.drain(..UPDATE);
            }
        }

    "header-update-after-replay" ["UPD-1"]
        "updates the headers after the replayed writes instead of before"
        "any"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                let replay = operations.len() - UPDATE;
                operations[..replay].rotate_left(UPDATE);
            }
        }

    "current-header-overwritten" ["UPD-1" "RPL-7"]
        "rewrites the current header first, and a torn write leaves only the older one"
        "any"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                change_headers(operations, |slot, _| *slot = 1 - *slot);
            }
        }

    "header-number-kept" ["UPD-1"]
        "rewrites a header without incrementing SequenceNumber, and leaves two different headers \
        with the same one"
        "any"
        {
            fn write_back(&self, current: &Header, operations: &mut Vec<WriteOp>) {
                change_headers(operations, |_, header| {
                    header.sequence_number = current.sequence_number;
                });
            }
        }

    "file-write-guid-kept" ["UPD-1"]
        "does not change FileWriteGuid, and hides the write from other programs"
        "any"
        {
            fn write_back(&self, current: &Header, operations: &mut Vec<WriteOp>) {
                change_headers(operations, |_, header| {
                    header.file_write_guid = current.file_write_guid;
                });
            }
        }

    "data-write-guid-changed" ["UPD-4"] ("Q13 QEMU 10.0")
        "changes DataWriteGuid on a mere replay, and cuts off differencing children"
        "any"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                change_headers(operations, |_, header| {
                    header.data_write_guid = header.file_write_guid;
                });
            }
        }

    "log-guid-cleared-before-replay" ["UPD-3" "RPL-6" "RPL-7"]
        "clears LogGuid in the first header update, and a crash during the replay loses it"
        "any"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                change_headers(operations, |_, header| header.log_guid = [0; 16]);
            }
        }

    "log-place-cleared" ["UPD-3"]
        "clears LogOffset and LogLength in a header update, and loses the log's place"
        "any"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                change_headers(operations, |_, header| {
                    (header.log_offset, header.log_length) = (0, 0);
                });
            }
        }

    "header-updates-not-flushed" ["UPD-1" "RPL-7"]
        "rewrites both headers without a flush between them, and a torn write can leave none"
        "any"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                operations.remove(1);
            }
        }

    "replay-not-flushed" ["RPL-6" "RPL-7"]
        "marks the log empty before the replayed writes are stable, and a crash loses them"
        "any"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                operations.remove(operations.len() - UPDATE - 1);
            }
        }

    "marked-empty-before-replay" ["RPL-6" "RPL-7"]
        "marks the log empty before it writes the replay, and a crash loses it"
        "any"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                operations[UPDATE..].rotate_right(UPDATE);
            }
        }

    "growth-not-written-back" ["RPL-3"]
        "shows the file with its new length, but does not extend it"
        "a file shorter than its head's LastFileOffset"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                operations.retain(|operation| {
                    !matches!(operation, WriteOp::Update(Update::SetLength(_)))
                });
            }
        }

    "log-not-marked-empty" ["RPL-6"]
        "does not clear LogGuid after the replay, and leaves the file dirty"
        "any"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                operations.truncate(operations.len() - UPDATE);
            }
        }

    "one-header-marked-empty" ["RPL-6"]
        "clears LogGuid in one header only: if that header is lost, the log is replayed over newer \
        contents"
        "any"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                operations.truncate(operations.len() - UPDATE / 2);
            }
        }

    "creator-overwritten" ["FID-2"]
        "writes its own name into the file identifier when it replays"
        "any"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<WriteOp>) {
                let bytes = b"v\0h\0d\0x\0-\0l\0o\0g\0\0\0".to_vec();
                operations.insert(UPDATE, WriteOp::Update(Update::Write { offset: 8, bytes }));
            }
        }

    "region-tables-read-before-replay" ["RPL-4"]
        "requires a valid region table before replay, and refuses a file whose log repairs it"
        "both region tables broken, and a log that writes them"
        {
            fn before_replay(&self, image: &Image) -> Checked<()> {
                let is_valid = |offset| image.bytes(offset / SECTOR).starts_with(b"regi");
                if is_valid(192 << 10) || is_valid(256 << 10) { Ok(()) } else { Err("RPL-4") }
            }
        }

    "metadata-read-before-replay" ["RPL-4"]
        "requires a valid metadata table before replay, and refuses a file whose log repairs it"
        "a broken metadata table, and a log that writes it"
        {
            fn before_replay(&self, image: &Image) -> Checked<()> {
                const METADATA_REGION: [u8; 4] = 0x8B7C_A206_u32.to_le_bytes();
                let table = [192 << 10, 256 << 10].map(|offset| image.bytes(offset / SECTOR));
                let entries = table.iter().flat_map(|table| table[16..].chunks_exact(32).take(2));
                let mut entries = entries.filter(|entry| entry.starts_with(&METADATA_REGION));
                let offset = entries.next().map(|entry| u64::from_le_bytes(array(entry, 16)));
                let is_valid = |offset: u64| image.bytes(offset / SECTOR).starts_with(b"metadata");
                if offset.is_none_or(is_valid) { Ok(()) } else { Err("RPL-4") }
            }
        }

    "read-only-open-writes" ["RPL-5"]
        "writes the replay to the file even on a read-only open"
        "any"
        {
            fn writes_back(&self, _: Access) -> bool {
                true
            }
        }

    "refused-file-changed" ["RPL-8" "UPD-1"]
        "updates a header before it looks at the log, and changes a file that it then refuses"
        "any file that is refused for its log"
        {
            fn before_refusal(&self, image: &Image) -> Vec<WriteOp> {
                let Ok((slot, current)) = current_header(image, &Format) else { return Vec::new() };
                let sequence_number = current.sequence_number.wrapping_add(1);
                let header = Header { sequence_number, ..current };
                vec![WriteOp::WriteHeader { slot: 1 - slot, header }, WriteOp::Flush]
            }
        }
}
