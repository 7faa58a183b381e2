//! `vhdx-log run` and `vhdx-log vectors`, run as a person would.

use std::fs;
use std::process::{Command, Output};

use vhdx_log_corpus::{Corpus, Topic, Vector};
use vhdx_log_vectors::source_folder;

fn vhdx_log(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vhdx-log"))
        .args(args)
        .output()
        .unwrap()
}

/// The exit code and what was printed.
fn said(args: &[&str]) -> (i32, String) {
    let output = vhdx_log(args);
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.code().unwrap(),
        String::from_utf8(text).unwrap(),
    )
}

fn json(args: &[&str]) -> serde_json::Value {
    serde_json::from_slice(&vhdx_log(args).stdout).unwrap()
}

#[test]
fn core_is_held_against_the_corpus() {
    let (code, text) = said(&["run", "--subject", "core"]);
    let all = Corpus::embedded().len();
    assert_eq!(code, 0, "{text}");
    assert!(text.contains(&format!("{all} of {all} vectors")), "{text}");
    assert!(
        text.contains("ring") && text.contains("steps (3)"),
        "{text}"
    );
}

/// Known programs that are not on the machine are shown, not left out.
#[test]
fn without_a_subject_core_and_every_known_program_are_tested() {
    let run = json(&["run", "--filter", "tail-own", "--format", "json"]);
    let subjects = run["subjects"].as_array().unwrap();
    let names: Vec<_> = subjects
        .iter()
        .map(|subject| subject["name"].as_str().unwrap())
        .collect();
    assert_eq!(names[0], "core");
    for known in ["qemu", "7zip", "libvhdi", "dissect"] {
        assert!(names.contains(&known), "{known}: {names:?}");
    }
}

#[test]
fn a_failure_is_explained() {
    let flawed = ["run", "--subject", "flaw:own-tail-part-wins"];
    let (code, text) = said(&[&flawed[..], &["--filter", "wrap-own-*"]].concat());
    assert_eq!(code, 1);
    for part in [
        "FAIL ring/wrap-own-tail-part-in-front verdict lost data silently",
        "expected replay 6 entries (100 to 105)",
        "found ",
        "repeat vhdx-log run --subject flaw:own-tail-part-wins --filter \
         wrap-own-tail-part-in-front --keep .",
        "fails 1 of 1 vectors",
    ] {
        let unwrapped = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(unwrapped.contains(part), "{part}: {text}");
    }
    let run = json(&[&flawed[..], &["--topic", "tail", "--format", "json"]].concat());
    assert_eq!(run["subjects"][0]["name"], "flaw:own-tail-part-wins");
    let of_topic = Corpus::embedded()
        .iter()
        .filter(|stored| stored.vector.topic == Topic::Tail);
    assert_eq!(
        run["subjects"][0]["results"].as_array().unwrap().len(),
        of_topic.count()
    );
}

#[test]
fn unknown_names_are_reported() {
    for (args, hint) in [
        (&["run", "--subject", "flaw:tail-ignor"][..], "tail-ignored"),
        (&["run", "--subject", "cor"], "core, model, flaw:NAME"),
        (
            &["run", "--clause", "SEQ-44"],
            "unknown clause `SEQ-44`; the nearest are SEQ-4,",
        ),
        (
            &["run", "--clause", "QQQ"],
            "unknown clause `QQQ`; `vhdx-log vectors coverage` lists them",
        ),
        (&["exhaust", "--only", "rings-pair"], "rings-pairs"),
        (
            &["shrink", "x", "--target", "replays"],
            "unknown target `replays`; available: replay, ",
        ),
        (
            &["run", "--filter", "nothing-like-it"],
            "no vector matches all of --filter",
        ),
        (
            &["vectors", "show", "wrap-own"],
            "wrap-own-tail-part-in-front",
        ),
        (
            &["vectors", "list", "--topic", "rings"],
            "unknown topic `rings`; the nearest is ring",
        ),
    ] {
        let (code, text) = said(args);
        assert_eq!(code, 2, "{text}");
        assert!(text.contains(hint), "{text}");
        assert!(!text.contains("vhdx-log: corpus:"), "no false file: {text}");
    }
}

