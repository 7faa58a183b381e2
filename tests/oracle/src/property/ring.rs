//! Rings alone, of any length: which entries they hold, and which sequence is the active one. A
//! property of core only: no file is around the ring, and core's `scan` and `find_active` are
//! asked.

use uuid::Uuid;
use vhdx_log::storage::SparseMemory;
use vhdx_log::units::FileOffset;
use vhdx_log::{Entry, Found, Ring, find_active, scan};
use vhdx_log_model::{self as model, Active, ClauseId, Descriptor, Format, Rules};

use super::same_as_model::same_sequence;
use super::violation::{Violation, ensure};
use crate::chain::chain;
use crate::convert::to_model;

const SEARCH: &str =
    "core and the model agree on whether a ring holds a valid sequence (SEQ-2, SEQ-7)";
const ENTRY: &str = "core and the model agree on every sector that begins with `loge`: a valid \
    entry with the same fields, or the clause it breaks (ENT-1, ENT-2, ENT-3, ENT-4, ENT-5, ENT-6, \
    ENT-7, ENT-8, ENT-9, DSC-1, DSC-2, DSC-3, DSC-4, DSC-8, DAT-1, DAT-2)";

/// Core and model find the same active sequence on a ring, which is all of `image`, or neither
/// finds one.
///
/// # Errors
/// The violation, when the property does not hold.
pub fn check_search(
    image: &SparseMemory,
    generation: [u8; 16],
) -> Result<Option<Active>, Violation> {
    check_search_against(image, generation, &Format)
}

/// As [`check_search`], with the model by these rules.
///
/// # Errors
/// The violation, when the property does not hold.
pub fn check_search_against(
    image: &SparseMemory,
    generation: [u8; 16],
    rules: &dyn Rules,
) -> Result<Option<Active>, Violation> {
    let ring_image = to_model(image);
    let expected = model::search(
        &model::Ring::of_log(&ring_image, 0, ring_image.length()),
        &generation,
        rules,
    );
    let found = find_active(image, ring(&ring_image), Uuid::from_bytes_le(generation)).map_err(
        |error| Violation {
            property: SEARCH,
            detail: chain(&error),
        },
    )?;
    match (&found, &expected) {
        (None, None) => {}
        (Some(core), Some(model)) => same_sequence(core, model)?,
        _ => ensure(SEARCH, false, || {
            let has = |some: bool| if some { "a sequence" } else { "none" };
            let (model, core) = (has(expected.is_some()), has(found.is_some()));
            format!("model: {model}; core: {core}")
        })?,
    }
    Ok(expected)
}

/// Core and the model judge every entry of a ring in the same way, field by field, and every sector
/// that only begins like one. Returns how many entries are valid, and how many such sectors are
/// not.
///
/// # Errors
/// The violation, when the property does not hold.
pub fn check_entries(
    image: &SparseMemory,
    generation: [u8; 16],
) -> Result<(usize, usize), Violation> {
    let ring_image = to_model(image);
    let of_core = entries_of_core(image, ring(&ring_image), generation)?;
    let of_model = entries_of_model(&ring_image, generation);
    if of_core.len() != of_model.len() {
        return Err(Violation {
            property: ENTRY,
            detail: format!("sectors: model {}, core {}", of_model.len(), of_core.len()),
        });
    }
    for (core, model) in of_core.iter().zip(&of_model) {
        let same_place = core.0 == model.0;
        let same = match (&core.1, &model.1) {
            (Ok(core), Ok(model)) => fields_of_core(core) == fields_of_model(model),
            (Err(core), Err(model)) => core == model,
            _ => false,
        };
        ensure(ENTRY, same_place && same, || {
            let fields = |fields: Result<Fields, ClauseId>| match fields {
                Ok(fields) => describe(fields),
                Err(clause) => format!("invalid by {clause}"),
            };
            format!(
                "log offset {:#x}: model {}; log offset {:#x}: core {}",
                model.0,
                fields(
                    model
                        .1
                        .as_ref()
                        .map(fields_of_model)
                        .map_err(|clause| *clause)
                ),
                core.0,
                fields(
                    core.1
                        .as_ref()
                        .map(fields_of_core)
                        .map_err(|clause| *clause)
                ),
            )
        })?;
    }
    let valid = of_model.iter().filter(|(_, judged)| judged.is_ok()).count();
    Ok((valid, of_model.len() - valid))
}

/// Each sector that begins with `loge`, by its offset in the ring: an entry, or the clause it
/// breaks.
type Judged<E> = Vec<(u64, Result<E, ClauseId>)>;

fn entries_of_core(
    image: &SparseMemory,
    ring: Ring,
    generation: [u8; 16],
) -> Result<Judged<Entry>, Violation> {
    let mut judged = Vec::new();
    let generation = Some(Uuid::from_bytes_le(generation));
    let scanned = scan(image, ring, generation, &mut |found| {
        judged.push(match found {
            Found::Entry(entry) => (entry.offset.0.into(), Ok(entry)),
            Found::NotAnEntry { offset, fault } => (offset.0.into(), Err(fault.clause.id())),
        });
    });
    scanned.map_err(|error| Violation {
        property: ENTRY,
        detail: chain(&error),
    })?;
    // A wrapping entry is found last.
    judged.sort_by_key(|&(offset, _)| offset);
    Ok(judged)
}

fn entries_of_model(ring_image: &model::Image, generation: [u8; 16]) -> Judged<model::Entry> {
    let ring = model::Ring::of_log(ring_image, 0, ring_image.length());
    let begins = ring
        .present()
        .filter(|&index| ring.sector(index).starts_with(b"loge"));
    begins
        .map(|index| index * model::SECTOR)
        .map(|offset| (offset, model::entry_at(&ring, offset, &generation, &Format)))
        .collect()
}

/// The fields of a valid entry.
type Fields = [(&'static str, u64); 8];

fn fields_of_core(core: &Entry) -> Fields {
    [
        ("offset", core.offset.0.into()),
        ("EntryLength", core.length.into()),
        ("Tail", core.tail.0.into()),
        ("SequenceNumber", core.sequence_number.0),
        ("FlushedFileOffset", core.flushed_file_offset),
        ("LastFileOffset", core.last_file_offset),
        ("zero descriptors", core.zero_descriptors.into()),
        ("data descriptors", core.data_descriptors.into()),
    ]
}

fn fields_of_model(model: &model::Entry) -> Fields {
    let is_zero = |descriptor: &&Descriptor| matches!(descriptor, Descriptor::Zero { .. });
    let zeros = model.descriptors.iter().filter(is_zero).count();
    [
        ("offset", model.offset),
        ("EntryLength", model.length),
        ("Tail", model.tail),
        ("SequenceNumber", model.sequence_number),
        ("FlushedFileOffset", model.flushed_file_offset),
        ("LastFileOffset", model.last_file_offset),
        ("zero descriptors", zeros as u64),
        ("data descriptors", (model.descriptors.len() - zeros) as u64),
    ]
}

fn describe(fields: Fields) -> String {
    let fields = fields.map(|(name, value)| format!("{name} {value:#x}"));
    format!("valid, {}", fields.join(", "))
}

/// All of an image as a ring; it has at least one sector and at most 4 GiB less one.
fn ring(image: &model::Image) -> Ring {
    let length = u32::try_from(image.length()).expect("a short ring");
    Ring::new(FileOffset(0), length).expect("whole sectors")
}
