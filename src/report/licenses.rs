//! The answer of `sepal licenses`: what the project says of its own terms, and where that does not fit together.

use std::collections::BTreeMap;
use std::io;

use serde_json::{Value, json};

use crate::model::{Diagnostic, Location, RepoPath};

use super::encode::{clip, printable};
use super::trail;

/// What a project says of its own terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hygiene {
    /// What the policy says that it is given out under.
    pub project: Option<String>,
    /// What its packages declare, sorted by place.
    pub manifests: Vec<ManifestLicense>,
    /// Its license files, sorted by path.
    pub license_files: Vec<OwnFile>,
    /// Files by what their headers, or what is said for them, say.
    pub headers: BTreeMap<String, Vec<RepoPath>>,
    /// Files that REUSE asks about.
    pub covered: usize,
    /// Those of them whose license is said.
    pub with_license: usize,
    /// Those of them of which it is said who holds rights.
    pub with_copyright: usize,
    /// Those of which both is said.
    pub complete: usize,
    /// Those of which one or both are not, sorted.
    pub without: Vec<RepoPath>,
    /// `REUSE.toml` and `dep5` files.
    pub reuse_files: Vec<RepoPath>,
    /// Licenses that files are under and whose texts are missing in `LICENSES/`.
    pub unlicensed_texts: Vec<String>,
    /// What does not fit together.
    pub problems: Vec<Problem>,
    /// What could not be read.
    pub diagnostics: Vec<Diagnostic>,
}

/// What a package of one's own declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestLicense {
    /// Its full name.
    pub name: String,
    /// Where.
    pub place: Location,
    /// As written; `None`: nothing.
    pub raw: Option<String>,
    /// As an expression.
    pub expression: Option<String>,
}

/// A license file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnFile {
    /// The file.
    pub path: RepoPath,
    /// What it says.
    pub expression: Option<String>,
}

/// Something that does not fit together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// `missing`, `undeclared`, `mismatch`, `header` or `text`.
    pub kind: &'static str,
    /// Where.
    pub place: Location,
    /// What, in a sentence without a full stop.
    pub message: String,
}

impl Hygiene {
    /// Whether every file that REUSE asks about has license and copyright, and every license its text.
    pub fn follows_reuse(&self) -> bool {
        self.without.is_empty() && self.unlicensed_texts.is_empty()
    }

    /// Files covered in percent, rounded down; 100 where there are none.
    pub fn percent(&self) -> usize {
        (self.complete * 100).checked_div(self.covered).unwrap_or(100)
    }
}

/// Files that one line names.
const SHOWN: usize = 10;

/// For a program: one object.
///
/// # Errors
/// If the writer fails.
pub fn write_json(hygiene: &Hygiene, writer: &mut dyn io::Write) -> io::Result<()> {
    let place = |location: &Location| json!({ "path": location.path.display(), "line": location.line() });
    let paths = |paths: &[RepoPath]| paths.iter().map(|path| Value::from(path.display())).collect::<Value>();
    let headers: Value = hygiene
        .headers
        .iter()
        .map(|(license, files)| json!({ "license": license, "count": files.len(), "files": paths(files) }))
        .collect();
    let manifests: Value = hygiene
        .manifests
        .iter()
        .map(|one| {
            json!({ "name": one.name, "place": place(&one.place), "declared": one.raw, "expression": one.expression })
        })
        .collect();
    let files: Value = hygiene
        .license_files
        .iter()
        .map(|file| json!({ "path": file.path.display(), "expression": file.expression }))
        .collect();
    let problems: Value = hygiene
        .problems
        .iter()
        .map(|one| json!({ "kind": one.kind, "place": place(&one.place), "message": one.message }))
        .collect();
    let diagnostics: Value = hygiene
        .diagnostics
        .iter()
        .map(|one| json!({ "place": place(&one.location), "message": one.message }))
        .collect();
    let document = json!({
        "schema": "sepal-licenses/1",
        "project": hygiene.project,
        "manifests": manifests,
        "license_files": files,
        "headers": headers,
        "reuse": {
            "covered": hygiene.covered,
            "with_license": hygiene.with_license,
            "with_copyright": hygiene.with_copyright,
            "complete": hygiene.complete,
            "without": paths(&hygiene.without),
            "annotated_by": paths(&hygiene.reuse_files),
            "missing_texts": hygiene.unlicensed_texts,
        },
        "problems": problems,
        "diagnostics": diagnostics,
    });
    let mut text = String::new();
    for character in serde_json::to_string_pretty(&document).map_err(io::Error::from)?.chars() {
        if character != '\n' && super::encode::is_unsafe(character) {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                text.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            text.push(character);
        }
    }
    writeln!(writer, "{text}")
}

