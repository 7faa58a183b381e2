//! The ring of a log as SVG: what each sector is, where the active sequence runs, and what a
//! program got wrong.
//!
//! The sectors stand in rows, as in the picture in text ([`Picture`]), with the same letters; empty
//! rows that follow one another are one slim row. A line below the sectors goes from the tail to
//! the end of the head; where it passes the end of the ring, arrows show that it goes on at the
//! start.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped, html};
use vhdx_log_inspect::document::picture::Picture;
use vhdx_log_inspect::document::size::{Size, count};
use vhdx_log_inspect::document::{Entry, Log, Ring};

/// The size of a sector in the picture.
const WIDE: usize = 10;
const HIGH: usize = 14;
/// From row to row: the sectors, and the line of the active sequence.
const PITCH: usize = 22;
/// Left of the sectors: their offset.
const MARGIN: usize = 52;
/// Right of them: the arrow where the sequence wraps.
const AFTER: usize = 14;
/// A row that stands for several empty ones.
const SLIM: usize = 8;

/// How many sectors, or boxes, a row has: as many as are readable on a phone.
pub(crate) const COLUMNS: usize = 32;

/// The letters, and what they stand for.
const KINDS: [(char, &str); 12] = [
    ('T', "tail: oldest entry to replay"),
    ('H', "head: newest entry"),
    ('B', "tail and head in one entry"),
    ('A', "active entry, to be replayed"),
    ('P', "past entry, already applied"),
    ('O', "entry of another run"),
    ('X', "torn, or otherwise not valid"),
    ('S', "stale entry, of another generation"),
    ('d', "part of an overwritten entry"),
    ('?', "other data"),
    ('_', "past the end of the file"),
    ('!', "what a program did not restore right"),
];

/// The picture with its legend; `wrong` are offsets in the log to mark.
pub(crate) fn ring(log: &Log, wrong: &[u32]) -> Markup {
    let Some(ring) = &log.ring else {
        let why = log.fault.as_deref().unwrap_or_default();
        return html! { p.quiet { "The log cannot be read: " (why) } };
    };
    let grid = Grid::new(&ring.picture);
    let mut drawn = String::new();
    grid.rows(&mut drawn);
    let mut letters = grid.spans(&mut drawn);
    if let Some(line) = sequence(ring).and_then(|(from, length)| grid.line(from, length)) {
        drawn += &line;
    }
    for &at in wrong {
        grid.mark(&mut drawn, at);
    }
    if !wrong.is_empty() {
        letters.push('!');
    }
    let about = about(log, ring);
    html! {
        figure.ring {
            svg role="img" aria-label=(about) viewBox=(grid.view_box()) {
                (PreEscaped(&drawn))
            }
            figcaption {
                (about) " "
                @for (letter, meaning) in KINDS.iter().filter(|(kind, _)| letters.contains(kind)) {
                    span.key { b class=(class(*letter)) { (letter) } " " (meaning) }
                }
            }
        }
    }
}

/// In words.
fn about(log: &Log, ring: &Ring) -> String {
    let sectors = count(ring.picture.sectors, "sector");
    let share = match ring.picture.sectors_per_character {
        1 => String::new(),
        share => format!(", {share} to a box"),
    };
    let log = format!(
        "Log of {} at {:#x}, {sectors}{share}.",
        Size(log.length),
        log.offset
    );
    let Some(active) = &ring.active else {
        return format!("{log} No active sequence.");
    };
    let wraps = match sequence(ring) {
        Some((from, length)) if u64::from(from) + length > log_length(ring) => {
            "; it wraps past the end of the log"
        }
        _ => "",
    };
    let (entries, tail, head) = (active.entries, active.tail, active.head);
    let (first, last) = (active.tail_sequence_number, active.head_sequence_number);
    match entries {
        1 => format!("{log} Active sequence: 1 entry ({last}) at {head:#x}{wraps}."),
        _ => format!(
            "{log} Active sequence: {entries} entries ({first} to {last}), tail at {tail:#x}, head \
             at {head:#x}{wraps}."
        ),
    }
}

fn log_length(ring: &Ring) -> u64 {
    ring.picture.sectors * 4096
}

/// Where the active sequence begins, and its length in bytes.
fn sequence(ring: &Ring) -> Option<(u32, u64)> {
    let active = ring.active.as_ref()?;
    let is_head = |entry: &&Entry| entry.offset == active.head;
    let last = ring
        .entries
        .items
        .iter()
        .find(is_head)
        .map_or(4096, |entry| entry.length);
    let length = log_length(ring);
    let to_head = (u64::from(active.head) + length - u64::from(active.tail)) % length.max(1);
    Some((active.tail, to_head + u64::from(last)))
}

/// The class of a letter.
fn class(letter: char) -> &'static str {
    match letter {
        'T' | 'B' => "k-t",
        'H' => "k-h",
        'A' | 'a' => "k-a",
        'P' | 'p' => "k-p",
        'O' | 'o' => "k-o",
        'X' | 'x' => "k-x",
        'S' | 's' => "k-s",
        'd' => "k-d",
        '_' => "k-m",
        '!' => "k-w",
        _ => "k-q",
    }
}

struct Grid {
    rows: Vec<Vec<char>>,
    columns: usize,
    /// Sectors to a box.
    share: u64,
    /// Where each row begins, and its height.
    tops: Vec<(usize, usize)>,
    height: usize,
}

