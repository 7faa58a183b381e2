//! The HTML pages in a real browser: no error on the console, no request to anywhere, filters that
//! work without the page's script.
//!
//! The browser is Debian's `chromium`; where it is not installed, these tests print that and pass.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use vhdx_log_bench::verdict::Verdict;

use super::images;
use super::records::{self, store};
use super::running::{Case, Ended, run, vhdx_log};

const BROWSER: &str = "chromium";

fn is_installed() -> bool {
    let is_there = Command::new(BROWSER).arg("--version").output().is_ok();
    if !is_there {
        println!("skipped: `{BROWSER}` is not installed");
    }
    is_there
}

/// Opens a page, and gives its document as HTML after scripts ran, and the console.
fn open(folder: &Path, page: &str) -> Ended {
    let mut command = Command::new(BROWSER);
    let profile = format!("--user-data-dir={}", folder.join("profile").display());
    let requests = format!("--log-net-log={}", folder.join("requests.json").display());
    command
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
        ])
        .args([
            // The browser finds nobody to talk to.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            "--disable-background-networking",
            "--disable-component-update",
        ])
        .args(["--enable-logging=stderr", "--dump-dom", &profile, &requests])
        .arg(format!("file://{}", folder.join(page).display()));
    run(command, folder)
}

/// What pages wrote to the console: scripts, and what a policy kept from running.
fn console(ended: &Ended) -> Vec<&str> {
    let lines = ended.stderr.lines();
    lines.filter(|line| line.contains("CONSOLE")).collect()
}

/// The addresses that the page asked for. What the browser asks for on its own has no page as its
/// initiator.
fn requests(folder: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(folder.join("requests.json")).unwrap();
    let log: Value = serde_json::from_str(&text).unwrap();
    let events = log["events"].as_array().unwrap().iter();
    let of_page = |event: &&Value| match event["params"]["initiator"].as_str() {
        Some(initiator) => initiator != "not an origin",
        None => false,
    };
    let urls = events
        .filter(of_page)
        .filter_map(|event| event["params"]["url"].as_str());
    urls.map(str::to_owned).collect()
}

fn write_page(folder: &Path) -> String {
    let record = store(folder, "run", &records::varied());
    let arguments = ["report", &record, "--format", "html"];
    let page = vhdx_log(folder, &arguments).says(0).to_owned();
    std::fs::write(folder.join("run.html"), &page).unwrap();
    page
}

/// First the control: a page that does what ours must not do is found out.
#[test]
fn pages_ask_nobody_for_anything_and_have_no_errors() {
    if !is_installed() {
        return;
    }
    let case = Case::of(&images::varied());
    let folder = case.folder.path();
    let bad = "<img src='http://127.0.0.1:9/x.png'><script>undefined.error</script>";
    std::fs::write(folder.join("bad.html"), bad).unwrap();
    let ended = open(folder, "bad.html");
    assert_eq!(console(&ended).len(), 1, "{ended:?}");
    assert!(requests(folder).contains("http://127.0.0.1:9/x.png"));

    write_page(folder);
    let inspected = case.run(&["inspect", Case::NAME, "--format", "html"]);
    std::fs::write(folder.join("image.html"), inspected.says(0)).unwrap();
    for page in ["run.html", "image.html"] {
        let ended = open(folder, page);
        assert!(ended.stdout.contains("</html>"), "{ended:?}");
        assert_eq!(console(&ended), [""; 0], "{page}");
        assert_eq!(requests(folder), BTreeSet::new(), "{page}");
    }
}

/// A script that a program smuggles into the page, and one that is in the wrong place, do not run.
#[test]
fn the_policy_keeps_other_scripts_from_running() {
    if !is_installed() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let page = write_page(folder.path());
    let smuggled = "<script>document.title = 'smuggled'</script>";
    let page = page.replace("<main>", &format!("<main>{smuggled}<p style='color: red'>"));
    std::fs::write(folder.path().join("smuggled.html"), page).unwrap();
    let ended = open(folder.path(), "smuggled.html");
    assert_eq!(console(&ended).len(), 2, "{ended:?}");
    assert!(
        !ended.stdout.contains("<title>smuggled"),
        "{}",
        ended.stdout
    );
}

/// Asks a copy of the page that has no policy and no script but this one.
fn ask(folder: &Path, page: &str, script: &str) -> Value {
    let start = page.find("<meta http-equiv").unwrap();
    let end = start + page[start..].find('>').unwrap() + 1;
    let page = format!("{}{}", &page[..start], &page[end..]);
    let own = page.rfind("<script>").unwrap();
    let asking = format!(
        "<script>const shown = () => [...document.querySelectorAll('details.vector')]\
         .filter((item) => getComputedStyle(item).display !== 'none')\
         .map((item) => item.querySelector('b').textContent);\
         const choose = (id) => {{ document.getElementById(id).click(); return shown(); }};\
         document.body.dataset.answer = JSON.stringify({script});</script>"
    );
    std::fs::write(folder.join("ask.html"), format!("{}{asking}", &page[..own])).unwrap();
    let ended = open(folder, "ask.html");
    let answer = ended.stdout.split("data-answer=\"").nth(1);
    let answer = answer.unwrap_or_else(|| panic!("{ended:?}"));
    let answer = answer.split('"').next().unwrap().replace("&quot;", "\"");
    serde_json::from_str(&answer).unwrap()
}

#[test]
fn filters_work_without_the_script_of_the_page() {
    if !is_installed() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let page = write_page(folder.path());
    let answer = ask(
        folder.path(),
        &page,
        "[shown(), choose('show-all'), choose('show-hang'), choose('of-1'), choose('show-crash'),\
          choose('show-fails'), choose('of-all')]",
    );
    let ids = records::vectors();
    let at = |verdict: Verdict| ids[verdict as usize];
    let fails: Vec<&str> = ids[..8].to_vec();
    // Of the subjects, the second (`careful`) only hangs, on the same vector as the first.
    let hangs = at(Verdict::Hang);
    assert_eq!(
        answer,
        serde_json::json!([fails, ids, [hangs], [hangs], [], [hangs], fails])
    );
}
