//! The sparse image against a plain vector of bytes, and its equality.

mod small;

use std::sync::Arc;

use vhdx_log_model::{Bytes, Image, SECTOR};

use small::pattern;

fn all(image: &Image) -> Vec<u8> {
    (0..image.length())
        .map(|at| image.bytes(at / SECTOR)[(at % SECTOR) as usize])
        .collect()
}

fn image<const N: usize>(length: u64, sectors: [(u64, Bytes); N]) -> Image {
    let sectors = sectors
        .into_iter()
        .map(|(number, bytes)| (number, Arc::new(bytes)));
    Image::from_sectors(length, Arc::new(sectors.collect()))
}

#[test]
fn absent_and_zero_sectors_are_the_same() {
    let zero = image(8192, [(0, [0; 4096])]);
    assert_eq!(zero, Image::new(8192));
    assert_ne!(zero, Image::new(8191));
    assert_ne!(image(8192, [(1, pattern(1))]), zero);
}

#[test]
fn bytes_beyond_the_length_do_not_exist() {
    let mut image = image(5000, [(0, pattern(1)), (1, pattern(2)), (2, pattern(3))]);
    let mut expected = pattern(1).to_vec();
    expected.extend(&pattern(2)[..904]);
    assert_eq!(all(&image), expected);
    assert!(image.sector(2).is_none());

    image.write(SECTOR, &pattern(4));
    image.write(7 * SECTOR, &pattern(4));
    image.set_length(image.length().max(40000));
    image.set_length(image.length().max(9));
    assert_eq!(image.length(), 40000);
    assert_eq!(image.bytes(1)[..904], pattern(4)[..904]);
    assert_eq!(image.bytes(1)[904..], [0; 4096 - 904]);
    assert!(image.sector(7).is_none());
}

/// Any sequence of writes, zeroes and length changes does to the image what it does to bytes.
#[test]
fn an_image_behaves_like_a_plain_vector_of_bytes() {
    let mut random = 7u64;
    let mut next = move |below: usize| {
        random = random
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (random >> 33) as usize % below
    };
    let (mut image, mut bytes) = (Image::new(20000), vec![0; 20000]);
    for round in 0..2000 {
        let (at, length) = (next(24000), next(9000));
        let (from, to) = (at.min(bytes.len()), (at + length).min(bytes.len()));
        match next(4) {
            0 => {
                image.set_length(at as u64);
                bytes.resize(at, 0);
            }
            1 => {
                image.zero(at as u64, length as u64);
                bytes[from..to].fill(0);
            }
            _ => {
                image.write(at as u64, &vec![round as u8; length]);
                bytes[from..to].fill(round as u8);
            }
        }
        assert_eq!(all(&image), bytes, "round {round}");
    }
}

#[test]
fn extreme_offsets_and_lengths_cost_no_time_or_memory() {
    let mut image = image(u64::MAX, [(1, pattern(1)), (u64::MAX / SECTOR, pattern(2))]);
    image.write(u64::MAX - 10, &[1; 100]);
    image.zero(0, u64::MAX);
    image.zero(u64::MAX, u64::MAX);
    assert_eq!(image, Image::new(u64::MAX));
    image.set_length(0);
    assert_eq!(image, Image::new(0));
}
