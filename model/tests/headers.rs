//! Section 2: for every clause a file that keeps it and one that breaks it.

mod small;

use vhdx_log_model::{Access, Image, Options, Verdict, read};

use small::*;

fn changed(change: impl Fn(&mut vhdx_log_model::Header)) -> &'static str {
    let mut s = Small::one();
    s.both_headers(change)
        .header(1, |header| header.sequence_number = 8);
    in_short(&s.read())
}

/// The bytes of a header with its checksum made valid.
fn sealed(mut bytes: vhdx_log_model::Bytes) -> vhdx_log_model::Bytes {
    bytes[4..8].fill(0);
    let checksum = crc32c::crc32c(&bytes);
    bytes[4..8].copy_from_slice(&checksum.to_le_bytes());
    bytes
}

#[test]
fn fid_1_the_file_begins_with_its_identifier() {
    let mut s = Small::one();
    assert_eq!(in_short(&s.read()), "replayed");
    s.image.write(7, b"E");
    assert_eq!(in_short(&s.read()), "FID-1");
    let mut short = Image::new(7);
    short.write(0, b"vhdxfil");
    assert_eq!(in_short(&read(&short, &Options::default())), "FID-1");
    assert_eq!(
        in_short(&read(&Image::new(0), &Options::default())),
        "FID-1"
    );
}

#[test]
fn hdr_1_hdr_3_a_header_needs_signature_and_checksum() {
    for at in [0, 4, 8, 100, 4095] {
        let mut s = Small::one();
        s.header(0, |header| header.log_guid = [0; 16]);
        assert_eq!(in_short(&s.read()), "replayed");
        s.image.write((128 << 10) + at, &[0xEE]);
        assert_eq!(in_short(&s.read()), "clean", "header 1 is left, byte {at}");
        s.image.write((64 << 10) + at, &[0xEE]);
        assert_eq!(in_short(&s.read()), "HDR-3");
    }
}

#[test]
fn hdr_1_a_header_cut_off_by_the_end_of_the_file_is_not_valid() {
    let mut s = Small::clean();
    s.header(1, |header| header.version = 9);
    s.image.set_length((128 << 10) + 4096);
    assert_eq!(in_short(&s.read()), "HDR-5");
    s.image.set_length((128 << 10) + 4095);
    assert_eq!(in_short(&s.read()), "clean");
    s.image.set_length((64 << 10) + 4096);
    assert_eq!(in_short(&s.read()), "clean");
    s.image.set_length((64 << 10) + 4095);
    assert_eq!(in_short(&s.read()), "HDR-3");
}

#[test]
fn hdr_2_the_header_with_the_greater_sequence_number_is_current() {
    for (first, second) in [
        (8, 9),
        (9, 8),
        (u64::MAX - 9, 1),
        (1 << 63, (1 << 63) - 1),
        (1 << 32, u64::from(u32::MAX)),
    ] {
        let mut s = Small::one();
        s.header(0, |header| header.sequence_number = first)
            .header(1, |header| header.sequence_number = second);
        let older = usize::from(first > second);
        s.header(older, |header| header.log_guid = [0; 16]);
        assert_eq!(in_short(&s.read()), "replayed");
        s.header(older, |header| header.log_guid = GUID)
            .header(1 - older, |header| header.log_guid = [0; 16]);
        assert_eq!(in_short(&s.read()), "clean");
    }
}

#[test]
fn hdr_4_headers_with_equal_sequence_numbers_need_equal_bytes() {
    let mut s = Small::one();
    s.header(0, |header| header.sequence_number = 8);
    let Verdict::Replayed(_) = s.read() else {
        panic!("HDR-4b: identical headers")
    };
    let mut bytes = s.headers[1].to_bytes();
    bytes[4095] = 1;
    s.image.write(128 << 10, &sealed(bytes));
    assert_eq!(in_short(&s.read()), "HDR-4", "a reserved byte is different");
}

#[test]
fn hdr_5_hdr_6_unknown_versions_are_refused() {
    assert_eq!(changed(|header| header.version = 0), "HDR-5");
    assert_eq!(changed(|header| header.version = 2), "HDR-5");
    assert_eq!(changed(|header| header.log_version = 1), "HDR-6");
    let with_guid_zero = |header: &mut vhdx_log_model::Header| {
        header.log_guid = [0; 16];
        (header.log_version, header.log_offset, header.log_length) = (1, 3, 5);
    };
    assert_eq!(changed(with_guid_zero), "clean");
}

#[test]
fn hdr_7_hdr_8_hdr_10_the_log_is_aligned_and_inside_the_file() {
    assert_eq!(changed(|header| header.log_length -= 4096), "HDR-7");
    assert_eq!(changed(|header| header.log_offset += 4096), "HDR-7");
    assert_eq!(changed(|header| header.log_length = 0), "HDR-10");
    assert_eq!(changed(|header| header.log_offset = 0), "HDR-8");
    assert_eq!(changed(|header| header.log_offset = 4 * MIB), "HDR-8");
    assert_eq!(
        changed(|header| header.log_offset = 0u64.wrapping_sub(MIB)),
        "HDR-8"
    );
    assert_eq!(changed(|header| header.log_length = 2 << 20), "replayed");
    assert_eq!(changed(|header| header.log_length = 4 << 20), "HDR-8");
    assert_eq!(
        changed(|header| (header.log_offset, header.log_length) = (0, 0)),
        "HDR-10"
    );
}

#[test]
fn hdr_9_log_guid_zero_is_clean_whatever_the_log_holds() {
    assert_eq!(in_short(&Small::clean().read()), "clean");
    let mut s = Small::clean();
    s.guid = [0; 16];
    s.entry(8192, 9, 8192, &[Data(TARGET, 2)]);
    assert_eq!(in_short(&s.read()), "clean");
}

#[test]
fn hdr_12_reserved_bytes_only_count_for_the_checksum() {
    let mut s = Small::one();
    let mut bytes = s.headers[1].to_bytes();
    bytes[80..].fill(7);
    s.image.write(128 << 10, &sealed(bytes));
    assert_eq!(tags(&s.read(), [TARGET]), [Some(1)]);
}

#[test]
fn hdr_13_a_writable_open_needs_four_more_sequence_numbers() {
    let open = |s: &Small, access| {
        in_short(&read(
            &s.image,
            &Options {
                access,
                ..Options::default()
            },
        ))
    };
    for (number, dirty, clean) in [
        (u64::MAX - 4, "replayed", "clean"),
        (u64::MAX - 3, "HDR-13", "HDR-13"),
    ] {
        let (mut a, mut b) = (Small::one(), Small::clean());
        a.header(1, |header| header.sequence_number = number);
        b.header(1, |header| header.sequence_number = number);
        assert_eq!(
            (open(&a, Access::Writable), open(&b, Access::Writable)),
            (dirty, clean)
        );
        assert_eq!(
            (open(&a, Access::ReadOnly), open(&b, Access::ReadOnly)),
            ("replayed", "clean")
        );
    }
}
