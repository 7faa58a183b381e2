//! What people get who install or depend on a package: licences, a page, and no seeded bugs.

use std::fs;
use std::path::PathBuf;

use toml::Table;

use crate::tidy::root;

/// The manifest of each package of the workspace, with its folder.
fn packages() -> Vec<(PathBuf, Table)> {
    let read = |folder: PathBuf| {
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        (folder, manifest.parse::<Table>().unwrap())
    };
    let (_, workspace) = read(root());
    let members = workspace["workspace"]["members"].as_array().unwrap();
    let folders = members.iter().map(|member| member.as_str().unwrap());
    folders.map(|folder| read(root().join(folder))).collect()
}

fn is_published(manifest: &Table) -> bool {
    manifest["package"].get("publish").is_none()
}

#[test]
fn a_published_package_has_both_licences() {
    let mut published = 0;
    for (folder, manifest) in packages() {
        if !is_published(&manifest) {
            continue;
        }
        published += 1;
        for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
            let own = fs::read(folder.join(name)).unwrap_or_default();
            let same = own == fs::read(root().join(name)).unwrap();
            assert!(same, "{}: copy {name} from the root", folder.display());
        }
        // A list of what is packed has to name them, too.
        if let Some(include) = manifest["package"].get("include") {
            let listed = include.as_array().unwrap().iter();
            let names_licences = listed
                .filter_map(|item| item.as_str())
                .any(|item| item == "LICENSE-*");
            assert!(names_licences, "{}: include", folder.display());
        }
    }
    assert_eq!(published, 3, "core, model, corpus");
}

#[test]
fn the_page_of_a_published_package_says_how_to_depend_on_it() {
    for (folder, manifest) in packages() {
        if !is_published(&manifest) {
            continue;
        }
        let page = fs::read_to_string(folder.join("README.md")).unwrap();
        let name = manifest["package"]["name"].as_str().unwrap();
        let dependency = format!("dependencies]\n{name} = \"");
        assert!(page.contains(&dependency), "{}/README.md", folder.display());
    }
}

#[test]
fn only_tests_turn_seeded_bugs_of_the_writer_on() {
    let mut tests = Vec::new();
    for (folder, manifest) in packages() {
        let name = folder.strip_prefix(root()).unwrap().display().to_string();
        assert!(
            !manifest
                .get("features")
                .and_then(|features| features.get("default"))
                .is_some_and(|default| format!("{default:?}").contains("canary")),
            "{name}: on by default"
        );
        for kind in ["dependencies", "build-dependencies", "target"] {
            let table = format!("{:?}", manifest.get(kind));
            assert!(
                !table.contains("canary"),
                "{name}: [{kind}] turns the feature canary on in the command"
            );
        }
        let dev = format!("{:?}", manifest.get("dev-dependencies"));
        if dev.contains("canary") {
            tests.push(name);
        }
    }
    assert_eq!(
        tests,
        ["tests/writers", "tests/cli"],
        "the tests do have them"
    );
}
