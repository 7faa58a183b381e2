//! The two headers; a GUID that they share is printed once.

use std::io::{self, Write};

use super::heading::heading;
use super::paint::{Paint, Role};
use super::table::write_table;
use crate::document::list::List;
use crate::document::size::Size;
use crate::document::{HeaderFields, HeaderSlot};
use vhdx_log_image::Guid;

pub(super) fn write(
    out: &mut dyn Write,
    slots: &[HeaderSlot; 2],
    paint: Paint,
    width: usize,
) -> io::Result<()> {
    heading(out, paint, "HEADERS", "", width)?;
    let [first, second] = slots;
    let twins = first.fields == second.fields && (first.current || second.current);
    let listed = List {
        total: 2,
        omitted: 0,
        items: slots.iter().collect(),
    };
    write_table(
        out,
        paint,
        width,
        [">at", ">sequence", "log", "version", "state"],
        &listed,
        |slot| {
            let (state, role) = match (&slot.fault, slot.current) {
                (Some(fault), _) if slot.fields.is_some() => {
                    (format!("not valid, not to be trusted: {fault}"), Role::Bad)
                }
                (Some(fault), _) => (format!("not valid: {fault}"), Role::Bad),
                (None, true) => ("current".to_owned(), Role::Good),
                (None, false) if twins => ("identical".to_owned(), Role::Past),
                (None, false) => ("valid".to_owned(), Role::Past),
            };
            let at = format!("{:#x}", slot.offset);
            let cells = match &slot.fields {
                None => [at, String::new(), String::new(), String::new(), state],
                Some(fields) => [
                    at,
                    fields.sequence_number.to_string(),
                    format!(
                        "{} at {:#x}",
                        Size(fields.log_length.into()),
                        fields.log_offset
                    ),
                    format!("{}, log {}", fields.version, fields.log_version),
                    state,
                ],
            };
            (cells, Some(role))
        },
    )?;
    write_guids(out, slots, paint, width)
}

/// The GUIDs, each with the header that has it.
fn write_guids(
    out: &mut dyn Write,
    slots: &[HeaderSlot; 2],
    paint: Paint,
    width: usize,
) -> io::Result<()> {
    let guids = |fields: &HeaderFields| {
        [
            fields.log_guid,
            fields.file_write_guid,
            fields.data_write_guid,
        ]
    };
    let [first, second] = slots.each_ref().map(|slot| slot.fields.as_ref().map(guids));
    let mut items: Vec<(&str, Guid, &str)> = Vec::new();
    for (index, name) in ["LogGuid", "FileWriteGuid", "DataWriteGuid"]
        .into_iter()
        .enumerate()
    {
        match [
            first.map(|guids| guids[index]),
            second.map(|guids| guids[index]),
        ] {
            [Some(first), Some(second)] if first == second => items.push((name, first, "both")),
            [first, second] => {
                items.extend(first.map(|guid| (name, guid, "0x10000")));
                items.extend(second.map(|guid| (name, guid, "0x20000")));
            }
        }
    }
    if items.is_empty() {
        return Ok(());
    }
    let listed = List {
        total: items.len() as u64,
        omitted: 0,
        items,
    };
    write_table(
        out,
        paint,
        width,
        ["field", "value", "header"],
        &listed,
        |(name, guid, header)| {
            let value = if guid.0.is_nil() {
                "zero".to_owned()
            } else {
                guid.0.to_string()
            };
            ([(*name).to_owned(), value, (*header).to_owned()], None)
        },
    )
}
