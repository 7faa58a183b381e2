//! Images that failed in the field, or in other programs: what `inspect` and `replay` have to say
//! of each, and the exit codes.
//!
//! The files are not part of the project. They are looked for in the folder that `VHDX_FIELD`
//! names, or else next to the workspace in `shared/field`; a test that does not find its file
//! prints that and passes. What they stand for is also made from recipes, in `command::structures`,
//! `command::inspection` and the vectors.

use std::fs::File;
use std::path::PathBuf;

use flate2::read::GzDecoder;
use serde_json::Value;

use crate::command::running::{Case, Ended};

/// What the command has to say of an image.
struct Expected {
    name: &'static str,
    /// Of `inspect --exit-code`: 0 clean, 4 dirty, 1 refused.
    code: i32,
    /// The violated clause.
    clause: Option<&'static str>,
    /// The kinds of the warnings, in order.
    warnings: &'static [&'static str],
}

const fn clean(name: &'static str, warnings: &'static [&'static str]) -> Expected {
    let clause = None;
    Expected {
        name,
        code: 0,
        clause,
        warnings,
    }
}

const fn dirty(name: &'static str, warnings: &'static [&'static str]) -> Expected {
    let clause = None;
    Expected {
        name,
        code: 4,
        clause,
        warnings,
    }
}

const fn refused(name: &'static str, clause: &'static str) -> Expected {
    let clause = Some(clause);
    Expected {
        name,
        code: 1,
        clause,
        warnings: &[],
    }
}

const IMAGES: [Expected; 17] = [
    refused("stopped-before-first-entry", "SEQ-7"),
    refused("stopped-before-first-entry-both-headers", "SEQ-7"),
    refused("copied-while-in-use", "SEQ-7"),
    dirty("block-in-log", &["block_over_log"]),
    clean("block-in-log-after-replay", &["block_over_log"]),
    clean("clean-cut-at-100-kib", &["log_place", "no_region_table"]),
    clean(
        "clean-cut-in-bat",
        &["region_beyond_end", "block_beyond_end"],
    ),
    refused("both-headers-invalid", "HDR-3"),
    clean("differencing-child", &[]),
    refused("log-offset-above-4-gib", "HDR-8"),
    clean("headers-identical-rest-differs", &[]),
    refused("claims-whole-log-no-descriptors", "SEQ-7"),
    dirty("claims-whole-log-before-sound-entry", &[]),
    refused("tail-into-payload-with-empty-entry", "SEQ-7"),
    refused("tail-into-payload-with-entry", "SEQ-7"),
    refused("newer-header-version-2-older-clean", "HDR-5"),
    refused("newer-header-version-2-older-dirty", "HDR-5"),
];

/// The image in a folder of its own.
fn unpack(name: &str) -> Option<Case> {
    let folder = std::env::var_os("VHDX_FIELD").map(PathBuf::from);
    let folder = folder
        .unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/field").into());
    let Ok(packed) = File::open(folder.join(format!("{name}.vhdx.gz"))) else {
        println!("skipped: {name} is not in {}", folder.display());
        return None;
    };
    let case = Case::of_bytes(b"");
    let mut file = File::create(case.path()).unwrap();
    std::io::copy(&mut GzDecoder::new(packed), &mut file).unwrap();
    Some(case)
}

fn json(case: &Case) -> Value {
    let ended: Ended = case.run(&["inspect", Case::NAME, "--format", "json"]);
    serde_json::from_str(&ended.stdout).unwrap()
}

#[test]
fn each_image_gets_its_verdict_its_warnings_and_its_exit_code() {
    for expected in &IMAGES {
        let Some(case) = unpack(expected.name) else {
            continue;
        };
        let ended = case.run(&["inspect", Case::NAME, "--exit-code"]);
        assert_eq!(
            ended.code,
            Some(expected.code),
            "{}: {ended:?}",
            expected.name
        );
        let found = json(&case);
        assert_eq!(
            found["verdict"]["clause"].as_str(),
            expected.clause,
            "{}: {found:#}",
            expected.name
        );
        let warnings = found["warnings"].as_array().unwrap();
        let kinds: Vec<_> = warnings
            .iter()
            .map(|warning| warning["kind"].as_str().unwrap())
            .collect();
        assert_eq!(kinds, expected.warnings, "{}: {found:#}", expected.name);
        for warning in warnings {
            let words: Vec<_> = warning["message"].as_str().unwrap().split(' ').collect();
            let text: Vec<_> = ended.stdout.split_whitespace().collect();
            assert!(
                text.windows(words.len()).any(|window| window == words),
                "{}: the text says it too: {words:?}\n{}",
                expected.name,
                ended.stdout
            );
        }
    }
}

#[test]
fn replay_agrees_and_leaves_what_it_refuses_alone() {
    for expected in &IMAGES {
        let Some(case) = unpack(expected.name) else {
            continue;
        };
        let before = case.bytes();
        let ended = case.run(&["replay", Case::NAME]);
        let code = i32::from(expected.code == 1);
        assert_eq!(ended.code, Some(code), "{}: {ended:?}", expected.name);
        if expected.code != 4 {
            assert!(case.bytes() == before, "{} was changed", expected.name);
        } else {
            assert_eq!(
                json(&case)["verdict"]["state"],
                "clean",
                "{}",
                expected.name
            );
        }
    }
}

#[test]
fn a_generation_without_entries_is_told_from_a_damaged_one_and_from_another_one() {
    let cases = [
        ("stopped-before-first-entry", "nothing_logged", "empty"),
        (
            "stopped-before-first-entry-both-headers",
            "nothing_logged",
            "same_generation",
        ),
        ("copied-while-in-use", "other_generation", "same_generation"),
        (
            "claims-whole-log-no-descriptors",
            "damaged",
            "same_generation",
        ),
        ("tail-into-payload-with-entry", "damaged", "same_generation"),
    ];
    for (name, case_name, other_header) in cases {
        let Some(case) = unpack(name) else { continue };
        let verdict = &json(&case)["verdict"];
        let found = &verdict["no_sequence"];
        assert_eq!(found["case"], case_name, "{name}: {found:#}");
        assert_eq!(found["other_header"], other_header, "{name}: {found:#}");
        let nothing_logged = case_name == "nothing_logged";
        let message = verdict["message"].as_str().unwrap();
        assert_eq!(
            message.contains("nothing is lost"),
            nothing_logged,
            "{name}: {message}"
        );
        assert!(
            !(nothing_logged && message.contains("restore")),
            "{name}: {message}"
        );
        let next = verdict["next"].as_str();
        let expected = "vhdx-log replay --accept-empty-generation disk.vhdx";
        assert_eq!(next, nothing_logged.then_some(expected), "{name}");
    }
}

#[test]
fn damaged_headers_are_shown_and_not_trusted() {
    let Some(case) = unpack("both-headers-invalid") else {
        return;
    };
    let found = json(&case);
    assert_eq!(found["log"]["trusted"], false);
    assert_eq!(found["log"]["offset"], "1048576");
    for (header, number) in [(0, "5"), (1, "6")] {
        let header = &found["headers"][header];
        assert_eq!(header["fields"]["sequence_number"], number);
        assert!(header["fault"].is_string(), "{header:#}");
    }
    let text = case.run(&["inspect", Case::NAME]);
    assert!(text.says(1).contains("not to be trusted"), "{text:?}");
}

#[test]
fn a_differencing_disk_shows_its_parent_and_its_sizes() {
    let Some(case) = unpack("differencing-child") else {
        return;
    };
    let disk = &json(&case)["disk"];
    assert_eq!(disk["size"], "8388608");
    assert_eq!(
        [
            &disk["block_size"],
            &disk["logical_sector_size"],
            &disk["physical_sector_size"]
        ],
        [1 << 20, 512, 4096]
    );
    let entries = disk["parent"]["entries"].as_array().unwrap();
    let value = |key: &str| {
        let entry = entries.iter().find(|entry| entry["key"] == key);
        entry.map(|entry| entry["value"].as_str().unwrap().to_owned())
    };
    assert_eq!(value("relative_path").as_deref(), Some(".\\parent.vhdx"));
    assert_eq!(
        value("absolute_win32_path").as_deref(),
        Some("c:\\x\\parent.vhdx")
    );
    assert_eq!(
        value("parent_linkage").as_deref(),
        Some("{cccccccc-1111-2222-3333-dddddddddddd}")
    );
    assert_eq!(disk["blocks"]["sector_bitmaps"], 1);
}
