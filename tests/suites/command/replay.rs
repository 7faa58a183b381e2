//! `vhdx-log replay`, in place.

use serde_json::Value;
use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log::{LogState, OpenOptions};
use vhdx_log_image::{Geometry, Recipe, Target};
use vhdx_log_oracle::convert::BuiltImageExt;

use super::images;
use super::running::{Case, vhdx_log_after};

/// The two headers: all that a replay may change besides the targets of the log.
pub(super) const HEADERS: std::ops::Range<usize> = 64 << 10..192 << 10;

/// The image as the library replays it, without the header section.
pub(super) fn replayed(recipe: &Recipe) -> Vec<u8> {
    let image = OpenOptions::writable()
        .open(recipe.build().to_storage())
        .unwrap();
    bytes(&image.into_storage())
}

fn bytes(storage: &SparseMemory) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(storage.len().unwrap()).unwrap()];
    storage.read_at(0, &mut bytes).unwrap();
    without_headers(bytes)
}

/// The bytes with the headers, which hold a fresh GUID, zeroed.
pub(super) fn without_headers(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes[HEADERS].fill(0);
    bytes
}

#[test]
fn a_replay_applies_the_log_and_a_second_one_changes_nothing() {
    for recipe in [images::dirty(), images::growing(), images::varied()] {
        let case = Case::of(&recipe);
        let line = case.run(&["replay", Case::NAME]).says(0).to_owned();
        assert!(
            line.starts_with("disk.vhdx: replayed ") && line.ends_with("; the log is now empty\n"),
            "{line}"
        );
        let after = case.bytes();
        assert!(
            without_headers(after.clone()) == replayed(&recipe),
            "{line}"
        );
        assert_eq!(
            case.run(&["replay", Case::NAME]).says(0),
            "disk.vhdx: clean, nothing to replay\n"
        );
        assert!(case.bytes() == after, "a clean file is left as it is");
        assert_eq!(case.names(), [Case::NAME]);
    }
}

#[test]
fn one_line_says_what_was_done() {
    let line = |recipe: &Recipe, arguments: &[&str]| {
        Case::of(recipe)
            .run(&[&["replay", Case::NAME], arguments].concat())
            .says(0)
            .to_owned()
    };
    let mut lines = String::new();
    for recipe in [
        Recipe::clean(),
        images::dirty(),
        images::growing(),
        images::varied(),
    ] {
        lines += &line(&recipe, &["--dry-run"]);
        lines += &line(&recipe, &[]);
        lines += &line(&recipe, &["--output", "copy.vhdx"]);
    }
    insta::assert_snapshot!("replay-lines", lines);
}

#[test]
fn the_json_says_the_same() {
    let json = |recipe: &Recipe, code: i32, arguments: &[&str]| -> Value {
        let case = Case::of(recipe);
        let ended = case.run(&[&["replay", Case::NAME, "--format", "json"], arguments].concat());
        serde_json::from_str(ended.says(code)).unwrap()
    };
    insta::assert_json_snapshot!("replay-json-clean", json(&Recipe::clean(), 0, &[]));
    insta::assert_json_snapshot!(
        "replay-json-replayed",
        json(&images::growing(), 0, &["-o", "copy.vhdx"])
    );
    insta::assert_json_snapshot!(
        "replay-json-planned",
        json(&images::dirty(), 0, &["--dry-run"])
    );
    insta::assert_json_snapshot!("replay-json-refused", json(&images::no_sequence(), 1, &[]));
}

#[test]
fn a_dry_run_changes_nothing() {
    for recipe in [
        Recipe::clean(),
        images::dirty(),
        images::growing(),
        images::no_sequence(),
    ] {
        let case = Case::of(&recipe);
        let before = case.bytes();
        for more in [&["--dry-run"][..], &["--dry-run", "--output", "copy.vhdx"]] {
            case.run(&[&["replay", Case::NAME], more].concat());
            assert!(case.bytes() == before);
            assert_eq!(case.names(), [Case::NAME]);
        }
    }
}

#[test]
fn a_dry_run_is_refused_for_the_same_reason_as_a_replay() {
    for recipe in [
        images::exhausted_header(),
        images::target_in_headers(),
        images::no_sequence(),
    ] {
        let case = Case::of(&recipe);
        let foreseen = case.run(&["replay", "-n", Case::NAME]);
        let before = case.bytes();
        assert_eq!(
            foreseen.complains(1),
            case.run(&["replay", Case::NAME]).complains(1)
        );
        assert!(case.bytes() == before, "a refused file is left as it is");
    }
}

