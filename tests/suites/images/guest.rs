//! The disk as a guest sees it, read from our own images and from those of other programs.

use std::io::Read;
use std::path::PathBuf;

use sha2::{Digest, Sha256};
use vhdx_log_image::guest::{Contents, Disk, Extent, GuestError};
use vhdx_log_image::{
    BatEntry, Bytes, Geometry, Patch, Recipe, SECTOR_BYTES, Sector, Source, Target, pattern,
};
use vhdx_log_oracle::convert::{BuiltImageExt, ModelSource, StorageSource};
use vhdx_log_oracle::digest::hexadecimal;

#[test]
fn a_default_image_shows_a_pattern_in_its_present_blocks() {
    let built = Recipe::clean().build();
    let disk = Disk::open(&built).unwrap();
    assert_eq!(disk.size_bytes(), 4 << 20);

    let (mut sector, mut expected) = ([0; SECTOR_BYTES], [0; SECTOR_BYTES]);
    assert!(disk.read(256 + 255, &mut sector).unwrap());
    pattern::fill(
        &mut expected,
        pattern::ORIGINAL,
        built.layout().block_offset(1) / 4096 + 255,
    );
    assert_eq!(sector, expected);
    assert!(!disk.read(512, &mut sector).unwrap());
    assert_eq!(sector, [0; SECTOR_BYTES]);

    let all = disk.to_bytes().unwrap();
    assert_eq!(disk.sha256().unwrap()[..], Sha256::digest(&all)[..]);
}

#[test]
fn an_error_says_what_cannot_be_read() {
    let layout = Recipe::clean().build().layout().clone();
    let broken = |at: u64, bytes: &[u8]| {
        let recipe = Recipe {
            patches: vec![Patch {
                at,
                bytes: Bytes(bytes.to_vec()),
            }],
            ..Recipe::clean()
        };
        let built = recipe.build();
        Disk::open(&built)
            .and_then(|disk| disk.sha256())
            .unwrap_err()
            .to_string()
    };
    let metadata = layout.metadata_offset;
    assert_eq!(broken(metadata, b"M"), "the metadata table is not valid");
    assert_eq!(
        broken(metadata + 32, &[1]),
        format!(
            "unknown metadata item {} is marked as required",
            "caa16701-fa36-4d43-b3b6-33f0aa44e76b"
        )
    );
    assert_eq!(
        broken(metadata + (64 << 10) + 4, &[2]),
        "the disk has a parent"
    );
    assert_eq!(
        broken(metadata + (64 << 10), &[1]),
        "the block size cannot be 1048577"
    );
    assert_eq!(
        broken(layout.bat_offset, &[7]),
        "payload block 0 has state 7"
    );
    assert_eq!(
        broken(layout.bat_offset, &[6, 0, 0x10, 5]),
        "the payload block at offset 0x5100000 is not inside the file"
    );

    let both = |bytes: &[u8]| {
        let patch = |at| Patch {
            at,
            bytes: Bytes(bytes.to_vec()),
        };
        Recipe {
            patches: vec![patch(192 << 10), patch(256 << 10)],
            ..Recipe::clean()
        }
        .build()
    };
    assert!(matches!(
        Disk::open(&both(b"rege")),
        Err(GuestError::RegionTables)
    ));
    let built = Recipe {
        length: Some(1 << 20),
        ..Recipe::clean()
    }
    .build();
    assert!(matches!(
        Disk::open(&built),
        Err(GuestError::Outside {
            what: "metadata table",
            ..
        })
    ));
}

#[test]
fn one_valid_region_table_of_two_is_enough() {
    let patch = Patch {
        at: 192 << 10,
        bytes: Bytes(b"rege".to_vec()),
    };
    let built = Recipe {
        patches: vec![patch],
        ..Recipe::clean()
    }
    .build();
    assert_eq!(
        Disk::open(&built).unwrap().sha256().unwrap(),
        Disk::open(&Recipe::clean().build())
            .unwrap()
            .sha256()
            .unwrap()
    );
}

