//! The small values of a recipe: signatures, raw bytes, GUIDs.
//!
//! Each has two forms: in JSON, text that a person can read and type; in the compact form
//! ([`compact`](super::compact)), raw bytes.

use std::fmt;

use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize, Serializer};
use uuid::{Uuid, uuid};

const GENERATION_A: Uuid = uuid!("a1b2c3d4-e5f6-4718-8293-a4b5c6d7e8f9");
const GENERATION_B: Uuid = uuid!("0b1c2d3e-4f50-4162-9374-8596a7b8c9da");

/// Whether a field has its default and is left out of the JSON.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A four-byte signature such as `loge`. In JSON: four characters, each of them the byte with that
/// code point.
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

/// A GUID. In JSON and messages: the usual text. On disk: see [`Guid::on_disk`].
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Guid(pub Uuid);

impl Guid {
    /// The 16 bytes as VHDX stores them: the first three fields little-endian.
    pub fn on_disk(self) -> [u8; 16] {
        self.0.to_bytes_le()
    }

    /// The 16 bytes in the order of the text, as a program that only implements RFC 9562 would
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

/// A LogGuid, in a header or an entry. The default of both is [`A`](Self::A).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogGuid {
    #[default]
    A,
    /// Another generation of the log.
    B,
    /// [`A`](Self::A) with its 16 bytes in the order of its text: a program that confuses the two
    /// orders takes it for A.
    TextOrder,
    /// No log to replay (HDR-9).
    Zero,
    Explicit(Guid),
}

impl LogGuid {
    /// The 16 bytes on disk.
    pub fn on_disk(self) -> [u8; 16] {
        match self {
            Self::A => GENERATION_A.to_bytes_le(),
            Self::B => GENERATION_B.to_bytes_le(),
            Self::TextOrder => GENERATION_A.into_bytes(),
            Self::Zero => [0; 16],
            Self::Explicit(guid) => guid.on_disk(),
        }
    }
}
