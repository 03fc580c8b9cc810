//! Writing a waiver: the entry for one finding, put into the policy file as a person would have written it.
//!
//! What is written covers what was asked for and no more: this rule, this package whatever its version, this license, and the
//! projects that it is in now, so that another place asks again. Nothing is written before it is certain that the file can
//! still be read and the waiver covers the finding.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use crate::evaluate::evaluate;
use crate::model::{Bom, Date, Finding, RepoPath};
use crate::policy::{Policy, REASONS, Reason};
use crate::rule::{self, Check, Params};

use super::check::Checked;
use super::files::{self, FileError};
use super::policy::{self, PolicyError};

/// How many projects a waiver is written for without a word.
const MOST_PROJECTS: usize = 12;

/// How much of a fingerprint is needed.
const SHORTEST: usize = 4;

/// What is to be waived, and why.
#[derive(Debug)]
pub struct Wish {
    /// A fingerprint or its beginning, a component, or a rule and a component with a colon between them.
    pub finding: String,
    /// The word for the reason.
    pub reason: String,
    /// Why, in a sentence; the meaning of the reason's word if nothing is said.
    pub justification: Option<String>,
    /// Who decided.
    pub by: String,
    /// The last day.
    pub expires: Date,
    /// Where the discussion is.
    pub ticket: Option<String>,
    /// Only in projects of this directory; the projects that it is in now if nothing is said.
    pub project: Option<String>,
    /// The policy file that was named, if one was.
    pub policy: Option<PathBuf>,
}

/// What was written.
#[derive(Debug)]
pub struct Written {
    /// The file, as a person calls it.
    pub file: String,
    /// The line of the first entry, from one.
    pub line: usize,
    /// The text of the entries.
    pub text: String,
}

/// Why no waiver was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WaiveError {
    /// No open finding is called that.
    #[error("no open finding here is called `{0}`")]
    Unknown(String),
    /// Several are.
    #[error("`{name}` may mean {count} findings: {shown}")]
    Ambiguous {
        /// What was asked for.
        name: String,
        /// How many.
        count: usize,
        /// Some of them.
        shown: String,
    },
    /// The rule watches over decisions.
    #[error("{0} cannot be waived: renew or remove the decision that it is about")]
    NotWaivable(String),
    /// There is no such reason.
    #[error("`{0}` is not a reason")]
    Reason(String),
    /// The end is no end.
    #[error("{expires} is {days} days away; {because} allows at most {most}")]
    TooLong {
        /// The day asked for.
        expires: Date,
        /// How far it is away.
        days: i32,
        /// How far it may be.
        most: u32,
        /// What says so.
        because: String,
    },
    /// It lies behind.
    #[error("{0} is over")]
    Over(Date),
    /// Too many projects to list.
    #[error("the finding concerns {0} projects")]
    Projects(usize),
    /// The file has `waiver` in another form.
    #[error("{0} has `waiver` as something else than [[waiver]] tables")]
    Form(String),
    /// The file is no TOML, which the check would have said.
    #[error("{file} cannot be edited: {cause}")]
    Toml {
        /// The file.
        file: String,
        /// Why.
        cause: String,
    },
    /// The policy is a shipped one.
    #[error("`{0}` is built in and holds no waivers")]
    Shipped(String),
    /// What was written would not do.
    #[error("this waiver would not cover the finding, so nothing was written")]
    NoEffect,
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The policy cannot be read with the waiver in it.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

