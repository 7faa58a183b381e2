//! What a contained program can and cannot do, whatever it tries. Each program is a few lines of
//! shell, and everything it started carries a mark, which is looked for afterwards.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use vhdx_log_bench::contain::{Contained, Container, Ended, Folder, Folders, How, Limits, Stopped};
use vhdx_log_oracle::stop::Stop;
use vhdx_log_oracle::subject::Resource;

use super::marked::Marked;
use crate::command::running::BINARY;

/// A time in which each of these programs that ends by itself ends, on the slowest machine.
const LONG: Duration = Duration::from_secs(60);
/// The time of those that do not.
const SHORT: Duration = Duration::from_millis(300);

/// A place for the folders.
struct Place {
    folders: Folders,
    folder: Folder,
}

impl Place {
    fn new() -> Self {
        let folders = Folders::new().unwrap();
        let folder = folders.folder().unwrap();
        Self { folders, folder }
    }

    fn run(&self, script: &str, limits: Limits) -> Ended {
        let container = Container::of(BINARY, Stop::never());
        container.run(&self.contained(script, limits)).unwrap()
    }

    fn contained(&self, script: &str, limits: Limits) -> Contained {
        Contained {
            program: "/bin/sh".into(),
            arguments: ["-c", script].map(Into::into).to_vec(),
            folder: self.folder.path().to_owned(),
            limits,
            stdout: None,
        }
    }

    /// The processes that were started here and are still there.
    fn left(&self) -> Vec<String> {
        Marked(self.folders.path().to_owned()).processes()
    }
}

/// Runs a script and checks that nothing is left of it, neither a process nor its folder.
fn run(script: &str, limits: Limits) -> Ended {
    let place = Place::new();
    let ended = place.run(script, limits);
    assert_eq!(place.left(), Vec::<String>::new(), "{script}");
    assert_eq!(ended.survivors, 0, "{script}");
    let path = place.folder.path().to_owned();
    drop(place);
    assert!(!path.exists(), "{script}");
    ended
}

