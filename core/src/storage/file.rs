//! A file on disk. Holes are kept: zero ranges are punched where the file system can do that, and
//! written in bounded buffers where it cannot (RPL-10). Who else may use the file is the business
//! of [`lock`](super::lock).

use std::fs::File;
use std::io;

#[cfg(unix)]
use super::handle::HandleFault;
use super::lock::{Intent, LockOutcome, lock_file};
use super::{Storage, write_zeros};
#[cfg(windows)]
use crate::units::cast;
#[cfg(any(
    windows,
    target_os = "linux",
    target_os = "android",
    target_os = "freebsd"
))]
use crate::units::exact;

/// The most pieces that one call writes: IOV_MAX on Linux, and no system listed allows fewer.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
const PIECES_A_CALL: usize = 1024;

impl Storage for &File {
    #[cfg(unix)]
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(*self, buffer, offset)
    }

    #[cfg(windows)]
    fn read_at(&self, mut offset: u64, mut buffer: &mut [u8]) -> io::Result<()> {
        while !buffer.is_empty() {
            let read = std::os::windows::fs::FileExt::seek_read(*self, buffer, offset)?;
            if read == 0 {
                return Err(super::past_the_end(offset, cast::len_u64(buffer.len())));
            }
            (_, buffer) = buffer.split_at_mut(read);
            offset = exact::after(offset, read);
        }
        Ok(())
    }

    #[cfg(unix)]
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(*self, bytes, offset)
    }

    #[cfg(windows)]
    fn write_at(&mut self, mut offset: u64, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let written = std::os::windows::fs::FileExt::seek_write(*self, bytes, offset)?;
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            (_, bytes) = bytes.split_at(written);
            offset = exact::after(offset, written);
        }
        Ok(())
    }

    #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
    fn write_pieces_at(&mut self, mut offset: u64, pieces: &[&[u8]]) -> io::Result<()> {
        for pieces in pieces.chunks(PIECES_A_CALL) {
            let mut slices: Vec<io::IoSlice<'_>> =
                pieces.iter().map(|piece| io::IoSlice::new(piece)).collect();
            let mut left = slices.as_mut_slice();
            // Drops empty ones: a write of nothing but empty slices would return 0.
            io::IoSlice::advance_slices(&mut left, 0);
            while !left.is_empty() {
                match rustix::io::pwritev(*self, left, offset) {
                    Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                    Ok(written) => {
                        io::IoSlice::advance_slices(&mut left, written);
                        offset = exact::after(offset, written);
                    }
                    Err(rustix::io::Errno::INTR) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(())
    }

    fn zero(&mut self, offset: u64, length: u64) -> io::Result<()> {
        if length == 0 || punch_hole(self, offset, length) {
            return Ok(());
        }
        write_zeros(self, offset, length)
    }

    fn set_len(&mut self, length: u64) -> io::Result<()> {
        File::set_len(self, length)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    #[cfg(unix)]
    fn check_handle(&self, intent: Intent) -> Result<(), HandleFault> {
        use rustix::fs::OFlags;
        // A handle that cannot be asked is taken as it is.
        let Ok(flags) = rustix::fs::fcntl_getfl(self) else {
            return Ok(());
        };
        match (flags & OFlags::ACCMODE, intent) {
            (OFlags::WRONLY, _) => Err(HandleFault::NotReadable),
            (OFlags::RDONLY, Intent::Write) => Err(HandleFault::NotWritable),
            // pwrite(2) through such a handle ignores the offset on Linux.
            (_, Intent::Write) if flags.contains(OFlags::APPEND) => Err(HandleFault::Append),
            _ => Ok(()),
        }
    }

    fn try_lock(&self, intent: Intent) -> io::Result<LockOutcome> {
        lock_file(self, intent)
    }

    #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
    fn next_data(&self, offset: u64) -> io::Result<Option<u64>> {
        use rustix::io::Errno;
        match rustix::fs::seek(self, rustix::fs::SeekFrom::Data(offset)) {
            Ok(next) => Ok(Some(next)),
            Err(Errno::NXIO) => Ok(None),
            // A file system that does not know its holes: treat everything as data.
            Err(_) => Ok(Some(offset)),
        }
    }
}

/// Makes the range a hole; `false` when this system or file system cannot.
fn punch_hole(file: &File, offset: u64, length: u64) -> bool {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::fs::FallocateFlags;
        rustix::fs::fallocate(
            file,
            FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE,
            offset,
            length,
        )
        .is_ok()
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    {
        let _ = (file, offset, length);
        false
    }
}