impl Grid {
    fn new(picture: &Picture) -> Self {
        let rows: Vec<Vec<char>> = picture
            .rows
            .iter()
            .map(|row| row.chars().collect())
            .collect();
        let is_empty = |row: &Vec<char>| row.iter().all(|&letter| letter == '.');
        let (mut tops, mut next) = (Vec::new(), 2);
        for (number, row) in rows.iter().enumerate() {
            let is_alone = |beside: Option<&Vec<char>>| !beside.is_some_and(is_empty);
            let before = number.checked_sub(1).and_then(|before| rows.get(before));
            match (
                is_empty(row),
                is_alone(before),
                is_alone(rows.get(number + 1)),
            ) {
                (true, false, _) if tops.last().is_some_and(|&(_, high)| high < HIGH) => {
                    tops.extend(tops.last().copied());
                }
                (true, _, false) => {
                    tops.push((next, SLIM - 4));
                    next += SLIM;
                }
                _ => {
                    tops.push((next, HIGH));
                    next += PITCH;
                }
            }
        }
        Self {
            tops,
            height: next,
            columns: rows.first().map_or(1, Vec::len).max(1),
            rows,
            share: picture.sectors_per_character.max(1),
        }
    }

    fn view_box(&self) -> String {
        let (width, height) = (MARGIN + self.columns * WIDE + AFTER, self.height);
        format!("0 0 {width} {height}")
    }

    /// Column and row of a box, as coordinates.
    fn at(&self, index: usize) -> (usize, usize) {
        let (row, column) = (index / self.columns, index % self.columns);
        let top = self.tops.get(row).map_or(0, |&(top, _)| top);
        (MARGIN + column * WIDE, top)
    }

    /// The empty boxes, and the offset of each row.
    fn rows(&self, to: &mut String) {
        let mut drawn = None;
        for (index, (row, &(y, high))) in self.rows.iter().zip(&self.tops).enumerate() {
            if drawn.replace(y) == Some(y) {
                continue;
            }
            let width = row.len() * WIDE;
            if high == HIGH {
                let offset = (index * self.columns) as u64 * self.share * 4096;
                let (right, below) = (MARGIN - 5, y + HIGH - 3);
                let _ = write!(
                    to,
                    "<text class=\"at\" x=\"{right}\" y=\"{below}\">{offset:x}</text>"
                );
            }
            let _ = write!(
                to,
                "<rect class=\"free\" x=\"{MARGIN}\" y=\"{y}\" width=\"{width}\" \
                 height=\"{high}\"/>"
            );
        }
    }

    /// The boxes that are not empty: an entry in one piece, as far as it is in one row. Gives the
    /// letters that there are.
    fn spans(&self, to: &mut String) -> Vec<char> {
        let mut letters = Vec::new();
        for (number, row) in self.rows.iter().enumerate() {
            let mut column = 0;
            while column < row.len() {
                let letter = row[column];
                let goes_on = |next: &&char| match letter {
                    'T' | 'H' | 'B' | 'A' => **next == 'a',
                    letter if letter.is_uppercase() => **next == letter.to_ascii_lowercase(),
                    letter => **next == letter,
                };
                let length = 1 + row[column + 1..].iter().take_while(goes_on).count();
                if letter != '.' {
                    let (x, y) = self.at(number * self.columns + column);
                    let kind = class(letter);
                    let (width, middle, below) = (length * WIDE - 1, x + 4, y + HIGH - 3);
                    let _ = write!(
                        to,
                        "<rect class=\"{kind}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" \
                         height=\"{HIGH}\" rx=\"2\"/>\
                         <text class=\"in\" x=\"{middle}\" y=\"{below}\">{letter}</text>"
                    );
                    letters.push(match letter {
                        'a' | 'p' | 'o' | 'x' | 's' => letter.to_ascii_uppercase(),
                        _ => letter,
                    });
                }
                column += length;
            }
        }
        letters
    }

    /// The box of an offset in the log.
    fn index(&self, offset: u64) -> usize {
        usize::try_from(offset / 4096 / self.share).unwrap_or(usize::MAX)
    }

    /// The line from an offset on, row by row; arrows where it leaves the ring's end.
    fn line(&self, from: u32, length: u64) -> Option<String> {
        let boxes: usize = self.rows.iter().map(Vec::len).sum();
        let first = self.index(from.into());
        let count = self
            .index((u64::from(from) + length).saturating_sub(1))
            .checked_sub(first)?
            + 1;
        let (mut path, mut arrows) = (String::new(), String::new());
        let (mut at, mut left) = (first % boxes.max(1), count.min(boxes));
        while left > 0 {
            let step = left.min(self.columns - at % self.columns).min(boxes - at);
            let (x, y) = self.at(at);
            let (y, end) = (y + HIGH + 3, x + step * WIDE - 1);
            let _ = write!(path, "M{x} {y}H{end}");
            (at, left) = (at + step, left - step);
            if at == boxes && left > 0 {
                let start = self.at(0);
                let _ = write!(
                    arrows,
                    "<path class=\"wrap\" d=\"M{end} {y}h8m-4 -3l4 3l-4 3\"/>\
                     <path class=\"wrap\" d=\"M{} {1}h8m-4 -3l4 3l-4 3\"/>",
                    start.0 - 10,
                    start.1 + HIGH + 3
                );
                at = 0;
            }
        }
        Some(format!("<path class=\"run\" d=\"{path}\"/>{arrows}"))
    }

    /// Marks the box of an offset.
    fn mark(&self, to: &mut String, offset: u32) {
        let (x, y) = self.at(self.index(offset.into()));
        let _ = write!(
            to,
            "<rect class=\"wrong\" x=\"{x}\" y=\"{y}\" width=\"{WIDE}\" height=\"{HIGH}\"/>\
             <text class=\"in\" x=\"{}\" y=\"{}\">!</text>",
            x + 4,
            y + HIGH - 3
        );
    }
}
