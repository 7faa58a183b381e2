//! CRC-32C, against a bit-by-bit one.

/// The definition: reflected polynomial 0x82F63B78, all ones before and after.
fn bitwise(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0x82F6_3B78
            } else {
                crc >> 1
            }
        })
    })
}

#[test]
fn crc_32c_of_the_standard_test_string_is_the_check_value() {
    assert_eq!(bitwise(b"123456789"), 0xE306_9283);
    assert_eq!(crc32c::crc32c(b"123456789"), 0xE306_9283);
}

#[test]
fn the_checksum_equals_a_bitwise_one_at_every_length_and_split() {
    let bytes: Vec<u8> = (0..4200u32).map(|at| (at * at / 7) as u8).collect();
    for length in (0..70).chain([511, 512, 1023, 4095, 4096, 4097, 4200]) {
        let expected = bitwise(&bytes[..length]);
        assert_eq!(crc32c::crc32c(&bytes[..length]), expected, "{length}");
        let (head, rest) = bytes[..length].split_at(length / 3);
        assert_eq!(
            crc32c::crc32c_append(crc32c::crc32c(head), rest),
            expected,
            "{length}"
        );
    }
}
