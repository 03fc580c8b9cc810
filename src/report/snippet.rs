//! The block of one finding on a terminal: what, the excerpt with its mark, the way in, the policy line, why, ways out.
//!
//! This file alone knows colour. Colour helps and is never needed: without it not one word is different. Layout is done on
//! plain text, which is painted last.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style as Ansi};

use super::layout::{width, wrap};
use super::{Report, encode, trail};
use crate::model::{Finding, Location, Scope, Severity};

/// What a piece of text is, which decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Ordinary text.
    Plain,
    /// The severity of a finding, and what is marked by it.
    Severity(Severity),
    /// What to read first.
    Strong,
    /// What may be skipped: frames, labels, separators.
    Quiet,
    /// That all is well.
    Good,
}

/// How to write to the terminal at hand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pen<'a> {
    color: bool,
    /// Columns; 0 for no limit.
    width: usize,
    links: Option<&'a str>,
}

impl<'a> Pen<'a> {
    pub(super) fn new(report: &'a Report<'_>) -> Self {
        let style = &report.style;
        // Narrower than this, wrapping makes columns of single words.
        let width = if style.width == 0 { 0 } else { usize::from(style.width).max(40) };
        Self { color: style.color, width, links: style.links.as_deref() }
    }

    /// `text` in the colour of its role.
    pub(super) fn paint(&self, role: Role, text: &str) -> String {
        let style = match role {
            Role::Plain => return text.to_owned(),
            Role::Severity(Severity::Error) => Ansi::new().bold().fg_color(Some(AnsiColor::Red.into())),
            Role::Severity(Severity::Warning) => Ansi::new().bold().fg_color(Some(AnsiColor::Yellow.into())),
            Role::Severity(Severity::Note) => Ansi::new().bold().fg_color(Some(AnsiColor::Cyan.into())),
            Role::Strong => Ansi::new().bold(),
            Role::Quiet => Ansi::new().dimmed(),
            Role::Good => Ansi::new().fg_color(Some(AnsiColor::Green.into())),
        };
        if self.color && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// `text`, which names `location`, as a link to it where the terminal follows links (OSC 8).
    pub(super) fn link(&self, location: &Location, text: &str) -> String {
        match self.links {
            Some(base) => format!("\x1b]8;;{base}{}\x1b\\{text}\x1b]8;;\x1b\\", encode::uri(location.path.as_str())),
            None => text.to_owned(),
        }
    }

    /// The columns left after `used`; 0 for no limit.
    pub(super) fn left(&self, used: usize) -> usize {
        if self.width == 0 { 0 } else { self.width.saturating_sub(used).max(20) }
    }

    /// Whether a line of so many columns fits.
    fn fits(&self, columns: usize) -> bool {
        self.width == 0 || columns <= self.width
    }

    /// `label` in its role, then `text` wrapped so that it hangs `indent` columns deep.
    pub(super) fn hang(&self, label: (Role, &str), text: (Role, &str), indent: usize) -> String {
        let lines = wrap(text.1, self.left(width(label.1)), self.left(indent));
        let mut out = self.paint(label.0, label.1);
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                _ = write!(out, "\n{:indent$}", "");
            }
            out.push_str(&self.paint(text.0, &line.replace('\u{a0}', " ")));
        }
        out.push('\n');
        out
    }
}

/// A line of a file made for a terminal: tabs opened, hidden characters shown, cut to fit around what is marked.
struct Shown {
    text: String,
    /// Columns before the mark.
    before: usize,
    /// Columns of the mark.
    marked: usize,
}

const TAB: usize = 4;

