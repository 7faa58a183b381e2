//! `vhdx-log replay --output`: the copy is complete or absent, and the original is unchanged.

use std::fs::File;

#[cfg(unix)]
use vhdx_log_image::Geometry;
use vhdx_log_image::Recipe;

use super::images;
use super::replay::{replayed, without_headers};
use super::running::Case;
#[cfg(unix)]
use super::running::vhdx_log_after;
#[cfg(target_os = "linux")]
use super::running::{run, without};

#[test]
fn a_copy_is_replayed_and_the_original_is_not() {
    for recipe in [images::dirty(), images::growing(), images::varied()] {
        let case = Case::of(&recipe);
        let before = case.bytes();
        case.run(&["replay", Case::NAME, "--output", "copy.vhdx"])
            .says(0);
        assert!(case.bytes() == before);
        let copy = std::fs::read(case.folder.path().join("copy.vhdx")).unwrap();
        assert!(without_headers(copy) == replayed(&recipe));
        assert_eq!(case.names(), ["copy.vhdx", Case::NAME]);
    }
}

#[test]
fn a_clean_image_is_copied_unchanged() {
    let case = Case::of(&Recipe::clean().stale_run(0, 2, []));
    case.run(&["replay", Case::NAME, "-o", "copy.vhdx"]).says(0);
    assert!(std::fs::read(case.folder.path().join("copy.vhdx")).unwrap() == case.bytes());
}

#[test]
#[cfg(unix)]
fn a_copy_keeps_holes_and_permissions() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let geometry = Geometry {
        disk_mib: 4096,
        block_mib: 64,
        present_blocks: 60,
        ..Geometry::default()
    };
    let case = Case::of(&Recipe {
        geometry,
        ..images::dirty()
    });
    let original = case.path().metadata().unwrap();
    assert!(
        original.len() > 3 << 30,
        "a file that is long and mostly hole"
    );
    std::fs::set_permissions(case.path(), std::fs::Permissions::from_mode(0o640)).unwrap();
    case.run(&["replay", Case::NAME, "-o", "copy.vhdx"]).says(0);
    let copy = case.folder.path().join("copy.vhdx").metadata().unwrap();
    assert_eq!(copy.len(), original.len());
    assert!(
        copy.blocks() <= original.blocks() + 64,
        "{} blocks, not {}",
        copy.blocks(),
        original.blocks()
    );
    assert_eq!(copy.mode() & 0o777, 0o640);
}

/// A copy of a write-protected image is made to be worked on.
#[test]
#[cfg(unix)]
fn a_copy_can_be_written_by_its_owner() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let case = Case::of(&images::dirty());
    std::fs::set_permissions(case.path(), std::fs::Permissions::from_mode(0o444)).unwrap();
    case.run(&["replay", Case::NAME, "-o", "copy.vhdx"]).says(0);
    let copy = case.folder.path().join("copy.vhdx").metadata().unwrap();
    assert_eq!(copy.mode() & 0o777, 0o644);
}

/// Each way to copy gives the same: a clone or within the kernel, as the file system can, and read
/// and written. So does each way to keep a file that is not complete out of sight.
#[test]
#[cfg(target_os = "linux")]
fn a_copy_is_the_same_however_it_is_made() {
    for what in ["copies", "unnamed-files", "copies,unnamed-files"] {
        let case = Case::of(&images::varied());
        let copy = case.folder.path().join("copy.vhdx");
        let arguments = ["replay", Case::NAME, "--output", "copy.vhdx"];
        for force in [&[][..], &["--force"]] {
            let Some(mut command) = without(what) else {
                return;
            };
            command.args(arguments).args(force);
            run(command, case.folder.path()).says(0);
            let copied = std::fs::read(&copy).unwrap();
            assert!(
                without_headers(copied) == replayed(&images::varied()),
                "{what}"
            );
            assert_eq!(case.names(), ["copy.vhdx", Case::NAME], "{what}");
            std::fs::write(&copy, "another file").unwrap();
        }
        let Some(mut command) = without(what) else {
            return;
        };
        command.args(arguments);
        run(command, case.folder.path()).complains(2);
        assert_eq!(std::fs::read(&copy).unwrap(), b"another file", "{what}");
    }
}

/// The signal of the file size limit, which nothing catches, stands for any that ends the command.
#[test]
#[cfg(target_os = "linux")]
fn a_copy_that_is_killed_leaves_nothing() {
    let case = Case::of(&images::growing());
    for (limit, at) in [(2048, "while copying"), (16384, "while replaying the copy")] {
        let ended = vhdx_log_after(
            case.folder.path(),
            &format!("ulimit -f {limit}"),
            &["replay", Case::NAME, "-o", "copy.vhdx"],
        );
        assert_eq!(ended.code, None, "killed {at}: {ended:?}");
        assert_eq!(case.names(), [Case::NAME], "{at}");
    }
}

