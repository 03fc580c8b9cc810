//! Small worlds for tests: a Bom made by saying what is in it.

use std::collections::BTreeMap;

use crate::ecosystem::{self, Aids, Format};
use crate::extract::extract;
use crate::license;
use crate::model::{
    Advisories, AdvisoryData, AdvisoryKind, Bom, Certainty, Completeness, Component, ComponentId, ComponentKind,
    Dependency, Diagnostic, DiagnosticKind, EcosystemData, Evidence, Field, FileCounts, Fix, Hash, HashAlgorithm,
    LicenseClaim, LicenseSource, Licensing, Location, Mark, Occurrence, Origin, Own, OwnLicense, Party, Past,
    Practices, Project, ProjectId, Purl, Remedy, RepoPath, Sbom, Scope, SeverityLevel, Span, VexStanding,
    Vulnerability,
};
use crate::practice;
use crate::resolve::resolve;
use crate::text::Source;
use crate::walk::Patterns;

/// A Bom in the making.
pub(crate) struct World {
    projects: Vec<Project>,
    roots: Vec<String>,
    components: BTreeMap<(Party, Purl), Component>,
    edges: Vec<(ProjectId, String, String, Scope, bool, Location)>,
    diagnostics: Vec<Diagnostic>,
    known: Option<(AdvisoryData, Vec<(String, Vulnerability)>)>,
    /// The product's own terms.
    pub own: Own,
    practices: Option<Practices>,
    /// SBOM documents.
    pub sboms: Vec<Sbom>,
    /// A Bom that was read from files, instead of one that was said.
    read: Option<Bom>,
    /// What was there before.
    pub past: Option<Past>,
    /// Lines are given out one after the other.
    line: u32,
}

fn mark(line: u32) -> Mark {
    Mark { span: Span::new(line * 40, line * 40 + 8), line, column: 5 }
}

fn path(directory: &str, file: &str) -> RepoPath {
    RepoPath::new(directory).join(file).unwrap()
}

impl World {
    pub fn new() -> Self {
        let (projects, roots, components) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self {
            projects,
            roots,
            components,
            edges: Vec::new(),
            diagnostics: Vec::new(),
            known: None,
            own: Own::default(),
            practices: None,
            sboms: Vec::new(),
            read: None,
            past: None,
            line: 0,
        }
    }

    /// A world with one project in `web`.
    pub fn web() -> (Self, ProjectId) {
        let mut world = World::new();
        let web = world.project("web", "npm");
        (world, web)
    }

    /// Beside an earlier world, as a change is.
    pub fn beside(mut self, earlier: &World) -> Self {
        let policy = crate::policy::Policy::builtin("baseline").unwrap();
        self.past = Some(super::past(&earlier.bom(), &policy, "main at 1a2b3c4d5e6f"));
        self
    }

    /// Moves everything that comes later down by so many lines.
    pub fn skip_lines(&mut self, lines: u32) {
        self.line += lines;
    }

    pub fn project(&mut self, directory: &str, ecosystem: &'static str) -> ProjectId {
        let id = ProjectId(self.projects.len() as u32);
        let name = directory.replace('/', "-");
        let purl: Purl = format!("pkg:{ecosystem}/{name}@0.1.0").parse().unwrap();
        let directory_path = RepoPath::new(directory);
        self.projects.push(Project {
            fixture: directory_path.lies_in_test_data(),
            directory: directory_path,
            ecosystem,
            roots: Vec::new(),
            files: vec![path(directory, "kit.lock"), path(directory, "kit.toml")],
            completeness: Completeness::Complete,
            gaps: Vec::new(),
        });
        let mut root = component(&purl, Party::First);
        root.occurrences.push(self.occurrence(id, "kit.toml", Scope::Runtime, false));
        self.components.insert((Party::First, purl.clone()), root);
        self.roots.push(purl.to_string());
        id
    }

    /// Lets the first project's own package declare a license in its manifest.
    pub fn declare_root(&mut self, raw: &str) {
        let root = self.components.values_mut().find(|component| component.party == Party::First);
        if let Some(root) = root {
            root.license(raw);
        }
    }

    pub fn change_project(&mut self, id: ProjectId) -> &mut Project {
        &mut self.projects[id.0 as usize]
    }

    fn occurrence(&mut self, project: ProjectId, file: &str, scope: Scope, direct: bool) -> Occurrence {
        self.line += 1;
        let file = path(self.projects[project.0 as usize].directory.as_str(), file);
        let evidence = Evidence::stated(&file, mark(self.line), Field::Version);
        Occurrence { project, scope, direct, evidence, directory: None }
    }

    /// A direct dependency of the project's root: under MIT, with a hash, from the default registry, unless changed.
    pub fn direct(&mut self, project: ProjectId, purl: &str, scope: Scope) -> &mut Component {
        self.line += 1;
        let manifest = path(self.projects[project.0 as usize].directory.as_str(), "kit.toml");
        let place = Location::at(&manifest, mark(self.line));
        let root = self.roots[project.0 as usize].clone();
        self.edges.push((project, root, purl.to_owned(), scope, true, place));
        self.third_party(project, purl, scope, true)
    }

