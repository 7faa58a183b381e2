//! Every relative link in Markdown leads to a file or folder, and to a heading where it names one.

use std::collections::BTreeMap;
use std::path::Path;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::sources::{Finding, Sources, normal};

pub const RULE: &str = "link";

/// `exists` says whether a path from the root of the repository is a file or a folder.
pub fn check(pages: &Sources, exists: impl Fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (page, text) in pages {
        for (link, line) in links(text) {
            if let Some(what) = problem(page, &link, pages, &exists) {
                let path = page.clone();
                findings.push(Finding {
                    path,
                    line,
                    rule: RULE,
                    what,
                });
            }
        }
    }
    findings
}

/// The relative links of a page, with their lines.
fn links(text: &str) -> Vec<(String, usize)> {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter();
    let targets = events.filter_map(|(event, range)| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
            let line = text[..range.start].matches('\n').count() + 1;
            Some((dest_url.into_string(), line))
        }
        _ => None,
    });
    targets
        .filter(|(link, _)| !link.contains("://") && !link.starts_with("mailto:"))
        .collect()
}

fn problem(
    page: &str,
    link: &str,
    pages: &Sources,
    exists: &dyn Fn(&str) -> bool,
) -> Option<String> {
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = match file {
        "" => page.to_owned(),
        file => normal(&format!(
            "{}/{file}",
            page.rsplit_once('/').map_or("", |(f, _)| f)
        )),
    };
    if file.starts_with('/') || !exists(&target) {
        return Some(format!("`{link}` leads nowhere: there is no {target}"));
    }
    let text = pages.get(&target).filter(|_| !anchor.is_empty())?;
    let is_missing = !anchors(text).contains(&anchor.to_owned());
    is_missing.then(|| format!("`{link}` leads nowhere: {target} has no heading #{anchor}"))
}

/// The anchors that GitHub gives to the headings of a page.
fn anchors(text: &str) -> Vec<String> {
    let (mut anchors, mut seen) = (Vec::new(), BTreeMap::<String, usize>::new());
    let mut heading = None::<String>;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(part) | Event::Code(part) => {
                heading
                    .iter_mut()
                    .for_each(|heading| heading.push_str(&part));
            }
            Event::End(TagEnd::Heading(_)) => {
                let words = heading
                    .take()
                    .unwrap_or_default()
                    .to_lowercase()
                    .replace(' ', "-");
                let slug: String = words
                    .chars()
                    .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
                    .collect();
                let before = seen.entry(slug.clone()).or_default();
                anchors.push(if *before == 0 {
                    slug
                } else {
                    format!("{slug}-{before}")
                });
                *before += 1;
            }
            _ => {}
        }
    }
    anchors
}

/// Whether a path from the root of the repository is a file or a folder.
pub fn is_in(root: &Path) -> impl Fn(&str) -> bool {
    let root = root.to_owned();
    move |path| root.join(path).exists()
}
