//! From a trace to a log of writes: for tests, and for other tools that read the format.

use vhdx_log_crash::disk::Sector;
use vhdx_log_crash::trace::{Request, RequestKind, SectorWrite};

use super::{DISCARD, ENTRY_BYTES, FLUSH, MAGIC, VERSION};

const SECTOR_BYTES: usize = 512;
const OF_DISK: u64 = 4096;

/// The log of a trace, in sectors of 512 bytes. Changes of the length, which the format lacks, are
/// left out; what a power cut left is written and flushed. A write that does not cover whole
/// sectors is completed with what the sector holds.
pub fn encode(trace: &[Request]) -> Vec<u8> {
    let mut body = Vec::new();
    let mut entries = 0_u64;
    let mut put = |first: u64, count: u64, flags: u64, data: &[u8]| {
        let mut head = [0; SECTOR_BYTES];
        for (field, value) in head[..ENTRY_BYTES]
            .chunks_exact_mut(8)
            .zip([first, count, flags])
        {
            field.copy_from_slice(&value.to_le_bytes());
        }
        body.extend(head);
        body.extend(data);
        entries += 1;
    };
    for request in trace {
        match request.kind {
            RequestKind::Flush => put(0, 0, FLUSH, &[]),
            RequestKind::FailedFlush | RequestKind::SetLength => {}
            RequestKind::Write | RequestKind::Zero | RequestKind::PowerCut => {
                for run in adjacent(&request.sectors) {
                    let (at, data) = stretch(run);
                    let count = (data.len() / SECTOR_BYTES) as u64;
                    match request.kind {
                        RequestKind::Zero if data.iter().all(|&byte| byte == 0) => {
                            put(at, count, DISCARD, &[]);
                        }
                        _ => put(at, count, 0, &data),
                    }
                }
                if request.is_barrier() {
                    put(0, 0, FLUSH, &[]);
                }
            }
        }
    }
    let mut log = vec![0; SECTOR_BYTES];
    for (field, value) in log.chunks_exact_mut(8).zip([MAGIC, VERSION, entries]) {
        field.copy_from_slice(&value.to_le_bytes());
    }
    log[24..28].copy_from_slice(&(SECTOR_BYTES as u32).to_le_bytes());
    log.extend(body);
    log
}

/// The sectors in runs without a gap.
fn adjacent(sectors: &[SectorWrite]) -> impl Iterator<Item = &[SectorWrite]> {
    sectors.chunk_by(|one, next| {
        one.number.checked_add(1) == Some(next.number)
            && one.within.end == OF_DISK as usize
            && next.within.start == 0
    })
}

/// The first sector of the log's size, and the data of a run.
fn stretch(run: &[SectorWrite]) -> (u64, Vec<u8>) {
    let mut data = Vec::new();
    for write in run {
        let first = write.within.start / SECTOR_BYTES;
        let end = write.within.end.div_ceil(SECTOR_BYTES);
        let bytes = Sector::contents(write.after.as_ref());
        data.extend(&bytes[first * SECTOR_BYTES..end * SECTOR_BYTES]);
    }
    let at = run.first().map_or(0, |write| {
        let first = write.within.start / SECTOR_BYTES;
        write.number * (OF_DISK / SECTOR_BYTES as u64) + first as u64
    });
    (at, data)
}
