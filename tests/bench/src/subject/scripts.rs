//! The scripts that come with the harness and drive programs that are libraries.

const SCRIPTS: [(&str, &str); 3] = [
    (
        "dissect.py",
        include_str!("../../../../corpus/adapters/dissect.py"),
    ),
    (
        "fattools.py",
        include_str!("../../../../corpus/adapters/fattools.py"),
    ),
    (
        "libvhdi.py",
        include_str!("../../../../corpus/adapters/libvhdi.py"),
    ),
];

/// The names of all scripts.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    SCRIPTS.iter().map(|(name, _)| *name)
}

/// The text of a script.
pub(super) fn text(name: &str) -> Option<&'static str> {
    let found = SCRIPTS.iter().find(|(script, _)| *script == name);
    found.map(|(_, text)| *text)
}
