//! Every command in a README or in CONTRIBUTING works as written.
//!
//! A line of a fenced `sh` block is run, if it calls `vhdx-log` (or `cargo run --release --`), in a
//! temporary folder with the files that the pages mention; or it is run with the quicker arguments
//! of [`INSTEAD`]; or it is named in [`NOT_RUN`] with the reason. Anything else fails the test. For
//! every command of ours, in the text too, the subcommand and its options must exist.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use vhdx_log_search::fuzz::Target;

use super::command::images;
use super::command::running::{BINARY, run};
use super::tidy::{root, with_extension};

/// Commands that are not run, by their beginning, and why.
const NOT_RUN: [(&str, &str); 16] = [
    (
        "vhdx-log run --exec 'my-tool",
        "takes a program of the reader",
    ),
    (
        "vhdx-log run --adapter 'python3",
        "takes a program of the reader; bench::adapters runs such adapters",
    ),
    ("cargo test", "is what runs this"),
    ("cargo install", "needs a network"),
    ("rustup", "needs a network"),
    ("cargo fuzz", "needs cargo-fuzz; .ci/smoke runs it"),
    ("cd fuzz && cargo fuzz", "needs a nightly toolchain"),
    ("cargo +nightly fuzz", "needs a nightly toolchain"),
    ("RUSTFLAGS=", "needs a nightly toolchain"),
    ("/usr/lib/llvm", "needs LLVM's tools"),
    (
        "adapters/run.py",
        "needs Python; corpus::adapters runs it with these options",
    ),
    (
        "LIMIT=10 adapters/run.sh",
        "takes a program of the reader; corpus::adapters runs it",
    ),
    (
        "vhdx-log vectors add",
        "writes to the source tree; corpus::command runs it elsewhere",
    ),
    (
        "vhdx-log vectors regenerate",
        "writes to the source tree; corpus::files regenerates",
    ),
    (
        "vhdx-log seeds",
        "writes to the source tree; regressions compares the seeds",
    ),
    (
        "vhdx-log score",
        "takes minutes; the suite score runs parts of it",
    ),
];

/// Commands that are run with other arguments, to be quick.
const INSTEAD: [(&str, &str); 9] = [
    // QEMU hangs on some vectors.
    ("vhdx-log run --profile qemu", "vhdx-log run --subject core"),
    // Without a subject, the programs of the machine are run too: a minute for QEMU.
    ("vhdx-log", "vhdx-log run --subject core"),
    (
        "vhdx-log hunt --profile qemu --time 600 --output found",
        "vhdx-log hunt --subject core --cases 64 --output found",
    ),
    (
        "vhdx-log run --record run.json",
        "vhdx-log run --subject core --record run.json",
    ),
    (
        "vhdx-log run --profile qemu --known-failures known.toml --update-known-failures",
        "vhdx-log run --subject core --known-failures known.toml --update-known-failures",
    ),
    (
        "vhdx-log run --profile qemu --known-failures known.toml",
        "vhdx-log run --subject core --known-failures known.toml",
    ),
    (
        "vhdx-log crash --time 30",
        "vhdx-log crash --small-rings --shard 3/20000",
    ),
    ("vhdx-log exhaust", "vhdx-log exhaust --shard 0/100000"),
    (
        "vhdx-log exhaust --shard 0/4 --format json >part-0.json",
        "vhdx-log exhaust --shard 0/1 --only headers --format json >part-0.json",
    ),
];

/// A command, and where it is written.
#[derive(Debug)]
struct Written {
    page: String,
    line: usize,
    /// `vhdx-log` for `cargo run --release --`.
    command: String,
}

/// READMEs and CONTRIBUTING: the pages that people copy commands from.
fn pages() -> BTreeMap<String, String> {
    let mut pages = with_extension("md");
    pages.retain(|path, _| path.ends_with("README.md") || path.ends_with("CONTRIBUTING.md"));
    pages
}

/// The lines of fenced `sh` blocks, without comments; a line that ends with `\` continues.
fn in_blocks(page: &str, text: &str) -> Vec<Written> {
    let (mut found, mut in_block, mut open) = (Vec::new(), false, String::new());
    for (line, text) in (1..).zip(text.lines()) {
        if text.starts_with("```") {
            in_block = !in_block && text == "```sh";
            continue;
        }
        let code = text.split(" #").next().unwrap_or_default().trim();
        if !in_block || code.is_empty() || code.starts_with('#') {
            continue;
        }
        open += code.trim_end_matches('\\');
        if !code.ends_with('\\') {
            found.push(Written {
                page: page.to_owned(),
                line,
                command: of_ours(&open),
            });
            open.clear();
        }
    }
    found
}

/// Commands of ours in the text: `vhdx-log ...` in backticks.
fn in_text(page: &str, text: &str) -> Vec<Written> {
    let mut found = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        for span in text.split('`').skip(1).step_by(2) {
            let command = of_ours(span);
            if command.starts_with("vhdx-log ") && !text.starts_with("```") {
                found.push(Written {
                    page: page.to_owned(),
                    line,
                    command,
                });
            }
        }
    }
    found
}

fn of_ours(command: &str) -> String {
    match command.strip_prefix("cargo run --release") {
        Some(rest) => format!("vhdx-log{}", rest.strip_prefix(" --").unwrap_or(rest)),
        None => command.to_owned(),
    }
}

