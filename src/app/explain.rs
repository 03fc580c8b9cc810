//! The long form: what a rule looks for, what a license asks.

use crate::evaluate::modification;
use crate::license::{self, Condition, Distribution, Fitness, Linkage};
use crate::model::{Bom, Scope, Severity, Verdict};
use crate::policy::{OwnRule, Policy};
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

/// What reports show of the rules, the policy's own among them.
pub fn rule_texts(policy: &Policy) -> Vec<RuleText<'_>> {
    let own = policy.own.iter().map(|rule| RuleText {
        id: &rule.id,
        summary: &rule.message,
        level: rule.level.value.unwrap_or(Severity::Note),
        what: rule.when.as_str(),
        why: &rule.why,
        fix: rule.help.first().map_or("", String::as_str),
    });
    let mut texts: Vec<RuleText<'_>> = shipped_texts().into_iter().chain(own).collect();
    texts.sort_by_key(|text| text.id);
    texts
}

fn shipped_texts() -> Vec<RuleText<'static>> {
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

/// The page of a policy's own rule as text.
pub fn own_page(rule: &OwnRule) -> String {
    let place = rule
        .because
        .line
        .map_or_else(|| rule.because.policy.to_string(), |line| format!("{}:{line}", rule.because.policy));
    let level = rule.level.value.map_or("off", Severity::as_str);
    let unknown = rule.unknown_level().map_or("off", Severity::as_str);
    let mut text = format!(
        "{}\n{}.\n\nlevel: {level} · where nobody can tell: {unknown} · a rule of your own, at {place}\n\nIt finds components of \
         which this holds\n  {}\n",
        rule.id,
        rule.message,
        rule.when.as_str().trim().replace('\n', "\n  ")
    );
    if !rule.why.is_empty() {
        text.push_str(&format!("\nWhy it matters\n  {}\n", rule.why.trim().replace('\n', "\n  ")));
    }
    if !rule.help.is_empty() {
        text.push_str("\nWhat to do\n");
        for (index, way) in rule.help.iter().enumerate() {
            text.push_str(&format!("  {}. {way}\n", index + 1));
        }
    }
    text
}

/// The license whose name this is.
pub fn explained_license(what: &str) -> Option<license::Explanation> {
    license::explain(what)
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
    if found.deprecated {
        facts.push("deprecated on the SPDX list".to_owned());
    }
    text.push_str(&format!("{}\n", facts.join(" · ")));
    for paragraph in [found.about, found.about_exception].into_iter().flatten() {
        text.push_str(&format!("\n{}\n", paragraph.trim()));
    }
    let class = found.about_class;
    text.push_str(&format!("\nWhat it is\n  {}\n", class.what));
    text.push_str(&format!("\nWhen it matters\n  {}\n", class.when));
    text.push_str(&format!("\nWhat to do\n  {}\n", class.act));
    match found.facts {
        Some(facts) => {
            by_use(&mut text, found);
            asks(&mut text, found, facts);
        }
        None => text.push_str(
            "\nWhat it asks\n  Only its class is known here; its text has to be read. Nothing is concluded from what nobody has read.\n",
        ),
    }
    goes_into(&mut text, found);
    text.push_str("\nThis is an explanation for developers, not legal advice.\n");
    text
}

/// One line for each way in which a product reaches others.
fn by_use(text: &mut String, found: &license::Explanation) {
    text.push_str("\nWhat is due, by how the product reaches others (linked in, unchanged)\n");
    for distribution in Distribution::ALL {
        let used = license::Used { license: &found.expression, linkage: Linkage::Static, modified: Some(false) };
        let duties = license::duties(&used, distribution);
        let mut words: Vec<String> = Vec::new();
        for duty in &duties.due {
            let word = match duty.condition {
                Condition::DiscloseSource => format!("source of {}", duty.reach.phrase()),
                Condition::SameLicense => format!("same license for {}", duty.reach.phrase()),
                condition => condition.short().to_owned(),
            };
            if !words.contains(&word) {
                words.push(word);
            }
        }
        let due = if words.is_empty() { "nothing".to_owned() } else { words.join(", ") };
        text.push_str(&format!("  {:<10}{due}\n", distribution.as_str()));
    }
}

/// Every condition with its place in the text.
fn asks(text: &mut String, found: &license::Explanation, facts: &license::Facts) {
    text.push_str("\nWhat its text asks\n");
    if facts.asks.is_empty() {
        text.push_str("  nothing\n");
    }
    for ask in &facts.asks {
        let place = if ask.place.is_empty() { String::new() } else { format!(" ({})", ask.place) };
        text.push_str(&format!("  {}: {}{place}\n", ask.condition.act(), ask.when.phrase()));
    }
    let (patents, place) = &facts.patents;
    let place = if place.is_empty() { String::new() } else { format!(" ({place})") };
    text.push_str(&format!("  {}{place}\n", patents.phrase()));
    if let Some(exception) = found.exception {
        text.push_str(&format!("  the exception: {}\n", exception.text));
    }
    if let Some(note) = &facts.note {
        text.push_str(&format!("  {note}\n"));
    }
    if !facts.disputed.is_empty() {
        text.push_str(&format!("  careful readers differ about: {}\n", facts.disputed.join(", ")));
    }
}

