//! Programs that do not what they are asked to, each with the outcome that it gets. What is asked
//! is the same for all: repair the image, or write out its disk.

use std::sync::Arc;

use vhdx_log_bench::contain::{Container, Folders, Limits};
use vhdx_log_bench::subject::command::Command;
use vhdx_log_bench::subject::{Commands, ExitMap, Template};
use vhdx_log_corpus::{Access, Corpus};
use vhdx_log_oracle::stop::Stop;
use vhdx_log_oracle::subject::{
    Accepted, Case, Crash, Damage, Failed, FailureKind, Outcome, Profile, Resource, Subject,
    Transcript,
};
use vhdx_log_oracle::vector::VectorWithImage;

use super::marked::Marked;
use crate::command::running::BINARY;

/// A vector with a log to replay.
const DIRTY: &str = "tail-own";

/// A shell script as a program: `$1` is the image, `$2` the output, `$3` how to open it.
pub(super) fn commands(repair: Option<&str>, export: Option<&str>) -> Commands {
    let template = |script: &str| {
        let words = [
            "/bin/sh", "-c", script, "sh", "{image}", "{output}", "{access}",
        ];
        Template::of_words(words.map(str::to_owned).to_vec(), &[]).unwrap()
    };
    Commands {
        repair: repair.map(template),
        export: export.map(template),
        exits: ExitMap::default(),
        opens: None,
    }
}

fn limits() -> Limits {
    Limits {
        memory: 64 << 20,
        disk: 32 << 20,
        output: 1 << 20,
        processes: 30,
        ..Limits::default().within(std::time::Duration::from_secs(60))
    }
}

/// What a program did with an image.
struct Did {
    outcome: Outcome,
    transcript: Transcript,
}

impl Did {
    fn failed(&self) -> &Failed {
        match &self.outcome {
            Outcome::Failed(failed) => failed,
            other => panic!("no failure: {other:?}"),
        }
    }

    fn accepted(&self) -> &Accepted {
        match &self.outcome {
            Outcome::Accepted(accepted) => accepted,
            other => panic!("not accepted: {other:?}"),
        }
    }
}

/// Runs a program on the image, and checks that nothing is left of it.
fn run(commands: Commands, limits: Limits, access: Access) -> Did {
    let folders = Arc::new(Folders::new().unwrap());
    let marked = Marked(folders.path().to_owned());
    let command = Command {
        name: "liar".to_owned(),
        version: None,
        commands,
        profile: Profile::default(),
        said: Default::default(),
        limits,
        container: Container::of(BINARY, Stop::never()),
        folders,
    };
    let vector = VectorWithImage::load(Corpus::embedded().get(DIRTY).unwrap()).unwrap();
    let case = Case {
        access,
        ..vector.case()
    };
    let (outcome, transcript) = command.open_with_transcript(&case);
    assert_eq!(marked.processes(), Vec::<String>::new());
    assert_eq!(marked.files(), ["lock"]);
    Did {
        outcome,
        transcript,
    }
}

fn repair(script: &str) -> Did {
    run(commands(Some(script), None), limits(), Access::Replay)
}

fn export(script: &str) -> Did {
    run(commands(None, Some(script)), limits(), Access::Replay)
}

/// The kind of failure, and whether the program said that it opened the image.
fn kind(did: &Did) -> (FailureKind, Option<bool>) {
    let failed = did.failed();
    let answered = failed.answered.as_deref();
    let opened = answered.map(|answered| matches!(answered, Outcome::Accepted(_)));
    (failed.kind.clone(), opened)
}

#[test]
fn an_answer_is_an_exit_code_that_means_one() {
    let before = VectorWithImage::load(Corpus::embedded().get(DIRTY).unwrap()).unwrap();
    let did = repair("exit 0");
    assert_eq!(did.accepted().file.as_ref(), Some(&before.image));

    let did = repair("echo 'no, because' >&2; echo of that; exit 1");
    let Outcome::Refused { message, file, .. } = &did.outcome else {
        panic!("{:?}", did.outcome);
    };
    assert_eq!(
        (message.as_str(), file),
        ("no, because", &Some(before.image))
    );
    assert_eq!(did.transcript.runs[0].stdout.bytes, b"of that\n");

    let unsupported = FailureKind::Unsupported("cannot do it".to_owned());
    assert_eq!(
        kind(&repair("echo cannot do it; exit 77")),
        (unsupported, None)
    );
    for code in [2, 70, 101, 126, 127, 139, 255] {
        let crash = FailureKind::Crash(Crash::Exit(code));
        assert_eq!(kind(&repair(&format!("exit {code}"))), (crash, None));
    }
    let crash = FailureKind::Crash(Crash::Signal(11));
    assert_eq!(kind(&repair("kill -SEGV $$")), (crash, None));
}

#[test]
fn what_somebody_else_did_to_it_is_no_finding() {
    let (kind, answered) = kind(&repair("kill -KILL $$"));
    assert!(matches!(kind, FailureKind::Environment(_)), "{kind:?}");
    assert!(!kind.is_finding() && answered.is_none());
}

