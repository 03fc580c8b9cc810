//! `sepal-governance.toml`: what a scanner cannot see, stated by a person, dated, and with an end.

use compact_str::CompactString;

use crate::model::{
    Attestation, Date, Diagnostic, DiagnosticKind, FoundEvidence, InventoryEntry, InventoryKind, Location, Release,
};
use crate::text::{Kind, Node, Source, toml};

use super::Read;

/// The name of the file, at the top of the repository.
pub const FILE: &str = "sepal-governance.toml";

/// How long a statement holds at most, in months: the period of conformance of ISO/IEC 5230 (3.6.2.1) and 18974 (4.4.2.1).
pub const MOST_MONTHS: i32 = 18;

/// The same in days, counted as generously as eighteen months can be.
const MOST_DAYS: i32 = 550;

/// The least that a statement says.
const LEAST_STATEMENT: usize = 20;

const KEYS: &[&str] = &["point", "statement", "owner", "evidence", "sha256", "signed-by", "date", "expires"];

const INVENTORY_KEYS: &[&str] = &["name", "kind", "owner", "criticality", "use", "sbom", "reason", "date"];

const RELEASE_KEYS: &[&str] = &["version", "date", "sbom", "notices", "keep-until"];

/// The points that a statement can be about: those that no scanner can see whole.
pub(super) const POINTS: &[&str] = &[
    "21.V1", "21.V2", "21.V3", "21.V4", "21.O1", "21.O2", "21.O3", "21.O4", "21.O5", "22.V1", "22.V2", "22.V3",
    "22.V4", "23.V1", "23.V2", "23.V3", "23.V4", "24.V1", "24.V2", "24.V3", "44.V1", "44.V2", "44.V3", "44.V4",
    "S1.1a", "S1.1b", "S1.1c", "S1.1d", "S1.1e", "S1.1f", "S1.2a", "S1.2b", "S1.3a", "S1.3b", "S1.4a", "S1.4b",
    "S1.4c", "S1.4d", "S1.4e", "S1.4f", "S1.4g",
];

/// The known word nearest to one that is not known.
fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let likeness = |have: &str| strsim::jaro_winkler(&word.to_ascii_lowercase(), &have.to_ascii_lowercase());
    let best = known.iter().copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) > 0.75).then_some(best)
}

struct Reader<'r, 's> {
    source: &'s Source,
    read: &'r mut Read,
}

impl Reader<'_, '_> {
    fn problem(&mut self, node: Node<'_>, message: String, help: Option<String>) {
        let location = Location::at(self.source.path(), self.source.mark(node.span()));
        self.read.problems.push(Diagnostic { location, kind: DiagnosticKind::Entry, message, help });
    }