/// Licenses that products are often given out under, with how a person says them.
const PRODUCTS: [(&str, &str); 8] = [
    ("LicenseRef-proprietary", "a closed product"),
    ("MIT", "MIT"),
    ("Apache-2.0", "Apache-2.0"),
    ("MPL-2.0", "MPL-2.0"),
    ("GPL-2.0-only", "GPL-2.0-only"),
    ("GPL-2.0-or-later", "GPL-2.0-or-later"),
    ("GPL-3.0-or-later", "GPL-3.0-or-later"),
    ("AGPL-3.0-or-later", "AGPL-3.0-or-later"),
];

/// What a product that it is linked into may be given out under.
fn goes_into(text: &mut String, found: &license::Explanation) {
    let usage = license::Usage { linkage: Linkage::Static, distribution: Distribution::Binary };
    let mut groups: Vec<(Fitness, Vec<&str>, String)> = Vec::new();
    for (id, said) in PRODUCTS {
        let Some(outbound) = license::read(id).expression else { continue };
        let answer = license::compatible(&found.expression, &outbound, usage);
        // The general case of each verdict first; its own reason where it differs.
        let why = match answer.fitness {
            Fitness::Ok => String::new(),
            _ => {
                let reason = answer.reasons.last().map(|reason| reason.text.replace(id, "the product's license"));
                reason.unwrap_or_default()
            }
        };
        match groups.iter_mut().find(|(fitness, _, have)| *fitness == answer.fitness && *have == why) {
            Some((_, names, _)) => names.push(said),
            None => groups.push((answer.fitness, vec![said], why)),
        }
    }
    groups.sort_by_key(|(fitness, _, _)| *fitness);
    text.push_str("\nLinked into a product that others get as a program, under\n");
    for (fitness, names, why) in groups {
        let word = match fitness {
            Fitness::Ok => "fits",
            Fitness::Review => "look first",
            Fitness::Unknown => "unknown",
            Fitness::Conflict => "does not fit",
        };
        let why = if why.is_empty() { String::new() } else { format!(": {why}") };
        text.push_str(&format!("  {word:<13}{}{why}\n", names.join(", ")));
    }
}

/// How many components a page lists.
const MOST_LISTED: usize = 12;

/// Which components of a checked tree have a license, and by which way: the part of its page about the reader's own project.
/// Empty where none has it.
pub fn license_here(found: &license::Explanation, bom: &Bom, policy: &Policy, verdict: &Verdict) -> String {
    let Some(wanted) = found.expression.terms().next() else { return String::new() };
    let paths = rule::Paths::of(bom);
    let mut lines = Vec::new();
    let mut count = 0;
    for component in &verdict.components {
        let claim = bom.component(component.component).licensing.effective();
        let whole = claim.and_then(|claim| claim.expression.as_deref());
        let Some(expression) = whole.and_then(|text| license::read(text).expression) else { continue };
        let has = |term: &license::Term| {
            term.license == wanted.license && (wanted.exception.is_none() || wanted.exception == term.exception)
        };
        if !expression.terms().any(has) {
            continue;
        }
        count += 1;
        if lines.len() == MOST_LISTED {
            continue;
        }
        let name = |id| {
            let purl = &bom.component(id).purl;
            match purl.version() {
                Some(version) => format!("{} {version}", purl.full_name()),
                None => purl.full_name().into(),
            }
        };
        let mut line = format!("  {}", name(component.component));
        if let Some(project) = paths.best_project(bom, component.component) {
            let way: Vec<String> = paths.path(bom, project, component.component).into_iter().map(name).collect();
            if way.len() > 2 {
                line.push_str(&format!(" through {}", way[1..way.len() - 1].join(" → ")));
            }
        }
        let scopes: Vec<Scope> = bom.component(component.component).occurrences.iter().map(|one| one.scope).collect();
        if let Some(scope) = scopes.into_iter().min() {
            line.push_str(&format!(" · {}", scope.as_str()));
        }
        line.push_str(&format!(" · {}", component.verdict.as_str()));
        if let Some(chosen) = component.chosen.as_deref() {
            let binds = license::read(chosen).expression.is_some_and(|chosen| chosen.terms().any(has));
            line.push_str(if binds { " (chosen)" } else { " (not the arm that is taken: " });
            if !binds {
                line.push_str(&format!("{chosen})"));
            }
        }
        if let Some(modified) = modification(bom.component(component.component), policy) {
            line.push_str(&format!(" · used in a changed form: {}", modified.what));
        }
        lines.push(line);
    }
    if count == 0 {
        return String::new();
    }
    let those = if count == 1 { "1 component has it".to_owned() } else { format!("{count} components have it") };
    let mut text = format!("\nIn this directory: {those}\n{}\n", lines.join("\n"));
    if count > lines.len() {
        text.push_str(&format!("  and {} more\n", count - lines.len()));
    }
    text
}
