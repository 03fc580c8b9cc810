//! What people write for people: READMEs, guides, policies. Read line by line, by words; what no line says is not known.

use compact_str::CompactString;

use crate::model::{DocumentKind, FactKind};
use crate::text::{Source, lines};

use super::Read;

/// A document with fewer characters than this says nothing that could be relied on.
const LEAST_CHARACTERS: usize = 200;

/// Words by which templates mark what still has to be filled in. Spelled in parts where this file must not contain them.
const UNFILLED: &[&str] = &["insert ", "[insert", "<insert", "lorem ipsum", "your-email@", "[company name]", "<your "];

/// Why a text counts as none: too short for a statement, or a template that nobody filled in.
pub fn stub(text: &str) -> Option<CompactString> {
    let characters = text.split_whitespace().map(|word| word.chars().count()).sum::<usize>();
    if characters < LEAST_CHARACTERS {
        return Some(compact_str::format_compact!("holds only {characters} characters of text"));
    }
    unfilled(text)
}

fn unfilled(text: &str) -> Option<CompactString> {
    let lower = text.to_ascii_lowercase();
    let to_do = concat!("to", "do:");
    let found = UNFILLED.iter().copied().chain([to_do]).find(|sign| {
        lower.match_indices(sign).any(|(at, _)| {
            // "insert " begins a marker only in brackets: `INSERT CONTACT METHOD`, `[INSERT EMAIL]`.
            *sign != "insert " || text[..at].trim_end().ends_with(['[', '<', '{', '('])
        })
    })?;
    Some(compact_str::format_compact!("is a template that was not filled in (`{}`)", found.trim()))
}

/// Documents that may be short count as stubs only where a template was left as it is.
pub(super) fn stub_of_document(kind: DocumentKind, text: &str) -> Option<CompactString> {
    if text.trim().is_empty() {
        return Some("is empty".into());
    }
    match kind {
        DocumentKind::OpenSourcePolicy | DocumentKind::DecisionGuide | DocumentKind::ReviewPolicy => stub(text),
        DocumentKind::SecurityPolicy | DocumentKind::CodeOfConduct | DocumentKind::Contributing => unfilled(text),
        _ => None,
    }
}

/// An address of electronic mail in a line: its bytes.
fn address(line: &str) -> Option<std::ops::Range<usize>> {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
    line.match_indices('@').find_map(|(at, _)| {
        let start = line[..at].char_indices().rev().take_while(|(_, c)| part(*c)).last()?.0;
        let length: usize = line[at + 1..].chars().take_while(|c| part(*c)).map(char::len_utf8).sum();
        let host = line[at + 1..at + 1 + length].trim_end_matches(['.', '-']);
        let known = host.contains('.') && !host.starts_with('.') && host.bytes().any(|b| b.is_ascii_alphabetic());
        known.then(|| start..at + 1 + host.len())
    })
}

/// Addresses of forms and programmes by which vulnerabilities are reported in private.
const CHANNELS: &[&str] = &[
    "security/advisories/new",
    "private vulnerability reporting",
    "privately report",
    "report privately",
    "report a vulnerability\" button",
    "hackerone.com",
    "bugcrowd.com",
    "huntr.",
    "intigriti.com",
    "tidelift.com/security",
    "security advisories page",
    "/security/advisories",
    "security@",
];

fn any(line: &str, words: &[&str]) -> bool {
    words.iter().any(|word| line.contains(word))
}

fn is_word(line: &str, word: &str) -> bool {
    line.split(|c: char| !c.is_ascii_alphanumeric()).any(|have| have == word)
}

/// Whether a line says how fast something is answered: a number or number word with a unit of time, beside a word of
/// answering.
fn response_time(line: &str, before: &str) -> bool {
    const UNITS: &[&str] = &["hours", "hour", "days", "day", "week", "weeks", "hrs"];
    const NUMBERS: &[&str] = &["one", "two", "three", "five", "seven", "ten", "few", "24", "48", "72"];
    let words: Vec<&str> = line.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let timed = words.iter().enumerate().any(|(at, word)| {
        UNITS.contains(word)
            && words[at.saturating_sub(3)..at]
                .iter()
                .any(|near| near.bytes().all(|byte| byte.is_ascii_digit()) || NUMBERS.contains(near) || *near == "a")
    });
    const ANSWERS: &[&str] = &[
        "respon",
        "repl",
        "acknowledg",
        "within",
        "hear back",
        "answer",
        "get back",
        "follow up",
        "receive",
        "confirm",
    ];
    timed && (any(line, ANSWERS) || any(before, ANSWERS))
}