    fn text(&mut self, table: Node<'_>, key: &str) -> Option<CompactString> {
        let Some(node) = table.get(key) else {
            self.problem(table, format!("an entry without `{key}`"), Some(format!("add {key} = \"…\"")));
            return None;
        };
        match node.string().map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) => Some(text.into()),
            None => {
                self.problem(node, format!("`{key}` is not a text that says something"), None);
                None
            }
        }
    }

    fn date(&mut self, table: Node<'_>, key: &str) -> Option<Date> {
        let Some(node) = table.get(key) else {
            self.problem(table, format!("an entry without `{key}`"), Some(format!("add {key} = 2027-05-01")));
            return None;
        };
        match node.scalar().unwrap_or_default().parse() {
            Ok(date) => Some(date),
            Err(error) => {
                self.problem(
                    node,
                    format!("`{key}` is no day: {error}"),
                    Some("write a date such as 2027-05-01".into()),
                );
                None
            }
        }
    }

    /// A text that need not be there; one that is empty says nothing.
    fn optional(&mut self, table: Node<'_>, key: &str) -> Option<CompactString> {
        table.get(key)?;
        self.text(table, key)
    }

    fn optional_date(&mut self, table: Node<'_>, key: &str) -> Option<Date> {
        table.get(key)?;
        self.date(table, key)
    }

    /// One of some words.
    fn word(&mut self, table: Node<'_>, key: &str, known: &[&str]) -> Option<CompactString> {
        let text = self.optional(table, key)?;
        if known.contains(&text.as_str()) {
            return Some(text);
        }
        let near = nearest(&text, known).map(|near| format!("did you mean `{near}`? "));
        let help = format!("{}one of {}", near.unwrap_or_default(), known.join(", "));
        self.problem(table.get(key).unwrap_or(table), format!("`{key}` cannot be `{text}`"), Some(help));
        None
    }

    /// A path of the repository or an `https` URL.
    fn place(&mut self, table: Node<'_>, key: &str) -> Option<CompactString> {
        let text = self.optional(table, key)?;
        if text.contains("://") && !text.starts_with("https://") {
            let node = table.get(key).unwrap_or(table);
            self.problem(node, format!("`{key}` is neither a path nor an https URL"), None);
            return None;
        }
        Some(text)
    }

    fn entry(&mut self, table: Node<'_>) -> Option<InventoryEntry> {
        self.unknown_keys(table, INVENTORY_KEYS);
        let name = self.text(table, "name");
        let kinds: Vec<&str> = InventoryKind::ALL.iter().map(|kind| kind.as_str()).collect();
        if table.get("kind").is_none() {
            self.problem(table, "an entry without `kind`".into(), Some(format!("one of {}", kinds.join(", "))));
        }
        let kind = self.word(table, "kind", &kinds);
        let entry = InventoryEntry {
            owner: self.optional(table, "owner"),
            criticality: self.word(table, "criticality", &["low", "medium", "high", "critical"]),
            usage: self.word(table, "use", &["use", "integrate", "produce", "host"]),
            sbom: self.place(table, "sbom"),
            reason: self.optional(table, "reason"),
            date: self.optional_date(table, "date"),
            location: Location::at(self.source.path(), self.source.mark(table.span())),
            found: None,
            name: name?,
            kind: InventoryKind::ALL.into_iter().find(|known| Some(known.as_str()) == kind.as_deref())?,
        };
        Some(entry)
    }

    fn release(&mut self, table: Node<'_>) -> Option<Release> {
        self.unknown_keys(table, RELEASE_KEYS);
        let version = self.text(table, "version");
        Some(Release {
            date: self.optional_date(table, "date"),
            sbom: self.place(table, "sbom"),
            notices: self.place(table, "notices"),
            keep_until: self.optional_date(table, "keep-until"),
            location: Location::at(self.source.path(), self.source.mark(table.span())),
            missing: Vec::new(),
            version: version?,
        })
    }

    fn unknown_keys(&mut self, table: Node<'_>, known: &[&str]) {
        for (name, _) in table.entries() {
            let key = name.scalar().unwrap_or_default();
            if !known.contains(&key) {
                let allowed = format!("allowed: {}", known.join(", "));
                let help = match nearest(key, known) {
                    Some(near) => format!("did you mean `{near}`? {allowed}"),
                    None => allowed,
                };
                self.problem(name, format!("`{key}` is not a key of such an entry"), Some(help));
            }
        }
    }

    fn statement(&mut self, table: Node<'_>) -> Option<Attestation> {
        self.unknown_keys(table, KEYS);
        let point = self.text(table, "point");
        if let (Some(point), Some(node)) = (&point, table.get("point"))
            && !POINTS.contains(&point.as_str())
        {
            let near = nearest(point, POINTS).map(|near| format!("did you mean `{near}`?"));
            self.problem(node, format!("`{point}` is not a point of the scorecard"), near);
            return None;
        }
        let statement = self.text(table, "statement");
        let owner = self.text(table, "owner");
        let evidence = self.text(table, "evidence");
        let signed_by = self.text(table, "signed-by");
        let date = self.date(table, "date");
        let expires = self.date(table, "expires");
        let sha256 = match table.get("sha256") {
            None => None,
            Some(node) => {
                let text = node.string().unwrap_or_default().to_ascii_lowercase();
                if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                    self.problem(node, "`sha256` is not a digest of 64 hexadecimal digits".into(), None);
                    return None;
                }
                Some(text.into())
            }
        };
        let evidence = evidence?;
        if evidence.contains("://") && !evidence.starts_with("https://") {
            let node = table.get("evidence").unwrap_or(table);
            self.problem(node, "`evidence` is neither a path nor an https URL".into(), None);
            return None;
        }
        Some(Attestation {
            point: point?,
            statement: statement?.to_string(),
            owner: owner?,
            evidence,
            sha256,
            signed_by: signed_by?,
            date: date?,
            expires: expires?,
            location: Location::at(self.source.path(), self.source.mark(table.span())),
            found: None,
        })
    }
}

