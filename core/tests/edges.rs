//! Reads at every edge: of the file, of a sector, of what is in the log, of what a replay adds.
//! Each is compared with plain bytes in memory that were changed in the same way.

mod image;

use image::dirty::{dirty, entry};
use image::{MIB, TARGET, clean};
use vhdx_log::OpenOptions;
use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log::writer::{Log, Transaction, WriteOptions};

/// All bytes of an image.
fn bytes_of(image: &SparseMemory) -> Vec<u8> {
    let mut bytes = vec![0; image.len().unwrap() as usize];
    image.read_at(0, &mut bytes).unwrap();
    bytes
}

/// Reads from each edge to each other, and of each length that may be special, against `expected`.
fn check_reads(
    expected: &[u8],
    edges: &[u64],
    when: &str,
    read: impl Fn(u64, &mut [u8]) -> std::io::Result<()>,
) {
    let end = expected.len() as u64;
    let near = |edge: u64| [edge.saturating_sub(1), edge, edge.saturating_add(1)];
    let mut places: Vec<u64> = edges.iter().copied().flat_map(near).collect();
    places.extend([0, end].into_iter().flat_map(near));
    places.extend([1 << 63, u64::MAX - 4096, u64::MAX]);
    places.sort_unstable();
    places.dedup();
    let mut checked = 0;
    for &from in &places {
        let to = places.iter().filter_map(|to| to.checked_sub(from));
        for length in to
            .filter(|&length| length < 64 << 10)
            .chain([1, 4096, 8193])
        {
            let mut found = vec![0xEE; length as usize];
            let outcome = read(from, &mut found);
            let inside = from.checked_add(length).is_some_and(|to| to <= end);
            match outcome {
                Ok(()) => {
                    assert!(inside, "{when}: {length} bytes at {from:#x}");
                    let expected = &expected[from as usize..][..length as usize];
                    assert!(found == expected, "{when}: {length} bytes at {from:#x}");
                }
                Err(error) => {
                    assert!(!inside, "{when}: {length} bytes at {from:#x}: {error}");
                    assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof);
                }
            }
            checked += 1;
        }
    }
    assert!(checked > 100);
}

#[test]
fn of_a_view() {
    let end = 9 * MIB;
    let at = |sector: u64| TARGET + sector * 4096;
    let mut head = entry(2, 0)
        .zero(at(5), 8192)
        .zero(end - 4096, 3 * 4096)
        .data(at(6), 2)
        .data(end - 8192, 3)
        // Past the end: what is between is new, and zero (RPL-2).
        .data(end + 4 * 4096, 4);
    head.last_file_offset = end + 1;
    let entries = [(0, entry(1, 0).data(at(0), 1).data(at(1), 1)), (3, head)];
    let mut image = dirty(&entries);
    image.write_at(TARGET, &[0xF0; 10 * 4096]).unwrap();
    image.write_at(end - 5 * 4096, &[0xF1; 5 * 4096]).unwrap();

    let mut expected = bytes_of(&image);
    expected.resize(10 * MIB as usize, 0);
    let mut fill = |offset: u64, length: u64, byte: u8| {
        expected[offset as usize..][..length as usize].fill(byte);
    };
    fill(at(0), 8192, 1);
    fill(at(5), 8192, 0);
    fill(at(6), 4096, 2);
    fill(end - 4096, 4096, 0);
    fill(end - 8192, 4096, 3);
    fill(end + 4 * 4096, 4096, 4);

    let view = OpenOptions::read_only().open(image).unwrap();
    assert_eq!(view.len().unwrap(), 10 * MIB);
    let mut edges: Vec<u64> = (0..9).map(at).collect();
    edges.extend((0..9).map(|sector| end - 3 * 4096 + sector * 4096));
    edges.extend([64 << 10, MIB, 2 * MIB]);
    check_reads(&expected, &edges, "the view", |offset, buffer| {
        view.read_at(offset, buffer)
    });
}

#[test]
fn of_a_log_that_is_written() {
    let mut image = clean(1);
    let end = image.len().unwrap();
    image.write_at(TARGET, &[0xF0; 10 * 4096]).unwrap();
    let mut expected = bytes_of(&image);
    let mut log = Log::open(image, &WriteOptions::new().max_gathered_changes(4)).unwrap();
    let mut edges: Vec<u64> = (0..9).map(|sector| TARGET + sector * 4096).collect();
    edges.extend([end, end + 4096, end + 12_000, end + 20_000]);

    type Step<'a> = (&'a str, &'a dyn Fn(&mut Log<SparseMemory>, &mut Vec<u8>));
    let write = |log: &mut Log<SparseMemory>, expected: &mut Vec<u8>, at: u64, bytes: &[u8]| {
        log.submit(&Transaction::new().write(at, bytes)).unwrap();
        let to = at as usize + bytes.len();
        expected.resize(expected.len().max(to.next_multiple_of(4096)), 0);
        expected[at as usize..to].copy_from_slice(bytes);
    };
    let steps: [Step<'_>; 10] = [
        ("opened", &|_, _| ()),
        ("part of a sector", &|log, expected| {
            write(log, expected, TARGET + 4090, b"across the edge");
        }),
        ("zeros over it", &|log, expected| {
            log.submit(&Transaction::new().zero(TARGET + 4096, 9000))
                .unwrap();
            expected[TARGET as usize + 4096..][..9000].fill(0);
        }),
        ("committed", &|log, _| log.commit().unwrap()),
        ("over what is committed", &|log, expected| {
            write(log, expected, TARGET + 100, &[7; 5000]);
        }),
        ("past the end", &|log, expected| {
            write(log, expected, end + 12_000, &[8; 500]);
        }),
        ("at its place", &|log, _| log.checkpoint().unwrap()),
        ("payload", &|log, expected| {
            log.write_payload(TARGET + 5, b"payload").unwrap();
            expected[TARGET as usize + 5..][..7].copy_from_slice(b"payload");
        }),
        ("longer", &|log, expected| {
            log.set_len(end + 20_000).unwrap();
            expected.resize(end as usize + 20_000, 0);
        }),
        ("shorter", &|log, expected| {
            write(log, expected, end + 3000, &[9; 3000]);
            log.set_len(end + 4096).unwrap();
            expected.truncate(end as usize + 4096);
        }),
    ];
    for (when, step) in steps {
        step(&mut log, &mut expected);
        assert_eq!(log.len(), expected.len() as u64, "{when}");
        check_reads(&expected, &edges, when, |offset, buffer| {
            log.read_at(offset, buffer)
        });
    }
    let closed = log.close().unwrap();
    assert!(bytes_of(&closed)[2 * MIB as usize..] == expected[2 * MIB as usize..]);
}