#[test]
fn every_form_of_an_image_shows_the_same_disk() {
    let built = Recipe::clean()
        .stale_run(0, 2, [Target::Payload(0)])
        .build();
    let expected = Disk::open(&built).unwrap().sha256().unwrap();
    let mut file = tempfile::tempfile().unwrap();
    built.write_to(&mut file).unwrap();
    let dense = built.to_bytes().unwrap();
    assert_eq!(Disk::open(&file).unwrap().sha256().unwrap(), expected);
    assert_eq!(
        Disk::open(dense.as_slice()).unwrap().sha256().unwrap(),
        expected
    );
    assert_eq!(
        Disk::open(StorageSource(&built.to_storage()))
            .unwrap()
            .sha256()
            .unwrap(),
        expected
    );
    assert_eq!(
        Disk::open(ModelSource(&built.to_model()))
            .unwrap()
            .sha256()
            .unwrap(),
        expected
    );
}

/// A real file, unpacked. `None`, with a message, when the samples are not available.
fn sample(name: &str) -> Option<Vec<u8>> {
    let folder = std::env::var_os("VHDX_SAMPLES").map(PathBuf::from);
    let folder = folder
        .unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/samples").into());
    let Ok(packed) = std::fs::File::open(folder.join(name)) else {
        println!("skipped: {name} is not in {}", folder.display());
        return None;
    };
    let mut bytes = Vec::new();
    let unpacked = match name.ends_with(".gz") {
        true => flate2::read::GzDecoder::new(packed).read_to_end(&mut bytes),
        false => bzip2::read::BzDecoder::new(packed).read_to_end(&mut bytes),
    };
    unpacked.expect("a sample that is whole");
    Some(bytes)
}

#[test]
fn a_file_that_windows_left_dirty_shows_its_disk_after_replay() {
    let Some(bytes) = sample("discutils-vhdx-log-replay.vhdx.gz") else {
        return;
    };
    let sectors = bytes
        .chunks_exact(SECTOR_BYTES)
        .map(|bytes| Sector::new(bytes.try_into().unwrap()));
    let sectors = (0..)
        .zip(sectors)
        .filter(|(_, sector)| **sector != [0; SECTOR_BYTES]);
    let image = vhdx_log_model::Image::from_sectors(
        bytes.len() as u64,
        std::sync::Arc::new(sectors.collect()),
    );
    let vhdx_log_model::Verdict::Replayed(replay) =
        vhdx_log_model::read(&image, &Default::default())
    else {
        panic!("not replayed");
    };
    let disk = Disk::open(ModelSource(&replay.image)).unwrap();
    assert_eq!(disk.size_bytes(), 1 << 30);
    let shown = hexadecimal(&disk.sha256().unwrap());
    assert!(
        shown.starts_with("3ba3b309425b7ff5e8e0199edceed95226250f880c53b24e"),
        "{shown}"
    );
    let mut first = [0; SECTOR_BYTES];
    assert!(
        !Disk::open(ModelSource(&image))
            .unwrap()
            .read(0, &mut first)
            .unwrap(),
        "the disk is empty before replay"
    );
}

#[test]
fn clean_files_of_other_programs_can_be_read() {
    for name in [
        "iotest-dynamic-1G.vhdx.bz2",
        "dfvfs-ext2.vhdx.bz2",
        "test-disk2vhd.vhdx.bz2",
    ] {
        let Some(bytes) = sample(name) else { continue };
        let disk = Disk::open(bytes.as_slice()).unwrap();
        let mut sector = [0; SECTOR_BYTES];
        let stored = (0..disk.size_bytes().min(1 << 30) / 4096)
            .filter(|&number| disk.read(number, &mut sector).unwrap());
        assert!(stored.count() > 0, "{name}");
        assert_eq!(
            Source::length(bytes.as_slice()).unwrap(),
            bytes.len() as u64
        );
    }
}

/// A source that counts the sectors that are read, and knows its holes.
struct Counting<'a> {
    image: &'a vhdx_log_image::BuiltImage,
    reads: std::cell::Cell<u64>,
}

impl Source for Counting<'_> {
    fn length(&self) -> std::io::Result<u64> {
        Ok(self.image.length())
    }
    fn read_sector(&self, number: u64, sector: &mut [u8; SECTOR_BYTES]) -> std::io::Result<bool> {
        self.reads.set(self.reads.get() + 1);
        self.image.read_sector(number, sector)
    }
    fn next_stored(&self, number: u64) -> std::io::Result<Option<u64>> {
        let mut sectors = self.image.sectors().map(|(number, _)| number);
        Ok(sectors.find(|&stored| stored >= number))
    }
}

