//! A shell script that repeats a finding with the program and the image alone, and the command that
//! makes a vector of it.

use vhdx_log_bench::record::{FirstBytes, Space, SubjectKind};
use vhdx_log_corpus::Access;
use vhdx_log_hunt::Finding;

use super::{About, words};
use crate::report::quoted::quoted;

/// `repro.sh`. `image` is the name of the image beside it.
pub(crate) fn repeat(finding: &Finding, about: &About, image: &str) -> String {
    let unpack = match image.strip_suffix(".gz") {
        Some(_) => format!("gzip -dc \"$here/{image}\" >image.vhdx"),
        None => format!("cp --sparse=always \"$here/{image}\" image.vhdx"),
    };
    let mut text = format!(
        "#!/bin/sh\n# {}\n# Needs the program and the image beside this script.\nset -u\n\
         here=$(cd \"$(dirname \"$0\")\" && pwd) || exit\n\
         work=$(mktemp -d) || exit\ntrap 'rm -rf \"$work\"' EXIT\ncd \"$work\" || exit\n{unpack}\n",
        one_line(&words::title(finding)),
    );
    if finding.case.access == Access::ReadOnly {
        text += "chmod a-w image.vhdx\n";
    }
    text += &commands(finding, about);
    for difference in finding.result.differences.iter().take(1) {
        let expected = format!("expected: {}", one_line(&difference.expected));
        let found = format!("was found: {}", one_line(&difference.found));
        text += &format!("echo {}\necho {}\n", quoted(&expected), quoted(&found));
        text += &difference.bytes.as_ref().map_or_else(String::new, compare);
    }
    text
}

/// The commands that were run, or the lines that an adapter was sent.
fn commands(finding: &Finding, about: &About) -> String {
    match about.kind {
        SubjectKind::Builtin => {
            let again = about.again.join(" ");
            format!("echo 'The reader is a part of vhdx-log: {again}'\n")
        }
        SubjectKind::Command => {
            let limit = "command -v timeout >/dev/null && limit='timeout 20' || limit=\n";
            let runs = finding.result.runs.iter().map(|run| {
                let words: Vec<String> = run.command.iter().map(|word| quoted(word)).collect();
                let line = words.join(" ");
                format!(
                    "echo {}\n$limit {line}\necho \"exit code $?\"\n",
                    quoted(&line)
                )
            });
            limit.to_owned() + &runs.collect::<String>()
        }
        SubjectKind::Adapter => {
            let access = match finding.case.access {
                Access::Replay => "replay",
                Access::ReadOnly => "read-only",
            };
            let limit = match finding.case.max_file_size {
                Some(limit) => format!("\"{limit}\""),
                None => "null".to_owned(),
            };
            let command = about.commands.first().map_or("", String::as_str);
            format!(
                "{{\n  echo '{{\"type\":\"hello\",\"protocol\":1}}'\n  \
                 echo '{{\"type\":\"open\",\"id\":1,\"image\":\"image.vhdx\",\
                 \"output\":\"disk.raw\",\"access\":\"{access}\",\"limit\":{limit}}}'\n  \
                 sleep 5\n  echo '{{\"type\":\"bye\"}}'\n}} | {command}\n"
            )
        }
    }
}

/// Shows the first wrong bytes.
fn compare(bytes: &FirstBytes) -> String {
    let file = match bytes.space {
        Space::File => "image.vhdx",
        Space::Guest => "disk.raw",
    };
    let expected = bytes.expected.as_deref().unwrap_or("not known");
    let expected: String = expected.chars().take(32).collect();
    format!(
        "echo 'bytes at {offset} of {file}: must be {expected}, and are'\n\
         od -An -tx1 -j {offset} -N 16 {file}\n",
        offset = bytes.offset,
    )
}

/// The command that makes a vector of the corpus of it.
pub(crate) fn vector(finding: &Finding) -> String {
    let clauses: Vec<&str> = words::clauses(finding).iter().map(|(id, _)| *id).collect();
    let read_only = match finding.case.access {
        Access::ReadOnly => " --read-only",
        Access::Replay => "",
    };
    format!(
        "vhdx-log vectors add recipe.json --id {} --clauses {} --title {} --why {}{read_only}",
        finding.name,
        clauses.join(","),
        quoted(&one_line(&words::mistake(finding)).replace('|', "/")),
        quoted(words::why(finding.symptom.verdict)),
    )
}

/// A text that cannot end a comment or a line.
fn one_line(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|one| if one.is_control() { ' ' } else { one })
        .collect();
    text
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn what_a_program_says_cannot_become_a_command() {
        assert_eq!(one_line("a\nrm -rf /"), "a rm -rf /");
    }
}
