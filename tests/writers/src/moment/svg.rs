//! The requests around a moment as an SVG picture: a line for each part of the file, a box for each
//! request, a vertical line for each flush. A box that is not filled did not arrive.

use std::fmt::Write as _;

use vhdx_log_crash::trace::RequestKind;

use crate::moment::{Line, Moment};

const LEFT: usize = 120;
const STEP: usize = 56;
const LANE: usize = 34;
const TOP: usize = 24;

impl Moment {
    /// The picture. It needs nothing but itself: no script, no font.
    pub fn svg(&self) -> String {
        let mut lanes: Vec<&str> = Vec::new();
        for line in &self.lines {
            if !line.place.is_empty() && !lanes.contains(&line.place) {
                lanes.push(line.place);
            }
        }
        let width = LEFT + STEP * (self.lines.len() + 1);
        let height = TOP + LANE * lanes.len().max(1) + 30;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" \
             fill=\"white\"/>\n"
        );
        for (index, name) in lanes.iter().enumerate() {
            let y = TOP + LANE * index + LANE / 2;
            let _ = writeln!(
                svg,
                "<text x=\"8\" y=\"{}\">{name}</text><line x1=\"{LEFT}\" y1=\"{y}\" x2=\"{width}\" \
                 y2=\"{y}\" stroke=\"#ccc\"/>",
                y + 4
            );
        }
        let bottom = height - 24;
        for (index, line) in self.lines.iter().enumerate() {
            let x = LEFT + STEP * index;
            let lane = lanes.iter().position(|&name| name == line.place);
            request(&mut svg, line, x, lane.unwrap_or(0), bottom);
        }
        if self.is_crash {
            let x = LEFT + STEP * self.lines.len() + STEP / 2;
            let _ = writeln!(
                svg,
                "<line x1=\"{x}\" y1=\"8\" x2=\"{x}\" y2=\"{bottom}\" stroke=\"#c00\" \
                 stroke-width=\"3\"/><text x=\"{}\" y=\"{}\" fill=\"#c00\">power lost</text>",
                x - 30,
                height - 8
            );
        }
        svg.push_str("</svg>\n");
        svg
    }
}

fn request(svg: &mut String, line: &Line, x: usize, lane: usize, bottom: usize) {
    let number = line.request;
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{}\" fill=\"#666\">{number}</text>",
        x + 12,
        bottom + 16
    );
    if line.kind == RequestKind::Flush {
        let middle = x + STEP / 2;
        let _ = writeln!(
            svg,
            "<line x1=\"{middle}\" y1=\"8\" x2=\"{middle}\" y2=\"{bottom}\" stroke=\"#06c\" \
             stroke-width=\"2\"><title>flush</title></line>"
        );
        return;
    }
    let fill = match line.fate {
        "" => "#9bd",
        "arrived" => "#8c8",
        "lost" => "white",
        _ => "#ed8",
    };
    let y = TOP + LANE * lane + 6;
    let _ = writeln!(
        svg,
        "<rect x=\"{}\" y=\"{y}\" width=\"40\" height=\"22\" fill=\"{fill}\" stroke=\"#333\">\
         <title>{} at {:#x}, {} bytes</title></rect>",
        x + 8,
        line.place,
        line.offset,
        line.length
    );
}
