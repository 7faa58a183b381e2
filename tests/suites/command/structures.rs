//! `vhdx-log inspect` on what is around the log: regions, blocks, sizes, parent, other formats; and
//! what that costs (HDR-11).

use std::cell::Cell;

use serde_json::{Value, json};
use vhdx_log_image::{
    BatEntry, Bytes, Content, Entry, Geometry, Header, LogGuid, Patch, Recipe, Target,
};
use vhdx_log_inspect::document::{State, WarningKind};
use vhdx_log_inspect::{Extent, inspect};
use vhdx_log_oracle::convert::BuiltImageExt;
use vhdx_log_oracle::observed::{Observed, Observer};

use super::running::{Case, vhdx_log_after};

const PRESENT: u8 = 6;

fn document(recipe: &Recipe, code: i32) -> Value {
    let case = Case::of(recipe);
    let ended = case.run(&["inspect", Case::NAME, "--format", "json"]);
    serde_json::from_str(ended.says(code)).unwrap()
}

/// The kinds of an image's warnings.
fn kinds(document: &Value) -> Vec<&str> {
    let warnings = document["warnings"].as_array().unwrap();
    warnings
        .iter()
        .map(|warning| warning["kind"].as_str().unwrap())
        .collect()
}

fn with_bat(bat: &[BatEntry]) -> Recipe {
    Recipe {
        geometry: Geometry {
            bat: bat.to_vec(),
            ..Geometry::default()
        },
        ..Recipe::clean()
    }
}

#[test]
fn a_block_over_the_log_is_named_whatever_its_kind() {
    let recipe = with_bat(&[BatEntry::payload(3, PRESENT, 1)]);
    let found = document(&recipe, 0);
    assert_eq!(kinds(&found), ["block_over_log"]);
    let over_log = &found["disk"]["blocks"]["over_log"];
    assert_eq!(over_log["total"], 1);
    assert_eq!(
        over_log["items"][0],
        json!({"kind": "payload", "number": "3", "offset": "1048576", "length": "1048576"})
    );

    let bitmap = Recipe {
        geometry: Geometry {
            has_parent: true,
            bat: vec![BatEntry::bitmap(0, 1)],
            ..Geometry::default()
        },
        ..Recipe::clean()
    };
    let found = document(&bitmap, 0);
    assert_eq!(kinds(&found), ["block_over_log"]);
    assert_eq!(
        found["disk"]["blocks"]["over_log"]["items"][0]["kind"],
        "sector_bitmap"
    );
}

#[test]
fn a_block_that_is_not_present_has_no_place() {
    for state in [0, 1, 2, 3] {
        let recipe = with_bat(&[BatEntry::payload(3, state, 1)]);
        assert_eq!(kinds(&document(&recipe, 0)), [""; 0], "state {state}");
    }
}

/// A dirty image whose replay places block 0 at this MiB of the file.
fn replayed_into(at_mib: u32) -> Recipe {
    let block = Content::BatEntry(BatEntry::payload(0, PRESENT, at_mib));
    Recipe::default().then(Entry::empty().content(Target::Bat(0), block))
}

#[test]
fn the_bat_is_looked_at_as_it_stands_and_as_the_replay_makes_it() {
    let found = document(&replayed_into(1), 0);
    assert_eq!(found["verdict"]["state"], "dirty");
    assert_eq!(kinds(&found), ["block_over_log"]);
    assert_eq!(found["disk"]["blocks"]["over_log"]["total"], 1);
    assert_eq!(
        found["disk"]["blocks_before_replay"]["over_log"]["total"],
        0
    );
    let message = found["warnings"][0]["message"].as_str().unwrap();
    assert!(message.contains("after the replay"), "{message}");
}

#[test]
fn what_lies_past_the_end_of_a_clean_file_is_a_warning_and_no_refusal() {
    let whole = Recipe::clean().build();
    let cut = Recipe {
        length: Some(whole.layout().bat_offset + 4096),
        ..Recipe::clean()
    };
    let found = document(&cut, 0);
    assert_eq!(found["verdict"]["state"], "clean");
    let expected = ["region_beyond_end", "block_beyond_end"];
    assert_eq!(kinds(&found), expected);
    let total = &found["disk"]["blocks"]["beyond_end"]["total"];
    assert_eq!(total, &json!(2), "{found:#}");
}