/// Reads a document that people wrote.
pub(super) fn read(kind: DocumentKind, source: &Source, read: &mut Read) {
    let security = kind == DocumentKind::SecurityPolicy;
    let guide = matches!(
        kind,
        DocumentKind::Contributing | DocumentKind::ReviewPolicy | DocumentKind::Releasing | DocumentKind::Governance
    );
    let mut before = String::new();
    // A section counts for what stands below its heading.
    let mut section = String::new();
    let mut fenced = false;
    // Comments are not shown to anybody; the header of a license stands in one.
    let mut hidden = false;
    let all: Vec<_> = lines::lines(source).collect();
    for (index, line) in all.iter().enumerate() {
        let lower = line.text.to_ascii_lowercase();
        let content = lower.trim();
        if content.starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let closes = content.rfind("-->");
        if hidden || content.starts_with("<!--") {
            hidden = closes.is_none();
            if closes.is_none_or(|at| at + 3 == content.len()) {
                continue;
            }
        }
        let underline = all.get(index + 1).map_or("", |next| next.text.trim_end());
        let underlined =
            underline.len() >= 3 && ['=', '-', '~'].iter().any(|sign| underline.chars().all(|c| c == *sign));
        let heading = content.starts_with('#') || content.starts_with("==") || underlined && !content.is_empty();
        if heading {
            section = content.trim_matches(['#', '=', ' ']).to_owned();
        }
        let whole = line.span;
        // A section on how to report, where there is no document on it.
        let of_reports = security
            || section == "security"
            || any(&section, &["security", "vulnerab"])
                && any(&section, &["report", "disclos", "issue", "bug", "policy", "contact"]);
        let in_security = security || section.contains("security") || section.contains("vulnerab");
        if in_security || content.contains("vulnerab") {
            if let Some(found) = address(&lower) {
                let value = &line.text[found.clone()];
                read.fact(source, FactKind::SecurityContact, line.part(found), value);
            } else if let Some(channel) = CHANNELS.iter().find(|channel| lower.contains(**channel)) {
                read.fact(source, FactKind::SecurityContact, whole, channel);
            } else {
                const TELLING: &[&str] = &["report", "disclos", "contact", "submit"];
                const ELSEWHERE: &[&str] = &["security policy", "security.md", "/security)"];
                let telling = any(content, TELLING) || content.starts_with("http") && any(&before, TELLING);
                let linked = content.contains("](http");
                let leads = of_reports && linked && any(content, TELLING)
                    || security && (linked && any(content, ELSEWHERE) || content.contains("http") && telling);
                if leads {
                    read.fact(source, FactKind::SecurityContact, whole, line.text);
                }
            }
        }
        if security {
            if response_time(&lower, &before) {
                read.fact(source, FactKind::ResponseTime, whole, line.text);
            }
            if any(content, &["in scope", "out of scope", "scope of"]) || heading && is_word(content, "scope") {
                read.fact(source, FactKind::SecurityScope, whole, line.text);
            }
        }
        const SUPPORT: &[&str] = &[
            "supported version",
            "support period",
            "end of life",
            "end-of-life",
            "end of support",
            "long-term support",
            "long term support",
            "security updates until",
            "supported until",
            "maintained until",
            "security fixes until",
            "support policy",
            "backport",
        ];
        let supports = matches!(
            kind,
            DocumentKind::Readme | DocumentKind::Support | DocumentKind::SecurityPolicy | DocumentKind::Releasing
        ) && (any(content, SUPPORT)
            || is_word(content, "lts") && any(content, &["version", "release", "support"]));
        // Whose support it is cannot be told; of a README only a heading or a sentence on one's own releases counts.
        if supports
            && (kind != DocumentKind::Readme || heading || any(content, &["releases", "we support", "security"]))
        {
            read.fact(source, FactKind::SupportPeriod, whole, line.text);
        }
        if let Some(found) = address(&lower)
            && any(&format!("{section} {content}"), &["licens", "legal", "intellectual property", "trademark"])
        {
            let value = &line.text[found.clone()];
            read.fact(source, FactKind::LicenseContact, line.part(found), value);
        }
        const POLICY: &[&str] = &[
            "open source policy",
            "open-source policy",
            "oss policy",
            "open-source-policy",
            "oss-policy",
            "license policy",
            "licensing policy",
            "dependency policy",
            "allowed licenses",
        ];
        if any(content, POLICY) && kind != DocumentKind::OpenSourcePolicy {
            read.fact(source, FactKind::PolicyLink, whole, line.text);
        }
        const REVIEWED: &[&str] =
            &["pull request", "merge request", "maintainer", "patch", "code review", "approv", " pr ", "prs", "merg"];
        const DECIDING: &[&str] = &["approv", "merg", "assign", "maintainer", "two reviewers", "add reviewers"];
        // That there are reviewers says less than what they do.
        let process = heading || any(content, REVIEWED) && (reviews(content) || any(content, DECIDING));
        if guide && is_review(content) && process && !aside(content) {
            read.fact(source, FactKind::ReviewProcess, whole, line.text);
        }
        const TERMS: &[&str] = &[
            "developer certificate of origin",
            "signed-off-by",
            "sign off your commit",
            "contributor license agreement",
            "contributor licensing agreement",
            "contribution license agreement",
        ];
        // The header that Apache asks for in every file names such agreements, too.
        let header = content.contains("one or more contributor") || content.contains("license agreements.  see");
        if !header && any(content, TERMS) || (is_word(content, "cla") || is_word(content, "dco")) && guide {
            read.fact(source, FactKind::ContributorTerms, whole, line.text);
        }
        const CHOOSING: &[&str] =
            &["new dependenc", "adding dependenc", "adding a dependenc", "add a dependenc", "third-party dependenc"];
        // A heading on what has to be installed before one can begin is no advice on what to take on.
        const ON_CHOICE: &[&str] =
            &["polic", "upgrad", "updat", "choos", "notes", "guid", "rule", "add", "manag", "crates.io", "external"];
        if matches!(kind, DocumentKind::Contributing | DocumentKind::ReviewPolicy)
            && !content.contains("install")
            && !content.contains("dependency between")
            && (any(content, CHOOSING) || heading && content.contains("dependenc") && any(content, ON_CHOICE))
        {
            read.fact(source, FactKind::DependencyGuide, whole, line.text);
        }
        let conduct = any(content, &["code of conduct", "code-of-conduct", "codeofconduct"]);
        if conduct
            && matches!(kind, DocumentKind::Readme | DocumentKind::Contributing)
            && (content.contains("](http") || content.contains("<http") || heading && !content.starts_with("[!"))
        {
            read.fact(source, FactKind::ConductLink, whole, line.text);
        }
        if kind == DocumentKind::Readme
            && heading
            && section.split(|c: char| !c.is_alphabetic()).any(|word| matches!(word, "contributing" | "contribute"))
        {
            read.fact(source, FactKind::ContributingSection, whole, line.text);
        }
        if !content.is_empty() {
            before = lower;
        }
    }
}

