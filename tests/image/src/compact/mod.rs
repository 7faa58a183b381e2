//! Recipes in a few bytes: what the fuzzer's corpus is made of.
//!
//! A small [serde] format of our own. The ready-made ones do not fit: those that describe
//! themselves are long and slow, and those that do not (postcard, bincode) cannot leave a field
//! out, which our JSON depends on (`skip_serializing_if`). Here a struct is *the set of its fields
//! that are not left out*, followed by those fields:
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
//! **Every** sequence of bytes is some recipe: bits and indices past the last are taken modulo what
//! there is, numbers are cut to the width of their field, text is read leniently, and past the end
//! of the input everything is zero and every list ends. So a fuzzer may change any byte. Memory is
//! bounded by the input: a list has no more elements than there are bytes left.
//!
//! A field or variant added at the end of its type leaves old bytes with their meaning.

mod read;
mod write;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::recipe::Recipe;

impl Recipe {
    /// The compact form.
    pub fn to_bytes(&self) -> Vec<u8> {
        encode(self)
    }

    /// Reads the compact form. Any bytes give a recipe.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        decode(bytes)
    }
}

/// The compact form of a value made of the types in the table, as a recipe is; panics for any
/// other.
pub fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(64);
    value
        .serialize(&mut write::Writer { bytes: &mut bytes })
        .expect("a value made of the types in the table");
    bytes
}

/// Reads the compact form of such a value. Any bytes give one.
pub fn decode<T: DeserializeOwned + Default>(bytes: &[u8]) -> T {
    T::deserialize(&mut read::Reader { rest: bytes }).unwrap_or_default()
}

/// A type that no recipe has.
#[derive(Debug, thiserror::Error)]
#[error("the compact form does not know this: {0}")]
struct Unsupported(String);

impl serde::ser::Error for Unsupported {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl serde::de::Error for Unsupported {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}