/// What is wrong with a command of a block, if anything. `used` collects the entries of
/// [`INSTEAD`] that apply.
fn try_command(
    folder: &Path,
    command: &str,
    used: &mut BTreeSet<&'static str>,
) -> Result<(), String> {
    if NOT_RUN
        .iter()
        .any(|(beginning, _)| command.starts_with(beginning))
    {
        return Ok(());
    }
    let quick = INSTEAD.iter().find(|(written, _)| *written == command);
    if let Some((written, _)) = quick {
        used.insert(written);
    }
    let command = quick.map_or(command, |(_, quick)| quick);
    if command != "vhdx-log" && !command.starts_with("vhdx-log ") {
        return Err("neither run nor named in NOT_RUN".to_owned());
    }
    let built = Path::new(BINARY)
        .parent()
        .expect("it is in a folder")
        .to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([built].into_iter().chain(std::env::split_paths(&path)));
    let mut shell = Command::new("sh");
    shell
        .args(["-c", command])
        .env("PATH", path.expect("a plain path"));
    let ended = run(shell, folder);
    match ended.code {
        Some(0) => Ok(()),
        _ => Err(format!("fails: {ended:?}")),
    }
}

/// Whether the subcommand of a command exists and has the options.
fn check_options(folder: &Path, command: &str) -> Result<(), String> {
    let words: Vec<&str> = command.split_whitespace().skip(1).collect();
    let is_word = |word: &&&str| word.chars().all(|c| c.is_ascii_lowercase());
    let depth = if words.first() == Some(&"vectors") {
        2
    } else {
        1
    };
    let subcommand: Vec<&str> = words
        .iter()
        .take(depth)
        .take_while(is_word)
        .copied()
        .collect();
    let mut help = Command::new(BINARY);
    help.args(&subcommand).arg("--help");
    let help = run(help, folder);
    if help.code != Some(0) {
        return Err(format!("there is no subcommand {subcommand:?}"));
    }
    let options = words.iter().filter(|word| word.starts_with("--"));
    for option in options.map(|option| option.split('=').next().unwrap_or(option)) {
        if !help.stdout.contains(option) {
            return Err(format!("{subcommand:?} has no option {option}"));
        }
    }
    Ok(())
}

/// A folder with the files that the pages name.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let image = images::dirty();
    image
        .build()
        .write_to(&mut File::create(path("disk.vhdx")).unwrap())
        .unwrap();
    let artifacts = path("fuzz/artifacts/replay");
    fs::create_dir_all(&artifacts).unwrap();
    let seeds = (Target::named("replay").unwrap().seeds)();
    let seed = seeds.values().next().unwrap();
    fs::write(artifacts.join("crash-0123"), seed).unwrap();
    folder
}

#[test]
fn every_command_of_a_page_is_run_or_named_as_not_run() {
    let (folder, mut used, mut wrong) = (folder(), BTreeSet::new(), Vec::new());
    for (page, text) in pages() {
        for written in in_blocks(&page, &text) {
            let Written {
                page,
                line,
                command,
            } = written;
            if let Err(error) = try_command(folder.path(), &command, &mut used) {
                wrong.push(format!("{page}:{line}: `{command}`: {error}"));
            }
        }
    }
    let written = INSTEAD.map(|(written, _)| written);
    for unused in written.into_iter().filter(|it| !used.contains(it)) {
        wrong.push(format!("no page has `{unused}` any more"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_command_of_ours_has_the_options_that_a_page_gives_it() {
    let (folder, mut wrong, mut seen) = (folder(), Vec::new(), BTreeSet::new());
    for (page, text) in pages() {
        for written in in_blocks(&page, &text)
            .into_iter()
            .chain(in_text(&page, &text))
        {
            let Written {
                page,
                line,
                command,
            } = written;
            if !command.starts_with("vhdx-log ") || !seen.insert(command.clone()) {
                continue;
            }
            if let Err(error) = check_options(folder.path(), &command) {
                wrong.push(format!("{page}:{line}: `{command}`: {error}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The two tests above can fail.
#[test]
fn wrong_commands_are_found() {
    let folder = folder();
    let page = "```sh\n# a comment\nvhdx-log inspect \\\n    disk.vhdx   # shown\nmake\n```\n\
                ```text\nnot a command\n```\n`vhdx-log replay --fast`, `cargo run --release -- x`";
    let commands: Vec<_> = in_blocks("page", page)
        .into_iter()
        .chain(in_text("page", page))
        .map(|written| written.command)
        .collect();
    let expected = [
        "vhdx-log inspect disk.vhdx",
        "make",
        "vhdx-log replay --fast",
        "vhdx-log x",
    ];
    assert_eq!(commands, expected);
    let mut used = BTreeSet::new();
    let mut tried = |command| try_command(folder.path(), command, &mut used);
    assert!(tried("vhdx-log inspect disk.vhdx").is_ok());
    assert!(tried("vhdx-log inspect missing.vhdx").is_err());
    assert!(tried("make").is_err());
    assert!(tried("cargo fuzz run replay").is_ok());
    let options = |command| check_options(folder.path(), command);
    assert!(options("vhdx-log vectors list --topic ring").is_ok());
    assert!(options("vhdx-log replay --fast").is_err());
    assert!(options("vhdx-log x").is_err());
    assert!(root().join("README.md").is_file());
}