/// The extents of a disk are its contents, without a gap, whatever its geometry.
#[test]
fn extents_are_the_whole_disk() {
    let blocks = |geometry: Geometry| Recipe {
        geometry,
        ..Recipe::clean()
    };
    let of = |disk_mib, block_mib, present_blocks, logical_sector| {
        blocks(Geometry {
            disk_mib,
            block_mib,
            present_blocks,
            logical_sector,
            disk_rest: 4096,
            ..Geometry::default()
        })
    };
    for recipe in [
        of(4, 1, 2, 512),
        of(4, 1, 4, 4096),
        of(9, 2, 3, 512),
        of(40, 32, 1, 4096),
        of(20, 256, 0, 512),
        blocks(Geometry {
            disk_mib: 12,
            bat: vec![
                BatEntry::payload(5, 6, 9),
                BatEntry::payload(6, 6, 8),
                BatEntry::payload(7, 2, 0),
                BatEntry::payload(9, 3, 0),
            ],
            ..Geometry::default()
        }),
    ] {
        let built = recipe.build();
        let disk = Disk::open(&built).unwrap();
        let all = disk.to_bytes().unwrap();
        let file = built.to_bytes().expect("a file of up to 256 MiB");
        for range in [0..u64::MAX, 1..all.len() as u64 - 1, 1_048_575..1_048_577] {
            let (mut at, mut last) = (range.start, None);
            for extent in disk.extents(range.clone()) {
                let extent = extent.unwrap();
                assert!(extent.length > 0);
                assert_eq!(extent.offset, at, "no gap");
                at += extent.length;
                let on_disk = &all[extent.offset as usize..at as usize];
                match extent.contents {
                    Contents::Data { file_offset } => {
                        let from = file_offset as usize;
                        assert!(on_disk == &file[from..from + on_disk.len()]);
                    }
                    Contents::Zero | Contents::Hole => {
                        assert!(on_disk.iter().all(|&byte| byte == 0));
                        assert_ne!(Some(extent.contents), last, "one stretch");
                    }
                }
                last = Some(extent.contents);
            }
            assert_eq!(at, range.end.min(all.len() as u64));
        }
    }
}

#[test]
fn the_table_of_an_empty_disk_of_64_tib_is_not_walked() {
    let last = (64 << 20) - 1;
    let built = Recipe {
        geometry: Geometry {
            disk_mib: 64 << 20,
            present_blocks: 1,
            bat: vec![BatEntry::payload(last, 6, 700)],
            ..Geometry::default()
        },
        ..Recipe::clean()
    }
    .build();
    let source = Counting {
        image: &built,
        reads: std::cell::Cell::new(0),
    };
    let disk = Disk::open(&source).unwrap();
    let before = source.reads.get();
    let extents: Vec<_> = disk.extents(0..u64::MAX).map(Result::unwrap).collect();
    let is_data = |extent: &&Extent| matches!(extent.contents, Contents::Data { .. });
    let data: Vec<_> = extents.iter().filter(is_data).collect();
    // Of the blocks of large disks, the first and the last sector are stored.
    let ends = |extent: &Extent| (extent.offset, extent.offset + extent.length);
    assert_eq!(ends(data[0]).0, 0);
    assert_eq!(ends(data[3]), ((64 << 40) - 4096, 64 << 40));
    let file_offset = (701 << 20) - 4096;
    assert_eq!(data[3].contents, Contents::Data { file_offset });
    let longest = extents.iter().map(|extent| extent.length).max();
    assert!(
        longest >= Some((64 << 40) - (2 << 20)),
        "one hole in between"
    );
    assert_eq!(
        source.reads.get() - before,
        2,
        "one sector of the BAT for each block"
    );
}

#[test]
fn blocks_that_share_their_place_show_no_more_than_the_file_holds() {
    let built = Recipe {
        geometry: Geometry {
            disk_mib: 64,
            bat: (0..64)
                .map(|block| BatEntry::payload(block, 6, 4))
                .collect(),
            ..Geometry::default()
        },
        ..Recipe::clean()
    }
    .build();
    let disk = Disk::open(&built).unwrap();
    let found: Vec<_> = disk.extents(0..u64::MAX).collect();
    let (error, shown) = found.split_last().unwrap();
    assert!(
        matches!(error, Err(GuestError::SharedPlace { .. })),
        "{error:?}"
    );
    let shown: u64 = shown
        .iter()
        .map(|extent| extent.as_ref().unwrap().length)
        .sum();
    assert!(shown <= built.length());
}
