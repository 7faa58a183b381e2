//! Sizes as people write them, for messages.

use std::fmt;

const UNITS: [(&str, u64); 6] = [
    ("EiB", 1 << 60),
    ("PiB", 1 << 50),
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
];

/// Numbers of this size are hard to read.
const LONG_NUMBER: u64 = 10_000;

/// A length in bytes, exact: `16 MiB`, `4097 bytes`, `5.8 GiB (6267928576 bytes)`.
pub(crate) struct Size(pub(crate) u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(length) = *self;
        let whole = UNITS
            .iter()
            .find(|(_, unit)| length > 0 && length.is_multiple_of(*unit));
        if let Some((name, unit)) = whole.filter(|(_, unit)| length / unit < LONG_NUMBER) {
            return write!(f, "{} {name}", length / unit);
        }
        match UNITS.iter().find(|(_, unit)| length >= *unit) {
            Some((name, unit)) if length >= LONG_NUMBER => {
                // Units are 1024 and more, and a remainder is less than its unit: no overflow below
                // 2^64 / 10, which 2^60 is.
                let tenths = length % unit * 10 / unit;
                write!(f, "{}.{tenths} {name} ({length} bytes)", length / unit)
            }
            _ if length == 1 => f.write_str("1 byte"),
            _ => write!(f, "{length} bytes"),
        }
    }
}

/// A length that is held against offsets: exact, and in hexadecimal as well, as offsets are:
/// `8 MiB (0x800000)`, `4097 bytes (0x1001)`.
pub(crate) struct Bytes(pub(crate) u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(length) = *self;
        let whole = |(_, unit): &&(&str, u64)| length > 0 && length.is_multiple_of(*unit);
        match UNITS.iter().find(whole) {
            Some((name, unit)) => write!(f, "{} {name} ({length:#x})", length / unit),
            None => write!(f, "{length} bytes ({length:#x})"),
        }
    }
}
