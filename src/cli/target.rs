//! The arguments that say what to look at, the same for every command that looks.

use std::path::{Path, PathBuf};

use clap::Args;
use globset::GlobSet;

use crate::advisory::database;
use crate::app::online::Way;
use crate::app::{AdvisorySource, ScanSettings};
use crate::model::{AdvisoryData, Bom};
use crate::report::RunInfo;

use super::output::Failure;
use super::surroundings;

/// What to look at and how.
#[derive(Args, Clone, Debug, Default)]
pub struct Target {
    /// Directories or single files; the working directory if none is given. DIRECTORY@REVISION for what git holds of it
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub reading: Reading,
}

/// How to use the network, by what uses it.
#[derive(Args, Clone, Debug, Default)]
pub struct Network {
    /// Your own settings instead of `sepal/settings.toml` in your configuration directory
    #[arg(long, value_name = "FILE", help_heading = "Network")]
    pub settings: Option<PathBuf>,
    /// Trust the certificates (PEM) in this file beside those of the system
    #[arg(long, value_name = "FILE", help_heading = "Network")]
    pub ca_bundle: Option<PathBuf>,
}

impl Network {
    /// How the network is to be used.
    pub fn way(&self) -> Way {
        let own = || Some(surroundings::config_directory()?.join("settings.toml"));
        Way {
            settings: self.settings.clone().or_else(own),
            named: self.settings.is_some(),
            ca_bundle: self.ca_bundle.clone(),
            cache: surroundings::cache_directory().map(|directory| directory.join("online")),
            forbidden: surroundings::is_offline(),
            now: surroundings::moment(),
            secret: surroundings::secret,
        }
    }
}

/// How to look.
#[derive(Args, Clone, Debug, Default)]
pub struct Reading {
    /// Read recognised files even where .gitignore hides them
    #[arg(long, help_heading = "Reading")]
    pub no_ignore: bool,
    /// Ask the ecosystems' own tools (cargo metadata) for exact scopes: only for a tree whose authors you trust
    #[arg(long, help_heading = "Reading")]
    pub trust_tools: bool,
    /// Take it as an answer that there is nothing to scan
    #[arg(long, help_heading = "Reading")]
    pub allow_empty: bool,
    /// Do not look for licenses in package caches of this machine
    #[arg(long, help_heading = "Reading")]
    pub no_caches: bool,
    /// Ask the advisories in this file or directory instead of this user's
    #[arg(long, value_name = "FILE|DIR", help_heading = "Reading")]
    pub advisories: Option<PathBuf>,
    /// Do not ask any advisories
    #[arg(long, conflicts_with = "advisories", help_heading = "Reading")]
    pub no_advisories: bool,
    /// Ask the network for licenses that nothing on this machine states: names and versions leave it
    #[arg(long, help_heading = "Network")]
    pub online: bool,
    #[command(flatten)]
    pub network: Network,
    /// Take what this VEX document (OpenVEX, CycloneDX, CSAF) says of vulnerabilities into account. Repeat for several
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub vex: Vec<PathBuf>,
    /// Workers; 0 is one for each processor
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Reading", hide_default_value = true)]
    pub threads: usize,
    /// Use this policy file, or one that is built in (builtin:cisa-2026), instead of the repository's sepal.toml
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub policy: Option<PathBuf>,
}

impl Target {
    /// The settings of a scan of this target. A path `DIRECTORY@REVISION`, or a bare repository, means what its git objects
    /// hold.
    pub fn settings(&self) -> Result<ScanSettings, Failure> {
        #[cfg(feature = "git")]
        if let [path] = self.paths.as_slice()
            && let Some((place, snapshot)) = crate::app::since::revision_of(path)?
        {
            let settings = self.reading.settings(&[place], GlobSet::empty());
            return Ok(ScanSettings { snapshot: Some(snapshot), ..settings });
        }
        Ok(self.reading.settings(&self.paths, GlobSet::empty()))
    }
}

