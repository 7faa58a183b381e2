//! Who may know whom: core, model and corpus know nobody, so that what agrees was not copied.

/// The names of everything a manifest depends on, in builds and in tests.
fn dependencies(manifest: &str) -> Vec<&str> {
    let mut inside = false;
    let mut names = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.contains("dependencies");
        } else if inside && !line.starts_with('#') {
            names.extend(
                line.split(['.', ' ', '='])
                    .next()
                    .filter(|name| !name.is_empty()),
            );
        }
    }
    names
}

#[test]
fn core_model_and_corpus_know_nobody_of_the_house() {
    for (name, manifest) in [
        ("core", include_str!("../../core/Cargo.toml")),
        ("model", include_str!("../../model/Cargo.toml")),
        ("corpus", include_str!("../../corpus/Cargo.toml")),
    ] {
        let dependencies = dependencies(manifest);
        assert!(
            !dependencies.is_empty(),
            "{name}: no dependencies found at all; is the manifest read rightly?"
        );
        let of_the_house: Vec<_> = dependencies
            .iter()
            .filter(|name| name.starts_with("vhdx-log"))
            .collect();
        assert!(
            of_the_house.is_empty(),
            "{name} depends on {of_the_house:?}"
        );
    }
    assert!(
        dependencies(include_str!("../oracle/Cargo.toml")).contains(&"vhdx-log-model"),
        "the harness knows them all"
    );
}
