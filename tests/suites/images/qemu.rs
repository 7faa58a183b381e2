//! QEMU as an independent check: it accepts our complete images and shows the disk that we expect.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use vhdx_log_oracle::convert::{BuiltImageExt, ModelSource};

use vhdx_log::writer::{Log, Transaction, WriteOptions};
use vhdx_log::{LogState, OpenOptions};
use vhdx_log_image::{
    Entry, Fill, Filling, Geometry, Header, Place, Presence, Recipe, Target, guest,
};

/// Whether `qemu-img` can be run; prints a message when a test has to be skipped.
fn installed() -> bool {
    let found = Command::new("qemu-img")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok();
    if !found {
        println!("skipped: qemu-img is not installed");
    }
    found
}

/// Runs `qemu-img`; its output when it fails.
fn qemu_img(arguments: &[&str], path: &Path) -> Result<(), String> {
    let output = Command::new("qemu-img")
        .args(arguments)
        .arg(path)
        .output()
        .expect("qemu-img can be run");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("qemu-img {arguments:?}: {said}"))
    }
}

/// Images with a clean log, in all geometries.
fn clean_images() -> Vec<Recipe> {
    let shapes = [
        Geometry::default(),
        Geometry {
            log_mib: 4,
            ..Geometry::default()
        },
        Geometry {
            log_offset_mib: 2,
            ..Geometry::default()
        },
        Geometry {
            log_offset_mib: 3,
            log_mib: 2,
            present_blocks: 4,
            ..Geometry::default()
        },
        Geometry {
            log_offset_mib: 5,
            ..Geometry::default()
        },
        Geometry {
            log_offset_mib: 9,
            disk_mib: 9,
            block_mib: 2,
            present_blocks: 5,
            ..Geometry::default()
        },
        Geometry {
            disk_mib: 5000,
            present_blocks: 3,
            spare_mib: 2,
            ..Geometry::default()
        },
        Geometry {
            present_blocks: 0,
            ..Geometry::default()
        },
    ];
    let mut recipes: Vec<Recipe> = shapes
        .into_iter()
        .map(|geometry| Recipe {
            geometry,
            ..Recipe::clean()
        })
        .collect();
    recipes.push(
        Recipe::clean()
            .stale_run(250, 3, [Target::Bat(0), Target::Header(0)])
            .then(Entry::empty()),
    );
    recipes.push(Recipe::clean().then(Fill {
        at: Place::Sector(0),
        sectors: 256,
        with: Filling::Claims(1 << 20),
    }));
    recipes.push(Recipe {
        header_1: Header {
            presence: Presence::Twin,
            ..Header::default()
        },
        ..Recipe::clean()
    });
    recipes
}

#[test]
fn clean_images_pass_its_check_and_show_the_expected_disk() {
    if !installed() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let (image, raw) = (
        directory.path().join("image.vhdx"),
        directory.path().join("disk.raw"),
    );
    for recipe in clean_images() {
        let built = recipe.build();
        built.write_to(&mut File::create(&image).unwrap()).unwrap();
        qemu_img(&["check", "-f", "vhdx"], &image)
            .unwrap_or_else(|error| panic!("{error}\n{recipe}"));
        let convert = [
            "convert",
            "-f",
            "vhdx",
            "-O",
            "raw",
            image.to_str().unwrap(),
        ];
        qemu_img(&convert, &raw).unwrap_or_else(|error| panic!("{error}\n{recipe}"));

        let disk = guest::Disk::open(&built).unwrap();
        if recipe.geometry.disk_mib > 64 {
            assert_eq!(raw.metadata().unwrap().len(), disk.size_bytes(), "{recipe}");
            continue;
        }
        let shown = std::fs::read(&raw).unwrap();
        assert!(
            shown == disk.to_bytes().unwrap(),
            "QEMU shows another disk\n{recipe}"
        );
        assert_eq!(
            shown.iter().all(|&byte| byte == 0),
            recipe.geometry.present_blocks == 0,
            "{recipe}"
        );
    }
}