/// Fits a line into `room` columns (0: no limit, yet no more than a reader can take) around the characters `first..first +
/// count`.
fn fit(line: &str, first: usize, count: usize, room: usize) -> Shown {
    let room = if room == 0 { 160 } else { room };
    let line = encode::masked(line);
    // What lies further away cannot be seen: not even looked at, since a line may be long and hold many findings.
    let reach = 2 * room;
    let skipped = first.saturating_sub(reach);
    let (first, mut chars) = (first - skipped, line.char_indices().skip(skipped));
    let mut before = ' ';
    let mut cells: Vec<(String, usize)> = Vec::new();
    let mut column = 0;
    for (at, char) in chars.by_ref().take(2 * reach) {
        let cell = match char {
            '\t' => " ".repeat(TAB - column % TAB),
            char => encode::shown(before, &line[at..]).unwrap_or_else(|| char.to_string()),
        };
        before = char;
        let columns = width(&cell);
        column += columns;
        cells.push((cell, columns));
    }
    let first = first.min(cells.len());
    let last = (first + count).min(cells.len());
    let (mut from, mut to) = (0, cells.len());
    let more = chars.next().is_some();
    if column > room || skipped > 0 || more {
        // Take what is marked, then grow to both sides until the room is full; an ellipsis takes a column of it.
        (from, to) = (first, first);
        let mut used = 0;
        for ellipses in [2, 1] {
            let budget = room.saturating_sub(ellipses).max(1);
            let at_an_end = skipped + from == 0 || (!more && to == cells.len());
            if ellipses == 1 && !at_an_end {
                break;
            }
            while to < last && used + cells[to].1 <= budget {
                used += cells[to].1;
                to += 1;
            }
            let (mut left, mut right) = (true, to >= last);
            while left || right {
                left = left && from > 0 && used + cells[from - 1].1 <= budget;
                if left {
                    from -= 1;
                    used += cells[from].1;
                }
                right = right && to < cells.len() && used + cells[to].1 <= budget;
                if right {
                    used += cells[to].1;
                    to += 1;
                }
            }
        }
    }
    let mut text = String::new();
    let cut = skipped + from > 0;
    if cut {
        text.push('…');
    }
    text.extend(cells[from..to].iter().map(|(cell, _)| cell.as_str()));
    if more || to < cells.len() {
        text.push('…');
    }
    let columns = |range: std::ops::Range<usize>| cells[range].iter().map(|(_, columns)| columns).sum::<usize>();
    Shown {
        text,
        before: usize::from(cut) + columns(from..first.max(from)),
        marked: columns(first.max(from)..last.min(to).max(first.max(from))).max(1),
    }
}

/// Writes the block of a finding.
pub(super) fn finding(report: &Report<'_>, pen: &Pen<'_>, finding: &Finding, out: &mut String) {
    let severity = Role::Severity(finding.severity);
    let head = format!("{}[{}]: ", finding.severity.as_str(), encode::printable(&finding.rule));
    out.push_str(&pen.hang((severity, &head), (Role::Strong, &trail::prose(&finding.message)), 4));

    let place = finding.locations.first();
    let gutter = place.and_then(Location::line).map_or(2, |line| line.to_string().len().max(2)) + 1;
    let bar = |text: &str| format!("{:gutter$}{}", "", pen.paint(Role::Quiet, text));
    let mut marked = false;
    if let Some(place) = place {
        _ = writeln!(out, "{} {}", bar("┌─"), pen.link(place, &trail::place(place)));
        if let (Some(line), Some((first, count)), Some(text)) =
            (place.line(), report.excerpts.extent(place), report.excerpts.at(place))
        {
            marked = true;
            let shown = fit(text, first, count, pen.left(gutter + 2));
            _ = writeln!(out, "{}", bar("│"));
            let number = pen.paint(Role::Quiet, &format!("{line:>width$} │", width = gutter - 1));
            _ = writeln!(out, "{number} {}", shown.text.trim_end());
            let label = label(report, finding);
            let carets = "^".repeat(shown.marked);
            let room = pen.left(gutter + 2);
            let beside = shown.before + shown.marked + 1;
            let indent = " ".repeat(shown.before);
            if room == 0 || beside + width(&label) <= room || label.is_empty() {
                let line = if label.is_empty() { carets } else { format!("{carets} {label}") };
                _ = writeln!(out, "{} {indent}{}", bar("│"), pen.paint(severity, &line));
            } else {
                _ = writeln!(out, "{} {indent}{}", bar("│"), pen.paint(severity, &carets));
                // Under the carets if it fits there, else as far to the left as it must.
                let indent = " ".repeat(shown.before.min(room.saturating_sub(width(&label))));
                _ = writeln!(out, "{} {indent}{}", bar("│"), pen.paint(severity, &label));
            }
        }
    }

    let mut note = |label: &str, text: &str| {
        if !text.is_empty() {
            let label = format!("{:gutter$}= {label}: ", "");
            out.push_str(&pen.hang((Role::Quiet, &label), (Role::Plain, text), gutter + 4));
        }
    };
    if let (false, Some(component)) = (marked, finding.component) {
        note("component", &trail::purl(report.bom.component(component)));
    }
    note("also in", &more_places(finding));
    note("comes in through", &way_in(report, finding));
    if let Some(why) = report.verdict.comparison.as_ref().and_then(|it| it.why_grown(&finding.fingerprint)) {
        note("new since", &trail::prose(why));
    }
    note("policy", &trail::policy(&finding.because));
    note("why", &trail::prose(&finding.why));
    let ways_out: Vec<String> = finding.help.iter().map(|help| trail::prose(help)).collect();
    let label = "ways out: ";
    let beside = gutter + 2 + label.len();
    if ways_out.len() < 2 || pen.fits(beside + width(&ways_out.join(" · "))) {
        note("ways out", &ways_out.join(" · "));
    } else {
        // One a line, so that no command is broken where all would not fit.
        for (index, way) in ways_out.iter().enumerate() {
            let label = if index == 0 { format!("{:gutter$}= {label}", "") } else { " ".repeat(beside) };
            out.push_str(&pen.hang((Role::Quiet, &label), (Role::Plain, way), beside + 2));
        }
    }
    let label = format!("{:gutter$}= learn: ", "");
    out.push_str(&pen.hang((Role::Quiet, &label), (Role::Plain, &learn(report, finding)), gutter + 4));
}