impl Reading {
    /// The settings of a scan of these paths.
    pub fn settings(&self, paths: &[PathBuf], exclude: GlobSet) -> ScanSettings {
        if self.threads > 0 {
            // It fails only where the workers are at work already, and then their number is settled.
            let _ = rayon::ThreadPoolBuilder::new().num_threads(self.threads).build_global();
        }
        ScanSettings {
            paths: paths.to_vec(),
            no_ignore: self.no_ignore,
            exclude,
            trust_tools: self.trust_tools,
            cargo: self.trust_tools.then(surroundings::cargo).flatten(),
            machine: if self.no_caches { Default::default() } else { surroundings::package_homes() },
            archives: surroundings::archives(self.no_caches),
            targets: Vec::new(),
            vex: self.vex.clone(),
            // Whoever wants to know says so: see `advisory_source`.
            advisories: AdvisorySource::Off,
            registries: false,
            lifecycle: None,
            allow_empty: self.allow_empty,
            online: self.online.then(|| self.network.way()),
            all_texts: false,
            texts_of: Vec::new(),
            look: Default::default(),
            snapshot: None,
        }
    }
}

impl Reading {
    /// The advisories that are asked: those that were named, else this user's own, if there are any.
    pub fn advisory_source(&self) -> AdvisorySource {
        match &self.advisories {
            _ if self.no_advisories => AdvisorySource::Off,
            Some(named) => AdvisorySource::Named(named.clone()),
            None => surroundings::data_directory()
                .map_or(AdvisorySource::Off, |own| AdvisorySource::IfThere(own.join(database::FILE))),
        }
    }
}

/// What a report says about the run itself.
pub fn run_info(paths: &[PathBuf], bom: &Bom) -> RunInfo {
    let roots = if paths.is_empty() { vec![".".to_owned()] } else { paths.iter().map(|path| shown(path)).collect() };
    RunInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        roots,
        revision: bom.subject.revision.as_ref().map(ToString::to_string),
        advisories: match &bom.advisories {
            None => "not looked up (sepal advisories import)".to_owned(),
            Some(advisories) => {
                let AdvisoryData { records, imported, .. } = &advisories.data;
                format!("{records}, imported on {}", imported.get(..10).unwrap_or("an unknown day"))
            }
        },
        offline: !bom.stages.iter().any(|stage| stage.name == "license-online"),
        ..RunInfo::default()
    }
}

/// A path as given; one of this machine (absolute) is shown by its name alone.
fn shown(path: &Path) -> String {
    if path.is_absolute() {
        return path.file_name().map_or_else(|| "/".to_owned(), |name| name.to_string_lossy().into_owned());
    }
    path.to_string_lossy().into_owned()
}

/// One line a stage.
pub fn timings(timings: &[(String, u64)]) -> String {
    timings
        .iter()
        .map(|(stage, micros)| format!("{stage}: {}.{:03} ms", micros / 1000, micros % 1000))
        .collect::<Vec<_>>()
        .join("\n")
}

/// What an inventory lacks, for stderr: empty if nothing is known to be missing.
pub fn what_was_lost(bom: &Bom) -> String {
    let lost: Vec<_> = bom.diagnostics.iter().filter(|diagnostic| diagnostic.kind.loses_facts()).collect();
    let mut lines: Vec<String> = lost
        .iter()
        .take(5)
        .map(|diagnostic| format!("warning: {}: {}", diagnostic.location, diagnostic.message))
        .collect();
    if lost.len() > lines.len() {
        lines.push(format!("warning: and {} more; -o json lists all diagnostics", lost.len() - lines.len()));
    }
    let open = bom.projects.iter().filter(|project| !project.gaps.is_empty()).count();
    if open > 0 {
        lines.push(format!(
            "note: {open} of {} projects are not known completely; the document says which",
            bom.projects.len()
        ));
    }
    lines.join("\n")
}