fn limits() -> Limits {
    Limits::default().within(LONG)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_program_ends_as_it_would_elsewhere_and_its_output_is_kept() {
    let ended = run("echo out; echo err >&2; exit 3", limits());
    assert_eq!(ended.how, How::Exit(3));
    assert_eq!(text(&ended.stdout.bytes), "out\n");
    assert_eq!(text(&ended.stderr.bytes), "err\n");
    assert_eq!((ended.runaway, ended.stragglers), (None, 0));
    assert_eq!(run("kill -SEGV $$", limits()).how, How::Signal(11));
    assert_eq!(run("kill -KILL $$", limits()).how, How::Signal(9));
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let place = Place::new();
    let mut what = place.contained("", limits());
    what.program = "no-such-program-of-anybody".into();
    let ended = Container::of(BINARY, Stop::never()).run(&what).unwrap();
    let How::NotStarted(why) = ended.how else {
        panic!("{:?}", ended.how);
    };
    assert!(
        why.contains("`no-such-program-of-anybody`: No such file"),
        "{why}"
    );
    // A program that ends with the same code is not taken for that.
    assert_eq!(
        run("echo x: no >&2; exit 127", limits()).how,
        How::Exit(127)
    );
}

#[test]
fn of_much_output_the_end_is_kept_and_the_rest_is_counted() {
    let ended = run("yes | head -c 1000000; echo end", limits());
    assert_eq!(ended.how, How::Exit(0));
    assert_eq!(ended.stdout.printed(), 1_000_004);
    assert_eq!(ended.stdout.bytes.len(), 64 << 10);
    assert!(text(&ended.stdout.bytes).ends_with("y\nend\n"));
}

#[test]
fn a_program_that_prints_for_ever_is_ended() {
    for stream in ["1", "2"] {
        let few = Limits {
            output: 1 << 20,
            ..limits()
        };
        let ended = run(&format!("exec yes >&{stream}"), few);
        assert_eq!(ended.how, How::Overran);
        assert_eq!(ended.runaway, Some(Resource::Output));
    }
}

#[test]
fn a_program_that_does_not_end_is_killed_whatever_it_ignores() {
    for script in [
        "sleep 1000",
        "trap '' TERM INT HUP; while :; do sleep 1; done",
        "kill -STOP $$",
        "while :; do :; done",
    ] {
        let ended = run(script, Limits::default().within(SHORT));
        assert_eq!(ended.how, How::TimedOut, "{script}");
        assert!(ended.elapsed >= SHORT, "{script}");
    }
}

#[test]
fn what_a_program_leaves_running_is_found_and_killed_however_it_hides() {
    for script in [
        "sleep 1000 &",
        "setsid sleep 1000 & sleep 0.05",
        "setsid sh -c 'sleep 1000 & sleep 1000' >/dev/null 2>&1 </dev/null & sleep 0.05",
        "(setsid sh -c 'while :; do echo x >>written; sleep 0.001; done' &) ; sleep 0.05",
    ] {
        let ended = run(script, limits());
        assert_eq!(ended.how, How::Exit(0), "{script}");
        assert!(ended.stragglers > 0, "{script}: {ended:?}");
    }
    // The end of a pipeline may come a moment later: that is no straggler.
    assert_eq!(run("(sleep 0.01) & exit 0", limits()).stragglers, 0);
}

#[test]
fn a_program_that_forks_for_ever_is_ended() {
    let few = Limits {
        processes: 20,
        ..limits()
    };
    let ended = run("while :; do sleep 1000 & done", few.clone());
    assert_eq!(ended.runaway, Some(Resource::Processes));
    // Each starts two others, as long as this machine can bear.
    let bomb = "f() { [ $1 = 0 ] || { f $(($1-1)) & f $(($1-1)) & } ; sleep 1000; }; f 7";
    let ended = run(bomb, few);
    assert_eq!(ended.runaway, Some(Resource::Processes));
}

#[test]
fn a_program_that_allocates_without_end_is_ended() {
    let few = Limits {
        memory: 64 << 20,
        ..limits()
    };
    let ended = run("a=0123456789abcdef; while :; do a=$a$a; done", few);
    assert_eq!(ended.runaway, Some(Resource::Memory), "{ended:?}");
}

#[test]
fn a_program_that_fills_the_disk_is_ended() {
    let few = Limits {
        disk: 8 << 20,
        ..limits()
    };
    let many = "n=0; while :; do n=$((n+1)); head -c 100000 /dev/zero >f$n; done";
    for script in ["cat /dev/zero >file", many] {
        let ended = run(script, few.clone());
        assert_eq!(ended.runaway, Some(Resource::FileSize), "{script}");
    }
}

#[test]
fn a_file_does_not_grow_beyond_its_limit() {
    let few = Limits {
        file_size: 1 << 20,
        ..limits()
    };
    for script in [
        "exec cat /dev/zero >file",
        "trap '' XFSZ; cat /dev/zero >file; exit 1",
    ] {
        let ended = run(script, few.clone());
        assert_eq!(
            ended.runaway,
            Some(Resource::FileSize),
            "{script}: {ended:?}"
        );
    }
}

#[test]
fn a_program_uses_no_more_processor_time_than_it_may() {
    let few = Limits {
        cpu_seconds: Some(1),
        ..limits()
    };
    for script in ["while :; do :; done", "trap '' XCPU; while :; do :; done"] {
        let ended = run(script, few.clone());
        assert_eq!(ended.runaway, Some(Resource::Cpu), "{script}: {ended:?}");
    }
}

/// Where Landlock is. A run says where it is not.
#[test]
fn a_program_writes_nowhere_but_in_its_folder() {
    let container = Container::of(BINARY, Stop::never());
    if container.protections().off().next().is_some() {
        eprintln!("skipped: {:?}", container.protections());
        return;
    }
    let outside = tempfile::tempdir().unwrap();
    let victim = outside.path().join("victim");
    fs::write(&victim, "as it was").unwrap();
    let script = format!(
        "v={}; echo x >$v; echo x >>$v.new; mkdir $v.dir; rm $v; mv $v here; ln $v link; \
         true >$v; echo kept >here; echo x >/dev/null && cat $v here",
        victim.display()
    );
    let ended = run(&script, limits());
    assert_eq!(text(&ended.stdout.bytes), "as it waskept\n", "{ended:?}");
    assert_eq!(Marked(outside.path().to_owned()).files(), ["victim"]);
    assert_eq!(fs::read(&victim).unwrap(), b"as it was");

    // Nor does it end its supervisor, or this test.
    let script = format!("kill -9 $PPID || kill -9 {} || exit 5", std::process::id());
    assert_eq!(run(&script, limits()).how, How::Exit(5));
}

#[test]
fn a_program_that_locks_its_folder_does_not_keep_it() {
    let script = "mkdir -p a/b; echo x >a/b/file; ln -s /etc a/link; chmod 0 a/b a .";
    run(script, limits());
}

#[test]
fn a_run_that_is_stopped_ends_its_program_at_once() {
    let place = Place::new();
    let asked = Arc::new(AtomicBool::new(false));
    let container = Container::of(BINARY, Stop::when(Arc::clone(&asked)));
    let what = place.contained("setsid sleep 1000 & echo x >started; sleep 1000", limits());
    let clock = Instant::now();
    let ended = std::thread::scope(|scope| {
        let run = scope.spawn(|| container.run(&what));
        while !place.folder.file("started").exists() && clock.elapsed() < LONG {
            std::thread::sleep(Duration::from_millis(1));
        }
        asked.store(true, Ordering::Relaxed);
        run.join().unwrap()
    });
    assert_eq!(ended, Err(Stopped));
    assert!(clock.elapsed() < LONG, "it was not killed");
    assert_eq!(place.left(), Vec::<String>::new());
    assert_eq!(
        container.run(&what),
        Err(Stopped),
        "nothing starts after it"
    );
}

/// A run that is killed leaves its folder; the next one removes it, and no folder that is in use.
#[test]
fn folders_of_runs_that_are_gone_are_removed_by_the_next_one() {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let place = tempfile::tempdir().unwrap();
    let used = Folders::new_in(place.path()).unwrap();
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let gone = place.path().join(format!("vhdx-log-bench-gone{number}"));
    fs::create_dir_all(gone.join("case")).unwrap();
    fs::write(gone.join("lock"), "").unwrap();
    let other = place.path().join("of-somebody-else");
    fs::create_dir(&other).unwrap();
    let next = Folders::new_in(place.path()).unwrap();
    assert!(!gone.exists());
    assert!(other.exists() && used.path().exists() && next.path().exists());
}
