//! The long form: what a rule looks for, what a license asks.

use crate::license;
use crate::model::Severity;
use crate::report::RuleText;
use crate::rule::{self, Rule};

/// Something explained, as text for a person.
#[derive(Debug)]
pub enum Explained {
    /// A rule's page.
    Rule(String),
    /// A license.
    License(String),
}

/// Explains what has this name: a rule's id, or a license as people write it.
pub fn explain(what: &str) -> Option<Explained> {
    if let Some(rule) = rule::by_id(what) {
        return Some(Explained::Rule(page(rule)));
    }
    license::explain(what).map(|found| Explained::License(license_text(&found)))
}

/// Whether a text can be (the beginning of) a finding's fingerprint.
pub fn is_fingerprint(text: &str) -> bool {
    (4..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Rules and a license with names like this one, the nearest first.
pub fn resembling(what: &str) -> Vec<String> {
    let mut near: Vec<(f64, &str)> = rule::TABLE
        .iter()
        .map(|rule| (strsim::jaro_winkler(&what.to_ascii_lowercase(), rule.id), rule.id))
        .filter(|(likeness, _)| *likeness > 0.88)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    near.into_iter().take(3).map(|(_, name)| name).chain(license::nearest(what)).map(ToOwned::to_owned).collect()
}

/// What reports show of the rules.
pub fn rule_texts() -> Vec<RuleText<'static>> {
    rule::TABLE
        .iter()
        .map(|rule| RuleText {
            id: rule.id,
            summary: rule.summary,
            level: rule.default.unwrap_or(Severity::Note),
            what: rule.docs.what,
            why: rule.docs.why,
            fix: rule.docs.how_to_fix,
        })
        .collect()
}

/// A rule's page as text.
pub fn page(rule: &Rule) -> String {
    let level = rule.default.map_or("off", |severity| severity.as_str());
    let mut text = format!("{}\n{}.\n\nlevel: {level} by default · since {}\n", rule.id, rule.summary, rule.since);
    let docs = &rule.docs;
    for (title, body) in [
        ("What it looks at", docs.what),
        ("Why it matters", docs.why),
        ("What to do", docs.how_to_fix),
        ("When it is fine", docs.fine_when),
        ("An example that is found", docs.example_bad),
        ("The same, put right", docs.example_good),
    ] {
        if !body.is_empty() {
            text.push_str(&format!("\n{title}\n"));
            for line in body.trim().lines() {
                text.push_str(if line.is_empty() { "" } else { "  " });
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    if !rule.params.is_empty() {
        text.push_str("\nParameters (in [rules] of sepal.toml)\n");
        for param in rule.params {
            text.push_str(&format!("  {}: {}\n", param.name, param.docs));
        }
    }
    if !rule.mappings.is_empty() {
        text.push_str("\nServes\n");
        for (standard, item) in rule.mappings {
            text.push_str(&format!("  {standard}: {item}\n"));
        }
    }
    text
}

fn license_text(found: &license::Explanation) -> String {
    let mut text = found.id.clone();
    if let Some(name) = found.name {
        text.push_str(&format!(": {name}"));
    }
    text.push('\n');
    if let Some(read_as) = &found.read_as {
        text.push_str(&format!("({read_as})\n"));
    }
    let mut facts = vec![format!("class {}", found.class.as_str())];
    if found.osi_approved {
        facts.push("approved by the Open Source Initiative".to_owned());
    }
    if found.fsf_libre {
        facts.push("listed as free by the Free Software Foundation".to_owned());
    }
    text.push_str(&format!("{}\n", facts.join(" · ")));
    for paragraph in [found.about, found.about_exception].into_iter().flatten() {
        text.push_str(&format!("\n{}\n", paragraph.trim()));
    }
    let class = found.about_class;
    text.push_str(&format!("\nWhat it is\n  {}\n", class.what));
    text.push_str(&format!("\nWhen it matters\n  {}\n", class.when));
    text.push_str(&format!("\nWhat to do\n  {}\n", class.act));
    text.push_str("\nThis is an explanation for developers, not legal advice.\n");
    text
}
