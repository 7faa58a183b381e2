//! The parent locator: which disk a differencing disk is based on.

use uuid::{Uuid, uuid};

use super::error::GuestError;
use super::metadata::{guid_at, read_at, u32_at};
use crate::source::Source;

/// The type of locator that VHDX files have.
const VHDX: Uuid = uuid!("B04AEFB7-D19E-4A81-B789-25B8E9445913");
const HEADER_BYTES: usize = 20;
const ENTRY_BYTES: usize = 12;
/// The format knows six keys. More are allowed, up to 65535: what is read has to be bounded.
const MAX_ENTRIES: usize = 16;

/// The keys and values of a parent locator, in its order. Keys that the format knows are
/// `parent_linkage`, `parent_linkage2`, `relative_path`, `volume_path`, `absolute_win32_path`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParentLocator {
    /// Text from the image, as it is.
    pub entries: Vec<(String, String)>,
}

impl ParentLocator {
    /// Reads the locator of `length` bytes at `offset` of the file.
    pub(super) fn read<S: Source + ?Sized>(
        source: &S,
        offset: u64,
        length: u32,
    ) -> Result<Self, GuestError> {
        let mut header = [0; HEADER_BYTES];
        let within = |what, start: u64, size: usize| {
            let end = start + size as u64;
            match end <= u64::from(length) {
                true => Ok(offset.saturating_add(start)),
                false => Err(GuestError::Value { what, found: end }),
            }
        };
        let at = within("end of the parent locator's header", 0, HEADER_BYTES)?;
        read_at(source, "parent locator", at, &mut header)?;
        if guid_at(&header, 0) != VHDX {
            return Err(GuestError::LocatorType(guid_at(&header, 0)));
        }
        let count = usize::from(u16_at(&header, 18));
        if count > MAX_ENTRIES {
            return Err(GuestError::Value {
                what: "number of entries in the parent locator",
                found: count as u64,
            });
        }
        let mut table = vec![0; count * ENTRY_BYTES];
        let at = within(
            "end of the parent locator's entries",
            HEADER_BYTES as u64,
            table.len(),
        )?;
        read_at(source, "parent locator", at, &mut table)?;
        let text = |start: u32, bytes: u16| {
            let mut text = vec![0; bytes.into()];
            let what = "end of a text in the parent locator";
            let at = within(what, start.into(), text.len())?;
            read_at(source, "parent locator", at, &mut text)?;
            Ok::<_, GuestError>(utf_16(&text))
        };
        let entries = table.chunks_exact(ENTRY_BYTES).map(|entry| {
            let key = text(u32_at(entry, 0), u16_at(entry, 8))?;
            let value = text(u32_at(entry, 4), u16_at(entry, 10))?;
            Ok((key, value))
        });
        Ok(Self {
            entries: entries.collect::<Result<_, GuestError>>()?,
        })
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn utf_16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|unit| u16_at(unit, 0)).collect();
    String::from_utf16_lossy(&units)
}