#[test]
fn vectors_are_listed_by_topic_clause_and_strength() {
    let all = |args: &[&str]| {
        json(&[&["vectors", "list", "--format", "json"], args].concat())
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(all(&[]), Corpus::embedded().len());
    let rings = all(&["--topic", "ring"]);
    assert!(0 < rings && rings < all(&[]));
    assert!(
        0 < all(&["--topic", "ring", "--clause", "seq-3"])
            && all(&["--topic", "ring", "--clause", "seq-3"]) < rings
    );
    assert!(0 < all(&["--strength", "open"]));
    assert_eq!(all(&["wrap-own-*", "tail-own"]), 2);
    let (code, text) = said(&["vectors", "list", "tail-own"]);
    assert_eq!(code, 0);
    assert!(text.contains("replay 1 entry"), "{text}");
}

#[test]
fn every_vector_can_be_shown() {
    let output = vhdx_log(&["vectors", "show", "*"]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        Corpus::embedded()
            .iter()
            .all(|stored| text.contains(&stored.vector.id))
    );
    let (_, one) = said(&["vectors", "show", "tail-own"]);
    for part in [
        "Why:",
        "SEQ-4",
        "one character per 4 KiB sector",
        "EXPECTED RESULT",
        "accepted; replays 1 entry",
    ] {
        assert!(one.contains(part), "{part}: {one}");
    }
    let shown: Vector =
        serde_json::from_value(json(&["vectors", "show", "tail-own", "--format", "json"])).unwrap();
    assert_eq!(shown, Corpus::embedded().get("tail-own").unwrap().vector);
}

#[test]
fn vectors_can_be_extracted() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().to_str().unwrap();
    let (code, text) = said(&["vectors", "extract", "tail-*", "--to", to]);
    assert_eq!(code, 0, "{text}");
    let image = fs::read(folder.path().join("tail-own.vhdx")).unwrap();
    assert!(image == Corpus::embedded().get("tail-own").unwrap().bytes().unwrap());
    let vector: Vector =
        serde_json::from_slice(&fs::read(folder.path().join("tail-own.json")).unwrap()).unwrap();
    assert_eq!(vector.id, "tail-own");

    // Nothing is overwritten, and nothing written when one name is taken.
    fs::write(folder.path().join("tail-own.json"), "precious").unwrap();
    let again = ["vectors", "extract", "tail-own", "wrap-*", "--to", to];
    let before = fs::read_dir(folder.path()).unwrap().count();
    let (code, text) = said(&again);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("tail-own.vhdx: the file exists"), "{text}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), before);
    let (code, text) = said(&[&again[..], &["--force"]].concat());
    assert_eq!(code, 0, "{text}");
    assert!(
        fs::read(folder.path().join("tail-own.json"))
            .unwrap()
            .starts_with(b"{")
    );
}

/// A name that is a symbolic link or a FIFO is not written through, with `--force` or without.
#[cfg(unix)]
#[test]
fn vectors_are_not_extracted_through_links() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().to_str().unwrap();
    let precious = folder.path().join("precious");
    fs::write(&precious, "precious").unwrap();
    let name = folder.path().join("tail-own.vhdx");
    let extract =
        |more: &[&str]| said(&[&["vectors", "extract", "tail-own", "--to", to], more].concat());

    std::os::unix::fs::symlink(&precious, &name).unwrap();
    assert_eq!(extract(&[]).0, 2);
    let (code, text) = extract(&["--force"]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("this is a symbolic link"), "{text}");
    assert_eq!(fs::read_to_string(&precious).unwrap(), "precious");

    fs::remove_file(&name).unwrap();
    std::process::Command::new("mkfifo")
        .arg(&name)
        .status()
        .unwrap();
    assert_eq!(extract(&[]).0, 2);
    let (code, text) = extract(&["--force"]);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("this is a FIFO"), "{text}");
}

/// Outside the source tree nothing is written without being told where.
#[test]
fn a_command_outside_the_tree_writes_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = |arguments: &[&str]| {
        let ended = crate::command::running::vhdx_log(folder.path(), arguments);
        (ended.code, ended.stderr)
    };
    for (arguments, option) in [
        (&["seeds"][..], "--fuzz DIR"),
        (&["vectors", "regenerate"], "--corpus DIR"),
    ] {
        let (code, error) = elsewhere(arguments);
        assert_eq!(code, Some(2), "{error}");
        assert!(
            error.contains("not in the source tree") && error.contains(option),
            "{error}"
        );
    }
    let (code, error) = elsewhere(&["seeds", "--fuzz", "not-there"]);
    assert_eq!(code, Some(3), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn coverage_can_be_limited_to_some_vectors() {
    let coverage = json(&[
        "vectors", "coverage", "--topic", "tail", "--format", "json", "--alike",
    ]);
    let flaws = coverage["flaws"].as_array().unwrap();
    assert_eq!(flaws.len(), vhdx_log_model::all_flaws().count());
    assert!(
        flaws.iter().any(|flaw| flaw["flaw"] == "tail-ignored"
            && !flaw["vectors"].as_array().unwrap().is_empty())
    );
    assert!(
        !coverage["survivors"].as_array().unwrap().is_empty(),
        "the tail alone does not find everything"
    );
}

/// `vectors add` writes the vector's files and lists it in the pages.
#[test]
fn a_recipe_can_be_added() {
    let (folder, source) = (tempfile::tempdir().unwrap(), source_folder().unwrap());
    for topic in fs::read_dir(source.join("vectors"))
        .unwrap()
        .map(Result::unwrap)
    {
        let to = folder.path().join("vectors").join(topic.file_name());
        fs::create_dir_all(&to).unwrap();
        for file in fs::read_dir(topic.path()).unwrap().map(Result::unwrap) {
            fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
    let recipe = folder.path().join("found.json");
    fs::write(
        &recipe,
        r#"{"log": [{"entry": {"tail": {"explicit": 4096}}}]}"#,
    )
    .unwrap();
    let corpus = folder.path().to_str().unwrap();
    let add = |id| {
        let words = [
            "--title",
            "The tail is the sector after its entry",
            "--why",
            "shows adding",
            "--clauses",
            "SEQ-2,SEQ-7",
        ];
        said(
            &[
                &[
                    "vectors",
                    "add",
                    recipe.to_str().unwrap(),
                    "--id",
                    id,
                    "--corpus",
                    corpus,
                ][..],
                &words,
            ]
            .concat(),
        )
    };
    let (code, text) = add("found-tail");
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("found-tail: refuse (SEQ-7)"), "{text}");
    assert!(
        folder
            .path()
            .join("vectors/regression/found-tail.vhdx.gz")
            .is_file()
    );
    assert!(
        fs::read_to_string(folder.path().join("INDEX.md"))
            .unwrap()
            .contains("found-tail")
    );
    assert_eq!(add("found-tail").0, 2, "an id is used once");
}
