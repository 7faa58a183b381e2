//! Sections 2 and 5: the header updates around a replay that is written back. They show on dirty files that
//! are opened writable and in which a replay changes something.

use super::{Flaw, catalogue, seen_in};
use crate::headers::Header;
use crate::image::Update;
use crate::replay::Operation;
use crate::rules::Rules;

/// How many operations the two updates before the replay are, and the two after it.
const UPDATE: usize = 4;

/// Changes every header that is written.
fn change_headers(operations: &mut [Operation], change: impl Fn(&mut usize, &mut Header)) {
    for operation in operations {
        if let Operation::WriteHeader { slot, header } = operation {
            change(slot, header);
        }
    }
}

catalogue! {
    "no-header-update" ["UPD-1"]
        "the file is changed before its headers are"
        "any; two programs cannot tell that they both write the file"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<Operation>) {
                operations.drain(..UPDATE);
            }
        }

    "header-update-after-replay" ["UPD-1"]
        "the headers are updated after the replayed writes"
        "any"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<Operation>) {
                let replay = operations.len() - UPDATE;
                operations[..replay].rotate_left(UPDATE);
            }
        }

    "current-header-overwritten" ["UPD-1" "RPL-7"]
        "the current header is rewritten first"
        "any; torn, the file has only the older header"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<Operation>) {
                change_headers(operations, |slot, _| *slot = 1 - *slot);
            }
        }

    "header-number-kept" ["UPD-1"]
        "a header is rewritten with the number it succeeds"
        "any; there are then two different headers with the same number"
        {
            fn write_back(&self, current: &Header, operations: &mut Vec<Operation>) {
                change_headers(operations, |_, header| header.sequence = current.sequence);
            }
        }

    "file-write-guid-kept" ["UPD-1"]
        "FileWriteGuid stays as it was"
        "any"
        {
            fn write_back(&self, current: &Header, operations: &mut Vec<Operation>) {
                change_headers(operations, |_, header| header.file_write_guid = current.file_write_guid);
            }
        }

    "data-write-guid-changed" ["UPD-4"] ("Q13 QEMU 10.0")
        "DataWriteGuid is changed by a mere replay"
        "any; differencing children of the disk are cut off"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<Operation>) {
                change_headers(operations, |_, header| header.data_write_guid = header.file_write_guid);
            }
        }

    "log-guid-cleared-before-replay" ["UPD-3" "RPL-6" "RPL-7"]
        "the first header update marks the log empty"
        "any; after a crash during the replay it is lost"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<Operation>) {
                change_headers(operations, |_, header| header.log_guid = [0; 16]);
            }
        }

    "log-place-cleared" ["UPD-3"]
        "a header update clears LogOffset and LogLength"
        "any"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<Operation>) {
                change_headers(operations, |_, header| (header.log_offset, header.log_length) = (0, 0));
            }
        }

    "header-updates-not-flushed" ["UPD-1" "RPL-7"]
        "the two headers are rewritten without a flush between them"
        "any; torn together, the file has no header"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<Operation>) {
                operations.remove(1);
            }
        }

    "replay-not-flushed" ["RPL-6" "RPL-7"]
        "the log is marked empty before the replayed writes are stable"
        "any; after a crash they are lost"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<Operation>) {
                operations.remove(operations.len() - UPDATE - 1);
            }
        }

    "marked-empty-before-replay" ["RPL-6" "RPL-7"]
        "the log is marked empty before the replayed writes"
        "any; after a crash they are lost"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<Operation>) {
                operations[UPDATE..].rotate_right(UPDATE);
            }
        }

    "growth-not-written-back" ["RPL-3"]
        "the file is shown with its new length, but not given it"
        "a file shorter than its head's LastFileOffset"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<Operation>) {
                operations.retain(|operation| !matches!(operation, Operation::Update(Update::SetLength(_))));
            }
        }

    "log-not-marked-empty" ["RPL-6"]
        "LogGuid stays set after the replay"
        "any; the file stays dirty"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<Operation>) {
                operations.truncate(operations.len() - UPDATE);
            }
        }

    "one-header-marked-empty" ["RPL-6"]
        "LogGuid is cleared in one header only"
        "any; without that header the log would be replayed over newer contents"
        {
            fn write_back(&self, _: &Header, operations: &mut Vec<Operation>) {
                operations.truncate(operations.len() - UPDATE / 2);
            }
        }
}