/// For a person.
///
/// # Errors
/// If the writer fails.
pub fn write_text(hygiene: &Hygiene, color: bool, writer: &mut dyn io::Write) -> io::Result<()> {
    let bold = |text: &str| if color { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() };
    let shown = |text: &str| clip(&printable(text), 200).into_owned();
    if let Some(project) = &hygiene.project {
        writeln!(writer, "{}  {}", bold("policy says  "), shown(project))?;
    }
    let mut by_license: BTreeMap<&str, Vec<&ManifestLicense>> = BTreeMap::new();
    for one in &hygiene.manifests {
        by_license.entry(one.raw.as_deref().unwrap_or("no license")).or_default().push(one);
    }
    for (at, (license, packages)) in by_license.iter().enumerate() {
        let title = if at == 0 { bold("manifests    ") } else { " ".repeat(13) };
        let names: Vec<String> = packages.iter().take(SHOWN).map(|one| printable(&one.name).into_owned()).collect();
        let more = packages.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        writeln!(writer, "{title}  {}: {}{more}", shown(license), names.join(", "))?;
    }
    for (at, file) in hygiene.license_files.iter().take(SHOWN * 2).enumerate() {
        let title = if at == 0 { bold("license files") } else { " ".repeat(13) };
        let expression = file.expression.as_deref().unwrap_or("not recognised");
        writeln!(writer, "{title}  {}: {}", printable(file.path.display()), shown(expression))?;
    }
    if hygiene.license_files.len() > SHOWN * 2 {
        writeln!(writer, "{}  and {} more", " ".repeat(13), hygiene.license_files.len() - SHOWN * 2)?;
    }
    let mut headers: Vec<(&String, usize)> =
        hygiene.headers.iter().map(|(license, files)| (license, files.len())).collect();
    headers.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    for (at, &(license, count)) in headers.iter().take(SHOWN).enumerate() {
        let title = if at == 0 { bold("headers      ") } else { " ".repeat(13) };
        writeln!(writer, "{title}  {}: {}", shown(license), trail::count(count, "file"))?;
    }
    if headers.len() > SHOWN {
        writeln!(writer, "{}  and {} more expressions", " ".repeat(13), headers.len() - SHOWN)?;
    }
    writeln!(
        writer,
        "{}  {} of {} files ({} %) say license and holder; {} say a license, {} a holder",
        bold("REUSE        "),
        hygiene.complete,
        hygiene.covered,
        hygiene.percent(),
        hygiene.with_license,
        hygiene.with_copyright
    )?;
    for path in hygiene.without.iter().take(SHOWN) {
        writeln!(writer, "{}  without: {}", " ".repeat(13), printable(path.display()))?;
    }
    if hygiene.without.len() > SHOWN {
        let more = hygiene.without.len() - SHOWN;
        writeln!(writer, "{}  and {more} more; --format json lists them", " ".repeat(13))?;
    }
    writeln!(writer)?;
    for problem in &hygiene.problems {
        let place = match problem.place.line() {
            Some(line) => format!("{}:{line}", problem.place.path.display()),
            None => problem.place.path.display().to_owned(),
        };
        writeln!(writer, "{}: {}: {}", bold(problem.kind), printable(&place), printable(&problem.message))?;
    }
    if hygiene.problems.is_empty() {
        writeln!(writer, "manifests, license files and headers agree")?;
    }
    Ok(())
}
