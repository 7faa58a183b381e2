//! `vhdx-log cat`: the disk in an image, replayed, without a change to the image.

use std::path::Path;
use std::process::{Command, Stdio};

use vhdx_log::OpenOptions;
use vhdx_log::storage::Storage;
use vhdx_log_image::guest::Disk;
use vhdx_log_image::{BatEntry, Geometry, Recipe, Target};
use vhdx_log_oracle::convert::{BuiltImageExt, StorageSource};

use super::images;
use super::running::{BINARY, Case};

/// The disk of a recipe as the harness reads it from the replayed image.
fn disk_of(recipe: &Recipe) -> Vec<u8> {
    let image = OpenOptions::writable()
        .open(recipe.build().to_storage())
        .unwrap()
        .into_storage();
    Disk::open(StorageSource(&image))
        .unwrap()
        .to_bytes()
        .unwrap()
}

/// What `cat` writes to a pipe.
fn cat(case: &Case, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(BINARY)
        .args(["cat", Case::NAME])
        .args(arguments)
        .current_dir(case.folder.path())
        .output()
        .unwrap();
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
    output.stdout
}

#[test]
fn a_disk_is_written_as_a_guest_sees_it_after_the_replay() {
    for recipe in [
        Recipe::clean(),
        images::dirty(),
        images::growing(),
        images::varied(),
    ] {
        let case = Case::of(&recipe);
        let (before, expected) = (case.bytes(), disk_of(&recipe));
        assert!(cat(&case, &[]) == expected);
        case.run(&["cat", Case::NAME, "-o", "disk.raw"]).says(0);
        let written = std::fs::read(case.folder.path().join("disk.raw")).unwrap();
        assert!(written == expected);
        assert!(case.bytes() == before, "the image is left as it is");
        assert_eq!(case.names(), ["disk.raw", Case::NAME]);
    }
}

#[test]
fn a_part_of_a_disk_is_cut_out_to_the_byte() {
    let case = Case::of(&images::dirty());
    let whole = disk_of(&images::dirty());
    for (offset, length) in [
        (0, 0),
        (0, 1),
        (12_287, 5000),
        ((1 << 20) - 1, 2),
        ((2 << 20) - 3, 6),
        (whole.len() - 7, 7),
        (whole.len(), 0),
    ] {
        let (from, count) = (offset.to_string(), length.to_string());
        let part = cat(&case, &["--offset", &from, "--length", &count]);
        assert!(part == whole[offset..offset + length], "{offset}, {length}");
    }
    let rest = cat(&case, &["--offset", "3MiB"]);
    assert!(rest == whole[3 << 20..]);
    for beyond in [
        &["--offset", "4097KiB"][..],
        &["--offset", "4MiB", "--length", "1"],
        &["--length", "0x400001"],
        &["--offset", "1", "--length", "0xffffffffffffffff"],
    ] {
        let ended = case.run(&[&["cat", Case::NAME], beyond].concat());
        assert_eq!(
            ended.complains(2),
            "disk.vhdx: the disk ends at 4 MiB, before what is asked for"
        );
    }
}

/// A disk of 64 TiB with one block at its start and one at its end.
fn enormous() -> Recipe {
    Recipe {
        geometry: Geometry {
            disk_mib: 64 << 20,
            present_blocks: 1,
            bat: vec![BatEntry::payload((64 << 20) - 1, 6, 700)],
            ..Geometry::default()
        },
        ..Recipe::clean()
    }
}

#[test]
fn the_end_of_a_disk_of_64_tib_is_found_at_once() {
    let case = Case::of(&enormous());
    let last = cat(&case, &["--offset", "67108862MiB"]);
    assert_eq!(last.len(), 2 << 20);
    let (hole, data) = last.split_at(1 << 20);
    assert!(hole.iter().all(|&byte| byte == 0));
    let file = case.path();
    let stored = |mib: u64| {
        let mut bytes = vec![0; 1 << 20];
        let file = std::fs::File::open(&file).unwrap();
        file.read_at(mib << 20, &mut bytes).unwrap();
        bytes
    };
    assert!(data == stored(700) && data.iter().any(|&byte| byte != 0));
}

