//! `vhdx-log run --adapter ... --validate`: a conversation with each adapter, checked line by line.

use std::io::{self, Write};

use vhdx_log_bench::subject::Template;
use vhdx_log_bench::subject::adapter::conversation::{Conversation, Speaker};

use vhdx_log_inspect::document::escape::printable;

use crate::command::subjects::Bench;
use crate::terminal::exit::{Exit, Failure};
use crate::terminal::output::print;

pub(super) fn run(adapters: &[(&str, Template)], bench: &Bench) -> Result<Exit, Failure> {
    let mut conversations = Vec::new();
    for (line, command) in adapters {
        let words = command.clone().anchored().words().to_vec();
        let conversation = Conversation::with(bench.workbench()?, &words);
        let conversation = conversation
            .map_err(|error| Failure::usage(format!("--adapter: `{line}`: {error}")))?;
        conversations.push((line, conversation));
    }
    let is_right = conversations.iter().all(|(_, one)| one.is_right());
    let exit = if is_right {
        Exit::Done
    } else {
        Exit::FailedProof
    };
    print(exit, |out| {
        for (line, conversation) in &conversations {
            writeln!(out, "{line}")?;
            write(out, conversation)?;
        }
        Ok(())
    })
}

fn write(out: &mut dyn Write, conversation: &Conversation) -> io::Result<()> {
    for line in &conversation.lines {
        let speaker = match line.speaker {
            Speaker::Bench => "  bench    ",
            Speaker::Adapter => "  adapter  ",
        };
        let text = match (line.text.as_str(), line.faults.is_empty()) {
            ("", true) => "(ends)",
            ("", false) => "(nothing)",
            (text, _) => text,
        };
        writeln!(out, "{speaker}{}", printable(text))?;
        for fault in &line.faults {
            writeln!(out, "    wrong: {}", printable(fault))?;
        }
    }
    let faults: usize = conversation
        .lines
        .iter()
        .map(|line| line.faults.len())
        .sum();
    match faults {
        0 => writeln!(out, "  every message is right"),
        1 => writeln!(out, "  1 fault"),
        more => writeln!(out, "  {more} faults"),
    }
}
