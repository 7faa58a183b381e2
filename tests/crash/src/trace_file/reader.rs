//! Bytes, read from first to last, with the offset of each problem.

use super::error::BadTraceFile;

/// What is left of a file.
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The offset of the next byte.
    pub const fn offset(&self) -> u64 {
        self.at as u64
    }

    pub const fn left(&self) -> u64 {
        (self.bytes.len() - self.at) as u64
    }

    /// The next bytes, which are a part of `what`.
    pub fn take<const N: usize>(&mut self, what: &str) -> Result<&'a [u8; N], BadTraceFile> {
        let Some((taken, _)) = self.bytes[self.at..].split_first_chunk() else {
            return Err(self.bad(format!(
                "{what} needs {N} bytes, but only {} are left",
                self.left()
            )));
        };
        self.at += N;
        Ok(taken)
    }

    pub fn u8(&mut self, what: &str) -> Result<u8, BadTraceFile> {
        let [byte] = *self.take(what)?;
        Ok(byte)
    }

    pub fn u16(&mut self, what: &str) -> Result<u16, BadTraceFile> {
        self.take(what).copied().map(u16::from_le_bytes)
    }

    pub fn u32(&mut self, what: &str) -> Result<u32, BadTraceFile> {
        self.take(what).copied().map(u32::from_le_bytes)
    }

    pub fn u64(&mut self, what: &str) -> Result<u64, BadTraceFile> {
        self.take(what).copied().map(u64::from_le_bytes)
    }

    /// A byte that is 0 or 1.
    pub fn flag(&mut self, what: &str) -> Result<bool, BadTraceFile> {
        match self.u8(what)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(self.bad_before(1, format!("{what} is {other}; expected 0 or 1"))),
        }
    }

    /// Bytes that are reserved.
    pub fn zeros<const N: usize>(&mut self) -> Result<(), BadTraceFile> {
        if self
            .take::<N>("a reserved field")?
            .iter()
            .any(|&byte| byte != 0)
        {
            let problem = "a reserved field is not zero".to_owned();
            return Err(self.bad_before(N as u64, problem));
        }
        Ok(())
    }

    /// Checks, before anything is allocated, that `count` elements of at least `size` bytes can be
    /// in the rest of the file.
    pub fn check_count(&self, what: &str, count: u32, size: u64) -> Result<(), BadTraceFile> {
        if u64::from(count) * size > self.left() {
            return Err(self.bad(format!(
                "{count} {what} need at least {} bytes, but only {} are left",
                u64::from(count) * size,
                self.left()
            )));
        }
        Ok(())
    }

    /// A problem at the next byte.
    pub const fn bad(&self, problem: String) -> BadTraceFile {
        BadTraceFile {
            offset: self.offset(),
            problem,
        }
    }

    /// A problem in the last `length` bytes taken.
    pub const fn bad_before(&self, length: u64, problem: String) -> BadTraceFile {
        BadTraceFile {
            offset: self.offset() - length,
            problem,
        }
    }
}
