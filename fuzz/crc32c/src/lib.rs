//! CRC-32C for the fuzz targets, instead of the crate of this name (see `[patch.crates-io]` in the
//! manifest of the folder above).
//!
//! It computes the same function with hardly any comparisons. libFuzzer's instrumentation calls a
//! hook at every comparison of two numbers, and the crate makes four for each 24 bytes;
//! AddressSanitizer adds one for each access to memory. A third of a target's time was spent there.
//! Assembly is not instrumented, so here there are only a few for each sector. The tests compare it
//! with the definition.

/// The CRC-32C of these bytes.
#[inline]
pub fn crc32c(data: &[u8]) -> u32 {
    crc32c_append(0, data)
}

/// The CRC-32C of bytes whose first part, not given here, has the CRC-32C `crc`.
#[inline]
pub fn crc32c_append(crc: u32, data: &[u8]) -> u32 {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("sse4.2") {
        // SAFETY: the processor has the instruction.
        return unsafe { by_instruction(crc, data) };
    }
    by_definition(crc, data)
}

/// The bytes of a stream: as many whole words as go into a third of a sector. Three streams keep
/// the instruction busy, which takes three cycles.
#[cfg(target_arch = "x86_64")]
const STREAM: usize = 170 * 8;

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse4.2")]
fn by_instruction(crc: u32, data: &[u8]) -> u32 {
    let (triples, rest) = data.as_chunks::<{ 3 * STREAM }>();
    let mut crc = u64::from(!crc);
    for triple in triples {
        let (second, third);
        (crc, second, third) = three_streams(crc, triple);
        crc = u64::from(over_a_stream(crc as u32)) ^ second;
        crc = u64::from(over_a_stream(crc as u32)) ^ third;
    }
    let (words, bytes) = rest.as_chunks::<8>();
    crc = one_stream(crc, words);
    !bytes.iter().fold(crc as u32, |crc, &byte| {
        std::arch::x86_64::_mm_crc32_u8(crc, byte)
    })
}

/// The CRCs of three streams, one directly after another; the first one continues from `crc`.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse4.2")]
fn three_streams(mut crc: u64, triple: &[u8; 3 * STREAM]) -> (u64, u64, u64) {
    let (mut second, mut third) = (0_u64, 0_u64);
    let first = triple.as_ptr_range().start;
    // SAFETY: `at` goes from the start of the first stream to its end in steps of a word, and
    // STREAM is whole words: what is read lies in the first stream and, one and two STREAM further
    // on, in the others. Nothing is written.
    unsafe {
        std::arch::asm!(
            "2:",
            "crc32 {crc}, qword ptr [{at}]",
            "crc32 {second}, qword ptr [{at} + {stream}]",
            "crc32 {third}, qword ptr [{at} + 2 * {stream}]",
            "add {at}, 8",
            "cmp {at}, {end}",
            "jne 2b",
            at = inout(reg) first => _,
            end = in(reg) first.add(STREAM),
            crc = inout(reg) crc,
            second = inout(reg) second,
            third = inout(reg) third,
            stream = const STREAM,
            options(pure, readonly, nostack),
        );
    }
    (crc, second, third)
}

/// The CRC of one stream of words, continued from `crc`.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse4.2")]
fn one_stream(mut crc: u64, words: &[[u8; 8]]) -> u64 {
    if words.is_empty() {
        return crc;
    }
    let std::ops::Range { start, end } = words.as_ptr_range();
    // SAFETY: `at` goes from the start of the words to their end in steps of a word, and is not
    // there yet when it begins. Nothing is written.
    unsafe {
        std::arch::asm!(
            "2:",
            "crc32 {crc}, qword ptr [{at}]",
            "add {at}, 8",
            "cmp {at}, {end}",
            "jne 2b",
            at = inout(reg) start => _,
            end = in(reg) end,
            crc = inout(reg) crc,
            options(pure, readonly, nostack),
        );
    }
    crc
}

/// The CRC after a stream of zeros follows it. The CRC of two streams is this value of the first
/// one's CRC, plus the second one's.
#[cfg(target_arch = "x86_64")]
fn over_a_stream(crc: u32) -> u32 {
    use std::sync::LazyLock;
    static BY_BYTE: LazyLock<[[u32; 256]; 4]> = LazyLock::new(|| {
        let over = |crc: u32| !by_definition(!crc, &[0; STREAM]);
        std::array::from_fn(|byte| std::array::from_fn(|value| over((value as u32) << (8 * byte))))
    });
    let [a, b, c, d] = crc.to_le_bytes();
    let [of_a, of_b, of_c, of_d] = &*BY_BYTE;
    of_a[usize::from(a)] ^ of_b[usize::from(b)] ^ of_c[usize::from(c)] ^ of_d[usize::from(d)]
}

/// Bit by bit: x^32 + x^28 + x^27 + x^26 + x^25 + x^23 + x^22 + x^20 + x^19 + x^18 + x^14 + x^13 +
/// x^11 + x^10 + x^9 + x^8 + x^6 + 1, the lowest bit of each byte first.
fn by_definition(crc: u32, data: &[u8]) -> u32 {
    let step = |crc: u32, _| (crc >> 1) ^ (0x82F6_3B78 & 0_u32.wrapping_sub(crc & 1));
    !data
        .iter()
        .fold(!crc, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), step))
}

#[test]
fn it_is_the_crc_of_the_definition() {
    assert_eq!(crc32c(b"123456789"), 0xE306_9283);
    let data: Vec<u8> = (0..10_000_u32)
        .map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    for (from, to) in [
        (0, 0),
        (0, 7),
        (1, 9),
        (3, 600),
        (0, 4096),
        (5, 4096),
        (8, 9999),
        (0, 10_000),
    ] {
        assert_eq!(
            crc32c_append(77, &data[from..to]),
            by_definition(77, &data[from..to]),
            "{from}..{to}"
        );
    }
}