#[test]
fn its_replay_of_a_plain_log_shows_the_disk_that_the_model_expects() {
    if !installed() {
        return;
    }
    let recipe = Recipe::default().run(
        3,
        2,
        [Target::Payload(1), Target::Payload(700), Target::Payload(9)],
    );
    let built = recipe.build();
    let directory = tempfile::tempdir().unwrap();
    let image = directory.path().join("image.vhdx");
    built.write_to(&mut File::create(&image).unwrap()).unwrap();
    qemu_img(&["check", "-f", "vhdx", "-r", "all"], &image)
        .unwrap_or_else(|error| panic!("{error}\n{recipe}"));

    let vhdx_log_model::Verdict::Replayed(replay) =
        vhdx_log_model::read(&built.to_model(), &Default::default())
    else {
        panic!("not replayed\n{recipe}");
    };
    let promised = guest::Disk::open(ModelSource(&replay.image))
        .unwrap()
        .sha256()
        .unwrap();
    let file = File::open(&image).unwrap();
    assert_eq!(
        guest::Disk::open(&file).unwrap().sha256().unwrap(),
        promised
    );
    assert_ne!(
        guest::Disk::open(&built).unwrap().sha256().unwrap(),
        promised,
        "the replay changes what a guest sees"
    );
}

/// QEMU replays the log that the writer left when its program died to the contents that the writer
/// showed (WRT-1 to WRT-6).
///
/// Only what QEMU 10.0 can read: it fails with "Invalid argument" for every entry with more than
/// the 126 descriptors of its first sector (see the vector `descriptor-count-127`).
#[test]
fn its_replay_of_what_the_writer_left_shows_what_the_writer_showed() {
    if !installed() {
        return;
    }
    let recipe = Recipe {
        geometry: Geometry {
            spare_mib: 2,
            ..Geometry::default()
        },
        ..Recipe::clean()
    };
    let built = recipe.build();
    let payload = built.layout().block_offset(0);
    let bytes = |sectors: usize, salt: u8| {
        (0..sectors * 4096)
            .map(|at| (at / 7) as u8 ^ salt)
            .collect::<Vec<u8>>()
    };
    let workloads: [(&str, Vec<Transaction>); 5] = [
        (
            "one sector",
            vec![Transaction::new().write(payload, &bytes(1, 1))],
        ),
        (
            "parts of sectors",
            vec![
                Transaction::new()
                    .write(payload + 4000, b"across")
                    .write(payload + 9, b"within"),
            ],
        ),
        (
            "several entries",
            (0..5)
                .map(|index| Transaction::new().write(payload + index * 8192, &bytes(2, 9)))
                .collect(),
        ),
        (
            "126 descriptors",
            vec![Transaction::new().write(payload, &bytes(126, 2))],
        ),
        ("zeros", vec![Transaction::new().zero(payload, 12288)]),
    ];
    for (name, transactions) in workloads {
        let directory = tempfile::tempdir().unwrap();
        let image = directory.path().join("image.vhdx");
        built.write_to(&mut File::create(&image).unwrap()).unwrap();
        let open = || File::options().read(true).write(true).open(&image).unwrap();

        let options = WriteOptions::new().max_gathered_changes(1);
        let mut log = Log::open(open(), &options).unwrap();
        for transaction in &transactions {
            log.submit(transaction).unwrap();
        }
        log.commit().unwrap();
        let mut shown = vec![0; 1 << 20];
        log.read_at(payload, &mut shown).unwrap();
        drop(log);

        let dirty = OpenOptions::read_only()
            .open(File::open(&image).unwrap())
            .unwrap();
        assert!(matches!(dirty.log(), LogState::Overlaid(_)), "{name}");
        // The view keeps other programs from writing for as long as it is open.
        drop(dirty);
        qemu_img(&["check", "-q", "-f", "vhdx", "-r", "all"], &image)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let clean = OpenOptions::read_only()
            .open(File::open(&image).unwrap())
            .unwrap();
        assert!(matches!(clean.log(), LogState::Empty), "{name}");
        let mut found = vec![0; 1 << 20];
        clean.read_at(payload, &mut found).unwrap();
        assert!(found == shown, "{name}: QEMU shows other contents");
    }
}
