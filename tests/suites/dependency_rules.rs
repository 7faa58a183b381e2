//! Which package may depend on which.
//!
//! core, model and corpus depend on no package of this repository, in builds and in tests, so their
//! agreement is independent evidence. The others are layers. What fuzz targets and the command are
//! built from stays small: [`FORBIDDEN`].

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use toml::Table;

use crate::tidy::root;

/// Each package by its folder, with the packages of this repository that it may depend on, in any
/// of its dependency tables.
const ALLOWED: [(&str, &[&str]); 14] = [
    ("core", &[]),
    ("model", &[]),
    ("corpus", &[]),
    ("tests/image", &["corpus"]),
    ("tests/inspect", &["core", "image"]),
    ("tests/oracle", &["core", "corpus", "image", "model"]),
    (
        "tests/crash",
        &["core", "corpus", "image", "model", "oracle"],
    ),
    (
        "tests/bench",
        &["core", "corpus", "image", "model", "oracle"],
    ),
    (
        "tests/vectors",
        &["core", "corpus", "image", "model", "oracle"],
    ),
    (
        "tests/search",
        &[
            "core", "corpus", "crash", "image", "inspect", "model", "oracle",
        ],
    ),
    (
        "tests/hunt",
        &[
            "bench", "core", "corpus", "crash", "image", "model", "oracle", "search",
        ],
    ),
    (
        "tests/writers",
        &[
            "bench", "core", "corpus", "crash", "image", "inspect", "model", "oracle",
        ],
    ),
    ("tests/cli", ALL),
    ("fuzz", &["crash", "image", "oracle", "search"]),
];

const ALL: &[&str] = &[
    "bench", "core", "corpus", "crash", "hunt", "image", "inspect", "model", "oracle", "search",
    "vectors", "writers",
];

/// What a build must not contain: the package that is built, and the packages it does not compile.
const FORBIDDEN: [(&str, &str, &[&str]); 2] = [
    (
        "fuzz",
        "vhdx-log-fuzz",
        &["clap", "comfy-table", "indicatif", "proptest"],
    ),
    ("", "vhdx-log-cli", &["proptest"]),
];

/// `vhdx-log-image` is `image`; core is `vhdx-log`.
fn short(package: &str) -> Option<&str> {
    match package {
        "vhdx-log" => Some("core"),
        package => package.strip_prefix("vhdx-log-"),
    }
}

/// The names in the dependency tables of a manifest, those for one target included. `normal` leaves
/// out what only tests and build scripts use.
fn dependencies(manifest: &Table, normal: bool) -> BTreeSet<String> {
    let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
    let kinds = if normal { &kinds[..1] } else { &kinds[..] };
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    let tables = targets
        .into_iter()
        .flat_map(Table::values)
        .filter_map(toml::Value::as_table);
    let tables = tables.chain([manifest]);
    let found = tables.flat_map(|table| {
        let of_kind = kinds.iter().filter_map(|kind| table.get(*kind)?.as_table());
        of_kind.flat_map(|dependencies| {
            dependencies.iter().map(|(name, value)| {
                let package = value.get("package").and_then(toml::Value::as_str);
                package.unwrap_or(name).to_owned()
            })
        })
    });
    found.collect()
}