#[test]
fn a_program_that_wants_too_much_ran_away_whatever_it_answers() {
    for (script, resource) in [
        ("exec yes", Resource::Output),
        ("exec yes >&2", Resource::Output),
        ("cat /dev/zero >more; exit 0", Resource::FileSize),
        ("cat /dev/zero >>\"$1\"; exit 1", Resource::FileSize),
        (
            "a=0123456789abcdef; while :; do a=$a$a; done",
            Resource::Memory,
        ),
        ("while :; do sleep 1000 & done", Resource::Processes),
    ] {
        let (kind, answered) = kind(&repair(script));
        assert_eq!(kind, FailureKind::Runaway(resource), "{script}");
        assert_eq!(answered, None, "{script}");
    }
}

/// A program that is denied a longer file may call that a refusal: it is none.
#[test]
fn an_answer_after_a_limit_was_hit_is_no_refusal() {
    let few = Limits {
        file_size: 16 << 20,
        ..limits()
    };
    let script = "trap '' XFSZ; cat /dev/zero >more; exit 1";
    let did = run(commands(Some(script), None), few, Access::Replay);
    assert_eq!(kind(&did), (FailureKind::Runaway(Resource::FileSize), None));
}

#[test]
fn a_program_that_does_not_end_hangs() {
    let wall = std::time::Duration::from_millis(300);
    for script in ["sleep 1000", "trap '' TERM; while :; do sleep 1; done"] {
        let did = run(
            commands(Some(script), None),
            limits().within(wall),
            Access::Replay,
        );
        assert_eq!(
            kind(&did),
            (FailureKind::Hang { limit: Some(wall) }, None),
            "{script}"
        );
    }
}

#[test]
fn what_is_left_running_is_reported_beside_the_answer() {
    for script in [
        "sleep 1000 & exit 0",
        "setsid sh -c 'while :; do echo x >>written; sleep 0.001; done' >/dev/null 2>&1 & \
         sleep 0.05; exit 0",
    ] {
        let (kind, answered) = kind(&repair(script));
        assert!(
            matches!(kind, FailureKind::Leaked { .. }),
            "{script}: {kind:?}"
        );
        assert_eq!(answered, Some(true), "{script}");
    }
}

/// The link and the other file lead to a file that everybody can read: it is not read.
#[test]
fn an_image_that_is_not_the_same_file_any_more_is_not_followed() {
    for (script, damage) in [
        ("rm \"$1\"", Damage::Deleted),
        ("cp \"$1\" new; mv new \"$1\"", Damage::Replaced),
        ("rm \"$1\"; ln -s /etc/passwd \"$1\"", Damage::Replaced),
        (
            "cp \"$1\" new; rm \"$1\"; ln -s new \"$1\"",
            Damage::Replaced,
        ),
        ("rm \"$1\"; mkfifo \"$1\"", Damage::Replaced),
        ("rm \"$1\"; mkdir \"$1\"", Damage::Replaced),
    ] {
        let did = repair(script);
        assert_eq!(
            kind(&did),
            (FailureKind::Damaged(damage), Some(true)),
            "{script}"
        );
        assert!(did.failed().file.is_none(), "{script}");
    }
    // Damage outranks what else went wrong, and both are there.
    let did = repair("rm \"$1\"; kill -SEGV $$");
    assert_eq!(did.failed().kind, FailureKind::Damaged(Damage::Deleted));
    assert_eq!(did.failed().also, [FailureKind::Crash(Crash::Signal(11))]);
}

#[test]
fn a_change_of_the_image_is_seen_in_it() {
    assert_eq!(
        repair(": >\"$1\"")
            .accepted()
            .file
            .as_ref()
            .unwrap()
            .length(),
        0
    );
    let did = repair("printf x >>\"$1\"; chmod 0 \"$1\"; exit 1");
    let Outcome::Refused { file, .. } = did.outcome else {
        panic!("{:?}", did.outcome);
    };
    let before = Corpus::embedded().get(DIRTY).unwrap().vector.image.size;
    assert_eq!(file.unwrap().length(), before + 1);
}

#[test]
fn an_image_for_reading_says_so() {
    let script = "[ \"$3\" = read-only ] && [ \"$(stat -c %a \"$1\")\" = 444 ] || exit 3";
    let did = run(commands(Some(script), None), limits(), Access::ReadOnly);
    did.accepted();
    let did = run(
        commands(Some("[ \"$3\" = replay ]"), None),
        limits(),
        Access::Replay,
    );
    did.accepted();
}

#[test]
fn a_disk_that_was_not_written_has_no_bytes() {
    for script in ["exit 0", ": >\"$2\""] {
        assert_eq!(export(script).accepted().guest.as_ref().unwrap().size, 0);
    }
    assert_eq!(
        export("printf abc >\"$2\"")
            .accepted()
            .guest
            .as_ref()
            .unwrap()
            .size,
        3
    );
    // What is no file is not read.
    for script in ["ln -s /etc/passwd \"$2\"", "mkdir \"$2\"", "mkfifo \"$2\""] {
        let (kind, answered) = kind(&export(script));
        assert!(
            matches!(kind, FailureKind::Crash(Crash::Internal(_))),
            "{kind:?}"
        );
        assert_eq!(answered, None);
    }
}

#[test]
fn what_a_program_writes_elsewhere_is_denied() {
    if Container::of(BINARY, Stop::never())
        .protections()
        .off()
        .next()
        .is_some()
    {
        return;
    }
    let outside = tempfile::tempdir().unwrap();
    let script = format!("echo x >{}/file || exit 1", outside.path().display());
    assert!(matches!(repair(&script).outcome, Outcome::Refused { .. }));
    assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 0);
}