#[test]
#[cfg(unix)]
fn a_device_that_fails_under_the_copy_is_the_copys() {
    let case = Case::of(&images::growing());
    let ended = vhdx_log_after(
        case.folder.path(),
        "trap '' XFSZ; ulimit -f 16384",
        &["replay", Case::NAME, "-o", "copy.vhdx"],
    );
    let message = ended.complains(3);
    assert!(
        message.starts_with("copy.vhdx: cannot extend the file at offset "),
        "{message}"
    );
    assert!(
        message.ends_with("; the partial copy was removed"),
        "{message}"
    );
    assert_eq!(case.names(), [Case::NAME]);
}

#[test]
fn a_file_that_ends_within_a_sector_is_copied_to_the_byte() {
    let whole = Recipe::clean().build();
    let mut bytes = whole.to_bytes().unwrap();
    bytes.extend_from_slice(&[7; 777]);
    let case = Case::of_bytes(&bytes);
    case.run(&["replay", Case::NAME, "-o", "copy.vhdx"]).says(0);
    assert!(std::fs::read(case.folder.path().join("copy.vhdx")).unwrap() == bytes);
}

#[test]
fn a_refused_image_leaves_no_copy() {
    for recipe in [
        images::no_sequence(),
        images::exhausted_header(),
        images::target_in_headers(),
    ] {
        let case = Case::of(&recipe);
        case.run(&["replay", Case::NAME, "-o", "copy.vhdx"])
            .complains(1);
        assert_eq!(case.names(), [Case::NAME]);
    }
}

#[test]
fn an_existing_file_is_overwritten_only_with_force() {
    let case = Case::of(&images::dirty());
    let copy = case.folder.path().join("copy.vhdx");
    std::fs::write(&copy, "precious").unwrap();
    let ended = case.run(&["replay", Case::NAME, "-o", "copy.vhdx"]);
    assert_eq!(
        ended.complains(2),
        "copy.vhdx: the file exists; choose another name, or pass --force to overwrite it"
    );
    assert_eq!(std::fs::read(&copy).unwrap(), b"precious");

    std::fs::write(case.path(), "not an image").unwrap();
    case.run(&["replay", Case::NAME, "-o", "copy.vhdx", "--force"])
        .complains(1);
    assert_eq!(
        std::fs::read(&copy).unwrap(),
        b"precious",
        "a failed copy overwrites nothing"
    );

    images::dirty()
        .build()
        .write_to(&mut File::create(case.path()).unwrap())
        .unwrap();
    case.run(&["replay", Case::NAME, "-o", "copy.vhdx", "--force"])
        .says(0);
    assert!(without_headers(std::fs::read(&copy).unwrap()) == replayed(&images::dirty()));
}

#[test]
fn the_copy_is_never_the_image_itself() {
    let case = Case::of(&images::dirty());
    let before = case.bytes();
    std::fs::hard_link(case.path(), case.folder.path().join("link.vhdx")).unwrap();
    for name in [Case::NAME, "./disk.vhdx", "link.vhdx"] {
        let ended = case.run(&["replay", Case::NAME, "-o", name, "--force"]);
        assert!(
            ended.complains(2).contains("are the same file"),
            "{ended:?}"
        );
        assert!(case.bytes() == before);
    }
}

#[test]
#[cfg(unix)]
fn a_copy_that_does_not_fit_leaves_nothing() {
    let case = Case::of(&images::dirty());
    let before = case.bytes();
    let no_room = "trap '' XFSZ; ulimit -f 2048";
    let ended = vhdx_log_after(
        case.folder.path(),
        no_room,
        &["replay", Case::NAME, "-o", "copy.vhdx"],
    );
    assert!(
        ended
            .complains(3)
            .starts_with("copy.vhdx: cannot write the copy: "),
        "{ended:?}"
    );
    assert!(case.bytes() == before);
    assert_eq!(case.names(), [Case::NAME]);
}

#[test]
fn a_missing_folder_is_named() {
    let case = Case::of(&images::dirty());
    let ended = case.run(&["replay", Case::NAME, "-o", "nowhere/copy.vhdx"]);
    assert!(
        ended
            .complains(3)
            .starts_with("nowhere/copy.vhdx: cannot write the copy: "),
        "{ended:?}"
    );
}
