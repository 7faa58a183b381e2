//! No two files of a package know each other in a circle.
//!
//! A file knows another when a path in it leads to something that the other defines: in a `use`, in
//! code, in a macro call, for a function or for a type. `crate::`, `self::`, `super::` and names of
//! child modules are followed, through re-exports to the file with the definition.
//!
//! - A `mod child;` is not an edge. Neither is a re-export (`pub use child::Name`), unless the file
//!   itself uses the name: a parent may collect what its children offer.
//! - A child that uses what its parent *defines* knows the parent, so a parent that uses the child
//!   closes a circle.
//! - A glob import leads to the module named. Names that macros define are taken to belong to the
//!   module that the path names. Comments, inferred types and methods make no edge.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::sources::{Finding, Sources, normal};
use super::tokens::{self, File, Path, Use};

pub const RULE: &str = "circle";

/// Files that are the root of a crate although neither their name nor their folder says so.
const ROOTS: [&str; 3] = [
    "tests/suites/main.rs",
    "tests/suites/memory.rs",
    "tests/suites/quick.rs",
];

/// A module that is a file: its parent, its children by name, and what it holds.
struct Module {
    parent: Option<String>,
    children: BTreeMap<String, String>,
    file: File,
}

/// The modules of one crate, by the path of their file.
type Crate = BTreeMap<String, Module>;

pub fn check(sources: &Sources) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut reached = BTreeSet::new();
    let mut circles = BTreeSet::new();
    for root in sources.keys().filter(|path| is_root(path, sources)) {
        let mut modules = Crate::new();
        load(root, None, root, sources, &mut modules);
        reached.extend(modules.keys().cloned());
        for circle in find_circles(&edges(root, &modules)) {
            if circles.insert(circle.what.clone()) {
                findings.push(circle);
            }
        }
    }
    findings.extend(
        sources
            .keys()
            .filter(|path| !reached.contains(*path))
            .map(|path| Finding {
                path: path.clone(),
                line: 1,
                rule: RULE,
                what: "belongs to no crate: no `mod` declaration leads to it".to_owned(),
            }),
    );
    findings
}

/// Whether cargo starts a crate at this file.
fn is_root(path: &str, sources: &Sources) -> bool {
    let mut folders = path.rsplit('/').skip(1);
    let (name, folder) = (path.rsplit('/').next(), folders.next());
    // `model/tests/search.rs` and `model/tests/flaws/main.rs` are tests of `model`; `tests/suites`
    // is a folder of modules.
    let is_main = name == Some("main.rs");
    let is_test = (folder == Some("tests") || is_main && folders.next() == Some("tests")) && {
        let package = path.split("/tests/").next().unwrap_or_default();
        sources.contains_key(&format!("{package}/src/lib.rs"))
    };
    matches!(name, Some("lib.rs" | "build.rs"))
        || (name == Some("main.rs") && folder == Some("src"))
        || matches!(
            folder,
            Some("benches" | "examples" | "bin" | "fuzz_targets")
        )
        || is_test
        || ROOTS.contains(&path)
}

/// The folder in which the children of a file are looked for.
fn folder_of_children(path: &str, is_root: bool) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if is_root || name == "mod.rs" {
        folder.to_owned()
    } else {
        path.trim_end_matches(".rs").to_owned()
    }
}

fn load(path: &str, parent: Option<&str>, root: &str, sources: &Sources, modules: &mut Crate) {
    let Some(text) = sources.get(path) else {
        return;
    };
    let file = tokens::file(&tokens::parse(path, text));
    let below = folder_of_children(path, path == root);
    let here = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut children = BTreeMap::new();
    for module in &file.modules {
        let candidates = match &module.path {
            Some(given) => vec![normal(&format!("{here}/{given}"))],
            None => vec![
                format!("{below}/{}.rs", module.name),
                format!("{below}/{}/mod.rs", module.name),
            ],
        };
        if let Some(found) = candidates
            .into_iter()
            .find(|path| sources.contains_key(path))
        {
            children.insert(module.name.clone(), found);
        }
    }
    for child in children.values() {
        load(child, Some(path), root, sources, modules);
    }
    let parent = parent.map(str::to_owned);
    modules.insert(
        path.to_owned(),
        Module {
            parent,
            children,
            file,
        },
    );
}

