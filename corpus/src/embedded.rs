//! The vectors in this crate, as `build.rs` packs them.
//!
//! The list is unpacked as a whole, an image only when it is asked for.

use std::io::{self, Read};

use flate2::bufread::DeflateDecoder;

use crate::vector::Vector;

static LIST: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/list"));
static IMAGES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/images"));

/// The vectors, each with its packed image.
///
/// # Panics
/// If what is embedded is damaged.
pub(crate) fn vectors() -> impl Iterator<Item = (Vector, &'static [u8])> {
    let list = unpacked(LIST).expect("the embedded list is compressed");
    let list: Vec<(usize, Vector)> =
        serde_json::from_slice(&list).expect("the embedded vectors are valid");
    let mut images = IMAGES;
    list.into_iter().map(move |(length, vector)| {
        let image = images.split_off(..length).expect("each has an image");
        (vector, image)
    })
}

/// The bytes that `build.rs` packed.
///
/// # Errors
/// If they are damaged.
pub(crate) fn unpacked(packed: &[u8]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    DeflateDecoder::new(packed).read_to_end(&mut bytes)?;
    Ok(bytes)
}
