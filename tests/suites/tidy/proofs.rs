//! Each rule can fail: on a few lines that break it, and not on the nearest lines that do not.

use super::sources::{Finding, given};
use super::{circles, links, names, sizes};

fn whats(findings: &[Finding]) -> Vec<&str> {
    findings
        .iter()
        .map(|finding| finding.what.as_str())
        .collect()
}

#[test]
fn a_circle_is_found_through_uses_paths_and_macro_calls() {
    for use_of_b in [
        "use crate::b::B;",
        "use super::b::{self};",
        "use crate::{b::B, c::C};",
        "fn f() { crate::b::g(); }",
        "fn f() { assert!(super::b::g()); }",
        "fn f() { use crate::b::B; }",
        "mod tests { use super::super::b::B; }",
    ] {
        let found = circles::check(&given(&[
            ("p/src/lib.rs", "mod a;\nmod b;\nmod c;"),
            ("p/src/a.rs", use_of_b),
            ("p/src/b.rs", "use crate::a::A;"),
            ("p/src/c.rs", ""),
        ]));
        let [circle] = &whats(&found)[..] else {
            panic!("{use_of_b}: {found:?}");
        };
        assert!(circle.contains("p/src/a.rs:1 uses"), "{circle}");
        assert!(
            circle.contains("p/src/b.rs:1 uses crate::a::A of p/src/a.rs"),
            "{circle}"
        );
    }
}

#[test]
fn a_circle_of_three_files_is_printed_whole() {
    let found = circles::check(&given(&[
        ("p/src/lib.rs", "mod a;\nmod b;\nmod c;"),
        ("p/src/a.rs", "use crate::b::B; struct A;"),
        ("p/src/b/mod.rs", "\nuse crate::c::C; struct B;"),
        ("p/src/c.rs", "use super::a::A; struct C;"),
    ]));
    let expected = "p/src/a.rs:1 uses crate::b::B of p/src/b/mod.rs, \
         p/src/b/mod.rs:2 uses crate::c::C of p/src/c.rs, \
         p/src/c.rs:1 uses super::a::A of p/src/a.rs";
    assert_eq!(whats(&found), [expected]);
}

#[test]
fn a_parent_that_only_re_exports_closes_no_circle() {
    for (lib, child, circles) in [
        (
            "mod a; mod b; pub use a::A; pub use b::B;",
            "use crate::A;",
            0,
        ),
        (
            "mod a; mod b; pub use a::A; pub use b::B; fn f(_: B) {}",
            "use crate::A;",
            0,
        ),
        (
            "mod a; mod b; pub use b::B; struct Own;",
            "use crate::Own;",
            0,
        ),
        (
            "mod a; mod b; pub use b::B; struct Own(B);",
            "use crate::Own;",
            1,
        ),
        (
            "mod a; mod b; struct Own; fn f() { b::g() }",
            "use super::*;",
            1,
        ),
        (
            "mod a; mod b; use b::B; struct Own;",
            "fn f(_: super::Own) {}",
            1,
        ),
    ] {
        let found = circles::check(&given(&[
            ("p/src/lib.rs", lib),
            ("p/src/a.rs", "pub struct A;"),
            ("p/src/b.rs", &format!("{child} pub struct B;")),
        ]));
        assert_eq!(found.len(), circles, "{lib} and {child}: {found:?}");
    }
}

#[test]
fn a_name_that_is_re_exported_belongs_to_the_file_that_defines_it() {
    let found = circles::check(&given(&[
        ("p/src/lib.rs", "mod a; mod b; pub use a::*;"),
        ("p/src/a.rs", "pub struct A; fn f() { crate::b::g() }"),
        ("p/src/b.rs", "use crate::A;"),
    ]));
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn comments_own_modules_and_external_crates_make_no_edge() {
    let found = circles::check(&given(&[
        ("p/src/lib.rs", "mod a; mod b;"),
        (
            "p/src/a.rs",
            "//! [`crate::b`]\n// crate::b::B\nuse b::x; mod tests { use super::*; }",
        ),
        (
            "p/src/b.rs",
            "use crate::a::A; use std::fmt; const S: &str = \"crate::a\";",
        ),
    ]));
    assert_eq!(found, []);
}

#[test]
fn a_file_that_no_crate_includes_is_found() {
    let found = circles::check(&given(&[("p/src/lib.rs", "mod a;"), ("p/src/b.rs", "")]));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].path, "p/src/b.rs");
}

#[test]
fn long_files_functions_and_lines_are_found() {
    let file = |lines: usize| given(&[("a.rs", &"\n".repeat(lines))]);
    assert_eq!(sizes::files(&file(400)), []);
    assert_eq!(whats(&sizes::files(&file(401))), ["401 lines; at most 400"]);

    let function = |lines: usize| {
        let text = format!("impl A {{ fn long()\n{{{}}}\n}}", "\n".repeat(lines - 2));
        given(&[("a.rs", &text)])
    };
    assert_eq!(sizes::functions(&function(70)), []);
    let found = sizes::functions(&function(71));
    assert_eq!(whats(&found), ["`long` has 71 lines; at most 70"]);

    let table = |open, close| {
        let text = format!("fn table() {{ {open}{}{close} }}", "\n".repeat(100));
        sizes::functions(&given(&[("a.rs", &text)])).len()
    };
    assert_eq!(table("vec![", "]"), 0, "a table of data");
    assert_eq!(table("for _ in [(1, [2", "])] {}"), 0, "a table of data");
    assert_eq!(table("if true {", "}"), 1);

    let line = |text: &str| sizes::lines(&given(&[("a.rs", text)]));
    assert_eq!(line(&"a ".repeat(50)), []);
    assert_eq!(
        whats(&line(&format!("{}a", "a ".repeat(50)))),
        ["101 columns; at most 100"]
    );
    let url = format!("// see https://{}", "a".repeat(100));
    assert_eq!(line(&url), [], "a word that cannot be broken");
}

#[test]
fn retired_names_are_found_as_identifiers_and_file_names() {
    let found = |path, text| names::check(&given(&[(path, text)])).len();
    assert_eq!(found("a.rs", "fn f(d: Dice) {}"), 1);
    assert_eq!(found("a/lineage.rs", ""), 1);
    assert_eq!(
        found("a.rs", "// tame\nconst S: &str = \"Dice\"; fn tamed() {}"),
        0
    );
}

#[test]
fn links_that_lead_nowhere_are_found() {
    let pages = given(&[
        (
            "a/README.md",
            "# One\n[x](b.md) [y](../c.md#two-words) [z](#one) [w](https://x.y)\n",
        ),
        ("c.md", "## Two *words*\n[p](a) `[q](gone.md)`\n"),
        (
            "bad.md",
            "\n[x](gone.md)\n\n![y](a/gone.png) [z](c.md#three) [w](#two)\n",
        ),
    ]);
    let found = links::check(&pages, |path| {
        ["a/b.md", "c.md", "a", "bad.md", "a/README.md"].contains(&path)
    });
    let places: Vec<_> = found.iter().map(|f| (f.path.as_str(), f.line)).collect();
    assert_eq!(
        places,
        [("bad.md", 2), ("bad.md", 4), ("bad.md", 4), ("bad.md", 4)]
    );
}
