//! A disk in use is never replayed: the command beside a real QEMU, both ways round.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;
use vhdx_log::OpenOptions;

use super::images;
use super::replay::{replayed, without_headers};
use super::running::{Case, Ended, run, without};

/// How many blocks the guest writes, each with entries in the log.
const BLOCKS: usize = 700;
const BLOCK_MIB: usize = 1;

/// Whether `qemu-io` can be run; prints a message when a test has to be skipped.
fn installed() -> bool {
    let found = ["qemu-io", "qemu-img"].iter().all(|program| {
        let mut command = Command::new(program);
        let command = command.arg("--version").stdout(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    });
    if !found {
        println!("skipped: qemu-io and qemu-img are not installed");
    }
    found
}

/// A `qemu-io` that has an image open.
struct Guest {
    child: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Guest {
    /// Starts one, and waits until it has the image open.
    fn start(options: &[&str], image: &Path) -> Self {
        let mut child = Command::new("qemu-io")
            .args(options)
            .arg(image)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let (commands, answers) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut guest = Self {
            child,
            commands,
            answers: BufReader::new(answers),
        };
        guest.does("length", 1);
        guest
    }

    /// Does one command, which prints so many lines, and waits until it is done. (`qemu-io` does
    /// not see a second command in what it has read already.)
    fn does(&mut self, command: &str, lines: usize) {
        writeln!(self.commands, "{command}").unwrap();
        for _ in 0..lines {
            assert_ne!(self.answers.read_line(&mut String::new()).unwrap(), 0);
        }
    }

    fn end(mut self) {
        drop(self.commands);
        assert!(self.child.wait().unwrap().success());
    }
}

/// One run of `qemu-io`: whether it did everything, and what it printed.
fn qemu_io(options: &[&str], image: &Path, commands: &[String]) -> (bool, String) {
    let mut command = Command::new("qemu-io");
    command.args(options);
    for one in commands {
        command.args(["-c", one]);
    }
    let output = command.arg(image).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.success(), said.into_owned())
}

fn new_disk() -> Case {
    let case = Case::of_bytes(&[]);
    let made = Command::new("qemu-img")
        .args(["create", "-q", "-f", "vhdx", "-o"])
        .arg(format!("block_size={BLOCK_MIB}M"))
        .arg(case.path())
        .arg(format!("{BLOCKS}M"))
        .status();
    assert!(made.unwrap().success());
    case
}

/// The command on 4 KiB at the start of a block, with a pattern of the block's own.
fn on_block(command: &str, block: usize) -> String {
    format!("{command} -P {} {block}M 4k", 1 + block % 255)
}

/// The command says that QEMU has the image open.
#[track_caller]
fn names_qemu(message: &str) {
    assert!(
        message.contains("disk.vhdx: ") && message.contains("in use: qemu-io (process "),
        "{message}"
    );
}

fn is_refused(ended: &Ended) {
    names_qemu(&format!("disk.vhdx: {}", ended.complains(3)));
}

#[test]
fn a_loop_of_replays_beside_a_writing_guest_loses_no_block() {
    if !installed() {
        return;
    }
    let case = new_disk();
    let mut guest = Guest::start(&["-f", "vhdx"], &case.path());
    let mut tries = 0;
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            (0..BLOCKS).for_each(|block| guest.does(&on_block("write", block), 2));
        });
        while !writing.is_finished() {
            is_refused(&case.run(&["replay", Case::NAME]));
            tries += 1;
        }
    });
    guest.end();
    println!("{tries} replays were refused while the guest wrote");
    assert!(tries > 0);

    let reads: Vec<String> = (0..BLOCKS).map(|block| on_block("read", block)).collect();
    let (done, said) = qemu_io(&["-r", "-f", "vhdx"], &case.path(), &reads);
    assert!(done, "{said}");
    assert_eq!(said.matches("Pattern verification failed").count(), 0);
    assert_eq!(said.matches("read 4096/4096 bytes").count(), BLOCKS);
    assert!(case.run(&["replay", Case::NAME]).says(0).contains("clean"));
}

#[test]
fn an_image_that_qemu_has_open_is_refused_and_left_as_it_is() {
    if !installed() {
        return;
    }
    let case = Case::of(&images::dirty());
    let before = case.bytes();
    for options in [
        &["-f", "raw"][..],
        &["-f", "vhdx"],
        &["-f", "vhdx", "-r"],
        &["-f", "vhdx", "-r", "--force-share"],
    ] {
        // QEMU refuses to read a dirty image, so it gets a clean one; only raw shows ours.
        let (case, is_dirty) = match options[1] {
            "raw" => (&case, true),
            _ => (&new_disk(), false),
        };
        let guest = Guest::start(options, &case.path());
        let ended = case.run(&["replay", Case::NAME]);
        if options.contains(&"--force-share") {
            ended.says(0); // it declares that it can bear this
        } else {
            is_refused(&ended);
            is_refused(&case.run(&["replay", Case::NAME, "--no-lock"]));
        }
        guest.end();
        assert_eq!(
            case.run(&["replay", Case::NAME, "-n"])
                .says(0)
                .contains("would replay"),
            is_dirty
        );
    }
    assert!(case.bytes() == before);
    case.run(&["replay", Case::NAME]).says(0);
}

