//! Adapters: the worked ones, whose language is installed, and those that lie.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use vhdx_log_bench::contain::{Container, Folders};
use vhdx_log_bench::record::SubjectState;
use vhdx_log_bench::subject::adapter::Adapter;
use vhdx_log_bench::subject::adapter::messages::{PROTOCOL, Question, Reply};
use vhdx_log_bench::subject::{Template, Workbench, with_adapter};
use vhdx_log_corpus::{Access, Corpus};
use vhdx_log_oracle::judge;
use vhdx_log_oracle::stop::Stop;
use vhdx_log_oracle::subject::{Crash, FailureKind, Outcome, Resource, Subject};
use vhdx_log_oracle::vector::VectorWithImage;
use vhdx_log_vectors::source_folder;

use super::marked::Marked;
use crate::command::running::BINARY;

const CONTAINER: fn() -> Container = || Container::of(BINARY, Stop::never());

/// The time of an adapter that answers at once or never.
const SHORT: Duration = Duration::from_secs(1);
/// A time that is not over before an adapter has filled the disk.
const LONG: Duration = Duration::from_secs(60);

/// A vector with a log to replay.
fn dirty() -> VectorWithImage {
    VectorWithImage::load(Corpus::embedded().get("tail-own").unwrap()).unwrap()
}

