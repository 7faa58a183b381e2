//! `vhdx-log replay` as a whole process, compared with a floor and with QEMU on the same files.
//!
//! `cargo bench -p vhdx-log-cli --bench process` prints medians of five. The files hold a
//! 64 MiB log with 128 entries of 126 data descriptors each, and are in `/dev/shm` (or in the
//! folder given by `VHDX_BENCH_DIR`). QEMU replays the unwrapped one to the same bytes.
//!
//! The *floor* is the work that no program can avoid: reading the same 64 MiB and writing the same
//! bytes to the same offsets in 1 MiB pieces, with one flush.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use vhdx_log::storage::Storage;
use vhdx_log_image::{Data, Descriptor, Entry, Geometry, Recipe, Tail, Target};

const LOG_MIB: u32 = 64;
const RUNS: usize = 5;
const PIECE: usize = 1 << 20;
/// QEMU may take this long before it is stopped.
const PATIENCE: Duration = Duration::from_secs(20);

fn main() {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("floor") {
        let file = PathBuf::from(arguments.next().expect("floor FILE"));
        return floor(&file).expect("the floor's own reads and writes");
    }
    let folder =
        std::env::var_os("VHDX_BENCH_DIR").map_or_else(|| PathBuf::from("/dev/shm"), PathBuf::from);
    let folder = tempfile::tempdir_in(&folder)
        .or_else(|_| tempfile::tempdir())
        .expect("a folder for the files");
    let unwrapped = folder.path().join("unwrapped.vhdx");
    let wrapped = folder.path().join("wrapped.vhdx");
    full_log(0)
        .build()
        .write_to(&mut File::create(&unwrapped).expect("a file"))
        .expect("its contents");
    full_log(9001)
        .build()
        .write_to(&mut File::create(&wrapped).expect("a file"))
        .expect("its contents");

    let this = std::env::current_exe().expect("this program's path");
    let work = folder.path().join("work.vhdx");
    let ours = |image: &Path| {
        time(
            image,
            &work,
            Command::new(env!("CARGO_BIN_EXE_vhdx-log"))
                .arg("replay")
                .arg(&work),
        )
    };
    let qemu = |image: &Path| {
        let arguments = ["check", "-q", "-r", "all", "-f", "vhdx"];
        time(
            image,
            &work,
            Command::new("qemu-img").args(arguments).arg(&work),
        )
    };
    let mut rows = [
        (
            "floor",
            &|| {
                time(
                    &unwrapped,
                    &work,
                    Command::new(&this).arg("floor").arg(&work),
                ) as Option<Duration>
            },
            vec![],
        ),
        ("vhdx-log replay", &|| ours(&unwrapped), vec![]),
        ("vhdx-log replay, wrapped", &|| ours(&wrapped), vec![]),
        ("qemu-img check -r all", &|| qemu(&unwrapped), vec![]),
    ] as [(&str, &dyn Fn() -> Option<Duration>, Vec<Duration>); 4];
    // Alternating, so that a busy moment of the machine affects all of them.
    for _ in 0..RUNS {
        for (_, run, times) in &mut rows {
            times.extend(run());
        }
    }
    let medians = rows.map(|(name, _, times)| (name, median(times)));
    let floor = medians[0].1.expect("the floor runs anywhere");
    println!("replay of a full {LOG_MIB} MiB log, whole process, median of {RUNS}");
    for (name, median) in medians {
        match median {
            None => println!("  {name:26} did not run"),
            Some(median) => println!(
                "  {name:26} {:9.1} ms  {:6.2} x floor",
                median.as_secs_f64() * 1e3,
                median.as_secs_f64() / floor.as_secs_f64()
            ),
        }
    }
}

/// Copies the image, runs the command on the copy, and takes the time of the command alone. `None`
/// when it cannot be run, or takes longer than [`PATIENCE`].
fn time(image: &Path, work: &Path, command: &mut Command) -> Option<Duration> {
    std::fs::copy(image, work).expect("a copy");
    let start = Instant::now();
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    loop {
        if child
            .try_wait()
            .expect("a child can be waited for")
            .is_some()
        {
            return Some(start.elapsed());
        }
        if start.elapsed() > PATIENCE {
            child
                .kill()
                .and_then(|()| child.wait())
                .expect("a child can be stopped");
            return None;
        }
        // Short compared with what is measured, long compared with a check.
        std::thread::sleep(Duration::from_micros(50));
    }
}

fn median(mut times: Vec<Duration>) -> Option<Duration> {
    times.sort();
    times.get(times.len() / 2).copied()
}

/// A ring that is full except for one sector in 128, because QEMU 10.0 does not replay a fuller one
/// correctly. Each entry updates the 126 sectors after those of the previous entry.
fn full_log(start: u32) -> Recipe {
    let entries = LOG_MIB * 2;
    let mut recipe = Recipe {
        geometry: Geometry {
            log_mib: LOG_MIB,
            spare_mib: LOG_MIB,
            ..Geometry::default()
        },
        ..Recipe::default()
    };
    for index in 0..entries {
        let data = Data {
            target: Target::Payload(512 + index * 126),
            more: 125,
            ..Data::default()
        };
        let mut entry = Entry::empty()
            .with_tail(Tail::Item(0))
            .descriptor(Descriptor::Data(data));
        if index == 0 {
            entry = entry.at(start);
        }
        recipe = recipe.then(entry);
    }
    recipe
}

/// Reads the log and writes as many bytes after it.
fn floor(path: &Path) -> io::Result<()> {
    let mut file = File::options().read(true).write(true).open(path)?;
    let mut piece = vec![0; PIECE];
    let log = u64::from(LOG_MIB) << 20;
    for at in (0..log).step_by(PIECE) {
        file.read_at((1 << 20) + at, &mut piece)?;
        file.write_at(log + (5 << 20) + at, &piece)?;
    }
    file.flush()
}