#[test]
fn qemu_is_refused_while_an_image_is_replayed() {
    if !installed() {
        return;
    }
    let case = new_disk();
    let write = [on_block("write", 3)];
    let read = [on_block("read", 3)];
    let file = File::options().read(true).write(true).open(case.path());
    let image = OpenOptions::writable().open(file.unwrap()).unwrap();
    for (options, commands) in [
        (&["-f", "vhdx"][..], &write),
        (&["-f", "raw"], &write),
        (&["-f", "vhdx", "-r"], &read),
    ] {
        let (done, said) = qemu_io(options, &case.path(), commands);
        assert!(!done && said.contains("lock"), "{options:?}: {said}");
    }
    drop(image);
    let (done, said) = qemu_io(&["-f", "vhdx"], &case.path(), &write);
    assert!(done, "{said}");
}

#[test]
fn what_only_reads_says_that_the_image_is_in_use_and_goes_on() {
    if !installed() {
        return;
    }
    let case = Case::of(&images::dirty());
    let commands = [
        &["inspect", Case::NAME][..],
        &["replay", Case::NAME, "--dry-run"],
        &["replay", Case::NAME, "--output", "copy.vhdx", "--force"],
    ];
    let in_use = |arguments: &[&str]| -> Value {
        let ended = case.run(&[arguments, &["--format", "json"]].concat());
        let json: Value = serde_json::from_str(&ended.stdout).unwrap();
        json["in_use"].clone()
    };
    for arguments in commands {
        assert_eq!(in_use(arguments), Value::Null);
    }
    let before = case.bytes();
    let guest = Guest::start(&["-f", "raw"], &case.path());
    for arguments in commands {
        let ended = case.run(arguments);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        names_qemu(&ended.stderr);
        assert!(ended.stderr.contains("half written"), "{ended:?}");
        if arguments.contains(&"inspect") {
            // A report that is kept in a file says it too, first.
            let notice = ended.stderr.split_once("disk.vhdx: ").unwrap().1;
            let (first, _) = ended.stdout.split_once("\ndisk.vhdx\n").unwrap();
            assert_eq!(first.replace('\n', " "), notice.trim_end());
        }
        let in_use = in_use(arguments);
        assert_eq!(in_use["program"], "qemu-io");
        assert_eq!(in_use["process"], guest.child.id());
    }
    guest.end();
    assert!(case.bytes() == before);
    assert_eq!(case.names(), ["copy.vhdx", Case::NAME]);
}

/// What only looks must not keep a guest from starting.
#[test]
fn an_inspection_locks_nothing() {
    if !installed() {
        return;
    }
    let case = new_disk();
    let looks = std::thread::scope(|scope| {
        let guest = scope.spawn(|| {
            let starts =
                (0..20).map(|_| qemu_io(&["-f", "vhdx"], &case.path(), &["length".into()]));
            starts.collect::<Vec<_>>()
        });
        let mut looks = 0;
        while !guest.is_finished() {
            case.run(&["inspect", Case::NAME]);
            looks += 1;
        }
        for (done, said) in guest.join().unwrap() {
            assert!(done, "{said}");
        }
        looks
    });
    assert!(looks > 0);
}

/// On a file system without locks (NFS without its lock daemon) a replay in place is refused, until
/// the user says that nobody else has the image open. Nothing else needs a lock.
#[test]
fn where_there_are_no_locks_a_replay_needs_no_lock_and_a_copy_does_not() {
    let case = Case::of(&images::dirty());
    let before = case.bytes();
    let replay = |arguments: &[&str]| -> Option<Ended> {
        let mut command = without("locks")?;
        command.args(arguments);
        Some(run(command, case.folder.path()))
    };
    let Some(refused) = replay(&["replay", Case::NAME]) else {
        return;
    };
    let message = refused.complains(3);
    assert!(
        message.starts_with("disk.vhdx: ") && message.contains("No locks available"),
        "{message}"
    );
    assert!(
        message.ends_with(
            "; if you know that no other program uses it, pass --no-lock, or replay a copy with \
             --output COPY"
        ),
        "{message}"
    );
    assert!(case.bytes() == before);
    let json = replay(&["replay", Case::NAME, "--format", "json"]).unwrap();
    assert_eq!(json.code, Some(3), "{json:?}");

    for reading in [
        &["inspect", Case::NAME][..],
        &["replay", Case::NAME, "--dry-run"],
        &["replay", Case::NAME, "--output", "copy.vhdx"],
        &["cat", Case::NAME, "--output", "disk.raw"],
    ] {
        replay(reading).unwrap().says(0);
        assert!(case.bytes() == before, "{reading:?}");
    }
    replay(&["replay", Case::NAME, "--no-lock"])
        .unwrap()
        .says(0);
    assert!(without_headers(case.bytes()) == replayed(&images::dirty()));
}

/// `--no-lock` is about file systems: a disk in use is refused all the same.
#[test]
fn a_disk_in_use_is_refused_with_no_lock_too() {
    let case = Case::of(&images::dirty());
    let before = case.bytes();
    let other = File::open(case.path()).unwrap();
    other.lock().unwrap();
    let refused = case.run(&["replay", Case::NAME, "--no-lock"]);
    assert!(refused.complains(3).contains("in use"), "{refused:?}");
    assert!(case.bytes() == before);
}
