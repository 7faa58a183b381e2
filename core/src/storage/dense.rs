//! Dense memory: an image that fits in a `Vec<u8>`, for benches and for callers that have it there
//! already.

use std::io;

use super::{Storage, out_of_range, past_the_end};
use crate::units::cast;

/// An image whose every byte is in memory.
///
/// A few bytes of a log can ask for a file of terabytes (RPL-2, RPL-3). Memory that the system does
/// not give is an error, [`io::ErrorKind::OutOfMemory`]; but many systems promise more than they
/// have, and stop the program when it is used. Set
/// [`max_file_size`](crate::OpenOptions::max_file_size) for images that are not your own, or take
/// [`SparseMemory`](super::SparseMemory), which stores what was written and nothing else.
///
/// ```
/// use vhdx_log::storage::{DenseMemory, Storage};
///
/// let mut image = DenseMemory::from(vec![0; 4096]);
/// image.write_at(4094, b"tail")?;
/// assert_eq!(image.len()?, 4098);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DenseMemory {
    bytes: Vec<u8>,
}

impl From<Vec<u8>> for DenseMemory {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }
}

impl From<DenseMemory> for Vec<u8> {
    fn from(memory: DenseMemory) -> Self {
        memory.bytes
    }
}

impl DenseMemory {
    fn resize(&mut self, length: usize) -> io::Result<()> {
        // Saturates on purpose: a cut needs no memory.
        let more = length.saturating_sub(self.bytes.len());
        self.bytes
            .try_reserve(more)
            .map_err(|_| out_of_memory(length))?;
        self.bytes.resize(length, 0);
        Ok(())
    }
}

impl Storage for DenseMemory {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let source = range(offset, buffer.len())
            .and_then(|range| self.bytes.get(range))
            .ok_or_else(|| past_the_end(offset, cast::len_u64(buffer.len())))?;
        buffer.copy_from_slice(source);
        Ok(())
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let range = range(offset, bytes.len()).ok_or_else(|| out_of_range(offset))?;
        if self.bytes.len() < range.end {
            self.resize(range.end)?;
        }
        if let Some(target) = self.bytes.get_mut(range) {
            target.copy_from_slice(bytes);
        }
        Ok(())
    }

    fn zero(&mut self, offset: u64, length: u64) -> io::Result<()> {
        let target = usize::try_from(length)
            .ok()
            .and_then(|length| range(offset, length))
            .and_then(|range| self.bytes.get_mut(range))
            .ok_or_else(|| past_the_end(offset, length))?;
        target.fill(0);
        Ok(())
    }

    fn set_len(&mut self, length: u64) -> io::Result<()> {
        let length = usize::try_from(length).map_err(|_| out_of_range(length))?;
        self.resize(length)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(cast::len_u64(self.bytes.len()))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn lend(&self, offset: u64, limit: usize) -> Option<&[u8]> {
        let rest = self.bytes.get(usize::try_from(offset).ok()?..)?;
        let lent = rest.get(..limit.min(rest.len()))?;
        (!lent.is_empty()).then_some(lent)
    }
}

fn range(offset: u64, length: usize) -> Option<std::ops::Range<usize>> {
    let start = usize::try_from(offset).ok()?;
    Some(start..start.checked_add(length)?)
}

fn out_of_memory(length: usize) -> io::Error {
    io::Error::new(
        io::ErrorKind::OutOfMemory,
        format!("there is no memory for a file of {length} bytes"),
    )
}
