//! The files of the corpus: they are what the sources make, and they meet the schema.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use vhdx_log_corpus::{Corpus, Stored, retired};
use vhdx_log_oracle::vector::VectorWithImage;
use vhdx_log_vectors::source_folder;

use super::MADE;

fn folder() -> PathBuf {
    source_folder().expect("the tests run in the source tree")
}

/// All files under `vectors`, by their path in the corpus' folder.
fn checked_in() -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = folder();
    let entries = |path: &Path| {
        fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect::<Vec<_>>()
    };
    let files = entries(&folder.join("vectors"))
        .into_iter()
        .flat_map(|topic| entries(&topic));
    files
        .map(|path| {
            (
                path.strip_prefix(&folder).unwrap().to_owned(),
                fs::read(&path).unwrap(),
            )
        })
        .collect()
}

#[test]
fn regeneration_changes_no_file() {
    let (made, mut there) = (MADE.files(), checked_in());
    for page in ["INDEX.md", "KILLS.md", "TRACE.md"] {
        there.insert(
            page.into(),
            fs::read(folder().join(page)).unwrap_or_default(),
        );
    }
    let names = |files: &BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<BTreeSet<_>>();
    let advice = "run `cargo run --release -- vectors regenerate`, and look at what has changed";
    assert_eq!(names(&made), names(&there), "{advice}");
    let stale: Vec<_> = made
        .iter()
        .filter(|(path, contents)| there[*path] != **contents)
        .map(|(path, _)| path)
        .collect();
    assert!(stale.is_empty(), "{advice}: {stale:?}");
}

#[test]
fn the_embedded_vectors_are_the_files() {
    let there = Corpus::read_dir(&folder().join("vectors")).unwrap();
    assert_eq!(there.len(), Corpus::embedded().len());
    for (one, other) in there.iter().zip(Corpus::embedded()) {
        assert_eq!(one.vector, other.vector);
        assert!(one.compressed() == other.compressed(), "{}", one.vector.id);
    }
}

#[test]
fn every_vector_meets_the_schema() {
    let schema: serde_json::Value =
        serde_json::from_slice(&fs::read(folder().join("vector.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let files = checked_in();
    let vectors = files.iter().filter(|(path, _)| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    for (index, (path, contents)) in vectors.enumerate() {
        let vector: serde_json::Value = serde_json::from_slice(contents).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&vector)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{path:?}: {errors:?}");
        if index % 16 > 0 {
            continue;
        }
        // The schema is strict: a missing key and an unknown key are both errors.
        for (pointer, key) in [
            ("", "title"),
            ("/image", "sha256"),
            ("/readings/0", "expect"),
        ] {
            let mut lacking = vector.clone();
            lacking
                .pointer_mut(pointer)
                .unwrap()
                .as_object_mut()
                .unwrap()
                .remove(key);
            assert!(
                !validator.is_valid(&lacking),
                "{path:?} without {pointer}/{key}"
            );
            let mut superfluous = vector.clone();
            superfluous.pointer_mut(pointer).unwrap()["superfluous"] = 1.into();
            assert!(
                !validator.is_valid(&superfluous),
                "{path:?} with {pointer}/superfluous"
            );
        }
    }
}

#[test]
fn the_corpus_is_large_enough_and_small_enough() {
    assert!(MADE.made.len() >= 250);
    let packed = checked_in()
        .into_iter()
        .filter(|(path, _)| path.extension().is_some_and(|extension| extension == "gz"));
    let bytes: usize = packed.map(|(_, contents)| contents.len()).sum();
    assert!(bytes < 6 << 20, "{bytes} bytes");
}

#[test]
fn every_id_is_used_once() {
    let ids: BTreeSet<_> = MADE.made.iter().map(|made| &made.vector.id).collect();
    assert_eq!(ids.len(), MADE.made.len());
}

/// An id that was retired stays so, and the changelog says what became of it.
#[test]
fn a_retired_id_is_never_used_again() {
    let changes = fs::read_to_string(folder().join("CHANGELOG.md")).unwrap();
    let has = |id: &str| MADE.made.iter().any(|made| made.vector.id == id);
    assert!(!retired().is_empty());
    for retired in retired() {
        assert!(!has(&retired.id), "{} is used again", retired.id);
        assert!(has(&retired.see), "{}: see {}", retired.id, retired.see);
        assert!(
            changes.contains(&format!("`{}`", retired.id)),
            "{}",
            retired.id
        );
        assert!(
            changes.contains(&format!("## {}", retired.since)),
            "{}",
            retired.id
        );
    }
}

#[test]
fn an_image_reads_the_same_whole_by_sectors_and_from_a_file() {
    let small = |stored: &&Stored| stored.vector.image.size <= 64 << 20;
    for stored in Corpus::embedded().iter().filter(small).step_by(9) {
        let bytes = stored.bytes().unwrap();
        let image = VectorWithImage::load(stored).unwrap().image;
        assert_eq!(bytes.len() as u64, stored.vector.image.size);
        for (number, sector) in bytes.chunks(4096).enumerate() {
            assert!(
                image.bytes(number as u64).starts_with(sector),
                "{} sector {number}",
                stored.vector.id
            );
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("image");
        stored
            .write_to(&mut fs::File::create_new(&path).unwrap())
            .unwrap();
        assert!(fs::read(path).unwrap() == bytes, "{}", stored.vector.id);
    }
}

/// An image in pieces becomes a file with holes, of which it takes only the pieces.
#[test]
fn a_large_image_becomes_a_sparse_file() {
    // ext4 has no files of 16 TiB.
    let large = |stored: &&Stored| (64 << 20..8 << 40).contains(&stored.vector.image.size);
    let mut count = 0;
    for stored in Corpus::embedded().iter().filter(large) {
        let mut file = tempfile::tempfile().unwrap();
        stored.write_to(&mut file).unwrap();
        let id = &stored.vector.id;
        assert_eq!(
            file.metadata().unwrap().len(),
            stored.vector.image.size,
            "{id}"
        );
        let image = VectorWithImage::load(stored).unwrap().image;
        for (number, expected) in image.sectors() {
            let mut sector = [0; 4096];
            assert!(vhdx_log_image::Source::read_sector(&file, number, &mut sector).unwrap());
            assert!(sector == **expected, "{id} sector {number}");
        }
        let pieces = &stored.vector.image.pieces;
        let stored_bytes: u64 = pieces.iter().map(|piece| piece.length).sum();
        assert!(stored_bytes <= 32 << 20, "{id}");
        count += 1;
    }
    assert!(count > 10, "{count}");
}
