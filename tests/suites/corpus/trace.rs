//! `corpus/TRACE.md`: no binding clause leads nowhere without a reason, and the marks in the
//! sources are read rightly. (That the page is the one checked in: `files.rs`.)

use vhdx_log_corpus::Corpus;
use vhdx_log_vectors::source_folder;
use vhdx_log_vectors::trace::{Column, Mark, MarkKind, Trace, marks};

fn trace() -> Trace {
    let corpus = source_folder().expect("the tests run in the source tree");
    let vectors = Corpus::embedded().iter().map(|stored| &stored.vector);
    Trace::gather(corpus.parent().unwrap(), vectors).unwrap()
}

fn lines(cells: &[(&str, Column)]) -> String {
    let lines = cells.iter().map(|(id, column)| format!("{id} {column}\n"));
    lines.collect()
}

#[test]
fn every_binding_clause_leads_to_code_model_property_vectors_and_flaws() {
    let missing = trace().missing();
    assert!(
        missing.is_empty(),
        "cite the clause at the code that deals with it, or give the reason in \
         tests/vectors/src/trace/exceptions.rs:\n{}",
        lines(&missing)
    );
}

#[test]
fn every_exception_excuses_an_empty_cell() {
    let idle = trace().idle_exceptions();
    assert!(
        idle.is_empty(),
        "remove from tests/vectors/src/trace/exceptions.rs:\n{}",
        lines(&idle)
    );
}

fn mark(clause: &str, kind: MarkKind, item: &str) -> Mark {
    Mark {
        clause: clause.to_owned(),
        kind,
        item: Some(item.to_owned()).filter(|item| !item.is_empty()),
    }
}

#[test]
fn a_mark_belongs_to_the_item_it_documents_or_stands_in() {
    let source = r#"
//! Serves SEQ-1.

/// A ring (SEQ-2).
#[derive(Clone)]
pub struct Ring<'a> {
    /// Round the end (SEQ-5).
    offset: &'a u64,
}

const FIRST: u64 = 1; // ENT-5

impl<'a> Ring<'a> {
    /// The next (SEQ-1).
    pub(crate) const fn next(
        &self,
    ) -> u64 {
        // One sector (HDR-4b).
        if self.offset > 0 {
            check("DSC-5");
        }
        0
    }
}

impl fmt::Display for Ring<'_> {
    // WRT-10
    fn fmt(&self) {}
}

fn free() {
    f(); // UPD-1
    // RPL-6
}
"#;
    use MarkKind::{Body, Doc, Module};
    let mut expected = vec![
        mark("SEQ-1", Module, ""),
        mark("SEQ-2", Doc, "Ring"),
        mark("SEQ-5", Doc, "Ring"),
        mark("ENT-5", Doc, "FIRST"),
        mark("SEQ-1", Doc, "Ring::next"),
        mark("HDR-4b", Body, "Ring::next"),
        mark("DSC-5", Body, "Ring::next"),
        mark("WRT-10", Doc, "Ring::fmt"),
        mark("UPD-1", Body, "free"),
        mark("RPL-6", Body, "free"),
    ];
    expected.sort();
    assert_eq!(marks(source), expected);
}

#[test]
fn a_range_of_ids_names_all_of_them_and_other_words_name_none() {
    let source = "// DSC-5 to DSC-7, HDR-4b; not XSEQ-4, seq-4, SEQ-, CRC-32\nfn f() {}\n";
    let found = marks(source);
    let ids: Vec<&str> = found.iter().map(|mark| mark.clause.as_str()).collect();
    assert_eq!(ids, ["DSC-5", "DSC-6", "DSC-7", "HDR-4b"]);
}
