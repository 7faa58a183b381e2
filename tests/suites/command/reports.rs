//! `vhdx-log report`: one record, many forms. The records are made by hand ([`records`]).

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use vhdx_log_bench::record::Record;
use vhdx_log_bench::verdict::Verdict;
use vhdx_log_corpus::Corpus;

use super::images;
use super::records::{self, store};
use super::running::{BINARY, Case, Ended, run, vhdx_log};

fn report(record: &Record, arguments: &[&str]) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    let file = store(folder.path(), "run", record);
    vhdx_log(folder.path(), &[&["report", &file], arguments].concat())
}

/// At a terminal of this width.
fn text(record: &Record, columns: usize) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = store(folder.path(), "run", record);
    let mut command = Command::new("sh");
    let line = format!("COLUMNS={columns} exec \"$0\" report {file}");
    command.args(["-c", &line, BINARY]);
    run(command, folder.path()).says(0).to_owned()
}

/// Whether a character changes more than the one cell it is in.
fn is_hidden(character: char) -> bool {
    (character.is_control() && character != '\n') || ('\u{202a}'..='\u{202e}').contains(&character)
}

#[test]
fn the_text_reads_well_at_80_and_at_40_columns() {
    let record = records::varied();
    for columns in [80, 40] {
        let text = text(&record, columns);
        let wide = text.lines().filter(|line| line.chars().count() > columns);
        let breakable = wide
            .filter(|line| line.trim().contains(' '))
            .collect::<Vec<_>>();
        assert!(breakable.is_empty(), "{}", breakable.join("\n"));
        insta::assert_snapshot!(format!("report-text-{columns}"), text);
    }
}

/// The verdict is in the text, so a terminal without colours shows the same.
#[test]
fn every_verdict_has_a_letter_of_its_own() {
    let text = text(&records::varied(), 80);
    let failures = Verdict::ALL
        .into_iter()
        .filter(|verdict| verdict.is_failure());
    let letters: BTreeSet<char> = failures
        .map(|verdict| {
            let row = text
                .lines()
                .find(|line| line.contains(&format!(" {verdict}: harmful")));
            let row = row.unwrap_or_else(|| panic!("{verdict}: {text}"));
            let (count, words) = row.trim().split_once("  ").unwrap();
            assert_eq!(count, "1x");
            words.chars().next().unwrap()
        })
        .collect();
    assert_eq!(letters.len(), 8, "{text}");
}

#[test]
fn the_forms_for_machines() {
    for (form, extension) in [("markdown", "md"), ("junit", "xml")] {
        let ended = report(&records::varied(), &["--format", form]);
        insta::assert_snapshot!(format!("report-{form}.{extension}"), ended.says(0));
    }
    let ended = report(&records::varied(), &["--format", "json"]);
    let again: Record = serde_json::from_str(ended.says(0)).unwrap();
    assert_eq!(again, records::varied());
}

/// What a program prints is text in every form, never a control code, a tag or a mark.
#[test]
fn hostile_texts_stay_text() {
    let record = records::hostile();
    for form in ["text", "markdown", "junit", "html"] {
        let ended = report(&record, &["--format", form]);
        let text = ended.says(0);
        // In a block of code, marks and tags are text.
        let text = text.split("```").next().unwrap();
        let is_safe = form == "text" || !text.contains("<script>alert");
        assert!(is_safe, "{form}: {text}");
        let hidden = text.chars().find(|&character| is_hidden(character));
        assert_eq!(hidden, None, "{form}: {text}");
    }
    let markdown = report(&record, &["--format", "markdown"]);
    let heading = |line: &&str| line.starts_with("# ");
    assert_eq!(markdown.says(0).lines().find(heading), None);
}

#[test]
fn a_file_that_is_no_record_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let record = records::varied();
    let mut newer = serde_json::to_value(&record).unwrap();
    newer["record"] = 99.into();
    let mut surplus = serde_json::to_value(&record).unwrap();
    surplus["machine"]["surplus"] = 1.into();
    let mut messages = String::new();
    for (name, contents) in [
        ("text", "hello".to_owned()),
        ("array", "[]".to_owned()),
        ("newer", newer.to_string()),
        ("surplus", surplus.to_string()),
    ] {
        std::fs::write(folder.path().join(name), contents).unwrap();
        let ended = vhdx_log(folder.path(), &["report", name]);
        messages += &format!("{}\n", ended.complains(2));
    }
    insta::assert_snapshot!("report-wrong-files", messages);
    vhdx_log(folder.path(), &["report", "absent"]).complains(3);
}

#[test]
fn a_report_in_a_file_is_complete_and_replaces_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = store(folder.path(), "run", &records::varied());
    let arguments = ["report", &file, "--format", "junit", "--output", "out.xml"];
    assert_eq!(vhdx_log(folder.path(), &arguments).says(0), "");
    let written = std::fs::read_to_string(folder.path().join("out.xml")).unwrap();
    let printed = vhdx_log(folder.path(), &arguments[..4]);
    assert_eq!(written, printed.says(0));
    vhdx_log(folder.path(), &arguments).complains(2);
    let forced = [&arguments[..], &["--force"]].concat();
    assert_eq!(vhdx_log(folder.path(), &forced).says(0), "");
    assert!(Path::new(&folder.path().join("run.json")).exists());
}