/// What the mark in the excerpt shows.
fn label(report: &Report<'_>, finding: &Finding) -> String {
    let Some(id) = finding.component else { return String::new() };
    let component = report.bom.component(id);
    let purl = trail::purl(component);
    let place = finding.locations.first();
    let is = |location: &Location| Some(location) == place;
    let claim = component.licensing.effective();
    let evidence = claim.and_then(|claim| claim.evidence.as_ref());
    if evidence.is_some_and(|evidence| is(&evidence.location)) {
        let detected = claim.is_some_and(crate::model::LicenseClaim::is_detected);
        return if detected { format!("license text of {purl}") } else { format!("{purl} declares this") };
    }
    let step = trail::first_step(report.bom, finding).and_then(|step| step.evidence.as_ref());
    if finding.path.len() > 2 && step.is_some_and(|evidence| is(&evidence.location)) {
        return format!("brings in {purl}");
    }
    purl
}

/// The places after the first: a few, and how many more.
fn more_places(finding: &Finding) -> String {
    const NAMED: usize = 3;
    let others = finding.locations.get(1..).unwrap_or_default();
    let mut text: Vec<String> = others.iter().take(NAMED).map(trail::line).collect();
    if others.len() > NAMED {
        text.push(format!("and {}", trail::count(others.len() - NAMED, "more place")));
    }
    text.join(" · ")
}

/// From the root to the component, with what the manifest says where the first step is written.
fn way_in(report: &Report<'_>, finding: &Finding) -> String {
    /// A longer path is shown without its middle.
    const NAMED: usize = 6;
    let bom = report.bom;
    let [root, others @ ..] = finding.path.as_slice() else { return String::new() };
    if others.is_empty() {
        return String::new();
    }
    let root = bom.component(*root);
    let mut text = encode::printable(&encode::clip(&root.purl.full_name(), 100)).into_owned();
    if let Some(step) = trail::first_step(bom, finding) {
        let evidence = step.evidence.as_ref();
        let shown = evidence.is_some_and(|evidence| {
            let first = finding.locations.first();
            first == Some(&evidence.location) && report.excerpts.at(&evidence.location).is_some()
        });
        if let Some(evidence) = evidence.filter(|_| !shown) {
            let line = report.excerpts.at(&evidence.location).map(|line| line.trim().trim_end_matches(','));
            let written = match (line, &step.requirement) {
                (Some(line), _) if width(line) <= 60 => format!(" {}", trail::prose(line)),
                (_, Some(requirement)) => format!(" {}", trail::prose(&encode::clip(requirement, 60))),
                _ => String::new(),
            };
            _ = write!(text, " ({}{written})", trail::line(&evidence.location));
        }
    }
    // A line does not break between a name and its version.
    let names: Vec<String> = others.iter().map(|id| trail::name(bom.component(*id)).replace(' ', "\u{a0}")).collect();
    if names.len() <= NAMED {
        names.iter().for_each(|name| _ = write!(text, " → {name}"));
    } else {
        names[..2].iter().for_each(|name| _ = write!(text, " → {name}"));
        _ = write!(text, " → … {} more …", names.len() - 4);
        names[names.len() - 2..].iter().for_each(|name| _ = write!(text, " → {name}"));
    }
    match trail::scope(bom, finding) {
        Some(scope) if scope != Scope::Runtime => _ = write!(text, " ({} only)", scope.as_str()),
        _ => {}
    }
    text
}

