//! CRC-32C for the fuzz targets, in place of the crate of this name (see `[patch.crates-io]` in the manifest above).
//!
//! The function is the same; the way is one with hardly any comparisons. The engine's instrumentation calls out at every
//! comparison of two numbers, and the crate makes four for each 24 bytes: a third of a target's time went there. Here it
//! is a few for each sector. The tests hold it against the definition.

/// The CRC-32C of these bytes.
#[inline]
pub fn crc32c(data: &[u8]) -> u32 {
    crc32c_append(0, data)
}

/// The CRC-32C of bytes of which the first, not given here, have the CRC-32C `crc`.
#[inline]
pub fn crc32c_append(crc: u32, data: &[u8]) -> u32 {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("sse4.2") {
        // SAFETY: the instruction is there.
        return unsafe { by_instruction(crc, data) };
    }
    by_definition(crc, data)
}

/// A third of a sector and a bit less, in pairs of words: three streams keep the instruction busy, which takes three
/// cycles.
#[cfg(target_arch = "x86_64")]
const STREAM: usize = 80;

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse4.2")]
fn by_instruction(crc: u32, data: &[u8]) -> u32 {
    use std::arch::x86_64::{_mm_crc32_u8, _mm_crc32_u64};
    let byte = |crc, &byte: &u8| _mm_crc32_u8(crc, byte);
    let pair = |crc, &pair: &u128| _mm_crc32_u64(_mm_crc32_u64(crc, pair as u64), (pair >> 64) as u64);
    // Aligned, since AddressSanitizer checks an access once when it is and twice when it is not.
    // SAFETY: any bytes are numbers.
    let (before, pairs, behind) = unsafe { data.align_to::<u128>() };
    let mut crc = u64::from(before.iter().fold(!crc, byte));
    let (triples, pairs) = pairs.as_chunks::<{ 3 * STREAM }>();
    for triple in triples {
        let (streams, _) = triple.as_chunks::<STREAM>();
        let [first, second, third] = streams else { unreachable!("three streams") };
        let (mut crc_2, mut crc_3) = (0, 0);
        let [first, second, third] = [first, second, third].map(|stream| stream.as_chunks::<4>().0);
        for ((first, second), third) in first.iter().zip(second).zip(third) {
            // Four pairs of each, one after another, no loop.
            macro_rules! four {
                ($($index:literal)*) => {
                    $(
                        crc = pair(crc, &first[$index]);
                        crc_2 = pair(crc_2, &second[$index]);
                        crc_3 = pair(crc_3, &third[$index]);
                    )*
                };
            }
            four!(0 1 2 3);
        }
        crc = u64::from(over_a_stream(crc as u32)) ^ crc_2;
        crc = u64::from(over_a_stream(crc as u32)) ^ crc_3;
    }
    let (fours, pairs) = pairs.as_chunks::<4>();
    for [a, b, c, d] in fours {
        crc = [a, b, c, d].into_iter().fold(crc, pair);
    }
    crc = pairs.iter().fold(crc, pair);
    !behind.iter().fold(crc as u32, byte)
}

/// What becomes of a CRC by a stream of zeros: the CRC of two streams is this of the first's and the second's, added.
#[cfg(target_arch = "x86_64")]
fn over_a_stream(crc: u32) -> u32 {
    use std::sync::LazyLock;
    static BY_BYTE: LazyLock<[[u32; 256]; 4]> = LazyLock::new(|| {
        let over = |crc: u32| !by_definition(!crc, &[0; 16 * STREAM]);
        std::array::from_fn(|byte| std::array::from_fn(|value| over((value as u32) << (8 * byte))))
    });
    let [a, b, c, d] = crc.to_le_bytes();
    let [of_a, of_b, of_c, of_d] = &*BY_BYTE;
    of_a[usize::from(a)] ^ of_b[usize::from(b)] ^ of_c[usize::from(c)] ^ of_d[usize::from(d)]
}

/// Bit by bit: x^32 + x^28 + x^27 + x^26 + x^25 + x^23 + x^22 + x^20 + x^19 + x^18 + x^14 + x^13 + x^11 + x^10 + x^9 +
/// x^8 + x^6 + 1, the lowest bit of each byte first.
fn by_definition(crc: u32, data: &[u8]) -> u32 {
    let step = |crc: u32, _| (crc >> 1) ^ (0x82F6_3B78 & 0_u32.wrapping_sub(crc & 1));
    !data.iter().fold(!crc, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), step))
}

#[test]
fn it_is_the_crc_of_the_definition() {
    assert_eq!(crc32c(b"123456789"), 0xE306_9283);
    let data: Vec<u8> = (0..10_000_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for (from, to) in [(0, 0), (0, 7), (1, 9), (3, 600), (0, 4096), (5, 4096), (8, 9999), (0, 10_000)] {
        assert_eq!(crc32c_append(77, &data[from..to]), by_definition(77, &data[from..to]), "{from}..{to}");
    }
}