/// What is between two marks, left out: it has files of its own.
fn without(text: &str, from: &str, to: &str) -> String {
    let (before, rest) = text.split_once(from).unwrap();
    let (_, after) = rest.split_once(to).unwrap();
    format!("{before}{from}...{to}{after}")
}

/// One element a line, without style, script and their digests.
fn skeleton(page: &str) -> String {
    let page = without(page, "<style>", "</style>");
    let page = without(&page, "<script>", "</script>");
    let page = without(&page, "style-src 'sha256-", "'");
    let page = without(&page, "script-src 'sha256-", "'");
    page.replace("><", ">\n<")
}

#[test]
fn the_page_of_a_run_and_of_an_image() {
    let mut record = records::varied();
    record.subjects.truncate(4);
    for subject in &mut record.subjects {
        subject
            .results
            .retain(|result| result.vector == records::vectors()[0]);
    }
    let ended = report(&record, &["--format", "html"]);
    insta::assert_snapshot!("report-html", skeleton(ended.says(0)));
    let case = Case::of(&images::varied());
    let ended = case.run(&["inspect", Case::NAME, "--format", "html"]);
    insta::assert_snapshot!("inspect-html", skeleton(ended.says(0)));
}

/// Ten subjects over the whole corpus, each failing every second vector in a way of its own.
#[test]
fn ten_subjects_fit_into_5_mb() {
    let ids = || {
        Corpus::embedded()
            .iter()
            .map(|stored| stored.vector.id.as_str())
    };
    let subject = |number: usize| {
        let results = ids().enumerate().map(|(index, id)| {
            let verdict = match (index + number) % 2 {
                0 => Verdict::ALL[number % 8],
                _ => Verdict::Pass,
            };
            records::result(id, verdict)
        });
        records::subject(&format!("program-{number}"), results.collect())
    };
    let record = records::record((0..10).map(subject).collect());
    let ended = report(&record, &["--format", "html"]);
    let length = ended.says(0).len();
    assert!(length < 5_000_000, "{length} bytes");
    let sections = ended.stdout.matches("<details class=\"item vector").count();
    assert_eq!(sections, ids().count());
}

/// The section of one vector, of a run in which this byte of the file was wrong.
fn section(vector: &str, offset: u64) -> String {
    let mut result = records::result(vector, Verdict::LostData);
    for difference in &mut result.differences {
        difference.bytes.as_mut().unwrap().offset = offset;
    }
    let record = records::record(vec![records::subject("program", vec![result])]);
    let page = report(&record, &["--format", "html"]).says(0).to_owned();
    let start = page.find("<details class=\"item vector").unwrap();
    let end = page.find("id=\"clauses\"").unwrap();
    page[start..end].to_owned()
}

/// The sectors of the log that should have made the wrong byte, and only these.
#[test]
fn what_a_program_got_wrong_is_marked_in_the_ring() {
    let id = "wrap-own-tail-part-in-front";
    let vector = &Corpus::embedded().get(id).unwrap().vector;
    let changed = &vector.readings[0].file.as_ref().unwrap().changed;
    let mark = "class=\"wrong\"";
    for sector in changed {
        let marked = section(id, sector.offset + 100);
        assert!(marked.contains(mark), "{:#x}: {marked}", sector.offset);
    }
    assert!(!section(id, 0x10).contains(mark), "no update writes there");
}

#[test]
fn a_sequence_that_wraps_is_drawn_with_arrows() {
    let wraps = section("wrap-own-tail-part-in-front", 0);
    assert_eq!(wraps.matches("class=\"wrap\"").count(), 2, "{wraps}");
    assert!(
        wraps.contains("it wraps past the end of the log"),
        "{wraps}"
    );
    let straight = section("tail-own", 0);
    assert_eq!(straight.matches("class=\"wrap\"").count(), 0, "{straight}");
    assert!(!straight.contains("wraps past"), "{straight}");
}

/// While a run goes on each result is a line; the end says what a record says besides.
#[test]
fn events_hold_all_that_the_record_holds() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["run", "--subject", "flaw:tail-ignored", "--topic", "tail"];
    let more = ["--record", "run.json", "--format", "ndjson"];
    let ended = vhdx_log(folder.path(), &[&arguments[..], &more].concat());
    let lines = ended.says(1).lines().map(serde_json::from_str::<Value>);
    let mut events: Vec<Value> = lines.collect::<Result<_, _>>().unwrap();
    let record = std::fs::read(folder.path().join("run.json")).unwrap();
    let mut record: Value = serde_json::from_slice(&record).unwrap();
    let results = record["subjects"][0]
        .as_object_mut()
        .unwrap()
        .remove("results");
    let end = events.pop().unwrap();
    assert_eq!(end, serde_json::json!({ "event": "end", "run": record }));
    assert_eq!(events.remove(0)["event"], "begin");
    let mut live: Vec<Value> = events.iter().map(|event| event["result"].clone()).collect();
    let mut stored = results.unwrap().as_array().unwrap().clone();
    for list in [&mut live, &mut stored] {
        list.sort_by_key(|result| result["vector"].to_string());
    }
    assert_eq!(live, stored);
    // A stored run gives the same events, in the order of the record.
    let again = vhdx_log(folder.path(), &["report", "run.json", "--format", "ndjson"]);
    assert_eq!(again.says(0).lines().count(), stored.len() + 2);
}
