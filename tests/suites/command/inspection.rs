//! `vhdx-log inspect`: the report of every kind of image, and its bounds.

use serde_json::Value;
use vhdx_log_image::{Fill, Filling, Geometry, Item, Place, Recipe};
use vhdx_log_inspect::document::list::{ITEMS_AT_EACH_END, MAX_ITEMS};

use super::images;
use super::running::{Case, vhdx_log_after};

/// The text of an image's report; checks that the image is unchanged.
#[track_caller]
fn text(recipe: &Recipe, code: i32) -> String {
    let case = Case::of(recipe);
    let before = case.bytes();
    let text = case.run(&["inspect", Case::NAME]).says(code).to_owned();
    assert!(case.bytes() == before, "inspecting writes nothing");
    text
}

#[track_caller]
fn json(recipe: &Recipe, code: i32, more: &[&str]) -> Value {
    let case = Case::of(recipe);
    let arguments = [&["inspect", Case::NAME, "--format", "json"], more].concat();
    serde_json::from_str(case.run(&arguments).says(code)).unwrap()
}

#[test]
fn text_of_images_that_can_be_opened() {
    insta::assert_snapshot!("clean", text(&Recipe::clean(), 0));
    insta::assert_snapshot!("dirty", text(&images::dirty(), 0));
    insta::assert_snapshot!("growing", text(&images::growing(), 0));
    insta::assert_snapshot!("varied", text(&images::varied(), 0));
    insta::assert_snapshot!("long", text(&images::long(), 0));
    insta::assert_snapshot!("exhausted-header", text(&images::exhausted_header(), 0));
    insta::assert_snapshot!("log-over-regions", text(&images::log_over_regions(), 0));
    insta::assert_snapshot!("no-region-table", text(&images::no_region_table(), 0));
}

#[test]
fn text_of_images_that_are_refused() {
    insta::assert_snapshot!("unknown-version", text(&images::unknown_version(), 1));
    insta::assert_snapshot!("no-header", text(&images::no_header(), 1));
    insta::assert_snapshot!("ambiguous-headers", text(&images::ambiguous_headers(), 1));
    insta::assert_snapshot!("cut-in-the-log", text(&images::cut_in_the_log(), 1));
    insta::assert_snapshot!("cut-behind-the-log", text(&images::cut_behind_the_log(), 1));
    insta::assert_snapshot!("target-in-headers", text(&images::target_in_headers(), 1));
    insta::assert_snapshot!("no-sequence", text(&images::no_sequence(), 1));
    insta::assert_snapshot!("misaligned-log", text(&images::misaligned_log(), 1));
}

#[test]
fn json_of_a_few_images() {
    insta::assert_json_snapshot!("varied-json", json(&images::varied(), 0, &[]));
    insta::assert_json_snapshot!("no-header-json", json(&images::no_header(), 1, &[]));
    insta::assert_json_snapshot!(
        "cut-in-the-log-json",
        json(&images::cut_in_the_log(), 1, &[])
    );
}

#[test]
fn fragments_of_images_are_shown_as_far_as_they_go() {
    let mut reports = String::new();
    let beginnings: [&[u8]; 5] = [
        b"",
        b"vhdx",
        b"vhdxfile",
        b"vhdxfileQ\0E\0",
        b"conectix, another format",
    ];
    for bytes in beginnings {
        let case = Case::of_bytes(bytes);
        reports += &format!(
            "--- {}\n{}",
            bytes.escape_ascii(),
            case.run(&["inspect", Case::NAME]).says(1)
        );
        let json = case.run(&["inspect", Case::NAME, "--format", "json"]);
        let json: Value = serde_json::from_str(json.says(1)).unwrap();
        assert_eq!(json["length"], bytes.len().to_string());
        assert_eq!(json["log"], Value::Null);
    }
    insta::assert_snapshot!("hardly-images", reports);
}