#[test]
fn what_cannot_be_read_is_refused() {
    let with = |geometry: Geometry| {
        Case::of(&Recipe {
            geometry,
            ..Recipe::clean()
        })
    };
    let child = with(Geometry {
        has_parent: true,
        ..Geometry::default()
    });
    let ended = child.run(&["cat", Case::NAME]);
    assert!(
        ended.complains(1).contains("this is a differencing disk"),
        "{ended:?}"
    );
    // Many blocks at one place, in a file of some MiB.
    let shared = with(Geometry {
        disk_mib: 256,
        bat: (0..256)
            .map(|block| BatEntry::payload(block, 6, 4))
            .collect(),
        ..Geometry::default()
    });
    for arguments in [
        &["cat", Case::NAME, "-o", "disk.raw"][..],
        &["cat", Case::NAME, "-o", "disk.raw", "--offset", "1MiB"],
    ] {
        let ended = shared.run(arguments);
        let message = ended.complains(1);
        assert!(
            message.contains("shares its place in the file"),
            "{message}"
        );
        assert_eq!(shared.names(), [Case::NAME]);
    }
    let refused = Case::of(&images::target_in_headers());
    let ended = refused.run(&["cat", Case::NAME]);
    assert!(ended.complains(1).ends_with("[DSC-6]"), "{ended:?}");
}

#[test]
fn an_existing_file_is_overwritten_only_with_force() {
    let case = Case::of(&images::dirty());
    let disk = case.folder.path().join("disk.raw");
    std::fs::write(&disk, "precious").unwrap();
    let ended = case.run(&["cat", Case::NAME, "-o", "disk.raw"]);
    assert!(ended.complains(2).contains("the file exists"), "{ended:?}");
    assert_eq!(std::fs::read(&disk).unwrap(), b"precious");
    case.run(&["cat", Case::NAME, "-o", "disk.raw", "--force"])
        .says(0);
    assert!(std::fs::read(&disk).unwrap() == disk_of(&images::dirty()));
    let before = case.bytes();
    case.run(&["cat", Case::NAME, "-o", Case::NAME, "--force"])
        .complains(2);
    assert!(case.bytes() == before);
}

#[test]
#[cfg(target_os = "linux")]
fn a_disk_that_does_not_fit_leaves_nothing() {
    let case = Case::of(&images::dirty());
    for first in ["trap '' XFSZ; ulimit -f 2048", "ulimit -f 2048"] {
        let arguments = ["cat", Case::NAME, "-o", "disk.raw"];
        let ended = super::running::vhdx_log_after(case.folder.path(), first, &arguments);
        assert_ne!(ended.code, Some(0), "{ended:?}");
        assert_eq!(case.names(), [Case::NAME], "{ended:?}");
    }
}

/// QEMU shows the same disk of the same image, once that is replayed.
#[test]
fn qemu_shows_the_same_disk() {
    let version = Command::new("qemu-img")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    if version.is_err() {
        println!("skipped: qemu-img is not installed");
        return;
    }
    let of_geometry = |geometry: Geometry| Recipe {
        geometry,
        ..Recipe::clean()
    };
    for recipe in [
        Recipe::clean(),
        Recipe::default().run(3, 4, [Target::Payload(3), Target::Payload(200)]),
        of_geometry(Geometry {
            disk_mib: 9,
            block_mib: 2,
            ..Geometry::default()
        }),
        of_geometry(Geometry {
            disk_mib: 40,
            block_mib: 32,
            present_blocks: 1,
            ..Geometry::default()
        }),
    ] {
        let case = Case::of(&recipe);
        let ours = cat(&case, &[]);
        case.run(&["replay", Case::NAME]).says(0);
        let raw = case.folder.path().join("qemu.raw");
        convert(&case.path(), &raw);
        assert!(ours == std::fs::read(&raw).unwrap(), "{recipe:?}");
    }
}

fn convert(image: &Path, raw: &Path) {
    let converted = Command::new("qemu-img")
        .args(["convert", "-f", "vhdx", "-O", "raw"])
        .args([image, raw])
        .status();
    assert!(converted.unwrap().success());
}