#[test]
fn sizes_and_parent_are_shown() {
    let recipe = Recipe {
        geometry: Geometry {
            disk_mib: 8,
            block_mib: 2,
            logical_sector: 4096,
            has_parent: true,
            ..Geometry::default()
        },
        ..Recipe::clean()
    };
    let found = document(&recipe, 0);
    let disk = &found["disk"];
    assert_eq!(
        json!([
            disk["size"],
            disk["block_size"],
            disk["logical_sector_size"],
            disk["physical_sector_size"]
        ]),
        json!(["8388608", 2 << 20, 4096, 4096])
    );
    let case = Case::of(&recipe);
    let text = case.run(&["inspect", Case::NAME]);
    insta::assert_snapshot!("differencing", text.says(0));
}

#[test]
fn text_at_40_columns_fits_and_leaves_nothing_out() {
    let case = Case::of(&super::images::varied());
    let wide = case.run(&["inspect", Case::NAME]);
    let narrow = {
        let file = std::fs::File::open(case.path()).unwrap();
        let extent = Extent {
            columns: 16,
            ..Extent::default()
        };
        let found = inspect(&file, Case::NAME.to_owned(), extent).unwrap();
        let mut text = Vec::new();
        let paint = vhdx_log_inspect::print::paint::Paint::PLAIN;
        vhdx_log_inspect::print::write(&mut text, &found, paint, 40).unwrap();
        String::from_utf8(text).unwrap()
    };
    for line in narrow.lines() {
        let fits = line.chars().count() <= 40 || line.starts_with("  next: ");
        assert!(fits, "{line:?}\n{narrow}");
    }
    let numbers = |text: &str| text.matches("0x").count();
    assert!(numbers(&narrow) >= numbers(wide.says(0)), "{narrow}");
}

