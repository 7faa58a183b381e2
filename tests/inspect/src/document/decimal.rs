//! 64-bit values in JSON: decimal digits in a string.
//!
//! JavaScript, `jq` before 1.7 and others read every JSON number as a 64-bit float, which rounds
//! integers above 2^53. A sequence number can be any 64-bit value, so the values that the format
//! stores in 64 bits are strings, whatever their size. Counts, and values of at most 32 bits, are
//! numbers.

use serde::Serializer;

/// A value that [`text`] writes.
pub trait Wide {
    fn value(&self) -> Option<u64>;
}

impl Wide for u64 {
    fn value(&self) -> Option<u64> {
        Some(*self)
    }
}

impl Wide for Option<u64> {
    fn value(&self) -> Option<u64> {
        *self
    }
}

/// Writes the value as a string of decimal digits, or `null`; for `#[serde(serialize_with)]`.
///
/// # Errors
/// The serializer's.
pub fn text<S: Serializer>(value: &impl Wide, serializer: S) -> Result<S::Ok, S::Error> {
    match value.value() {
        Some(value) => serializer.collect_str(&value),
        None => serializer.serialize_none(),
    }
}
