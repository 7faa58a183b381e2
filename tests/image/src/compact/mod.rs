//! Recipes in a few bytes: the form of the fuzzer's inputs.
//!
//! This is a small [serde] format of our own. Self-describing formats are long and slow, and the
//! others (postcard, bincode) cannot leave out a field, which our JSON depends on
//! (`skip_serializing_if`). Here a struct is *the set of its fields that are not left out*,
//! followed by those fields:
//!
//! | value | bytes |
//! |---|---|
//! | unsigned integer | 7 bits a byte, lowest first, the top bit set on all but the last |
//! | `u8` | itself |
//! | option | 0, or 1 and the value |
//! | struct | the set of fields present as an integer (bit 0: the first field), the fields |
//! | enum | the index of the variant as an integer, what it holds |
//! | list, text | the length as an integer, the elements or UTF-8 bytes |
//! | array | its elements |
//!
//! **Every** sequence of bytes is a recipe: unknown bits are ignored, indices are taken modulo the
//! number of variants, numbers are truncated to the width of their field, text is read leniently,
//! and past the end of the input everything is zero and every list ends. So a fuzzer may change any
//! byte. Memory is bounded by the input: a list has no more elements than there are bytes left.
//!
//! Adding a field or variant at the end of its type does not change what stored bytes mean, as long
//! as its index was not reached by the modulo.

mod read;
mod unsupported;
mod write;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::recipe::Recipe;

impl Recipe {
    pub fn to_bytes(&self) -> Vec<u8> {
        encode(self)
    }

    /// Any bytes are a recipe.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        decode(bytes)
    }
}

/// The compact form of a value made of the types in the table, as a recipe is.
///
/// # Panics
/// For any other type.
pub fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(64);
    value
        .serialize(&mut write::Writer { bytes: &mut bytes })
        .expect("a value made of the types in the table");
    bytes
}

/// Reads the compact form of such a value. Any bytes are one.
pub fn decode<T: DeserializeOwned + Default>(bytes: &[u8]) -> T {
    T::deserialize(&mut read::Reader { rest: bytes }).unwrap_or_default()
}
