//! A truncated file, read as if a hole followed it.

use std::io;

use vhdx_log::storage::Storage;

/// Reads as zeros past the end of the file, so that the remaining part of a log can be scanned.
pub(super) struct Padded<'a, S> {
    pub(super) storage: &'a S,
    pub(super) file_length: u64,
}

impl<S: Storage> Storage for Padded<'_, S> {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let available =
            usize::try_from(self.file_length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let (inside, beyond) = buffer.split_at_mut(available.min(buffer.len()));
        beyond.fill(0);
        if inside.is_empty() {
            Ok(())
        } else {
            self.storage.read_at(offset, inside)
        }
    }

    fn write_at(&mut self, _: u64, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }

    fn zero(&mut self, _: u64, _: u64) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }

    fn set_len(&mut self, _: u64) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }

    fn len(&self) -> io::Result<u64> {
        Ok(u64::MAX)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn next_data(&self, offset: u64) -> io::Result<Option<u64>> {
        if offset >= self.file_length {
            Ok(None)
        } else {
            self.storage.next_data(offset)
        }
    }
}
