//! The storages that come with the crate behave in the same way.

mod image;

use std::fs::File;

use image::MIB;
use image::dirty::{dirty, entry};
use vhdx_log::storage::{DenseMemory, SparseMemory, Storage};
use vhdx_log::{OpenError, OpenOptions};

/// Writing pieces has the same effect as one write of all their bytes: with more pieces than one
/// system call takes, with empty ones among them, and with none at all.
#[test]
fn pieces_are_written_as_one() {
    let pieces: Vec<Vec<u8>> = (0..5000_usize)
        .map(|index| vec![index as u8; index % 13])
        .collect();
    let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
    let expected = [vec![0; 77], pieces.concat()].concat();
    let check = |storage: &mut dyn Storage| {
        for pieces in [pieces.as_slice(), &[], &[b"", b""]] {
            storage.write_pieces_at(77, pieces).unwrap();
            assert_eq!(storage.len().unwrap(), expected.len() as u64);
            let mut found = vec![0xFF; expected.len()];
            storage.read_at(0, &mut found).unwrap();
            assert!(found == expected);
        }
    };
    let mut file: File = tempfile::tempfile().unwrap();
    check(&mut file);
    check(&mut DenseMemory::from(Vec::new()));
    check(&mut SparseMemory::new(0));
}

/// A clone is an image of its own: a change to one does not show in the other, whatever they share.
#[test]
fn clones_of_a_sparse_image_are_independent() {
    let mut image = SparseMemory::new(5 << 12);
    image.write_at(0, &[1; 3 << 12]).unwrap();
    let changes: [&dyn Fn(&mut SparseMemory); 4] = [
        &|image| image.write_at(5000, b"changed").unwrap(),
        &|image| image.zero(100, 9000).unwrap(),
        &|image| image.set_len(6000).unwrap(),
        &|image| image.set_len(9 << 12).unwrap(),
    ];
    for change in changes {
        let mut clone = image.clone();
        change(&mut clone);
        let mut found = vec![0; 5 << 12];
        image.read_at(0, &mut found).unwrap();
        assert!(found[..3 << 12].iter().all(|&byte| byte == 1));
        assert!(found[3 << 12..].iter().all(|&byte| byte == 0));
        assert_eq!(image.len().unwrap(), 5 << 12);
    }
}

/// A length that no machine can hold is an error, and the image is as it was.
#[test]
fn dense_memory_that_cannot_be_had_is_an_error() {
    let mut image = DenseMemory::from(vec![7; 10]);
    let errors = [
        image.set_len(1 << 62).unwrap_err(),
        image.write_at(1 << 62, b"far").unwrap_err(),
        image.write_pieces_at(1 << 62, &[b"f", b"ar"]).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), std::io::ErrorKind::OutOfMemory, "{error}");
    }
    assert_eq!(
        image.write_at(u64::MAX, b"far").unwrap_err().kind(),
        std::io::ErrorKind::InvalidInput
    );
    assert_eq!(Vec::from(image), [7; 10]);
}

/// A replay into one: the open fails, and the file can be replayed elsewhere.
#[test]
fn a_log_that_asks_for_more_memory_than_there_is_does_not_end_the_program() {
    let mut head = entry(1, 0).data(4 * MIB, 1);
    head.last_file_offset = 1 << 62;
    let sparse = dirty(&[(0, head)]);
    let mut bytes = vec![0; sparse.len().unwrap() as usize];
    sparse.read_at(0, &mut bytes).unwrap();
    let mut dense = DenseMemory::from(bytes);
    let options = OpenOptions::writable().max_file_size(u64::MAX);
    match options.open(&mut dense).unwrap_err() {
        OpenError::Io { source, .. } => {
            assert_eq!(source.kind(), std::io::ErrorKind::OutOfMemory);
        }
        error => panic!("{error}"),
    }
    let refused = OpenOptions::writable().open(&mut dense).unwrap_err();
    assert_eq!(refused.clause().unwrap().id(), "RPL-9");
    assert_eq!(dense.len().unwrap(), sparse.len().unwrap());
    assert_eq!(
        options.open(sparse).unwrap().len().unwrap(),
        1 << 62,
        "sparse memory stores what was written only"
    );
}