/// Commands that tell more. A license is named only if its id is one, since people copy commands into shells.
fn learn(report: &Report<'_>, finding: &Finding) -> String {
    let mut text = format!("sepal explain {}", encode::printable(&finding.rule));
    let claim = finding.component.and_then(|id| report.bom.component(id).licensing.effective());
    let id = claim.and_then(|claim| claim.expression.as_deref()).filter(|_| finding.rule.starts_with("legal/"));
    let is_id = |id: &str| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    if let Some(id) = id.filter(|id| is_id(id) && !id.starts_with('-')) {
        _ = write!(text, " · sepal explain {id}");
    }
    // What watches over decisions cannot be waived.
    if finding.standing.is_open() && !finding.rule.starts_with("governance/") {
        let id: String = finding.fingerprint.chars().take(8).collect();
        _ = write!(text, " · sepal waive {}", encode::printable(&id));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line and a second line with the mark.
    fn marked(line: &str, first: usize, count: usize, room: usize) -> String {
        let shown = fit(line, first, count, room);
        assert!(room == 0 || width(&shown.text) <= room, "{}", shown.text);
        format!("{}\n{}{}", shown.text, " ".repeat(shown.before), "^".repeat(shown.marked))
    }

    #[test]
    fn marks_stand_under_what_they_mark() {
        assert_eq!(marked("a = \"MIT\"", 4, 5, 0), "a = \"MIT\"\n    ^^^^^");
        assert_eq!(marked("\ta\tb", 3, 1, 0), "    a   b\n        ^");
        assert_eq!(marked("漢字 = x", 5, 1, 0), "漢字 = x\n       ^");
        assert_eq!(marked("漢字", 1, 1, 0), "漢字\n  ^^");
        assert_eq!(marked("e\u{301} x", 3, 1, 0), "e\u{301} x\n  ^");
        assert_eq!(marked("a\u{1b}b", 2, 1, 0), "a\\u{1b}b\n       ^");
        assert_eq!(marked("ab", 9, 3, 0), "ab\n  ^");
    }

    #[test]
    fn long_lines_are_cut_around_the_mark() {
        let line = format!("{}MARK{}", "a".repeat(500), "b".repeat(500));
        assert_eq!(
            marked(&line, 500, 4, 20),
            format!("…{}MARK{}…\n{}^^^^", "a".repeat(7), "b".repeat(7), " ".repeat(8))
        );
        assert_eq!(marked(&line, 0, 2, 10), "aaaaaaaaa…\n^^");
        let at_end = marked(&line, 1003, 1, 10);
        assert_eq!(at_end, "…bbbbbbbbb\n         ^");
        let wide = "漢".repeat(100);
        assert_eq!(marked(&wide, 50, 1, 9), "…漢漢漢…\n   ^^");
        let whole = marked(&line, 0, 1004, 10);
        assert!(whole.starts_with("aaaaaaaa"), "{whole}");
    }

    #[test]
    fn a_password_in_a_line_is_not_shown() {
        assert_eq!(marked("\"https://u:p@h.example\"", 0, 1, 0), "\"https://***@h.example\"\n^");
    }
}