fn read(path: &str) -> Table {
    let text = fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
    text.parse()
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What a package depends on and may not.
fn surplus(manifest: &Table, allowed: &[&str]) -> Vec<String> {
    let of_the_workspace = dependencies(manifest, false).into_iter();
    let surplus =
        of_the_workspace.filter(|name| short(name).is_some_and(|name| !allowed.contains(&name)));
    surplus.collect()
}

#[test]
fn packages_depend_only_on_the_layers_below_them() {
    let found: Vec<_> = ALLOWED
        .iter()
        .map(|(folder, allowed)| {
            (
                folder,
                surplus(&read(&format!("{folder}/Cargo.toml")), allowed),
            )
        })
        .filter(|(_, surplus)| !surplus.is_empty())
        .map(|(folder, surplus)| format!("{folder} must not depend on {}", surplus.join(", ")))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_package_of_the_workspace_has_a_rule() {
    let workspace = read("Cargo.toml");
    let members = workspace["workspace"]["members"]
        .as_array()
        .expect("a list");
    for member in members.iter().filter_map(toml::Value::as_str) {
        let has_rule = ALLOWED.iter().any(|(folder, _)| *folder == member);
        assert!(has_rule, "{member}: say in ALLOWED what it may depend on");
    }
}

/// All packages that a build of `start` compiles. Of packages of this repository those of the
/// normal dependency tables, of others all that the lock file names, used or not.
fn compiled(start: &str, lock: &Table, manifests: &BTreeMap<String, Table>) -> BTreeSet<String> {
    let packages = lock["package"].as_array().expect("a list of packages");
    let (mut found, mut waiting) = (BTreeSet::new(), vec![start.to_owned()]);
    while let Some(name) = waiting.pop() {
        if !found.insert(name.clone()) {
            continue;
        }
        if let Some(manifest) = manifests.get(&name) {
            waiting.extend(dependencies(manifest, true));
            continue;
        }
        let locked = packages
            .iter()
            .filter(|package| package["name"].as_str() == Some(&name));
        for dependency in locked.filter_map(|package| package.get("dependencies")?.as_array()) {
            let names = dependency.iter().filter_map(toml::Value::as_str);
            // "name version" where there are several versions.
            waiting.extend(
                names
                    .filter_map(|name| name.split(' ').next())
                    .map(str::to_owned),
            );
        }
    }
    found
}

fn manifests() -> BTreeMap<String, Table> {
    let read = ALLOWED
        .iter()
        .map(|(folder, _)| read(&format!("{folder}/Cargo.toml")));
    read.map(|manifest| {
        let name = manifest["package"]["name"].as_str().expect("a name");
        (name.to_owned(), manifest)
    })
    .collect()
}

#[test]
fn fuzz_targets_and_the_command_are_built_without_what_they_do_not_need() {
    let manifests = manifests();
    for (folder, package, forbidden) in FORBIDDEN {
        let lock = read(format!("{folder}/Cargo.lock").trim_start_matches('/'));
        let compiled = compiled(package, &lock, &manifests);
        assert!(
            compiled.contains("crc32c"),
            "{package}: dependencies of dependencies are seen"
        );
        let found: Vec<_> = forbidden
            .iter()
            .filter(|name| compiled.contains(**name))
            .collect();
        assert!(found.is_empty(), "{package} compiles {found:?}");
    }
}

// The rules can fail.

#[test]
fn a_dependency_is_seen_in_every_table_and_under_another_name() {
    for manifest in [
        "[dependencies]\nvhdx-log.workspace = true",
        "[dependencies.vhdx-log]\npath = \"x\"",
        "[dev-dependencies]\nvhdx-log = { path = \"x\" }",
        "[build-dependencies]\nvhdx-log = \"1\"",
        "[target.'cfg(unix)'.dependencies]\nvhdx-log = \"1\"",
        "[dependencies]\nother = { package = \"vhdx-log\", version = \"1\" }",
    ] {
        let manifest: Table = manifest.parse().expect("a manifest");
        assert_eq!(surplus(&manifest, &["image"]), ["vhdx-log"], "{manifest:?}");
        assert!(surplus(&manifest, &["core"]).is_empty());
    }
    let outside: Table = "[dependencies]\nserde = \"1\"".parse().expect("a manifest");
    assert!(surplus(&outside, &[]).is_empty());
}

#[test]
fn a_forbidden_package_is_seen_through_others_and_not_in_tests() {
    let parse = |text: &str| text.parse::<Table>().expect("TOML");
    let lock = parse(
        "[[package]]\nname = \"outer\"\ndependencies = [\"inner 1.0.0\"]\n\
         [[package]]\nname = \"inner\"\ndependencies = [\"proptest\"]",
    );
    let found = |manifest: &str| {
        let manifests = BTreeMap::from([("ours".to_owned(), parse(manifest))]);
        compiled("ours", &lock, &manifests).contains("proptest")
    };
    assert!(found("[dependencies]\nouter = \"1\""));
    assert!(!found("[dev-dependencies]\nouter = \"1\""));
}