    /// A dependency of a dependency.
    pub fn needs(&mut self, project: ProjectId, from: &str, purl: &str, scope: Scope) -> &mut Component {
        self.line += 1;
        let lock = path(self.projects[project.0 as usize].directory.as_str(), "kit.lock");
        let place = Location::at(&lock, mark(self.line));
        self.edges.push((project, from.to_owned(), purl.to_owned(), scope, false, place));
        self.third_party(project, purl, scope, false)
    }

    fn third_party(&mut self, project: ProjectId, purl: &str, scope: Scope, direct: bool) -> &mut Component {
        let purl: Purl = purl.parse().unwrap();
        let occurrence = self.occurrence(project, "kit.lock", scope, direct);
        let line = self.line;
        let have = self.components.entry((Party::Third, purl.clone())).or_insert_with(|| {
            let mut new = component(&purl, Party::Third);
            set_license(&mut new, Some("MIT"), &occurrence.evidence.location.path, line);
            new
        });
        have.occurrences.push(occurrence);
        have
    }

    pub fn diagnostic(&mut self, path: &str, kind: DiagnosticKind, message: &str) {
        self.line += 1;
        let location = Location::at(&RepoPath::new(path), mark(self.line));
        self.diagnostics.push(Diagnostic { location, kind, message: message.to_owned(), help: None });
    }

    /// That advisories of npm were asked, which are of the day before 21 September 2026.
    pub fn looked(&mut self) -> &mut AdvisoryData {
        let (data, _) = self.known.get_or_insert_with(|| {
            let npm = EcosystemData {
                name: "npm".into(),
                purl_type: "npm".into(),
                records: 100,
                newest: "2026-09-19T00:00:00Z".into(),
                components: 1,
                without_version: 0,
            };
            let imported = "2026-09-20T00:00:00Z".into();
            let newest = npm.newest.clone();
            (
                AdvisoryData { imported, newest, records: 100, ecosystems: vec![npm], ..AdvisoryData::default() },
                Vec::new(),
            )
        });
        data
    }

    /// Something that is known of a component: of high severity, fixed in 1.0.9, published in 2026, unless changed.
    pub fn known(&mut self, purl: &str, id: &str) -> &mut Vulnerability {
        self.looked();
        let known = Vulnerability {
            component: ComponentId(0),
            id: id.into(),
            aliases: vec!["GHSA-aaaa-bbbb-cccc".into()],
            related: Vec::new(),
            records: vec!["GHSA-aaaa-bbbb-cccc".into()],
            kind: AdvisoryKind::Vulnerability,
            summary: "Runs what strangers send.".into(),
            level: SeverityLevel::High,
            score: None,
            exploited: None,
            likelihood: None,
            affected: "< 1.0.9".into(),
            fix: Some(Fix { version: "1.0.9".into(), major: false }),
            fixed: vec!["1.0.9".into()],
            certainty: Certainty::Affected,
            published: "2026-01-01T00:00:00Z".into(),
            modified: "2026-02-01T00:00:00Z".into(),
            standing: VexStanding::Unstated,
        };
        let (_, all) = self.known.as_mut().expect("it was just made");
        all.push((purl.to_owned(), known));
        let (_, last) = all.last_mut().expect("it was just put in");
        last
    }

    /// Documents, each after a line `==> path <==`, as `head` shows several files: all of them are read as a scan would.
    pub fn documents(&mut self, text: &str) {
        let files = text.split("==> ").skip(1).filter_map(|part| part.split_once(" <==\n"));
        let sources: Vec<Source> =
            files.map(|(path, text)| Source::from_text(RepoPath::new(path), text.to_owned()).unwrap()).collect();
        let mut read: Vec<_> = sources.iter().filter_map(practice::look).collect();
        self.sboms.extend(read.iter_mut().filter_map(|read| read.sbom.take()));
        let mut practices = practice::gather(read);
        practices.facts.extend(sources.iter().flat_map(|source| practice::look_at_text(source.path(), source.text())));
        practices.texts = Some(sources.len() as u64);
        let head = |source: &Source| {
            practice::look_at_head(source.path(), source.text().as_bytes(), source.text().len() as u64)
        };
        practices.facts.extend(sources.iter().filter_map(head));
        practices.facts.extend(practice::copied_directories(sources.iter().map(|source| source.path().as_str())));
        practices.files = Some(sources.len() as u64);
        let header = |source: &&Source| practice::header_wanted(source.path().as_str()) > 0;
        let headers = sources.iter().filter(header);
        let headers = headers.filter_map(|source| practice::header(source.path(), source.text().as_bytes()));
        practices.notices = Some(practice::file_notices(headers));
        practices.cycles = practice::shipped();
        // Subjects of commits, one a line.
        if let Some(log) = sources.iter().find(|source| source.path().as_str() == ".git/log") {
            let step = |subject: &str| practice::Step {
                name: "1a2b3c4".into(),
                parents: 1,
                message: subject.to_owned(),
                ..practice::Step::default()
            };
            let steps: Vec<practice::Step> = log.text().lines().map(step).collect();
            practices.reviews = Some(practice::reviews(&steps, "since v1.0"));
        }
        self.practices = Some(practices);
    }