#[test]
fn max_size_limits_the_length() {
    let case = Case::of(&images::growing());
    let before = case.bytes();
    let message = case.run(&["replay", Case::NAME, "--max-size", "15MiB"]);
    assert_eq!(
        message.complains(1),
        "disk.vhdx: replaying the log would extend the file to 16 MiB; \
         the limit is 15 MiB [RPL-9]; --max-size SIZE changes the limit"
    );
    assert!(case.bytes() == before);
    case.run(&["replay", Case::NAME, "--max-size", "16MiB"])
        .says(0);
    assert_eq!(case.path().metadata().unwrap().len(), 16 << 20);
}

/// A generation of which no entry was written: accepted when asked for, and only then.
#[test]
fn an_empty_generation_is_marked_empty_when_that_is_accepted() {
    const ACCEPT: &str = "--accept-empty-generation";
    let case = Case::of(&Recipe::default());
    let before = case.bytes();
    let refused = case.run(&["replay", Case::NAME]);
    assert!(refused.complains(1).contains(ACCEPT), "{refused:?}");
    assert_eq!(
        case.run(&["replay", Case::NAME, ACCEPT, "--dry-run"])
            .says(0),
        "disk.vhdx: would mark the log empty: it holds no entry of its generation; \
         nothing was changed\n"
    );
    assert_eq!(
        case.run(&["replay", Case::NAME, ACCEPT, "-o", "copy.vhdx"])
            .says(0),
        "copy.vhdx: marked the log empty: it held no entry of its generation \
         (a copy; disk.vhdx is unchanged)\n"
    );
    assert!(case.bytes() == before);
    let json = case.run(&["replay", Case::NAME, ACCEPT, "--format", "json"]);
    let json: Value = serde_json::from_str(json.says(0)).unwrap();
    assert_eq!(json["outcome"], "marked_empty");
    assert!(without_headers(case.bytes()) == without_headers(before));
    assert!(case.run(&["replay", Case::NAME]).says(0).contains("clean"));
}

/// What is only checked gets the answer that the replay would get (HDR-13).
#[test]
fn an_empty_generation_is_not_accepted_where_the_headers_cannot_be_updated() {
    let recipe = Recipe {
        header_2: images::exhausted_header().header_2,
        ..Recipe::default()
    };
    let case = Case::of(&recipe);
    let before = case.bytes();
    let accept = ["replay", Case::NAME, "--accept-empty-generation"];
    for more in [&[][..], &["--dry-run"], &["-o", "copy.vhdx"]] {
        let ended = case.run(&[&accept[..], more].concat());
        assert!(ended.complains(1).contains("[HDR-13]"), "{ended:?}");
    }
    let inspected = case.run(&["inspect", Case::NAME, "--format", "json"]);
    let inspected: Value = serde_json::from_str(inspected.says(1)).unwrap();
    assert_eq!(inspected["verdict"]["clause"], "SEQ-7");
    assert_eq!(inspected["verdict"]["next"], Value::Null);
    assert!(case.bytes() == before);
    assert_eq!(case.names(), [Case::NAME]);
}

#[test]
fn any_other_log_without_a_sequence_is_refused_all_the_same() {
    let torn = Recipe::default().then(
        vhdx_log_image::Entry::empty()
            .data(Target::Payload(0))
            .torn_at_piece(1),
    );
    let case = Case::of(&torn);
    let before = case.bytes();
    for more in [&[][..], &["--dry-run"], &["-o", "copy.vhdx"]] {
        let arguments = ["replay", Case::NAME, "--accept-empty-generation"];
        let ended = case.run(&[&arguments[..], more].concat());
        assert!(ended.complains(1).contains("[SEQ-7]"), "{ended:?}");
    }
    assert!(case.bytes() == before);
    assert_eq!(case.names(), [Case::NAME]);
    // A log that can be replayed is replayed as ever.
    let case = Case::of(&images::dirty());
    let ended = case.run(&["replay", Case::NAME, "--accept-empty-generation"]);
    assert!(ended.says(0).contains("replayed 3 entries"), "{ended:?}");
}

/// For the whole process, including mapped libraries; the replay itself takes far less.
const LIMIT_KIB: u32 = 64 << 10;

#[test]
fn a_log_of_128_mib_is_replayed_in_64() {
    let geometry = Geometry {
        log_mib: 128,
        ..Geometry::default()
    };
    let targets = (0..900).map(Target::Payload);
    let recipe = Recipe {
        geometry,
        ..Recipe::default()
    }
    .run(3, 36, targets);
    let case = Case::of(&recipe);
    let limit = format!("ulimit -v {LIMIT_KIB}");
    let ended = vhdx_log_after(case.folder.path(), &limit, &["replay", Case::NAME]);
    assert!(
        ended
            .says(0)
            .contains("replayed 36 entries (tail 0x3000, head 0x7"),
        "{ended:?}"
    );
    let image = OpenOptions::read_only()
        .open(std::fs::File::open(case.path()).unwrap())
        .unwrap();
    assert!(matches!(image.log(), LogState::Empty));
}
