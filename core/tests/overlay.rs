//! The read-only view of a dirty file (RPL-5): what a read shows, range by range.
//!
//! In the pictures each character is a sector of the file from the target on: a digit is the byte
//! that fills it, `z` zeros, `f` the file's own bytes.

mod image;

use image::MIB;
use image::dirty::{Entry, dirty, entry};
use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log::{Image, LogState, OpenOptions};

const TARGET: u64 = 4 * MIB;
const FILE: u8 = b'f';

fn sector(nth: u64) -> u64 {
    TARGET + nth * 4096
}

/// A view of a file whose eight sectors from the target on are full of `f`.
fn view(entries: &[(u32, Entry)]) -> Image<SparseMemory> {
    let mut image = dirty(entries);
    image.write_at(TARGET, &[FILE; 8 * 4096]).unwrap();
    let opened = OpenOptions::read_only().open(image).unwrap();
    assert!(matches!(opened.log(), LogState::Overlaid(_)));
    opened
}

fn read(image: &Image<SparseMemory>, offset: u64, length: usize) -> Vec<u8> {
    let mut buffer = vec![0xEE; length];
    image.read_at(offset, &mut buffer).unwrap();
    buffer
}

/// The first byte of each of eight sectors.
fn picture(image: &Image<SparseMemory>) -> String {
    let bytes = read(image, TARGET, 8 * 4096);
    bytes
        .chunks(4096)
        .map(|sector| {
            assert!(sector.iter().all(|&byte| byte == sector[0]));
            match sector[0] {
                0 => 'z',
                FILE => 'f',
                fill => char::from(b'0' + fill),
            }
        })
        .collect()
}

#[test]
fn an_update_shows_at_its_place_only() {
    assert_eq!(
        picture(&view(&[(0, entry(1, 0).data(sector(2), 1))])),
        "ff1fffff"
    );
}

#[test]
fn zeros_show_over_their_range_only() {
    let entry = entry(1, 0).zero(sector(1), 3 * 4096);
    assert_eq!(picture(&view(&[(0, entry)])), "fzzzffff");
}

#[test]
fn newer_data_shows_through_zeros() {
    let entries = [
        (0, entry(1, 0).zero(sector(0), 4 * 4096)),
        (1, entry(2, 0).data(sector(2), 2)),
    ];
    assert_eq!(picture(&view(&entries)), "zz2zffff");
}

#[test]
fn newer_zeros_cover_data() {
    let entries = [
        (0, entry(1, 0).data(sector(2), 1).data(sector(5), 1)),
        (3, entry(2, 0).zero(sector(1), 3 * 4096)),
    ];
    assert_eq!(picture(&view(&entries)), "fzzzf1ff");
}

#[test]
fn the_newest_of_several_updates_shows() {
    let entries = [
        (0, entry(1, 0).data(sector(2), 1)),
        (2, entry(2, 0).data(sector(2), 2)),
        (4, entry(3, 0).data(sector(2), 3)),
    ];
    assert_eq!(picture(&view(&entries)), "ff3fffff");
}

#[test]
fn entries_before_the_tail_do_not_show() {
    // SEQ-4
    let entries = [
        (0, entry(1, 0).data(sector(2), 1)),
        (2, entry(2, 2).data(sector(3), 2)),
    ];
    assert_eq!(picture(&view(&entries)), "fff2ffff");
}

#[test]
fn overlapping_and_touching_ranges_are_one() {
    let entries = [(
        0,
        entry(1, 0)
            .zero(sector(1), 8192)
            .zero(sector(2), 8192)
            .zero(sector(4), 4096),
    )];
    assert_eq!(picture(&view(&entries)), "fzzzzfff");
}

#[test]
fn a_read_may_begin_and_end_anywhere() {
    let image = view(&[(0, entry(1, 0).zero(sector(1), 4096).data(sector(2), 2))]);
    let expected = [vec![FILE; 10], vec![0; 4096], vec![2; 4096], vec![FILE; 10]].concat();
    assert_eq!(read(&image, sector(1) - 10, 2 * 4096 + 20), expected);
    assert_eq!(
        read(&image, sector(2) + 4090, 10),
        [[2_u8; 6].as_slice(), &[FILE; 4]].concat()
    );
    assert_eq!(read(&image, sector(2) + 5, 0), []);
}

#[test]
fn the_first_8_and_the_last_4_bytes_come_from_the_descriptor() {
    // RPL-1: the data sector holds `data` and the halves of the SequenceNumber there.
    let image = view(&[(0, entry(u64::MAX, 0).data(sector(0), 9))]);
    assert_eq!(read(&image, sector(0), 8), [9; 8]);
    assert_eq!(read(&image, sector(0) + 4092, 4), [9; 4]);
}

#[test]
fn the_view_is_as_long_as_the_replayed_file() {
    // RPL-2, RPL-3: what is past the end of the file reads as zero.
    let image = view(&[(0, entry(1, 0).data(20 * MIB, 1))]);
    assert_eq!(image.len().unwrap(), 20 * MIB + 4096);
    assert_eq!(read(&image, 20 * MIB - 2, 4), [0, 0, 1, 1]);
    let past = image.read_at(20 * MIB + 4090, &mut [0; 7]).unwrap_err();
    assert_eq!(past.kind(), std::io::ErrorKind::UnexpectedEof);
    assert!(image.read_at(u64::MAX, &mut [0; 2]).is_err());
}

#[test]
fn the_file_is_not_changed() {
    let image = view(&[(0, entry(1, 0).data(sector(0), 1))]);
    assert_eq!(read(&image, sector(0), 1), [1]);
    let mut stored = [0];
    image
        .into_storage()
        .read_at(sector(0), &mut stored)
        .unwrap();
    assert_eq!(stored, [FILE]);
}

#[test]
fn the_headers_are_those_of_the_file() {
    let image = view(&[(0, entry(1, 0))]);
    assert_ne!(
        read(&image, (64 << 10) + 48, 16),
        [0; 16],
        "LogGuid is not zero"
    );
}
