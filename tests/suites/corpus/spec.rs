//! `corpus/SPEC.md`, `corpus/DEFECTS.md` and `corpus/clauses.json` say the same, and the vectors
//! and flaws cite nothing that is not there.
//!
//! The rule for `SPEC.md`: a clause is a heading `### ID`, a line in italics with strength,
//! sections and scope, and a first paragraph that is the clause's text in `clauses.json`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use vhdx_log_corpus::{Corpus, Scope, clause, clauses};
use vhdx_log_model::all_flaws;
use vhdx_log_vectors::source_folder;

fn page(name: &str) -> String {
    let folder = source_folder().expect("the tests run in the source tree");
    fs::read_to_string(folder.join(name)).unwrap()
}

/// A `### ` section of a page: its title, and its paragraphs with line breaks as spaces.
struct Section {
    title: String,
    paragraphs: Vec<String>,
}

/// The `### ` sections of a page.
fn sections(page: &str) -> Vec<Section> {
    let text = page.split("\n### ").skip(1);
    let section = |text: &str| {
        let own = text.split("\n## ").next().unwrap();
        let mut blocks = own.split("\n\n").map(|block| {
            let words: Vec<_> = block.split_whitespace().collect();
            words.join(" ")
        });
        Section {
            title: blocks.next().unwrap_or_default(),
            paragraphs: blocks.filter(|block| !block.is_empty()).collect(),
        }
    };
    text.map(section).collect()
}

/// The sections of `SPEC.md` that are clauses.
fn specified() -> Vec<Section> {
    let all = sections(&page("SPEC.md")).into_iter();
    all.filter(|section| section.paragraphs[0].starts_with('*'))
        .filter(|section| !section.title.contains(' '))
        .collect()
}

#[test]
fn the_specification_and_the_clauses_are_one_list() {
    let specified = specified();
    let titles: Vec<_> = specified.iter().map(|section| &section.title).collect();
    let ids: Vec<_> = clauses().iter().map(|clause| &clause.id).collect();
    assert_eq!(titles, ids);
    for (section, clause) in specified.iter().zip(clauses()) {
        let id = &clause.id;
        let properties = section.paragraphs[0].trim_matches('*');
        let (strength, scope) = (
            properties.split([' ', ',']).next().unwrap().to_lowercase(),
            properties.rsplit(" · ").next().unwrap(),
        );
        assert_eq!(strength, clause.strength.to_string(), "{id}");
        let expected = match clause.scope {
            Scope::Reading => "reading",
            Scope::Writing => "writing",
            Scope::Inspection => "inspection",
        };
        assert_eq!(scope, expected, "{id}");
        let cited = properties.contains("[MS-VHDX]");
        assert_eq!(cited, clause.section.is_some(), "{id}: {properties}");
        if let Some(section) = &clause.section {
            let mut words = properties.split([' ', ',']);
            assert!(words.any(|word| word == section), "{id}: {properties}");
        }
        assert_eq!(section.paragraphs[1], clause.text, "{id}");
    }
}

/// A reading of a vector is one that the specification allows under that name.
#[test]
fn every_reading_of_an_open_clause_is_in_the_specification() {
    let mut readings: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for stored in Corpus::embedded() {
        if let Some(open) = &stored.vector.open {
            let names = stored.vector.readings.iter().map(|it| it.name.as_str());
            readings.entry(open).or_default().extend(names);
        }
    }
    assert!(readings.len() >= 10, "{readings:?}");
    for section in specified() {
        let open = section
            .paragraphs
            .iter()
            .find(|text| text.starts_with("**Open.**"));
        for name in readings.remove(&*section.title).unwrap_or_default() {
            let named = open.is_some_and(|open| open.contains(&format!("`{name}`")));
            assert!(named, "{}: no reading `{name}`", section.title);
        }
    }
    assert!(readings.is_empty(), "{readings:?}");
}

/// Whether the program is named with the number of a defect, as in "Q7 QEMU 10.0".
fn is_numbered(seen_in: &str) -> bool {
    let id = seen_in.split(' ').next().unwrap();
    id.bytes().any(|byte| byte.is_ascii_digit())
}

/// Every program in which a flaw was seen is in `DEFECTS.md`, and cites clauses that exist.
#[test]
fn every_defect_a_flaw_was_seen_in_is_described() {
    let defects = sections(&page("DEFECTS.md"));
    for flaw in all_flaws() {
        let programs = flaw.seen_in.iter().flat_map(|seen| seen.split("; "));
        for named in programs.filter(|named| is_numbered(named)) {
            let id = named.split(' ').next().unwrap();
            let defect = defects.iter().find(|defect| defect.title == id);
            let text = defect.unwrap_or_else(|| panic!("`{named}` is not in DEFECTS.md"));
            let name = format!("`{}`", flaw.name);
            let named = text.paragraphs.iter().any(|text| text.contains(&name));
            assert!(named, "{id} in DEFECTS.md does not name the flaw {name}");
        }
    }
    for defect in &defects {
        let cited = defect.paragraphs.iter().find_map(|text| {
            let (_, list) = text.split_once("Clauses: ")?;
            Some(list.trim_end_matches('.'))
        });
        let cited = cited.unwrap_or_else(|| panic!("{}: no clauses", defect.title));
        for link in cited.split(", ") {
            let id = link.trim_start_matches('[').split(']').next().unwrap();
            assert!(clause(id).is_some(), "{}: {link}", defect.title);
            let target = format!("(SPEC.md#{})", id.to_lowercase());
            assert!(link.ends_with(&target), "{}: {link}", defect.title);
        }
    }
}