impl WaiveError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            WaiveError::Unknown(_) => "sepal check prints what can be waived: `sepal waive 1a2b3c4d …`".to_owned(),
            WaiveError::Ambiguous { .. } => "name the fingerprint, or rule and component: RULE:COMPONENT".to_owned(),
            WaiveError::Reason(_) => {
                let reasons: Vec<&str> = REASONS.iter().map(|reason| reason.name).collect();
                format!("one of {}", reasons.join(", "))
            }
            WaiveError::TooLong { most, .. } => {
                format!("name a day within {most} days; what is meant for good belongs into the policy's lists")
            }
            WaiveError::Over(_) => "name a day to come".to_owned(),
            WaiveError::Projects(_) => "say for which: --project DIRECTORY (`*` stands for anything)".to_owned(),
            WaiveError::Shipped(name) => {
                format!("write a policy of your own that starts from it, extends = [\"{name}\"], and name that")
            }
            WaiveError::Form(_) => "write them as [[waiver]] tables, once for each".to_owned(),
            WaiveError::NotWaivable(_)
            | WaiveError::Toml { .. }
            | WaiveError::NoEffect
            | WaiveError::File(_)
            | WaiveError::Policy(_) => return None,
        })
    }
}

/// The open finding that a person means.
fn find<'c>(checked: &'c Checked, name: &str) -> Result<&'c Finding, WaiveError> {
    let bom = &checked.scanned.bom;
    let is_fingerprint = name.len() >= SHORTEST && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (rule, component) = match name.split_once(':') {
        Some((rule, component)) if rule.contains('/') => (Some(rule), component),
        _ => (None, name),
    };
    let is_named = |finding: &&Finding| {
        let is_component = finding.component.is_some_and(|id| {
            let purl = &bom.component(id).purl;
            let full = purl.full_name();
            [purl.to_string(), purl.without_version().to_string(), full.to_string()]
                .iter()
                .any(|name| name == component)
                || purl.version().is_some_and(|version| component == format!("{full}@{version}"))
        });
        is_component && rule.is_none_or(|rule| finding.rule == rule)
    };
    let open = || checked.verdict.findings.iter().filter(|finding| finding.standing.is_open());
    let mut meant: Vec<&Finding> = Vec::new();
    if is_fingerprint {
        meant = open().filter(|finding| finding.fingerprint.starts_with(&name.to_ascii_lowercase())).collect();
    }
    if meant.is_empty() {
        meant = open().filter(is_named).collect();
    }
    match meant[..] {
        [] => Err(WaiveError::Unknown(name.to_owned())),
        [finding] => Ok(finding),
        _ => {
            let shown = meant.iter().take(4).map(|finding| format!("{} {}", finding.fingerprint, finding.rule));
            let shown = shown.collect::<Vec<_>>().join(", ");
            Err(WaiveError::Ambiguous { name: name.to_owned(), count: meant.len(), shown })
        }
    }
}

/// How many days away the end may be, and what says so.
fn most_days(policy: &Policy, finding: &Finding) -> (u32, String) {
    if let Some(set) = policy.waiver_days(&finding.rule) {
        return (set.value, set.because.text.clone());
    }
    let too_long = rule::by_id("governance/waiver-too-long");
    let most = too_long.map_or(366, |rule| {
        let params: Params = policy.params(rule);
        params.number("max-days")
    });
    (most, "governance/waiver-too-long".to_owned())
}

/// The directories of the projects that a finding is about, as waivers name them.
fn directories(bom: &Bom, finding: &Finding) -> BTreeSet<String> {
    match (finding.component, finding.project) {
        (Some(id), _) => {
            let all = || bom.component(id).occurrences.iter().map(|occurrence| bom.project(occurrence.project));
            let real: BTreeSet<String> = all()
                .filter(|project| !project.fixture)
                .map(|project| project.directory.display().to_owned())
                .collect();
            if real.is_empty() { all().map(|project| project.directory.display().to_owned()).collect() } else { real }
        }
        (None, Some(project)) => BTreeSet::from([bom.project(project).directory.display().to_owned()]),
        (None, None) => {
            let place = finding.locations.first().map(|place| place.path.parent().display().to_owned());
            BTreeSet::from([place.unwrap_or_else(|| ".".to_owned())])
        }
    }
}

