//! Sizes in bytes, printed and parsed; counts with their noun.

use std::fmt;

const UNITS: [(&str, u64); 4] = [
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
];

const BYTES: (&str, u64) = ("bytes", 1);

/// Numbers of this size are hard to read.
const LONG_NUMBER: u64 = 10_000;

/// A length in bytes, printed exactly: in the largest unit that divides it (`36 MiB`,
/// `4097 bytes`), or, where that gives a long number, rounded and in bytes:
/// `5.8 GiB (6267928576 bytes)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(length) = *self;
        let (name, unit) = UNITS
            .into_iter()
            .find(|(_, unit)| length > 0 && length.is_multiple_of(*unit))
            .unwrap_or(BYTES);
        if length == 1 {
            return f.write_str("1 byte");
        }
        if length / unit < LONG_NUMBER {
            return write!(f, "{} {name}", length / unit);
        }
        let (name, unit) = UNITS
            .into_iter()
            .find(|(_, unit)| length >= *unit)
            .unwrap_or(BYTES);
        write!(
            f,
            "{:.1} {name} ({length} bytes)",
            length as f64 / unit as f64
        )
    }
}

impl Size {
    /// The length as a person writes it, and as tools for binary files show it: `8 MiB (0x800000)`.
    pub fn with_hexadecimal(length: u64) -> String {
        match UNITS
            .iter()
            .find(|(_, unit)| length > 0 && length.is_multiple_of(*unit))
        {
            Some((name, unit)) => format!("{} {name} ({length:#x})", length / unit),
            None => format!("{length} bytes ({length:#x})"),
        }
    }
}

/// An offset in the file and a length: `1 MiB at 0x300000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(pub u64, pub u64);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(offset, length) = *self;
        write!(f, "{} at {offset:#x}", Size(length))
    }
}

impl std::str::FromStr for Size {
    type Err = String;

    /// Reads a number of bytes, decimal or with `0x`, and one of the units `KiB`, `MiB`, `GiB`,
    /// `TiB` after it.
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let lower = text.to_ascii_lowercase();
        let unit = UNITS.iter().find_map(|(name, bytes)| {
            lower
                .strip_suffix(&name.to_ascii_lowercase())
                .map(|number| (number.to_owned(), *bytes))
        });
        let (number, unit_bytes) = unit.unwrap_or((lower, 1));
        let number = number.trim();
        let parsed = match number.strip_prefix("0x") {
            Some(digits) => u64::from_str_radix(digits, 16),
            None => number.parse(),
        };
        let bytes = parsed.map_err(|_| {
            format!(
                "`{text}` is not a size; expected a number of bytes, or a number with \
                 KiB, MiB, GiB or TiB, such as 40GiB"
            )
        })?;
        bytes
            .checked_mul(unit_bytes)
            .map(Size)
            .ok_or_else(|| format!("`{text}` is more than 2^64 bytes"))
    }
}

/// A count and its noun: `1 sector`, `2 sectors`.
pub fn count(number: u64, noun: &str) -> String {
    let plural = match noun.strip_suffix('y') {
        _ if number == 1 => return format!("{number} {noun}"),
        Some(stem) => format!("{stem}ies"),
        None => format!("{noun}s"),
    };
    format!("{number} {plural}")
}
