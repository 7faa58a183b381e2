//! Rings alone, of any length: which entries they hold, and which of their sequences is the active
//! one.

use uuid::Uuid;
use vhdx_log::storage::SparseMemory;
use vhdx_log::units::FileOffset;
use vhdx_log::{Entry, Found, Ring, find_active, scan};
use vhdx_log_model::{self as model, Active, Descriptor, Format, Rules};

use super::read_only::same_sequence;
use super::{Violation, ensure, to_model};

const SEARCH: &str = "core and model agree on whether a ring holds a valid sequence";
const ENTRY: &str = "core and model agree on every sector that begins like an entry: valid, or the clause it breaks";

/// Core and model find the same active sequence on a ring, which is all of `image`, or neither
/// finds one.
///
/// # Errors
/// The property, when it does not hold.
pub fn check_search(
    image: &SparseMemory,
    generation: [u8; 16],
) -> Result<Option<Active>, Violation> {
    check_search_against(image, generation, &Format)
}

/// As [`check_search`], with the model by these rules.
///
/// # Errors
/// The property, when it does not hold.
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
            detail: error.to_string(),
        },
    )?;
    match (&found, &expected) {
        (None, None) => {}
        (Some(core), Some(model)) => same_sequence(core, model)?,
        _ => ensure(SEARCH, false, || {
            format!("the model has {expected:x?}, core {found:x?}")
        })?,
    }
    Ok(expected)
}

/// Core and model judge every entry of a ring alike, field by field, and every place that only
/// begins like one. Returns how many entries are valid, and how many such places are not.
///
/// # Errors
/// The property, when it does not hold.
pub fn check_entries(
    image: &SparseMemory,
    generation: [u8; 16],
) -> Result<(usize, usize), Violation> {
    let ring_image = to_model(image);
    let model_ring = model::Ring::of_log(&ring_image, 0, ring_image.length());
    let mut of_core = Vec::new();
    scan(
        image,
        ring(&ring_image),
        Some(Uuid::from_bytes_le(generation)),
        &mut |found| {
            of_core.push(match found {
                Found::Entry(entry) => (entry.offset, Ok(entry)),
                Found::NotAnEntry { offset, fault } => (offset, Err(fault.clause.id())),
            });
        },
    )
    .map_err(|error| Violation {
        property: ENTRY,
        detail: error.to_string(),
    })?;
    // A wrapping entry is found last.
    of_core.sort_by_key(|&(offset, _)| offset);
    let begins = model_ring
        .present()
        .filter(|&index| model_ring.sector(index).starts_with(b"loge"));
    let of_model: Vec<_> = begins
        .map(|index| {
            (
                index * model::SECTOR,
                model::entry_at(&model_ring, index * model::SECTOR, &generation, &Format),
            )
        })
        .collect();
    let same = of_core.len() == of_model.len()
        && of_core
            .iter()
            .zip(&of_model)
            .all(|((at, core), (offset, model))| {
                u64::from(at.0) == *offset
                    && match (core, model) {
                        (Ok(core), Ok(model)) => same_entry(core, model),
                        (Err(core), Err(model)) => core == model,
                        _ => false,
                    }
            });
    ensure(ENTRY, same, || {
        format!("the model has {of_model:x?}, core {of_core:x?}")
    })?;
    let valid = of_model.iter().filter(|(_, judged)| judged.is_ok()).count();
    Ok((valid, of_model.len() - valid))
}

fn same_entry(core: &Entry, model: &model::Entry) -> bool {
    let zeros = model
        .descriptors
        .iter()
        .filter(|descriptor| matches!(descriptor, Descriptor::Zero { .. }))
        .count();
    let of_core = [
        core.offset.0.into(),
        core.length.into(),
        core.tail.0.into(),
        core.sequence_number.0,
        core.flushed_file_offset,
        core.last_file_offset,
        core.zero_descriptors.into(),
        core.data_descriptors.into(),
    ];
    let of_model = [
        model.offset,
        model.length,
        model.tail,
        model.sequence_number,
        model.flushed_file_offset,
        model.last_file_offset,
        zeros as u64,
        (model.descriptors.len() - zeros) as u64,
    ];
    of_core == of_model
}

/// All of an image as a ring; it has at least one sector and at most 4 GiB less one.
fn ring(image: &model::Image) -> Ring {
    let length = u32::try_from(image.length()).expect("a short ring");
    Ring::new(FileOffset(0), length).expect("whole sectors")
}
