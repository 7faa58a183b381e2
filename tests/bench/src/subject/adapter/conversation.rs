//! A conversation with an adapter in which every message is checked, for the person who writes one.
//!
//! The adapter is asked about a plain image, the same for reading only, and a file of zeros. What
//! is checked are the messages, and that what they promise is there. Whether the disk is right is
//! for the proof and the vectors to say.

use vhdx_log_corpus::{Access, Corpus, clauses};
use vhdx_log_model::Image;
use vhdx_log_oracle::vector::VectorWithImage;

use super::messages::{Hello, Opened, PROTOCOL, Question, Reply, Said};
use super::place::Place;
use super::process::{NoAnswer, Process};
use super::{AdapterError, start};
use crate::contain::{How, Limits};
use crate::nearest::unknown;
use crate::subject::Workbench;
use crate::subject::proof::{ZEROS, plain_vectors};

/// A limit on the file's size that no image here comes near.
const AMPLE: u64 = 1 << 40;

/// What was said, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversation {
    pub lines: Vec<Line>,
}

/// One line of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub speaker: Speaker,
    /// Empty when nothing was said.
    pub text: String,
    /// What is wrong with it.
    pub faults: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    Bench,
    Adapter,
}

impl Conversation {
    /// Starts an adapter, and talks with it until it ends or says what is not an answer.
    ///
    /// # Errors
    /// When it cannot be started, or an image cannot be written.
    pub fn with(workbench: &Workbench, words: &[String]) -> Result<Self, AdapterError> {
        let process = start(words, &workbench.container, &workbench.folders)?;
        let mut talk = Talk {
            process,
            workbench,
            said: Self::default(),
        };
        talk.ask_all()
            .map_err(|error| AdapterError::NotStarted(error.to_string()))?;
        Ok(talk.goodbye())
    }

    /// Whether nothing is wrong.
    pub fn is_right(&self) -> bool {
        self.lines.iter().all(|line| line.faults.is_empty())
    }

    fn note(&mut self, speaker: Speaker, text: String, faults: Vec<String>) {
        self.lines.push(Line {
            speaker,
            text,
            faults,
        });
    }
}

/// A conversation that goes on.
struct Talk<'a> {
    process: Process,
    workbench: &'a Workbench,
    said: Conversation,
}

impl Talk<'_> {
    /// Asks one question after the other, up to one that has no answer.
    fn ask_all(&mut self) -> std::io::Result<()> {
        let hello = self.ask(
            &Question::Hello { protocol: PROTOCOL },
            |reply| match reply {
                Reply::Hello(hello) => Ok((faults_of_hello(&hello), hello)),
                Reply::Opened(_) => Err("`hello` has to be answered with `hello`"),
            },
        );
        let mut plain = plain_vectors(Corpus::embedded());
        let plain = plain.find_map(|stored| VectorWithImage::load(stored).ok());
        let (Some(hello), Some(plain)) = (hello, plain) else {
            return Ok(());
        };
        let zeros = Image::new(ZEROS);
        for (id, image, access, expected) in [
            (1, &plain.image, Access::Replay, Said::Accepted),
            (2, &plain.image, Access::ReadOnly, Said::Accepted),
            (3, &zeros, Access::Replay, Said::Refused),
        ] {
            let access = hello.access(access);
            let place = Place::make(&self.process.folder, id, image, access)?;
            let opened = self.ask(&place.question(Some(AMPLE)), |reply| match reply {
                Reply::Opened(opened) => Ok((faults_of(&opened, &hello, &place, id, expected), ())),
                Reply::Hello(_) => Err("`open` has to be answered with `opened`"),
            });
            if opened.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// Asks. `check` gives what is wrong with the answer, or why it is none.
    fn ask<T>(
        &mut self,
        question: &Question,
        check: impl FnOnce(Reply) -> Result<(Vec<String>, T), &'static str>,
    ) -> Option<T> {
        self.said.note(Speaker::Bench, text(question), Vec::new());
        let stop = self.workbench.container.stop();
        let heard = self.process.say(question);
        let heard = heard.and_then(|()| self.process.hear(Limits::DEFAULT_WALL, stop));
        let line = match heard {
            Ok(line) => line,
            Err(no_answer) => {
                let faults = vec![why(no_answer)];
                self.said.note(Speaker::Adapter, String::new(), faults);
                return None;
            }
        };
        let checked = Reply::parse(&line).and_then(|reply| check(reply).map_err(str::to_owned));
        let (faults, answer) = match checked {
            Ok((faults, answer)) => (faults, Some(answer)),
            Err(fault) => (vec![fault], None),
        };
        self.said.note(Speaker::Adapter, line, faults);
        answer
    }

    /// The last message, and how the adapter ends.
    fn goodbye(mut self) -> Conversation {
        let bye = text(&Question::Bye);
        self.said.note(Speaker::Bench, bye, Vec::new());
        let _ = self.process.say(&Question::Bye);
        let (ended, _folder) = self.process.end();
        let faults = match ended.map(|ended| ended.how) {
            Some(How::Exit(0)) => Vec::new(),
            Some(how) => vec![format!(
                "it has to end with exit code 0, and did not: {how}"
            )],
            None => vec!["its supervisor was killed".to_owned()],
        };
        self.said.note(Speaker::Adapter, String::new(), faults);
        self.said
    }
}

fn faults_of_hello(hello: &Hello) -> Vec<String> {
    let mut faults = Vec::new();
    if hello.protocol != PROTOCOL {
        faults.push(format!(
            "`protocol` is {}, and has to be {PROTOCOL}",
            hello.protocol
        ));
    }
    if hello.name.is_empty() {
        faults.push("`name` is empty".to_owned());
    }
    if !hello.shows_file && !hello.shows_guest {
        faults.push("neither `shows_file` nor `shows_guest`: nothing can be judged".to_owned());
    }
    let readings = hello.shows().check_readings(Corpus::embedded());
    faults.extend(readings.err().map(|error| error.to_string()));
    faults
}

fn faults_of(
    opened: &Opened,
    hello: &Hello,
    place: &Place,
    id: u64,
    expected: Said,
) -> Vec<String> {
    let mut faults = Vec::new();
    if opened.id != id {
        faults.push(format!(
            "`id` is {}, and has to be that of the question, {id}",
            opened.id
        ));
    }
    match (opened.answer, expected) {
        (Said::Accepted, Said::Refused) => {
            faults.push("a file of zeros has to be refused".to_owned());
        }
        (Said::Refused, Said::Accepted) => {
            faults.push("a plain, clean image has to be accepted".to_owned());
        }
        (Said::Accepted, _) if hello.shows_guest && !place.output().is_file() => {
            faults.push("the disk that a guest sees is not in `output`".to_owned());
        }
        _ => {}
    }
    let known = || clauses().iter().map(|clause| clause.id.as_str());
    if let Some(clause) = opened.clause.as_deref()
        && known().all(|id| id != clause)
    {
        faults.push(unknown("clause", clause, known(), ""));
    }
    faults
}

fn why(no_answer: NoAnswer) -> String {
    match no_answer {
        NoAnswer::Late => "no answer".to_owned(),
        NoAnswer::Gone => "it ended instead of answering".to_owned(),
        NoAnswer::Wrong(what) => what,
        NoAnswer::Stopped => "the conversation was interrupted".to_owned(),
    }
}

fn text(question: &Question) -> String {
    serde_json::to_string(question).unwrap_or_default()
}
