//! Finds the sample files and unpacks them, keeping holes.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log_image::SECTOR_BYTES;
use vhdx_log_oracle::digest::hexadecimal;

const PIECE_BYTES: usize = 1 << 20;

/// A sample, and the SHA-256 of its unpacked bytes.
pub(super) struct Sample {
    packed_name: &'static str,
    pub(super) name: &'static str,
    sha256: &'static str,
    pub(super) length: u64,
}

/// Hyper-V, dirty.
pub(super) const DIRTY: Sample = Sample {
    packed_name: "discutils-vhdx-log-replay.vhdx.gz",
    name: "discutils-vhdx-log-replay.vhdx",
    sha256: "d0805b6f7cdd3908239442900d73053a013079f839656d69bae00a44948983d6",
    length: 37_748_736,
};

/// Hyper-V, clean.
pub(super) const HYPER_V: Sample = Sample {
    packed_name: "iotest-dynamic-1G.vhdx.bz2",
    name: "iotest-dynamic-1G.vhdx",
    sha256: "a4fb24fa51fb4852d5a6bdc2b390a91b0a4e19b47696edc5a00c816067257402",
    length: 104_857_600,
};

/// QEMU, clean.
pub(super) const QEMU: Sample = Sample {
    packed_name: "dfvfs-ext2.vhdx.bz2",
    name: "dfvfs-ext2.vhdx",
    sha256: "d729323aafb2a7473e39abe9382076014d99a0c16e8333b9decbd81d355b1087",
    length: 16_777_216,
};

/// Sysinternals disk2vhd, clean, with two identical headers.
pub(super) const DISK2VHD: Sample = Sample {
    packed_name: "test-disk2vhd.vhdx.bz2",
    name: "test-disk2vhd.vhdx",
    sha256: "5b6721d4f26ef13d259c380a7327b794d1c6dd79e386737d77e8d88f43259812",
    length: 272_630_272,
};

impl Sample {
    /// Unpacks into `folder` and returns the path; prints a note and returns `None` if the sample
    /// is not there.
    pub(super) fn unpack(&self, folder: &Path) -> Option<PathBuf> {
        let packed = self.open()?;
        let path = folder.join(self.name);
        let mut file = File::create(&path).unwrap();
        file.set_len(self.length).unwrap();
        self.stream(packed, |offset, piece| {
            for (sector, bytes) in piece
                .chunks(SECTOR_BYTES)
                .enumerate()
                .filter(|(_, bytes)| has_data(bytes))
            {
                file.write_at(offset + (sector * SECTOR_BYTES) as u64, bytes)
                    .unwrap();
            }
        });
        Some(path)
    }

    /// Unpacks into memory.
    pub(super) fn load(&self) -> Option<SparseMemory> {
        let packed = self.open()?;
        let mut sectors = Vec::new();
        self.stream(packed, |offset, piece| {
            let numbers = offset / SECTOR_BYTES as u64..;
            let pieces = numbers
                .zip(piece.chunks_exact(SECTOR_BYTES))
                .filter(|(_, bytes)| has_data(bytes));
            sectors.extend(
                pieces.map(|(number, bytes)| (number, Arc::new(bytes.try_into().unwrap()))),
            );
        });
        Some(SparseMemory::from_sectors(self.length, sectors))
    }

    fn open(&self) -> Option<File> {
        let folder = std::env::var_os("VHDX_SAMPLES").map(PathBuf::from);
        let folder = folder.unwrap_or_else(|| {
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/samples").into()
        });
        match File::open(folder.join(self.packed_name)) {
            Ok(packed) => Some(packed),
            Err(_) => {
                println!(
                    "skipped: {} is not in {}",
                    self.packed_name,
                    folder.display()
                );
                None
            }
        }
    }

    /// Passes on the unpacked bytes piece by piece, and checks their SHA-256.
    fn stream(&self, packed: File, mut take: impl FnMut(u64, &[u8])) {
        let packed = BufReader::new(packed);
        let mut unpacked: Box<dyn Read> = match self.packed_name.ends_with(".gz") {
            true => Box::new(flate2::bufread::GzDecoder::new(packed)),
            false => Box::new(bzip2::bufread::BzDecoder::new(packed)),
        };
        let (mut hash, mut offset, mut piece) = (Sha256::new(), 0, Vec::with_capacity(PIECE_BYTES));
        loop {
            piece.clear();
            unpacked
                .by_ref()
                .take(PIECE_BYTES as u64)
                .read_to_end(&mut piece)
                .expect("a sample that is whole");
            if piece.is_empty() {
                break;
            }
            hash.update(&piece);
            take(offset, &piece);
            offset += piece.len() as u64;
        }
        assert_eq!(
            (offset, hexadecimal(&hash.finalize()).as_str()),
            (self.length, self.sha256),
            "{} is another file",
            self.name
        );
    }
}

fn has_data(bytes: &[u8]) -> bool {
    bytes.iter().any(|&byte| byte != 0)
}

/// The SHA-256 of a file's bytes from `offset` on, as hexadecimal digits.
pub(super) fn sha256_from(storage: &impl Storage, offset: u64) -> String {
    let (mut hash, length, mut at) = (Sha256::new(), storage.len().unwrap(), offset);
    let mut piece = vec![0; PIECE_BYTES];
    while at < length {
        let piece = &mut piece[..usize::try_from(length - at).unwrap().min(PIECE_BYTES)];
        storage.read_at(at, piece).unwrap();
        hash.update(&*piece);
        at += piece.len() as u64;
    }
    hexadecimal(&hash.finalize())
}
