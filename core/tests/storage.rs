//! The storages that come with the crate behave in the same way.

use std::fs::File;

use vhdx_log::storage::{DenseMemory, SparseMemory, Storage};

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