/// Reads the file.
pub(super) fn read(source: &Source, read: &mut Read) {
    let document = match toml::parse(source) {
        Ok(document) => document,
        Err(error) => {
            let location = Location::at(source.path(), source.mark(error.span));
            let message = format!("could not be read: {}", error.message);
            read.problems.push(Diagnostic { location, kind: DiagnosticKind::Malformed, message, help: None });
            return;
        }
    };
    let mut reader = Reader { source, read };
    for (name, node) in document.root().entries() {
        match name.scalar().unwrap_or_default() {
            "statement" if node.kind() == Kind::Sequence => {
                for table in node.items() {
                    if let Some(statement) = reader.statement(table) {
                        reader.read.attestations.push(statement);
                    }
                }
            }
            "inventory" if node.kind() == Kind::Sequence => {
                for table in node.items() {
                    if let Some(entry) = reader.entry(table) {
                        reader.read.inventory.push(entry);
                    }
                }
            }
            "release" if node.kind() == Kind::Sequence => {
                for table in node.items() {
                    if let Some(release) = reader.release(table) {
                        reader.read.releases.push(release);
                    }
                }
            }
            wrong @ ("inventory" | "release") => {
                let help = Some(format!("write [[{wrong}]]"));
                reader.problem(node, format!("`{wrong}` is not a list of tables"), help);
            }
            "statement" => {
                reader.problem(node, "`statement` is not a list of tables".into(), Some("write [[statement]]".into()))
            }
            other => {
                let known = ["statement", "inventory", "release"];
                let help = nearest(other, &known).map(|near| format!("did you mean `{near}`?"));
                reader.problem(
                    name,
                    format!("`{other}` is not a key of {FILE}"),
                    help.or(Some("allowed: [[statement]], [[inventory]], [[release]]".into())),
                );
            }
        }
    }
}

/// Why a statement is worth nothing on this day; `None`: it counts.
pub fn trouble(statement: &Attestation, today: Date) -> Option<String> {
    let Attestation { date, expires, evidence, .. } = statement;
    if *date > today {
        return Some(format!("is dated {date}, which is still to come"));
    }
    if *expires < today {
        return Some(format!("expired on {expires}"));
    }
    if date.days_until(*expires) > MOST_DAYS {
        return Some(format!("holds from {date} to {expires}, longer than {MOST_MONTHS} months"));
    }
    if statement.statement.chars().count() < LEAST_STATEMENT {
        return Some("says too little to be a statement".to_owned());
    }
    match &statement.found {
        None => None,
        Some(FoundEvidence::Missing) => Some(format!("names `{evidence}`, which is not in the repository")),
        Some(FoundEvidence::File { sha256, stub }) => match (stub, &statement.sha256) {
            (Some(stub), _) => Some(format!("rests on `{evidence}`, which {stub}")),
            (None, Some(signed)) if signed != sha256 => {
                Some(format!("rests on `{evidence}`, which has changed since it was signed"))
            }
            _ => None,
        },
    }
}