#[test]
fn every_length_a_file_can_be_cut_to_gives_a_report() {
    let whole = images::dirty().build();
    let edges = [
        4096,
        64 << 10,
        (64 << 10) + 4096,
        128 << 10,
        192 << 10,
        256 << 10,
        320 << 10,
        1 << 20,
        2 << 20,
    ];
    for length in edges
        .into_iter()
        .flat_map(|edge: u64| [edge - 1, edge, edge + 1])
        .filter(|&cut| cut < whole.length())
    {
        let cut = Recipe {
            length: Some(length),
            ..images::dirty()
        };
        let json = json(&cut, 1, &[]);
        assert_eq!(json["length"], length.to_string());
        let report = text(&cut, 1);
        assert!(report.contains("refused: "), "{report}");
    }
}

#[test]
fn a_long_list_is_elided_unless_all_is_asked_for() {
    let entries = &json(&images::long(), 0, &[])["log"]["ring"]["entries"];
    let items = entries["items"].as_array().unwrap();
    assert_eq!(
        (&entries["total"], &entries["omitted"]),
        (&200.into(), &(200 - 2 * ITEMS_AT_EACH_END).into())
    );
    assert_eq!(items.len(), 2 * ITEMS_AT_EACH_END);
    let numbers: Vec<u64> = items
        .iter()
        .map(|item| item["sequence_number"].as_str().unwrap().parse().unwrap())
        .collect();
    let (first, last) = numbers.split_at(ITEMS_AT_EACH_END);
    assert_eq!(
        (first[0], first[23], last[0], last[23]),
        (100, 123, 276, 299)
    );

    let all = &json(&images::long(), 0, &["--all"])["log"]["ring"]["entries"];
    assert_eq!((&all["total"], &all["omitted"]), (&200.into(), &0.into()));
    assert_eq!(all["items"].as_array().unwrap().len(), 200);
}

#[test]
fn a_list_that_just_fits_is_complete() {
    for (entries, omitted) in [
        (MAX_ITEMS, 0),
        (MAX_ITEMS + 1, MAX_ITEMS + 1 - 2 * ITEMS_AT_EACH_END),
    ] {
        let recipe = Recipe::default().run(0, u32::try_from(entries).unwrap(), []);
        assert_eq!(
            json(&recipe, 0, &[])["log"]["ring"]["entries"]["omitted"],
            omitted
        );
    }
}

/// Half the log's size. The process itself maps about 10 MiB before it does anything.
const LIMIT_KIB: u32 = 64 << 10;

/// The most sectors that a recipe can fill.
const SECTORS: u32 = 32768;

fn long_log() -> Geometry {
    Geometry {
        log_mib: 128,
        ..Geometry::default()
    }
}

#[test]
fn a_log_full_of_false_entries_takes_little_memory() {
    let claims = Fill {
        at: Place::Sector(0),
        sectors: SECTORS,
        with: Filling::Claims(SECTORS << 12),
    };
    let case = Case::of(&Recipe {
        geometry: long_log(),
        ..Recipe::with_log([Item::Fill(claims)])
    });
    let limit = format!("ulimit -v {LIMIT_KIB}");
    let ended = vhdx_log_after(
        case.folder.path(),
        &limit,
        &["inspect", Case::NAME, "--format", "json"],
    );
    let json: Value = serde_json::from_str(ended.says(1)).unwrap();
    assert_eq!(json["verdict"]["clause"], "SEQ-7");
    assert_eq!(json["log"]["ring"]["torn"]["total"], SECTORS);
}

#[test]
fn a_log_full_of_entries_takes_little_memory() {
    let case = Case::of(
        &Recipe {
            geometry: long_log(),
            ..Recipe::default()
        }
        .run(0, SECTORS, []),
    );
    let limit = format!("ulimit -v {LIMIT_KIB}");
    let ended = vhdx_log_after(
        case.folder.path(),
        &limit,
        &["inspect", Case::NAME, "--format", "json"],
    );
    let json: Value = serde_json::from_str(ended.says(0)).unwrap();
    assert_eq!(json["log"]["ring"]["counts"]["active"], SECTORS);
    assert_eq!(json["log"]["ring"]["picture"]["sectors_per_character"], 16);
}