#[test]
fn files_in_other_formats_are_named() {
    let mut iso = vec![0; 0x8006];
    iso[0x8001..].copy_from_slice(b"CD001");
    let mut vdi = vec![0; 512];
    vdi[0x40..0x44].copy_from_slice(b"\x7f\x10\xda\xbe");
    let mut fixed_vhd = vec![0; 4096];
    fixed_vhd[4096 - 512..][..8].copy_from_slice(b"conectix");
    let files: [(&[u8], &str); 9] = [
        (b"\x1f\x8b\x08", "a gzip file"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (b"\xfd7zXZ\0", "an xz file"),
        (b"QFI\xfb", "a QCOW2 disk image"),
        (b"KDMV", "a VMDK disk image"),
        (&iso, "an ISO 9660 image"),
        (&vdi, "a VDI disk image"),
        (&fixed_vhd, "a VHD disk image, the older format"),
    ];
    for (bytes, name) in files {
        let case = Case::of_bytes(bytes);
        let text = case.run(&["inspect", Case::NAME]);
        assert!(
            text.says(1).contains(&format!("This is {name}")),
            "{text:?}"
        );
        assert!(!text.says(1).contains("created by"), "{text:?}");
        let json = case.run(&["inspect", Case::NAME, "--format", "json"]);
        let found: Value = serde_json::from_str(json.says(1)).unwrap();
        assert_eq!(found["identifier"]["other_format"], name);
        assert_eq!(found["identifier"]["creator"], Value::Null);
    }
}

#[test]
fn the_next_command_can_be_run_by_a_shell() {
    let names = [
        "disk one.vhdx",
        "it's.vhdx",
        "-n",
        "a$b`c\"d\\e.vhdx",
        "line\nfeed'\u{1b}[1m.vhdx",
    ];
    for name in names {
        let case = Case::of(&super::images::dirty());
        let path = case.folder.path().join(name);
        std::fs::rename(case.path(), &path).unwrap();
        let ended = case.run(&["inspect", "--format", "json", "--", name]);
        let found: Value = serde_json::from_str(ended.says(0)).unwrap();
        let next = found["verdict"]["next"].as_str().unwrap();
        assert!(!next.contains(char::is_control), "{next:?}");
        let mut shell = std::process::Command::new("bash");
        let function = format!(
            "vhdx-log() {{ '{}' \"$@\"; }}; {next}",
            super::running::BINARY
        );
        shell.args(["-c", &function]);
        let ended = super::running::run(shell, case.folder.path());
        assert!(ended.says(0).contains("replayed"), "{next}: {ended:?}");
    }
}

#[test]
fn exit_codes_for_scripts_and_the_limit_of_the_length() {
    let run = |recipe: &Recipe, more: &[&str]| {
        let case = Case::of(recipe);
        case.run(&[&["inspect", Case::NAME], more].concat()).code
    };
    let codes = |recipe: &Recipe| (run(recipe, &[]), run(recipe, &["--exit-code"]));
    assert_eq!(codes(&Recipe::clean()), (Some(0), Some(0)));
    assert_eq!(codes(&super::images::dirty()), (Some(0), Some(4)));
    assert_eq!(codes(&super::images::no_sequence()), (Some(1), Some(1)));

    let growing = super::images::growing();
    assert_eq!(
        run(&growing, &["--exit-code", "--max-size", "16MiB"]),
        Some(4)
    );
    assert_eq!(
        run(&growing, &["--exit-code", "--max-size", "15MiB"]),
        Some(1)
    );
}

/// A disk of 64 TiB in blocks of 1 MiB, its BAT 512 MiB long, a block past the end of the file at
/// each end of it.
fn huge() -> Recipe {
    const DISK_MIB: u32 = 64 << 20;
    Recipe {
        geometry: Geometry {
            disk_mib: DISK_MIB,
            bat: vec![BatEntry::payload(DISK_MIB - 1, PRESENT, 1)],
            ..Geometry::default()
        },
        ..replayed_into(2)
    }
}

#[derive(Default)]
struct Reads {
    count: Cell<u64>,
    bytes: Cell<u64>,
}

impl Observer for Reads {
    fn on_read(&self, _: u64, length: usize) {
        self.count.set(self.count.get() + 1);
        self.bytes.set(self.bytes.get() + length as u64);
    }
}

#[test]
fn a_sparse_disk_of_64_tib_is_inspected_with_few_reads() {
    let image = huge().build();
    let storage = Observed::new(image.to_storage(), Reads::default());
    let found = inspect(&storage, "huge.vhdx".to_owned(), Extent::default()).unwrap();
    assert_eq!(found.verdict.state, State::Dirty);
    let disk = found.disk.unwrap();
    assert_eq!(disk.size, Some(64 << 40));
    assert_eq!(disk.blocks.unwrap().over_log.total, 1);
    assert!(
        found
            .warnings
            .iter()
            .any(|warning| warning.kind == WarningKind::BlockOverLog)
    );
    let (count, bytes) = (storage.observer.count.get(), storage.observer.bytes.get());
    println!("{count} reads of {bytes} bytes");
    assert!(count < 100, "{count} reads");
    assert!(bytes < 4 << 20, "{bytes} bytes");
}

#[test]
fn a_bat_full_of_bad_entries_is_counted_and_not_listed() {
    const ENTRIES: u32 = 1 << 17;
    let entry = BatEntry::payload(0, PRESENT, 1).on_disk();
    let geometry = Geometry {
        disk_mib: ENTRIES,
        ..Geometry::default()
    };
    let bare = Recipe {
        geometry,
        ..Recipe::clean()
    };
    let at = bare.build().layout().bat_offset;
    let recipe = Recipe {
        patches: vec![Patch {
            at,
            bytes: Bytes(entry.repeat(ENTRIES as usize)),
        }],
        ..bare
    };
    let case = Case::of(&recipe);
    let limit = format!("ulimit -v {}", 64 << 10);
    let ended = vhdx_log_after(
        case.folder.path(),
        &limit,
        &["inspect", Case::NAME, "--format", "json"],
    );
    let found: Value = serde_json::from_str(ended.says(0)).unwrap();
    let blocks = &found["disk"]["blocks"];
    // Every 4097th entry is that of a sector bitmap, which is present too.
    assert_eq!(blocks["over_log"]["total"], ENTRIES, "{blocks:#}");
    assert!(blocks["over_log"]["items"].as_array().unwrap().len() < 64);
    assert_eq!(kinds(&found), ["block_over_log"]);
}

#[test]
fn headers_with_a_wrong_checksum_give_their_log_only_if_they_agree() {
    let wrong = |offset_mib: u64| Header {
        checksum: vhdx_log_image::Checksum::Wrong,
        log_offset: Some(offset_mib << 20),
        log_guid: LogGuid::default(),
        ..Header::default()
    };
    for (second, agree) in [(1, true), (2, false)] {
        let recipe = Recipe {
            header_1: wrong(1),
            header_2: wrong(second),
            ..super::images::dirty()
        };
        let found = document(&recipe, 1);
        assert_eq!(found["verdict"]["clause"], "HDR-3");
        assert_eq!(found["log"].is_object(), agree, "{found:#}");
        assert_eq!(
            found["headers"][1]["fields"]["log_offset"],
            (second << 20).to_string()
        );
    }
}