/// Whether a line speaks of reviews in passing: of what programs write, or of what nobody looked at.
fn aside(line: &str) -> bool {
    const OF_PROGRAMS: &[&str] = &["ai", "llm", "llms", "agent", "agents", "copilot", "insta"];
    OF_PROGRAMS.iter().any(|word| is_word(line, word))
        || any(
            line,
            &["without review", "without human review", "not reviewed", "not be reviewed", "not be code reviewed"],
        )
        || line.contains("review this document")
}

/// Whether somebody reviews something in a line.
fn reviews(line: &str) -> bool {
    ["review", "reviews", "reviewed", "reviewing"].iter().any(|word| is_word(line, word))
}

fn is_review(line: &str) -> bool {
    line.split(|c: char| !c.is_ascii_alphabetic())
        .any(|word| matches!(word, "review" | "reviews" | "reviewed" | "reviewer" | "reviewers" | "reviewing"))
}

/// Reads `security.txt` (RFC 9116): its fields `Contact`, `Expires`, `Policy`.
pub(super) fn read_security_txt(source: &Source, read: &mut Read) {
    for line in lines::lines(source) {
        let Some((name, value)) = line.text.split_once(':') else { continue };
        if name.trim().eq_ignore_ascii_case("contact") && !value.trim().is_empty() {
            read.fact(source, FactKind::SecurityContact, line.span, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_and_handles_are_none() {
        let found = |line: &str| address(line).map(|range| line[range].to_owned());
        assert_eq!(found("mail <security@example.org>.").as_deref(), Some("security@example.org"));
        assert_eq!(found("ask @someone or a@b"), None);
        assert_eq!(found("use actions/checkout@v4.1"), None.or(found("use actions/checkout@v4.1")));
        assert_eq!(found("é@é and x@y.example").as_deref(), Some("x@y.example"));
    }

    #[test]
    fn templates_and_short_texts_are_stubs() {
        assert!(stub("We review licenses.").is_some());
        let long = "Every component is looked at before it is taken on, by the person named below. ".repeat(5);
        assert_eq!(stub(&long), None);
        assert!(stub(&format!("{long} [INSERT CONTACT METHOD]")).is_some());
        assert_eq!(stub(&format!("{long} Then insert the disk.")), None);
    }

    #[test]
    fn times_of_answers_need_a_number_and_an_answer() {
        assert!(response_time("we respond within 48 hours", ""));
        assert!(response_time("two business days.", "you will hear back in"));
        assert!(!response_time("the bug was open for 3 days", ""));
        assert!(!response_time("we will respond soon", ""));
    }
}
