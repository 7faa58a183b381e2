//! Programs that are not believed, and what each is told.

use std::sync::atomic::{AtomicUsize, Ordering};

use vhdx_log_bench::Candidate;
use vhdx_log_bench::contain::Container;
use vhdx_log_bench::record::SubjectState;
use vhdx_log_bench::subject::proof::prove;
use vhdx_log_bench::subject::{Commands, Template, Workbench, with_commands};
use vhdx_log_corpus::Corpus;
use vhdx_log_oracle::stop::Stop;
use vhdx_log_oracle::subject::{Case, Core, Outcome, Subject};

use super::liars::commands;
use crate::command::running::BINARY;

/// Why a program is not believed.
fn disbelieved(commands: Commands) -> String {
    let workbench = Workbench::new(Container::of(BINARY, Stop::never())).unwrap();
    let Candidate { about, subject, .. } = with_commands(&workbench, "liar", commands, Vec::new());
    assert!(subject.is_none(), "{about:?}");
    match about.state {
        SubjectState::FailedProof { reason } => reason,
        SubjectState::NotInstalled { looked_for } => format!("not installed: {looked_for}"),
        SubjectState::Ran => panic!("it is believed"),
    }
}

#[test]
fn a_program_is_believed_after_it_has_proved_itself() {
    let sound = format!("{BINARY} cat {{image}} --output {{output}}");
    let sound = Commands {
        export: Some(Template::parse(&sound, &[]).unwrap()),
        ..commands(None, None)
    };
    let workbench = Workbench::new(Container::of(BINARY, Stop::never())).unwrap();
    let candidate = with_commands(&workbench, "cat", sound, Vec::new());
    assert!(candidate.subject.is_some(), "{:?}", candidate.about.state);
    assert_eq!(candidate.about.sha256.map(|digest| digest.len()), Some(64));
    assert!(candidate.about.limit_ms.unwrap() >= 2000);

    let is_vhdx = "[ \"$(head -c 8 \"$1\")\" = vhdxfile ] || exit 1; ";
    for (repair, export, said) in [
        (
            Some("exit 1"),
            None,
            "it does not open a plain, clean image but refuses it: exit code 1",
        ),
        (
            Some("exit 3"),
            None,
            "it does not open a plain, clean image but fails: exit code 3",
        ),
        (Some("exit 0"), None, "it opens a file of zeros"),
        (
            None,
            Some("exit 0"),
            "it opens a plain, clean image and gives other bytes",
        ),
        (
            Some(&*format!("{is_vhdx} echo x >>\"$1\"")),
            None,
            "it opens a plain, clean image and gives",
        ),
        (
            Some("[ \"$(head -c 8 \"$1\")\" = vhdxfile ] || exit 9"),
            None,
            "it does not refuse a file of zeros but fails: exit code 9",
        ),
        (
            Some(&*format!(
                "{is_vhdx} [ $3 = replay ] || {{ chmod 644 \"$1\"; echo x >>\"$1\"; }}"
            )),
            None,
            "it changes a file that it opens for reading",
        ),
    ] {
        let reason = disbelieved(commands(repair, export));
        assert!(reason.starts_with(said), "{reason}\n{said}");
    }
    let nobody = Template::parse("no-such-program {image}", &[]).unwrap();
    let nobody = Commands {
        repair: Some(nobody),
        ..commands(None, None)
    };
    assert_eq!(disbelieved(nobody), "not installed: no-such-program");
}

/// Every second time it refuses what it opened before.
struct Fickle(AtomicUsize);

impl Subject for Fickle {
    fn name(&self) -> String {
        "fickle".to_owned()
    }

    fn open(&self, case: &Case<'_>) -> Outcome {
        match self.0.fetch_add(1, Ordering::Relaxed) % 2 {
            0 => Core.open(case),
            _ => Outcome::Refused {
                clause: None,
                message: "not today".to_owned(),
                file: Some(case.image.clone()),
            },
        }
    }
}

/// The first image is opened; the zeros are refused; then the same image is opened and refused.
#[test]
fn a_program_that_changes_its_answer_is_not_believed() {
    let error = prove(&Fickle(AtomicUsize::new(0)), Corpus::embedded()).unwrap_err();
    let said = "it answers differently the second time (it is opened; then refuses it: not today)";
    assert!(error.to_string().starts_with(said), "{error}");
    assert!(prove(&Core, Corpus::embedded()).is_ok());
}
