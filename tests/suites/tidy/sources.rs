//! The files that the rules look at, and what a rule reports.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// Text files by their path from the root of the repository.
pub type Sources = BTreeMap<String, String>;

/// One place that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub path: String,
    pub line: usize,
    pub rule: &'static str,
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}: {}: {}",
            self.path, self.line, self.rule, self.what
        )
    }
}

/// Folders without our sources: what builds and searches leave there, and generated vectors.
const SKIPPED: [&str; 6] = [
    ".git",
    "target",
    "corpus/vectors",
    "fuzz/artifacts",
    "fuzz/corpus",
    "fuzz/coverage",
];

/// The root of the repository.
pub fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("the repository exists")
}

/// All files of the repository whose names end with `extension`.
pub fn with_extension(extension: &str) -> Sources {
    let (root, mut found) = (root(), Sources::new());
    collect(&root, &root, extension, &mut found);
    assert!(!found.is_empty(), "no {extension} files in {root:?}");
    found
}

fn collect(root: &Path, folder: &Path, extension: &str, found: &mut Sources) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        let name = path.strip_prefix(root).expect("below the root");
        let name = name.to_string_lossy().replace('\\', "/");
        let is_skipped = SKIPPED.contains(&name.as_str()) || name.ends_with("/target");
        if path.is_dir() && !is_skipped {
            collect(root, &path, extension, found);
        } else if path.is_file() && path.extension().is_some_and(|found| found == extension) {
            let text = fs::read_to_string(&path).expect("sources are UTF-8");
            found.insert(name, text);
        }
    }
}

/// A path without `.` and `..`.
pub fn normal(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Sources given in place, for tests of the rules.
pub fn given(files: &[(&str, &str)]) -> Sources {
    files
        .iter()
        .map(|&(path, text)| (path.to_owned(), text.to_owned()))
        .collect()
}
