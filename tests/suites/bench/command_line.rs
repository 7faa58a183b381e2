//! `vhdx-log run` with a program outside, as somebody types it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::command::running::BINARY;

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(BINARY)
        .arg("run")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn said(run: &Output) -> (Option<i32>, String) {
    let said = [&run.stdout[..], &run.stderr].concat();
    (run.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn our_own_command_passes_as_a_program_outside() {
    let folder = tempfile::tempdir().unwrap();
    let (replay, cat) = (
        format!("{BINARY} replay {{image}}"),
        format!("{BINARY} cat {{image}} --output {{output}}"),
    );
    for options in [
        &["--exec", &replay][..],
        &["--export", &cat, "--read-only"],
        &["--exec", &replay, "--export", &cat],
        &[
            "--export",
            &format!("{BINARY} cat {{image}}"),
            "--read-only",
        ],
    ] {
        let options = [
            options,
            &["--filter", "tail-*", "--record", "run.json", "--force"],
        ]
        .concat();
        let (code, said) = said(&run(folder.path(), &options));
        assert_eq!(code, Some(0), "{options:?}\n{said}");
        let record = fs::read(folder.path().join("run.json")).unwrap();
        let record: serde_json::Value = serde_json::from_slice(&record).unwrap();
        let subject = &record["subjects"][0];
        assert_eq!(subject["name"], "vhdx-log");
        assert!(
            subject["results"].as_array().unwrap().len() > 10,
            "{options:?}"
        );
        let protections = record["machine"]["protections"].as_array().unwrap();
        assert!(!protections.is_empty());
    }
}

/// Files that the command line names are found from where it is typed, though a program starts in
/// its private folder.
#[test]
fn paths_are_those_of_where_the_command_is_typed() {
    let folder = tempfile::tempdir().unwrap();
    let script = format!("exec {BINARY} cat \"$1\" --output \"$2\"\n");
    fs::write(folder.path().join("program.sh"), script).unwrap();
    let export = "/bin/sh program.sh {image} {output}";
    let options = ["--export", export, "--read-only", "--filter", "tail-own"];
    let (code, said) = said(&run(folder.path(), &options));
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn what_is_wrong_on_the_command_line_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let profile = "name = \"x\"\ntitle = \"x\"\nprogram = [\"x\"]\nexprot = \"x {image}\"\n";
    fs::write(folder.path().join("typo.toml"), profile).unwrap();
    for (options, code, expected) in [
        (
            &["--exec", "prog"][..],
            2,
            "--exec: `prog`: {image} is missing: it stands for the path",
        ),
        (
            &["--exec", "prog '{image}"],
            2,
            "--exec: `prog '{image}`: a quote is not closed",
        ),
        (
            &["--export", "prog {image} {out}"],
            2,
            "unknown placeholder {out}; there are {image}",
        ),
        (&["--exec", ""], 2, "--exec: an empty command"),
        (
            &["--exit", "0=accepted"],
            2,
            "--exit needs --exec or --export",
        ),
        (
            &["--exec", "prog {image}", "--exit", "0=yes"],
            2,
            "`yes` is not a meaning",
        ),
        (
            &["--profile", "qemuu"],
            2,
            "unknown profile `qemuu`; the nearest is qemu",
        ),
        (
            &["--profile", "typo.toml"],
            2,
            "typo.toml: line 4, column 1: unknown key `exprot`; the nearest are export, exit",
        ),
        (&["--profile", "none.toml"], 3, "none.toml: No such file"),
        (&["--adapter", ""], 2, "--adapter: an empty command"),
        // Not run, and shown.
        (&["--exec", "no-such-program {image}"], 5, "no-such-program"),
        (
            &["--exec", "/bin/false {image}"],
            6,
            "it does not open a plain, clean image but refuses",
        ),
        (
            &["--adapter", "/bin/false"],
            6,
            "it does not say hello: it ended (exit code 1)",
        ),
    ] {
        let (found, said) = said(&run(folder.path(), options));
        assert_eq!(found, Some(code), "{options:?}\n{said}");
        assert!(said.contains(expected), "{options:?}\n{said}\n{expected}");
    }
}

/// A person who writes an adapter sees every message, and what is wrong with it.
#[test]
fn a_conversation_with_an_adapter_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    // It writes the disk only when `$disk` says so, and ends as `$end` says.
    let adapter = |hello: &str, opened: &str, disk: &str, end: &str| {
        let script = format!(
            r#"while read -r line; do case $line in
            *'"type":"hello"'*) echo '{hello}';;
            *'"type":"bye"'*) {end};;
            *) id=${{line#*'"id":'}}; id=${{id%%,*}}
                answer=accepted; [ $id = 3 ] && answer=refused
                output=${{line#*'"output":"'}}; output=${{output%%'"'*}}
                {disk}; echo "{opened}";;
            esac; done"#
        );
        fs::write(folder.path().join("adapter.sh"), script).unwrap();
        let options = ["--adapter", "/bin/sh adapter.sh", "--validate"];
        said(&run(folder.path(), &options))
    };
    let hello = r#"{"type":"hello","protocol":1,"name":"x","version":"1","shows_guest":true}"#;
    let opened = r#"{\"type\":\"opened\",\"id\":$id,\"answer\":\"$answer\"}"#;
    let (disk, end) = ("echo >$output", "exit 0");

    let (code, text) = adapter(hello, opened, disk, end);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("adapter  {\"type\":\"opened\",\"id\":3,\"answer\":\"refused\"}\n"));
    assert!(
        text.ends_with("  adapter  (ends)\n  every message is right\n"),
        "{text}"
    );

    let with = |text: &str, old: &str, new: &str| text.replace(old, new);
    for (hello, opened, disk, end, fault) in [
        (
            &*with(hello, ":1,", ":2,"),
            opened,
            disk,
            end,
            "`protocol` is 2, and has to be 1",
        ),
        (
            &with(hello, ",\"shows_guest\":true", ""),
            opened,
            disk,
            end,
            "nothing can be judged",
        ),
        (
            hello,
            &with(opened, "$id", "7"),
            disk,
            end,
            "`id` is 7, and has to be that of the",
        ),
        (
            hello,
            &with(opened, "$answer", "accepted"),
            disk,
            end,
            "zeros has to be refused",
        ),
        (
            hello,
            &with(opened, "$answer", "refused"),
            disk,
            end,
            "image has to be accepted",
        ),
        (
            hello,
            &with(opened, "$answer", "yes"),
            disk,
            end,
            "unknown variant `yes`",
        ),
        (
            hello,
            &with(opened, "}", ",\\\"clause\\\":\\\"SEQ-44\\\"}"),
            disk,
            end,
            "unknown clause `SEQ-44`",
        ),
        (
            hello,
            opened,
            ":",
            end,
            "the disk that a guest sees is not in `output`",
        ),
        (
            hello,
            opened,
            disk,
            "exit 4",
            "it has to end with exit code 0, and did not: exit code 4",
        ),
        (
            hello,
            hello,
            disk,
            end,
            "`open` has to be answered with `opened`",
        ),
    ] {
        let hello_in_text = with(hello, "\"", "\\\"");
        let opened = if opened == hello {
            &hello_in_text
        } else {
            opened
        };
        let (code, text) = adapter(hello, opened, disk, end);
        assert_eq!(code, Some(6), "{fault}\n{text}");
        assert!(text.contains(fault), "{fault}\n{text}");
    }
}

/// Where standard error is kept, the run says at once what it does, and what is being run.
#[test]
fn a_log_is_told_of_programs() {
    let folder = tempfile::tempdir().unwrap();
    let exec = format!("{BINARY} replay {{image}}");
    let ended = run(folder.path(), &["--exec", &exec, "--filter", "tail-own"]);
    assert_eq!(
        String::from_utf8(ended.stderr).unwrap(),
        "vhdx-log: looking for programs, which have to prove themselves\n\
         vhdx-log: vhdx-log: 1 of 1 vectors\n"
    );
    let ended = run(
        folder.path(),
        &["--subject", "core", "--filter", "tail-own"],
    );
    assert_eq!(String::from_utf8(ended.stderr).unwrap(), "");
}

/// Ctrl-C ends a program that hangs, with what it started.
#[test]
fn an_interrupted_run_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mark = format!("{}.25", 200_000 + std::process::id());
    let script = format!("setsid sleep {mark} & sleep {mark}");
    // A job in the background is started with the signal ignored, and hands that on.
    let mut run = Command::new("env")
        .args([
            "--default-signal=INT",
            BINARY,
            "run",
            "--exec",
            &format!("/bin/sh -c '{script}' sh {{image}}"),
        ])
        .current_dir(folder.path())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    while !sleeps(&mark) {
        assert!(run.try_wait().unwrap().is_none(), "it ended");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let interrupt = format!("kill -INT {}", run.id());
    assert!(
        Command::new("sh")
            .args(["-c", &interrupt])
            .status()
            .unwrap()
            .success()
    );
    let ended = run.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130), "{ended:?}");
    assert!(!sleeps(&mark), "it is still there");
}

/// Whether a process with this argument is there.
fn sleeps(mark: &str) -> bool {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    let words = |line: &Vec<u8>| String::from_utf8_lossy(line).into_owned();
    lines
        .map(|line| words(&line))
        .any(|line| line.starts_with("sleep\0") && line.contains(mark))
}
