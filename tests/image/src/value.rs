//! The small values a recipe is spelled with: signatures, raw bytes, GUIDs.
//!
//! Each has two spellings. In JSON they are text a person can read and type; in the compact form
//! ([`compact`](super::compact)) they are raw bytes.

use std::fmt;

use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

/// Whether a field holds its default and is left out of the JSON.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A four-byte signature such as `loge`. In JSON: four characters, each standing for the byte of
/// its code point.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Signature(pub [u8; 4]);

impl fmt::Debug for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "\"{}\"", self.0.escape_ascii())
    }
}

impl Serialize for Signature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&self.0.map(char::from).iter().collect::<String>())
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return Deserialize::deserialize(deserializer).map(Self);
        }
        let text = String::deserialize(deserializer)?;
        let bytes: Option<Vec<u8>> = text
            .chars()
            .map(|character| u8::try_from(character).ok())
            .collect();
        let four = bytes.and_then(|bytes| bytes.try_into().ok());
        four.map(Self)
            .ok_or_else(|| D::Error::custom("a signature is four characters up to U+00FF"))
    }
}

/// Raw bytes. In JSON: a string of hexadecimal digits.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Bytes(pub Vec<u8>);

impl fmt::Debug for Bytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "x\"{self}\"")
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return Deserialize::deserialize(deserializer).map(Self);
        }
        let text = String::deserialize(deserializer)?;
        let digits: Option<Vec<u8>> = text
            .chars()
            .map(|digit| digit.to_digit(16)?.try_into().ok())
            .collect();
        let digits = digits.filter(|digits| digits.len() % 2 == 0);
        let digits = digits
            .ok_or_else(|| D::Error::custom("bytes are an even number of hexadecimal digits"))?;
        Ok(Self(
            digits
                .chunks_exact(2)
                .map(|pair| pair[0] << 4 | pair[1])
                .collect(),
        ))
    }
}

/// A GUID. In JSON and on screen: the usual text; on disk: see [`Guid::on_disk`].
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Guid(pub Uuid);

impl Guid {
    /// The 16 bytes as VHDX stores them: the first three fields little-endian.
    pub fn on_disk(self) -> [u8; 16] {
        self.0.to_bytes_le()
    }

    /// The 16 bytes in the order of the text, which is how a program that knows only RFC 9562 would
    /// store them.
    pub fn in_text_order(self) -> [u8; 16] {
        self.0.into_bytes()
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

impl Serialize for Guid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(&self.0)
        } else {
            self.0.as_bytes().serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Guid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return Deserialize::deserialize(deserializer)
                .map(|bytes| Self(Uuid::from_bytes(bytes)));
        }
        String::deserialize(deserializer)?
            .parse()
            .map(Self)
            .map_err(D::Error::custom)
    }
}