/// An adapter in shell. `answer` runs for each image, with `$id` that of the question, `$image` its
/// path and `$n` how many images this process has seen.
fn in_shell(answer: &str) -> Vec<String> {
    let hello = r#"{"type":"hello","protocol":1,"name":"liar","version":"1","shows_file":true}"#;
    let script = format!(
        r#"n=0; while read -r line; do case $line in
        *'"type":"hello"'*) echo '{hello}';;
        *'"type":"open"'*) n=$((n+1)); id=${{line#*'"id":'}}; id=${{id%%,*}}
            image=${{line#*'"image":"'}}; image=${{image%%'"'*}}
            accepted='"type":"opened","answer":"accepted","id":'
            {answer};;
        esac; done"#
    );
    ["/bin/sh", "-c", &script].map(str::to_owned).to_vec()
}

fn command(words: Vec<String>) -> Template {
    Template::of_words(words, &[]).unwrap()
}

/// What comes of these questions, one after the other, with a short time for each.
fn outcomes(answer: &str, questions: usize) -> Vec<Outcome> {
    outcomes_within(SHORT, answer, questions)
}

/// The same with this time. Checks that nothing is left.
fn outcomes_within(limit: Duration, answer: &str, questions: usize) -> Vec<Outcome> {
    let folders = Arc::new(Folders::new().unwrap());
    let marked = Marked(folders.path().to_owned());
    let adapter = Adapter::start(in_shell(answer), CONTAINER(), folders).unwrap();
    let adapter = adapter.within(limit);
    let vector = dirty();
    let outcomes = (0..questions).map(|_| adapter.open(&vector.case()));
    let outcomes = outcomes.collect();
    drop(adapter);
    assert_eq!(marked.processes(), Vec::<String>::new(), "{answer}");
    outcomes
}

fn kind(answer: &str) -> FailureKind {
    kind_within(SHORT, answer)
}

fn kind_within(limit: Duration, answer: &str) -> FailureKind {
    match outcomes_within(limit, answer, 1).remove(0) {
        Outcome::Failed(failed) => failed.kind,
        other => panic!("{answer}: {other:?}"),
    }
}

#[test]
fn an_honest_adapter_answers_many_questions_with_one_process() {
    let refused = concat!(
        r#"echo "{\"type\":\"opened\",\"id\":$id,\"answer\":\"refused\","#,
        r#"\"message\":\"number $n\",\"clause\":\"SEQ-4\"}""#,
    );
    let said: Vec<_> = outcomes(refused, 3)
        .into_iter()
        .map(|outcome| match outcome {
            Outcome::Refused {
                clause, message, ..
            } => (clause, message),
            other => panic!("{other:?}"),
        })
        .collect();
    let clause = || Some("SEQ-4".to_owned());
    let expected = [1, 2, 3].map(|number| (clause(), format!("number {number}")));
    assert_eq!(said, expected);
}

#[test]
fn an_answer_that_is_none_breaks_the_protocol() {
    for (answer, said) in [
        (
            "echo rubbish",
            "expected value at line 1 column 1 in `rubbish`",
        ),
        ("echo '{}'", "missing field `type`"),
        (
            "echo \"{$accepted$id,\\\"more\\\":1}\"",
            "unknown field `more`",
        ),
        (
            "echo \"{$accepted\\\"1\\\"}\"",
            "invalid type: string \"1\"",
        ),
        (
            "echo '{\"type\":\"opened\",\"id\":1,\"answer\":\"yes\"}'",
            "unknown variant `yes`",
        ),
        (
            "echo \"{$accepted$((id+7))}\"",
            "asked with id 1, it answers",
        ),
        (
            "echo '{\"type\":\"hello\",\"protocol\":1,\"name\":\"x\",\"version\":\"\"}'",
            "it answers Hello",
        ),
        ("printf '\\377\\n'", "a line that is not UTF-8"),
        ("exec yes | tr -d '\\n'", "longer than 65536 bytes"),
        ("exit 0", "it ended instead of answering"),
    ] {
        let kind = kind(answer);
        let FailureKind::Protocol(what) = &kind else {
            panic!("{answer}: {kind:?}");
        };
        assert!(what.contains(said), "{answer}: {what}");
    }
}

#[test]
fn no_answer_is_a_hang_or_a_crash() {
    let limit = Some(SHORT);
    assert_eq!(kind(":"), FailureKind::Hang { limit });
    assert_eq!(
        kind("trap '' TERM; sleep 1000"),
        FailureKind::Hang { limit }
    );
    assert_eq!(kind("exit 3"), FailureKind::Crash(Crash::Exit(3)));
    assert_eq!(kind("kill -SEGV $$"), FailureKind::Crash(Crash::Signal(11)));
    assert!(matches!(kind("kill -KILL $$"), FailureKind::Environment(_)));
    let script = "cat /dev/zero >$image.more";
    let runaway = FailureKind::Runaway(Resource::FileSize);
    assert_eq!(kind_within(LONG, script), runaway);
}

/// The second answer is found when the next question is asked, so the proof finds it.
#[test]
fn an_adapter_that_answers_twice_is_not_believed() {
    let twice = "echo \"{$accepted$id}\"; echo \"{$accepted$id}\"";
    let second = outcomes(twice, 2).remove(1);
    let Outcome::Failed(failed) = second else {
        panic!("{second:?}");
    };
    assert!(
        matches!(failed.kind, FailureKind::Protocol(_)),
        "{failed:?}"
    );
    let workbench = Workbench::new(CONTAINER()).unwrap();
    let candidate = with_adapter(&workbench, command(in_shell(twice)), Vec::new());
    assert!(candidate.subject.is_none());
    assert!(matches!(
        candidate.about.state,
        SubjectState::FailedProof { .. }
    ));
}

#[test]
fn after_a_hang_or_a_crash_the_next_image_gets_a_new_process() {
    for trouble in ["sleep 1000", "exit 70"] {
        let answer = format!("[ $n = 2 ] && {trouble}; echo \"{{$accepted$id}}\"");
        let failed: Vec<bool> = outcomes(&answer, 4)
            .iter()
            .map(|outcome| matches!(outcome, Outcome::Failed(_)))
            .collect();
        assert_eq!(failed, [false, true, false, true], "{trouble}");
    }
}

#[test]
fn an_adapter_that_does_not_say_hello_is_named_with_the_reason() {
    for (script, said) in [
        ("exit 3", "it does not say hello: it ended (exit code 3)"),
        (
            "echo it is broken >&2; exit 3",
            "it does not say hello: it ended (exit code 3, it is broken)",
        ),
        (
            "read line; echo rubbish",
            "it does not say hello: it says expected value",
        ),
        (
            r#"read a; echo '{"type":"hello","protocol":2,"name":"x","version":"1"}'"#,
            "it does not say hello: it speaks protocol 2, and this is 1",
        ),
    ] {
        let words = ["/bin/sh", "-c", script].map(str::to_owned).to_vec();
        let folders = Arc::new(Folders::new().unwrap());
        let error = Adapter::start(words, CONTAINER(), folders).err().unwrap();
        assert!(error.to_string().starts_with(said), "{error}");
    }
}

/// The messages, as this program writes and reads them, are those of the published schema.
#[test]
fn the_published_schema_has_every_message() {
    let schema = source_folder()
        .unwrap()
        .join("adapters/adapter.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let open = Question::Open {
        id: 1,
        image: "/x/image.vhdx".to_owned(),
        output: "/x/disk.raw".to_owned(),
        access: Access::ReadOnly,
        limit: Some("4096".to_owned()),
    };
    for question in [Question::Hello { protocol: PROTOCOL }, open, Question::Bye] {
        let message = serde_json::to_value(&question).unwrap();
        assert!(schema.is_valid(&message), "{message}");
    }
    for (reply, good) in [
        (
            r#"{"type":"opened","id":1,"answer":"refused","clause":"SEQ-4"}"#,
            true,
        ),
        (r#"{"type":"opened","id":1,"answer":"yes"}"#, false),
        (
            r#"{"type":"opened","id":1,"answer":"accepted","more":1}"#,
            false,
        ),
        (r#"{"type":"opened","id":"1","answer":"accepted"}"#, false),
        (
            r#"{"type":"hello","protocol":1,"name":"x","version":"1","opens":"both"}"#,
            true,
        ),
        (r#"{"type":"hello","protocol":1,"name":"x"}"#, false),
        (
            r#"{"type":"hello","protocol":1,"name":"x","version":"1","opens":"all"}"#,
            false,
        ),
        (r#"{"type":"welcome"}"#, false),
    ] {
        let message: Value = serde_json::from_str(reply).unwrap();
        assert_eq!(schema.is_valid(&message), good, "{reply}");
        assert_eq!(Reply::parse(reply).is_ok(), good, "{reply}");
    }
}

fn worked(name: &str) -> PathBuf {
    source_folder().unwrap().join("adapters").join(name)
}

/// Whether a program is installed.
fn is_there(program: &str, version: &str) -> bool {
    let there = Command::new(program).arg(version).output();
    let there = there.is_ok_and(|run| run.status.success());
    if !there {
        eprintln!("skipped: there is no {program}");
    }
    there
}

/// Has an adapter that runs our command prove itself, and judges it by a topic.
fn is_sound(words: &[&str]) {
    let cat = [BINARY, "cat", "{image}", "--output", "{output}"];
    let words: Vec<String> = words
        .iter()
        .chain(&cat)
        .map(|word| (*word).to_owned())
        .collect();
    let workbench = Workbench::new(CONTAINER()).unwrap();
    let candidate = with_adapter(&workbench, command(words), Vec::new());
    let Some(subject) = candidate.subject else {
        panic!("{:?}", candidate.about.state);
    };
    let profile = subject.profile();
    for id in ["tail-own", "tail-second", "header-none", "data-then-zero"] {
        let vector = VectorWithImage::load(Corpus::embedded().get(id).unwrap()).unwrap();
        let expectations = vector.expectations().for_profile(&profile);
        let outcome = subject.open(&expectations.case);
        let verdict = judge(&expectations, &outcome, &profile);
        assert!(verdict.is_ok(), "{id}: {}", verdict.unwrap_err());
    }
}

#[test]
fn the_adapter_in_python_is_sound() {
    if is_there("python3", "--version") {
        is_sound(&["python3", "-B", worked("adapter.py").to_str().unwrap()]);
    }
}

#[test]
fn the_adapter_in_javascript_is_sound() {
    if is_there("node", "--version") {
        is_sound(&["node", worked("adapter.js").to_str().unwrap()]);
    }
}

#[test]
fn the_adapter_in_c_is_sound() {
    let built = |built: &Path| {
        Command::new("cc")
            .args(["-Wall", "-Werror", "-o"])
            .args([built, &worked("adapter.c")])
            .status()
    };
    compiled("cc", "--version", built);
}

#[test]
fn the_adapter_in_go_is_sound() {
    let built = |built: &Path| {
        Command::new("go")
            .args(["build", "-o"])
            .args([built, &worked("adapter.go")])
            .status()
    };
    compiled("go", "version", built);
}

fn compiled(
    compiler: &str,
    version: &str,
    build: impl Fn(&Path) -> std::io::Result<std::process::ExitStatus>,
) {
    if !is_there(compiler, version) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let built = folder.path().join("adapter");
    assert!(build(&built).unwrap().success());
    is_sound(&[built.to_str().unwrap()]);
}

/// QEMU's own mistakes are not looked for here: it proves itself, and does what QEMU does.
#[test]
fn the_adapter_for_qemu_speaks_with_a_daemon() {
    if !is_there("python3", "--version") || !is_there("qemu-storage-daemon", "--version") {
        return;
    }
    let workbench = Workbench::new(CONTAINER()).unwrap();
    let script = worked("qemu.py").display().to_string();
    let words = vec!["python3".to_owned(), "-B".to_owned(), script];
    let candidate = with_adapter(&workbench, command(words), Vec::new());
    let subject = candidate.subject.as_ref();
    let subject = subject.unwrap_or_else(|| panic!("{:?}", candidate.about.state));
    assert_eq!(candidate.about.name, "qemu-storage-daemon");
    let outcome = subject.open(&dirty().case());
    assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
}
