//! A storage that counts its flushes.

use vhdx_log::storage::{SparseMemory, Storage};

/// A storage that counts its flushes.
pub struct Flushes {
    pub image: SparseMemory,
    pub flushes: u32,
}

impl Storage for Flushes {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<()> {
        self.image.read_at(offset, buffer)
    }
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> std::io::Result<()> {
        self.image.write_at(offset, bytes)
    }
    fn zero(&mut self, offset: u64, length: u64) -> std::io::Result<()> {
        self.image.zero(offset, length)
    }
    fn set_len(&mut self, length: u64) -> std::io::Result<()> {
        self.image.set_len(length)
    }
    fn len(&self) -> std::io::Result<u64> {
        self.image.len()
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.flushes += 1;
        self.image.flush()
    }
}