/// Writes the waiver that a person wishes for. `today` is the day on which it begins.
///
/// # Errors
/// If it is not clear what is meant, the policy does not allow it, or the file cannot be written. Then nothing was written.
pub fn waive(checked: &Checked, wish: &Wish, today: Date) -> Result<Written, WaiveError> {
    let (bom, policy) = (&checked.scanned.bom, &checked.policy);
    let finding = find(checked, &wish.finding)?;
    let waivable = match rule::by_id(&finding.rule) {
        Some(rule) => !matches!(rule.check, Check::Decisions(_)),
        None => policy.own_rule(&finding.rule).is_some(),
    };
    if !waivable {
        return Err(WaiveError::NotWaivable(finding.rule.to_string()));
    }
    let reason: &Reason = REASONS
        .iter()
        .find(|reason| reason.name == wish.reason)
        .ok_or_else(|| WaiveError::Reason(wish.reason.clone()))?;
    let days = today.days_until(wish.expires);
    if days < 0 {
        return Err(WaiveError::Over(wish.expires));
    }
    let (most, because) = most_days(policy, finding);
    if days > i32::try_from(most).unwrap_or(i32::MAX) {
        return Err(WaiveError::TooLong { expires: wish.expires, days, most, because });
    }
    let projects: BTreeSet<String> = match &wish.project {
        Some(project) => BTreeSet::from([project.clone()]),
        None => directories(bom, finding),
    };
    if projects.len() > MOST_PROJECTS {
        return Err(WaiveError::Projects(projects.len()));
    }

    if let Some(name) = wish.policy.as_deref().and_then(Path::to_str).filter(|name| name.starts_with("builtin:")) {
        return Err(WaiveError::Shipped(name.to_owned()));
    }
    let root = checked.scanned.roots.first();
    let file = wish.policy.clone().or_else(|| root.and_then(files::find_settings));
    let file =
        file.unwrap_or_else(|| root.map_or_else(PathBuf::new, |root| root.directory.clone()).join(files::SETTINGS));
    let shown = files::shown_path(&file, root);
    let before = match file.exists() {
        true => files::read(&file, shown.clone())?.text().to_owned(),
        false => String::new(),
    };
    let entries: Vec<Table> = projects.iter().map(|project| entry(bom, finding, wish, reason, project)).collect();
    let (after, line, text) = insert(&before, &shown, entries)?;

    // Whatever was written: it must read as a policy, and the finding must be covered by it.
    let with = policy::read_text(&file, root, &after)?;
    let verdict = evaluate(bom, &with, today);
    let still = verdict
        .findings
        .iter()
        .any(|other| other.standing.is_open() && other.fingerprint == finding.fingerprint && wish.project.is_none());
    let waived = verdict.findings.iter().filter(|finding| !finding.standing.is_open()).count();
    let were = checked.verdict.findings.iter().filter(|finding| !finding.standing.is_open()).count();
    if still || waived <= were {
        return Err(WaiveError::NoEffect);
    }
    files::write(&file, after.as_bytes())?;
    Ok(Written { file: shown.to_string(), line, text })
}

fn entry(bom: &Bom, finding: &Finding, wish: &Wish, reason: &Reason, project: &str) -> Table {
    let mut table = Table::new();
    table.insert("rule", value(finding.rule.as_str()));
    if let Some(id) = finding.component {
        let component = bom.component(id);
        table.insert("component", value(component.purl.without_version().to_string()));
        table.insert("project", value(project));
        let claim = component.licensing.effective().filter(|_| finding.rule.starts_with("legal/"));
        let license = claim.map(|claim| claim.expression.as_ref().unwrap_or(&claim.raw));
        if let Some(license) = license {
            table.insert("license", value(license.as_str()));
        }
    } else {
        table.insert("project", value(project));
    }
    table.insert("reason", value(reason.name));
    let said = wish.justification.clone();
    table.insert("justification", value(said.unwrap_or_else(|| reason.docs.trim_end_matches('.').to_owned())));
    table.insert("approved-by", value(wish.by.as_str()));
    let day: Result<toml_edit::Datetime, _> = wish.expires.to_string().parse();
    match day {
        Ok(day) => table.insert("expires", value(day)),
        Err(_) => table.insert("expires", value(wish.expires.to_string())),
    };
    if let Some(ticket) = &wish.ticket {
        table.insert("ticket", value(ticket.as_str()));
    }
    table
}