/// Offsets and lengths of sparse memory are numbers: none of them takes memory or time.
#[test]
fn sparse_memory_may_be_as_long_as_a_number() {
    let mut image = SparseMemory::new(u64::MAX);
    image.write_at(u64::MAX - 3, b"end").unwrap();
    image.write_at(1 << 50, b"far").unwrap();
    image.zero(5, u64::MAX - 10).unwrap();
    assert_eq!(image.sectors().count(), 1);
    image.set_len(u64::MAX - 1).unwrap();
    let mut found = [0xFF; 2];
    image.read_at(u64::MAX - 3, &mut found).unwrap();
    assert_eq!(&found, b"en");
    assert!(image.read_at(u64::MAX - 3, &mut [0; 3]).is_err());
    assert!(image.write_at(u64::MAX, b"x").is_err());
    assert_eq!(image.next_data(0).unwrap(), Some(u64::MAX - 4095));
}

/// An image that makes no holes: [`Storage::zero`] is the default, which writes.
struct WithoutHoles {
    image: SparseMemory,
    holes: Holes,
    largest_write: usize,
}

/// What such an image says of the holes that it has.
#[derive(Clone, Copy, Debug)]
enum Holes {
    Unknown,
    Known,
    /// Not within the contract: an offset before the one that was asked for.
    Before,
}

impl Storage for WithoutHoles {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<()> {
        self.image.read_at(offset, buffer)
    }
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> std::io::Result<()> {
        self.largest_write = self.largest_write.max(bytes.len());
        self.image.write_at(offset, bytes)
    }
    fn set_len(&mut self, length: u64) -> std::io::Result<()> {
        self.image.set_len(length)
    }
    fn len(&self) -> std::io::Result<u64> {
        self.image.len()
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.image.flush()
    }
    fn next_data(&self, offset: u64) -> std::io::Result<Option<u64>> {
        match self.holes {
            Holes::Unknown => Ok(Some(offset)),
            Holes::Known => self.image.next_data(offset),
            Holes::Before => Ok(Some(offset.saturating_sub(5000))),
        }
    }
}

/// RPL-9, RPL-10: where holes cannot be made, exactly the range becomes zero, in bounded writes.
/// Data is before and after it, and holes are among it.
#[test]
fn zeros_that_are_written_stay_inside_their_range() {
    const PIECE: u64 = 64 << 10;
    let mut image = SparseMemory::new(300 << 10);
    image.write_at(0, &[1; 70 << 10]).unwrap();
    image.write_at(100 << 10, &[2; 4096]).unwrap();
    image.write_at(150 << 10, &[3; 150 << 10]).unwrap();
    let length = image.len().unwrap();
    let mut whole = vec![0; length as usize];
    image.read_at(0, &mut whole).unwrap();
    let near = |at: u64| [at.saturating_sub(4096), at.saturating_sub(1), at, at + 1];
    let places = [
        4096,
        PIECE,
        70 << 10,
        100 << 10,
        2 * PIECE,
        150 << 10,
        4 * PIECE,
    ];
    let mut places: Vec<u64> = places.into_iter().flat_map(near).collect();
    places.extend([0, length]);
    for holes in [Holes::Unknown, Holes::Known, Holes::Before] {
        for &from in &places {
            for to in places.iter().copied().filter(|&to| to >= from) {
                let mut storage = WithoutHoles {
                    image: image.clone(),
                    holes,
                    largest_write: 0,
                };
                storage.zero(from, to - from).unwrap();
                let mut found = vec![0xFF; length as usize];
                storage.read_at(0, &mut found).unwrap();
                let mut expected = whole.clone();
                expected[from as usize..to as usize].fill(0);
                assert!(found == expected, "{from:#x}..{to:#x}, {holes:?}");
                assert_eq!(storage.len().unwrap(), length, "RPL-10");
                assert!(storage.largest_write <= PIECE as usize, "RPL-9");
            }
        }
    }
    let mut sparse = WithoutHoles {
        image: SparseMemory::new(1 << 60),
        holes: Holes::Known,
        largest_write: 0,
    };
    sparse.zero(5, (1 << 60) - 10).unwrap();
    assert_eq!(sparse.largest_write, 0, "a hole costs nothing");
    assert!(sparse.zero(5, u64::MAX).is_err());
}
