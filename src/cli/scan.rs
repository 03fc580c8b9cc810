//! `sepal scan`

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use crate::app::check::scan_by_policy;
use crate::app::policy;
use crate::app::source::{SourceSettings, source_licenses};
use crate::report::identify::write_source_files;
use crate::report::json;
use crate::sbom::{self, Author, Document, Encoding};

use super::exit::Code;
use super::output::{self, Failure, Terminal};
use super::progress::Progress;
use super::surroundings;
use super::target::{self, Target};

/// Writes an inventory of what is there.
#[derive(Args, Debug)]
pub struct Scan {
    #[command(flatten)]
    target: Target,
    /// What to write and where: FORMAT[@VERSION][=FILE]; without a file to stdout. Repeat for several. Formats:
    /// cyclonedx-json, spdx-json, spdx-tv, purls, json, and source-files (--source-licenses, one JSON object a file)
    #[arg(short, long = "output", value_name = "FORMAT[@VERSION][=FILE]", default_value = "cyclonedx-json")]
    outputs: Vec<String>,
    /// Put what advisories know of the components into the document (CycloneDX and JSON only). Many who receive an SBOM want
    /// the two apart: what is known changes every day, what is inside does not
    #[arg(long)]
    vulnerabilities: bool,
    /// Also read every text of the tree for licenses and holders, and list the files that name some
    #[arg(long)]
    source_licenses: bool,
    /// Who answers for the document, as NAME <E-MAIL>: standards ask for it, and no file says it
    #[arg(long, value_name = "NAME <E-MAIL>")]
    author: Option<String>,
    /// Say on stderr how long each stage took
    #[arg(long)]
    timings: bool,
}

/// What is written.
enum What {
    /// A document of a standard.
    Encoded(&'static Encoding),
    /// The JSON inventory.
    Inventory,
    /// The files of `--source-licenses`.
    Files,
}

/// Something to write.
struct Wanted {
    what: What,
    version: String,
    file: Option<PathBuf>,
}

fn wanted(text: &str) -> Result<Wanted, Failure> {
    let (what, file) = text.split_once('=').map_or((text, None), |(what, file)| (what, Some(PathBuf::from(file))));
    let (id, version) = what.split_once('@').map_or((what, None), |(id, version)| (id, Some(version)));
    let plain = match id {
        "json" => Some(What::Inventory),
        "source-files" => Some(What::Files),
        _ => None,
    };
    if let (Some(what), None) = (plain, version) {
        return Ok(Wanted { what, version: String::new(), file });
    }
    let encoding = sbom::by_id(id).ok_or_else(|| {
        let known: Vec<&str> = sbom::TABLE.iter().map(|encoding| encoding.id).chain(["json", "source-files"]).collect();
        Failure::new(format!("there is no output `{id}`")).with_help(format!("one of {}", known.join(", ")))
    })?;
    let version = match version {
        None => encoding.versions.first().copied().unwrap_or_default(),
        Some(version) => encoding.versions.iter().copied().find(|known| *known == version).ok_or_else(|| {
            Failure::new(format!("`{id}` is not written in version `{version}`"))
                .with_help(format!("one of {}", encoding.versions.join(", ")))
        })?,
    };
    Ok(Wanted { what: What::Encoded(encoding), version: version.to_owned(), file })
}

impl Scan {
    pub fn run(self, terminal: &Terminal) -> Result<Code, Failure> {
        let wanted = self.outputs.iter().map(|text| wanted(text)).collect::<Result<Vec<_>, _>>()?;
        if wanted.iter().filter(|wanted| wanted.file.is_none()).count() > 1 {
            return Err(Failure::new("two documents cannot both go to stdout").with_help("name a file: -o FORMAT=FILE"));
        }
        let author = match &self.author {
            Some(text) => Some(Author::parse(text).ok_or_else(|| {
                Failure::new(format!("`{text}` is no author")).with_help("write \"Acme <sbom@example.org>\"")
            })?),
            None => None,
        };
        let progress = Progress::start(terminal.watched, "scanning");
        let mut settings = self.target.settings()?;
        if self.vulnerabilities {
            let mixed = |wanted: &Wanted| match wanted.what {
                What::Encoded(encoding) if encoding.id != "cyclonedx-json" => Some(encoding.id),
                _ => None,
            };
            if let Some(id) = wanted.iter().find_map(mixed) {
                return Err(Failure::new(format!("`{id}` has no place for vulnerabilities"))
                    .with_help("write cyclonedx-json or json, or leave out `--vulnerabilities`"));
            }
            settings.advisories = self.target.reading.advisory_source();
        }
        if !self.source_licenses && wanted.iter().any(|wanted| matches!(wanted.what, What::Files)) {
            return Err(Failure::new("source-files are those of --source-licenses").with_help("add --source-licenses"));
        }
        // A tree without any manifest has texts all the same.
        settings.allow_empty |= self.source_licenses;
        let (mut scanned, policy) = scan_by_policy(settings, self.target.reading.policy.clone())?;
        if self.vulnerabilities && scanned.bom.advisories.is_none() {
            return Err(Failure::new("there are no advisories to ask about vulnerabilities")
                .with_help("`sepal advisories import` takes zips and folders of OSV records"));
        }
        if self.source_licenses {
            let started = Instant::now();
            let exclude = policy::exclude(&policy)?;
            let settings = SourceSettings {
                roots: &scanned.roots,
                respect_ignore_files: !self.target.reading.no_ignore,
                exclude: &exclude,
                threads: self.target.reading.threads,
                kept: if self.target.reading.no_caches { None } else { surroundings::identified() },
            };
            source_licenses(&mut scanned.bom, settings);
            let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
            scanned.timings.push(("source licenses".to_owned(), micros));
        }
        let created = surroundings::now();
        let tool_version = env!("CARGO_PKG_VERSION");
        let document = Document { bom: &scanned.bom, created: &created, tool_version, author };
        let mut written = Vec::new();
        for Wanted { what, version, file } in wanted {
            let mut bytes = Vec::new();
            match what {
                What::Encoded(encoding) => (encoding.write)(&document, &version, &mut bytes)?,
                What::Files => write_source_files(scanned.bom.own.files.iter().flatten(), &mut bytes)?,
                What::Inventory => json::write_inventory(
                    &scanned.bom,
                    &target::run_info(&self.target.paths, &scanned.bom),
                    &mut bytes,
                )?,
            }
            written.push((file, bytes));
        }
        drop(progress);
        for (file, bytes) in written {
            output::write(file.as_deref(), &bytes)?;
        }
        output::note(&target::what_was_lost(&scanned.bom));
        if self.timings {
            output::note(&target::timings(&scanned.timings));
        }
        Ok(Code::Holds)
    }
}
