//! `inspect` on the samples.

use vhdx_log_inspect::document::State;

use super::files::{DIRTY, DISK2VHD, HYPER_V, QEMU, Sample, sha256_from};
use crate::command::running::vhdx_log;

/// The report as text and JSON; checks that the file is unchanged.
fn inspect(sample: &Sample) -> Option<(String, serde_json::Value)> {
    let folder = tempfile::tempdir().unwrap();
    let path = sample.unpack(folder.path())?;
    let before = sha256_from(&std::fs::File::open(&path).unwrap(), 0);
    let text = vhdx_log(folder.path(), &["inspect", sample.name])
        .says(0)
        .to_owned();
    let json = vhdx_log(folder.path(), &["inspect", sample.name, "--format", "json"])
        .says(0)
        .to_owned();
    assert_eq!(
        sha256_from(&std::fs::File::open(&path).unwrap(), 0),
        before,
        "inspecting writes nothing"
    );
    Some((text, serde_json::from_str(&json).unwrap()))
}

fn assert_snapshots(sample: &Sample, state: State) {
    let Some((text, json)) = inspect(sample) else {
        return;
    };
    assert_eq!(
        json["verdict"]["state"],
        serde_json::to_value(state).unwrap()
    );
    let name = sample.name.trim_end_matches(".vhdx");
    insta::assert_snapshot!(format!("{name}-text"), text);
    insta::assert_json_snapshot!(format!("{name}-json"), json);
}

#[test]
fn of_a_dirty_image_of_hyper_v() {
    assert_snapshots(&DIRTY, State::Dirty);
}

#[test]
fn of_a_clean_image_of_hyper_v() {
    assert_snapshots(&HYPER_V, State::Clean);
}

#[test]
fn of_a_clean_image_of_qemu() {
    assert_snapshots(&QEMU, State::Clean);
}

#[test]
fn of_a_clean_image_of_disk2vhd() {
    assert_snapshots(&DISK2VHD, State::Clean);
}
