//! An image that must not be written.

use std::io;

use vhdx_log::storage::Storage;

use super::bounds::Metered;

/// An image that is not written while the property holds: it panics.
pub(super) struct Guarded<'a> {
    image: &'a Metered<'a>,
    property: &'static str,
}

impl<'a> Guarded<'a> {
    /// Guards an image by this property.
    pub(super) const fn new(image: &'a Metered<'a>, property: &'static str) -> Self {
        Self { image, property }
    }
}

impl Storage for Guarded<'_> {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.image.read_at(offset, buffer)
    }
    fn write_at(&mut self, offset: u64, _: &[u8]) -> io::Result<()> {
        panic!("{}: it writes at {offset:#x}", self.property)
    }
    fn zero(&mut self, offset: u64, _: u64) -> io::Result<()> {
        panic!("{}: it zeroes at {offset:#x}", self.property)
    }
    fn set_len(&mut self, length: u64) -> io::Result<()> {
        panic!("{}: it sets the length to {length:#x}", self.property)
    }
    fn flush(&mut self) -> io::Result<()> {
        panic!("{}: it flushes", self.property)
    }
    fn len(&self) -> io::Result<u64> {
        self.image.len()
    }
    fn next_data(&self, offset: u64) -> io::Result<Option<u64>> {
        self.image.next_data(offset)
    }
    fn lend(&self, offset: u64, limit: usize) -> Option<&[u8]> {
        self.image.lend(offset, limit)
    }
}