/// Puts entries behind the last waiver of a policy file: its new text, the line of the first entry, and the entries' text.
fn insert(before: &str, shown: &RepoPath, entries: Vec<Table>) -> Result<(String, usize, String), WaiveError> {
    let fail =
        |cause: toml_edit::TomlError| WaiveError::Toml { file: shown.to_string(), cause: cause.message().to_owned() };
    let mut alone = ArrayOfTables::new();
    for mut table in entries.clone() {
        table.decor_mut().set_prefix(if alone.is_empty() { "" } else { "\n" });
        alone.push(table);
    }
    let mut only = DocumentMut::new();
    only.insert("waiver", Item::ArrayOfTables(alone));
    let text = only.to_string();

    let mut document: DocumentMut = before.parse().map_err(fail)?;
    match document.get_mut("waiver") {
        None => {
            // Nothing of the kind yet: at the end, where it disturbs nothing.
            let gap = if before.trim().is_empty() {
                ""
            } else if before.ends_with('\n') {
                "\n"
            } else {
                "\n\n"
            };
            let after = format!("{before}{gap}{text}");
            let line = before.lines().count() + gap.len() - usize::from(gap.len() == 2) + 1;
            return Ok((after, line, text));
        }
        Some(Item::ArrayOfTables(waivers)) => {
            for mut table in entries {
                table.decor_mut().set_prefix("\n");
                waivers.push(table);
            }
        }
        Some(_) => return Err(WaiveError::Form(shown.to_string())),
    }
    let after = document.to_string();
    // The entries are the only lines that are new: the first that differs is theirs, or the empty one before it.
    let common = before.lines().zip(after.lines()).take_while(|(old, new)| old == new).count();
    let head = after.lines().skip(common).position(|line| line.trim() == "[[waiver]]").unwrap_or(0);
    Ok((after, common + head + 1, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rule: &str) -> Table {
        let mut table = Table::new();
        table.insert("rule", value(rule));
        table
    }

    #[test]
    fn comments_and_layout_stay_and_the_line_is_right() {
        let cases = [
            "",
            "# ours\nextends = []   # nothing\n",
            "a = 1",
            "# first\n[[waiver]]\nrule = 'x'  # why\n\n# lists\n[licenses]\nallow = [\n  \"MIT\", # ok\n]\n",
            "[[waiver]]\r\nrule = 'x'\r\n",
        ];
        for before in cases {
            let shown = RepoPath::new("sepal.toml");
            let (after, line, text) = insert(before, &shown, vec![table("a/b"), table("c/d")]).unwrap();
            for kept in before.lines() {
                assert!(after.lines().any(|line| line == kept), "{before:?} lost {kept:?}: {after:?}");
            }
            assert_eq!(after.lines().nth(line - 1), Some("[[waiver]]"), "{before:?}: {after}");
            assert_eq!(after.lines().nth(line), Some("rule = \"a/b\""), "{before:?}: {after}");
            assert!(text.starts_with("[[waiver]]\nrule = \"a/b\"\n"), "{text}");
            let read: DocumentMut = after.parse().unwrap();
            let had = before.matches("[[waiver]]").count();
            assert_eq!(read["waiver"].as_array_of_tables().unwrap().len(), had + 2);
        }
        let shown = RepoPath::new("sepal.toml");
        assert!(matches!(insert("waiver = 1\n", &shown, vec![table("a/b")]), Err(WaiveError::Form(_))));
    }
}