/// For each file the files that it knows, with the path and the line that say so.
type Edges = BTreeMap<String, BTreeMap<String, (String, usize)>>;

fn edges(root: &str, modules: &Crate) -> Edges {
    let mut edges = Edges::new();
    for (path, module) in modules {
        let known = edges.entry(path.clone()).or_default();
        let used: BTreeSet<&str> = module
            .file
            .paths
            .iter()
            .filter_map(|path| path.segments.first().map(String::as_str))
            .collect();
        let counts = |import: &&Use| {
            !import.is_public || import.name != "*" && used.contains(import.name.as_str())
        };
        let imports = module
            .file
            .uses
            .iter()
            .filter(counts)
            .map(|import| &import.path);
        let inline = module
            .file
            .paths
            .iter()
            .filter(|path| path.segments.len() > 1);
        for mention in imports.chain(inline) {
            for target in resolve(root, path, mention, modules, 0) {
                if target != *path {
                    let why = (mention.segments.join("::"), mention.line);
                    known.entry(target).or_insert(why);
                }
            }
        }
    }
    edges
}

/// The files with the definitions that a path in the file `from` leads to.
fn resolve(root: &str, from: &str, path: &Path, modules: &Crate, depth: usize) -> Vec<String> {
    let mut segments = path.segments.iter().map(String::as_str).peekable();
    let mut current = match segments.peek() {
        Some(&"crate") => root,
        Some(&("self" | "super")) => from,
        Some(first) if modules[from].children.contains_key(*first) => from,
        _ => return Vec::new(),
    };
    for segment in segments {
        let module = &modules[current];
        match (segment, module.children.get(segment)) {
            ("crate" | "self", _) => {}
            ("super", _) => match &module.parent {
                Some(parent) => current = parent,
                None => return Vec::new(),
            },
            (_, Some(child)) => current = child,
            (name, None) => return definition(root, current, name, modules, depth),
        }
    }
    vec![current.to_owned()]
}

/// Where the name that is seen in a module is defined.
fn definition(root: &str, module: &str, name: &str, modules: &Crate, depth: usize) -> Vec<String> {
    let file = &modules[module].file;
    let is_defined_here = file.defined.iter().any(|defined| defined == name);
    if !is_defined_here && depth < 16 {
        for import in file
            .uses
            .iter()
            .filter(|import| import.name == name || import.name == "*")
        {
            let mut path = import.path.clone();
            if import.name == "*" {
                path.segments.pop();
                path.segments.push(name.to_owned());
            }
            let targets = resolve(root, module, &path, modules, depth + 1);
            let is_found = import.name == name
                || targets.iter().any(|target| {
                    modules[target]
                        .file
                        .defined
                        .iter()
                        .any(|defined| defined == name)
                });
            if is_found {
                return targets;
            }
        }
    }
    vec![module.to_owned()]
}

/// The shortest circle through each file that is in one, each circle once.
fn find_circles(edges: &Edges) -> Vec<Finding> {
    let mut found = BTreeMap::new();
    for start in edges.keys() {
        if let Some(circle) = shortest_circle(start, edges) {
            let members: BTreeSet<_> = circle.iter().cloned().collect();
            found.entry(members).or_insert(circle);
        }
    }
    found
        .into_values()
        .map(|circle| finding(&circle, edges))
        .collect()
}

fn shortest_circle(start: &str, edges: &Edges) -> Option<Vec<String>> {
    let mut waiting = VecDeque::from([vec![start.to_owned()]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = waiting.pop_front() {
        for next in edges.get(way.last()?).into_iter().flat_map(BTreeMap::keys) {
            if next == start {
                return Some(way);
            }
            if seen.insert(next.clone()) {
                waiting.push_back([way.clone(), vec![next.clone()]].concat());
            }
        }
    }
    None
}

fn finding(circle: &[String], edges: &Edges) -> Finding {
    let mut steps = Vec::new();
    for (from, to) in circle.iter().zip(circle.iter().cycle().skip(1)) {
        let (path, line) = &edges[from][to];
        steps.push(format!("{from}:{line} uses {path} of {to}"));
    }
    Finding {
        path: circle[0].clone(),
        line: edges[&circle[0]][&circle[1 % circle.len()]].1,
        rule: RULE,
        what: steps.join(", "),
    }
}