    /// Files, written as for [`World::documents`]: what formats make of them is the world.
    pub fn files(&mut self, text: &str) {
        let formats: Vec<&Format> = ecosystem::formats().map(|(_, format)| format).collect();
        let globs = formats.iter().enumerate();
        let globs = globs.flat_map(|(by, format)| format.patterns.iter().map(move |glob| (*glob, by)));
        let patterns = Patterns::new(globs).unwrap();
        let mut read = Vec::new();
        for (path, text) in text.split("==> ").skip(1).filter_map(|part| part.split_once(" <==\n")) {
            if let Some(by) = patterns.wanted_by(path) {
                let source = formats[by].source(RepoPath::new(path), text.as_bytes().to_vec()).unwrap();
                read.push(extract(formats[by], &source));
            } else {
                let expression = license::identify(text).expression.map(|expression| expression.as_str().into());
                let file = OwnLicense { path: RepoPath::new(path), expression };
                self.own.license_files.get_or_insert_default().push(file);
            }
        }
        let mut bom = resolve(read, &Aids::NONE, FileCounts::default(), Vec::new());
        bom.own = self.own.clone();
        self.read = Some(bom);
    }

    /// The Bom, sorted as `resolve` sorts.
    pub fn bom(&self) -> Bom {
        if let Some(read) = &self.read {
            return read.clone();
        }
        let mut components: Vec<Component> = self.components.values().cloned().collect();
        for component in &mut components {
            component.occurrences.sort();
        }
        let id = |text: &str| {
            let purl: Purl = text.parse().unwrap();
            let at = components.iter().position(|component| component.purl == purl).unwrap();
            ComponentId(at as u32)
        };
        let mut dependencies: Vec<Dependency> = self
            .edges
            .iter()
            .map(|(project, from, to, scope, direct, place)| Dependency {
                project: *project,
                from: id(from),
                to: id(to),
                scope: *scope,
                requirement: Some("^1".into()),
                direct: *direct,
                evidence: Some(Evidence {
                    location: place.clone(),
                    ..Evidence::stated(&RepoPath::root(), mark(1), Field::Requirement)
                }),
            })
            .collect();
        dependencies.sort();
        let mut projects = self.projects.clone();
        for (project, root) in projects.iter_mut().zip(&self.roots) {
            project.roots = vec![id(root)];
        }
        let diagnostics = self.diagnostics.clone();
        let advisories = self.known.as_ref().map(|(data, known)| {
            let mut vulnerabilities: Vec<Vulnerability> =
                known.iter().map(|(purl, known)| Vulnerability { component: id(purl), ..known.clone() }).collect();
            vulnerabilities.sort_by(|a, b| (a.component, &a.id).cmp(&(b.component, &b.id)));
            let remedies = vulnerabilities
                .iter()
                .filter_map(|known| Some(Remedy { component: known.component, fix: known.fix.clone()? }))
                .collect();
            Advisories { data: data.clone(), vulnerabilities, remedies }
        });
        let (own, practices, sboms) = (self.own.clone(), self.practices.clone(), self.sboms.clone());
        Bom { projects, components, dependencies, diagnostics, advisories, own, practices, sboms, ..Bom::default() }
    }
}

fn component(purl: &Purl, party: Party) -> Component {
    Component {
        purl: purl.clone(),
        kind: ComponentKind::Library,
        party,
        supplier: None,
        origin: Origin::Registry { url: None },
        hashes: vec![Hash::from_bytes(HashAlgorithm::Sha256, &[7; 32]).unwrap()],
        licensing: Licensing::default(),
        occurrences: Vec::new(),
        properties: BTreeMap::new(),
    }
}

fn set_license(component: &mut Component, raw: Option<&str>, file: &RepoPath, line: u32) {
    component.licensing.declared = raw
        .map(|raw| {
            let read = license::read(raw);
            LicenseClaim {
                raw: raw.into(),
                expression: read.expression.map(|expression| expression.as_str().into()),
                reading: read.reading,
                source: LicenseSource::Lock,
                evidence: Some(Evidence::stated(file, mark(line), Field::License)),
            }
        })
        .into_iter()
        .collect();
}

/// What tests change about a component.
pub(crate) trait Change {
    fn license(&mut self, raw: &str) -> &mut Self;
    fn no_license(&mut self) -> &mut Self;
    fn from(&mut self, origin: Origin) -> &mut Self;
}

impl Change for Component {
    fn license(&mut self, raw: &str) -> &mut Self {
        let place = self.occurrences[0].evidence.location.clone();
        set_license(self, Some(raw), &place.path, place.line().unwrap());
        self
    }

    fn no_license(&mut self) -> &mut Self {
        self.licensing = Licensing::default();
        self
    }

    fn from(&mut self, origin: Origin) -> &mut Self {
        self.origin = origin;
        self
    }
}
