//! The JSON report: everything there is, for programs. Stable and versioned; every number that another output shows can be
//! had from it.
//!
//! The format is `sepal-report/1`: keys are only added within a version; a key that goes or changes its meaning makes the
//! next one. `docs/json.md` describes every key for its readers, and a test holds that it does. In short:
//!
//! - The whole is one object: `schema`, `tool`, `outcome`, `summary`, `coverage`, `run`, `projects`, `findings`,
//!   `components`, `dependencies`, `rules`, `diagnostics`.
//! - Components are named by `ref`, which is their purl (where a purl is both of first and of third party, that of the first
//!   is prefixed with `first-party:`). Projects are named by their index in `projects`.
//! - What is not known is absent; there is no `null`, and no empty string stands for nothing.
//! - Lines and columns count from one, columns in Unicode code points. Paths are relative to the root of the scan, which is
//!   `.`. Days are `YYYY-MM-DD`.
//! - Lists are sorted as in Bom and Verdict, so that the same input gives the same bytes. Times are in it only where
//!   `--timings` asked for them.
//! - One component, dependency or finding is one line of text, so that `diff` and `grep` are of use.
//!
//! It is written as a stream: no tree of the whole is built.

use std::io;

use compact_str::CompactString;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Report, Reporter, RunInfo, encode, tally};
use crate::model::{
    Advisories, Because, Bom, Comparison, Component, ComponentId, ComponentVerdict, CvssScore, Dependency, Diagnostic,
    EcosystemData, Evidence, ExploitLikelihood, Finding, Fix, Fixed, Hash, KnownExploited, LicenseClaim, Location,
    Occurrence, Origin, Party, Project, Reading, Remedy, Standing, VexStatement, Vulnerability,
};

/// The name and version of the format.
pub const SCHEMA: &str = "sepal-report/1";

/// The output.
pub static REPORTER: Reporter = Reporter {
    id: "json",
    docs: "everything, for programs: sepal-report/1 (docs/json.md)",
    shows_lines_of: super::no_lines,
    write,
};

fn write(report: &Report<'_>, writer: &mut dyn io::Write) -> io::Result<()> {
    let mut writer = io::BufWriter::with_capacity(1 << 16, writer);
    Whole { report, names: &Names::of(report.bom) }
        .serialize(&mut serde_json::Serializer::with_formatter(&mut writer, encode::Json::new(2)))
        .map_err(io::Error::from)?;
    io::Write::write_all(&mut writer, b"\n")?;
    io::Write::flush(&mut writer)
}

/// The name and version of the inventory's format.
pub const INVENTORY_SCHEMA: &str = "sepal-inventory/1";

/// Writes what there is without any judgement, for `sepal scan -o json`: the keys `tool`, `run`, `projects`, `components`,
/// `dependencies` and `diagnostics` of the report.
///
/// # Errors
/// If the writer fails.
pub fn write_inventory(bom: &Bom, run: &RunInfo, writer: &mut dyn io::Write) -> io::Result<()> {
    let mut writer = io::BufWriter::with_capacity(1 << 16, writer);
    Inventory { bom, run, names: &Names::of(bom) }
        .serialize(&mut serde_json::Serializer::with_formatter(&mut writer, encode::Json::new(2)))
        .map_err(io::Error::from)?;
    io::Write::write_all(&mut writer, b"\n")?;
    io::Write::flush(&mut writer)
}

struct Inventory<'a> {
    bom: &'a Bom,
    run: &'a RunInfo,
    names: &'a Names,
}

impl Serialize for Inventory<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Looked<'a>(&'a Bom, &'a RunInfo);
        impl Fields for Looked<'_> {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                to.put("roots", List(|| self.1.roots.iter().map(|root| Text(root))))?;
                to.maybe("revision", self.1.revision.as_deref())?;
                to.put("files", Object(Files(self.0)))?;
                to.put("stages", List(|| self.0.stages.iter().map(|stage| Object(Stage(stage.name, &stage.detail)))))
            }
        }
        let (bom, names) = (self.bom, self.names);
        let mut to = Entries { map: serializer.serialize_map(None)? };
        to.put("schema", INVENTORY_SCHEMA)?;
        to.put("tool", Object(Tool(&self.run.version)))?;
        to.put("run", Object(Looked(bom, self.run)))?;
        to.put("projects", List(|| bom.projects.iter().map(|project| Object((names, project)))))?;
        let judged = |(id, component)| Object(Judged { names, id, component, verdict: None });
        to.put("components", List(|| bom.ids().map(judged)))?;
        to.put("dependencies", List(|| bom.dependencies.iter().map(|edge| Object((names, edge)))))?;
        to.maybe("advisories", bom.advisories.as_ref().map(|asked| Object((names, asked))))?;
        to.put("diagnostics", List(|| bom.diagnostics.iter().map(Object)))?;
        to.map.end()
    }
}

/// A list made while it is written.
pub(super) struct List<F>(pub(super) F);

impl<F, I> Serialize for List<F>
where
    F: Fn() -> I,
    I: IntoIterator,
    I::Item: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// An object made while it is written.
pub(super) struct Object<F>(pub(super) F);

/// Writes the entries of an object. Optional ones are left out where there is nothing to say.
pub(super) struct Entries<M: SerializeMap> {
    map: M,
}

impl<M: SerializeMap> Entries<M> {
    pub(super) fn put(&mut self, key: &'static str, value: impl Serialize) -> Result<(), M::Error> {
        self.map.serialize_entry(key, &value)
    }

    pub(super) fn maybe(&mut self, key: &'static str, value: Option<impl Serialize>) -> Result<(), M::Error> {
        value.map_or(Ok(()), |value| self.put(key, value))
    }
}

/// What can write itself as the entries of an object.
pub(super) trait Fields {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error>;
}

impl<T: Fields> Serialize for Object<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entries = Entries { map: serializer.serialize_map(None)? };
        self.0.fields(&mut entries)?;
        entries.map.end()
    }
}

/// Text that a stranger may have written: URLs in it lose their user info.
pub(super) struct Text<'a>(pub(super) &'a str);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&encode::without_user_info(self.0))
    }
}

/// The names of all components within a report, made once: each is written many times.
struct Names(Vec<String>);

impl Names {
    const FIRST_PARTY: &'static str = "first-party:";

    fn of(bom: &Bom) -> Self {
        let name = |(index, component): (usize, &Component)| {
            // Sorted by purl, the first party before the third: a twin can only be the next one.
            let twin = bom.components.get(index + 1).is_some_and(|next| next.purl == component.purl);
            let prefix = if component.party == Party::First && twin { Self::FIRST_PARTY } else { "" };
            format!("{prefix}{}", component.purl)
        };
        Self(bom.components.iter().enumerate().map(name).collect())
    }

    fn reference(&self, id: ComponentId) -> &str {
        &self.0[id.0 as usize]
    }

    fn purl(&self, id: ComponentId) -> &str {
        let name = self.reference(id);
        name.strip_prefix(Self::FIRST_PARTY).unwrap_or(name)
    }
}

struct Whole<'a> {
    report: &'a Report<'a>,
    names: &'a Names,
}

impl Serialize for Whole<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Whole { report, names } = *self;
        let (bom, verdict) = (report.bom, report.verdict);
        let mut to = Entries { map: serializer.serialize_map(None)? };
        to.put("schema", SCHEMA)?;
        to.put("tool", Object(Tool(&report.run.version)))?;
        to.put("outcome", verdict.outcome.as_str())?;
        to.put("summary", Object(Summary(report)))?;
        to.put("coverage", Object(Covered(report)))?;
        to.maybe("comparison", verdict.comparison.as_ref().map(Object))?;
        to.put("run", Object(Run(report)))?;
        to.put("projects", List(|| bom.projects.iter().map(|project| Object((names, project)))))?;
        to.put("findings", List(|| verdict.findings.iter().map(|finding| Object((names, report.bom, finding)))))?;
        // One verdict per third-party component, in the Bom's order: both lists are walked in step.
        to.put(
            "components",
            List(|| {
                let mut verdicts = verdict.components.iter().peekable();
                bom.ids().map(move |(id, component)| {
                    while verdicts.next_if(|verdict| verdict.component < id).is_some() {}
                    Object(Judged {
                        names,
                        id,
                        component,
                        verdict: verdicts.next_if(|verdict| verdict.component == id),
                    })
                })
            }),
        )?;
        to.put("dependencies", List(|| bom.dependencies.iter().map(|edge| Object((names, edge)))))?;
        to.maybe("advisories", bom.advisories.as_ref().map(|asked| Object((names, asked))))?;
        to.put("rules", List(|| rules(report).into_iter().map(|id| Object(RuleOf { report, id }))))?;
        to.put("diagnostics", List(|| bom.diagnostics.iter().chain(&verdict.diagnostics).map(Object)))?;
        to.map.end()
    }
}

struct Tool<'a>(&'a str);

impl Fields for Tool<'_> {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        to.put("name", "sepal")?;
        to.put("version", self.0)
    }
}

struct Summary<'a>(&'a Report<'a>);

impl Fields for Summary<'_> {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        struct Kinds<'a>(Vec<(&'a str, usize)>);
        impl Serialize for Kinds<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.0.iter().copied())
            }
        }
        let Report { bom, verdict, .. } = self.0;
        let counts = tally::findings(verdict);
        to.put("errors", counts.errors)?;
        to.put("warnings", counts.warnings)?;
        to.put("notes", counts.notes)?;
        to.put("waived", counts.waived)?;
        to.maybe("known", verdict.comparison.as_ref().map(|compared| compared.known))?;
        to.maybe("next_expiry", verdict.next_expiry.as_deref())?;
        to.put("components", bom.components.len())?;
        to.put("third_party", bom.third_parties().count())?;
        to.put("ecosystems", Kinds(tally::ecosystems(bom)))?;
        to.put("dependencies", bom.dependencies.len())?;
        to.put("projects", bom.projects.len())?;
        to.put("projects_incomplete", tally::incomplete(bom))?;
        to.put("projects_test_data", tally::fixtures(bom))?;
        to.put("diagnostics", bom.diagnostics.len() + verdict.diagnostics.len())
    }
}

struct Covered<'a>(&'a Report<'a>);

impl Fields for Covered<'_> {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        struct Sources<'a>(&'a Report<'a>);
        impl Serialize for Sources<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let sources = &self.0.verdict.coverage.by_source;
                serializer.collect_map(sources.iter().map(|(source, count)| (source.as_str(), count)))
            }
        }
        struct Verdicts<'a>(&'a [usize; 4]);
        impl Serialize for Verdicts<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(tally::VERDICTS.iter().map(|verdict| verdict.as_str()).zip(self.0))
            }
        }
        let coverage = &self.0.verdict.coverage;
        to.put("components", coverage.components)?;
        to.put("licensed", coverage.licensed)?;
        to.maybe("licensed_percent", tally::percent(coverage.licensed, coverage.components))?;
        to.put("by_source", Sources(self.0))?;
        to.put("verdicts", Verdicts(&coverage.verdicts))?;
        to.put("waived", coverage.waived)
    }
}

struct Files<'a>(&'a Bom);

impl Fields for Files<'_> {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        let files = &self.0.files;
        to.put("seen", files.seen)?;
        to.put("read", files.read)?;
        to.put("bytes", files.bytes)?;
        to.put("test_data", files.fixtures)?;
        to.put("excluded", files.excluded)?;
        to.put("installed_trees", files.installed_trees)
    }
}

struct Stage<'a>(&'a str, &'a str);

impl Fields for Stage<'_> {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        to.put("name", self.0)?;
        to.put("detail", Text(self.1))
    }
}

struct Run<'a>(&'a Report<'a>);

impl Fields for Run<'_> {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        struct Policy<'a>(&'a str, &'a str);
        impl Fields for Policy<'_> {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                to.put("name", Text(self.0))?;
                to.put("sha256", self.1)
            }
        }
        struct Timing<'a>(&'a str, u64);
        impl Fields for Timing<'_> {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                to.put("stage", self.0)?;
                to.put("micros", self.1)
            }
        }
        let Report { bom, verdict, run, .. } = self.0;
        to.put("subject", Text(&bom.subject.name))?;
        to.put("roots", List(|| run.roots.iter().map(|root| Text(root))))?;
        to.maybe("revision", run.revision.as_deref().or(bom.subject.revision.as_deref()).map(Text))?;
        to.put("offline", run.offline)?;
        to.maybe("advisories", filled(&run.advisories).map(Text))?;
        to.put("policy", Object(Policy(&verdict.policy, &verdict.policy_digest)))?;
        to.put("today", verdict.today.as_str())?;
        to.maybe("warns_until", verdict.warns_until.as_deref())?;
        if !verdict.remarks.is_empty() {
            to.put("remarks", List(|| verdict.remarks.iter().map(|remark| Text(remark))))?;
        }
        to.put("files", Object(Files(bom)))?;
        to.put("stages", List(|| bom.stages.iter().map(|stage| Object(Stage(stage.name, &stage.detail)))))?;
        if let Some(timings) = &run.timings {
            to.put("timings", List(|| timings.iter().map(|(stage, micros)| Object(Timing(stage, *micros)))))?;
            to.maybe("elapsed_ms", run.elapsed_ms)?;
        }
        Ok(())
    }
}

impl Fields for (&Names, &Project) {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        struct Gap<'a>(&'a Location, &'a str);
        impl Fields for Gap<'_> {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                self.0.fields(to)?;
                to.put("message", Text(self.1))
            }
        }
        let (names, project) = *self;
        to.put("directory", project.directory.display())?;
        to.put("ecosystem", project.ecosystem)?;
        to.put("roots", List(|| project.roots.iter().map(|root| names.reference(*root))))?;
        to.put("files", List(|| project.files.iter().map(|file| file.display())))?;
        to.put("completeness", project.completeness.as_str())?;
        to.put("gaps", List(|| project.gaps.iter().map(|(place, message)| Object(Gap(place, message)))))?;
        to.put("test_data", project.fixture)
    }
}

impl Fields for Location {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        to.put("path", self.path.display())?;
        to.maybe("line", self.mark.map(|mark| mark.line))?;
        to.maybe("column", self.mark.map(|mark| mark.column))
    }
}

impl<T: Fields> Fields for &T {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        (**self).fields(to)
    }
}

impl Fields for Evidence {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        self.location.fields(to)?;
        to.put("field", self.field.as_str())?;
        to.put("technique", self.technique.as_str())?;
        to.put("confidence", self.confidence)
    }
}

impl Fields for Because {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        to.maybe("policy", filled(&self.policy).map(Text))?;
        to.maybe("line", self.line)?;
        to.put("text", Text(&self.text))
    }
}

struct Judged<'a> {
    names: &'a Names,
    id: ComponentId,
    component: &'a Component,
    verdict: Option<&'a ComponentVerdict>,
}

impl Fields for Judged<'_> {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        struct Terms<'a>(&'a Component);
        impl Fields for Terms<'_> {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                let licensing = &self.0.licensing;
                let effective = licensing.effective();
                to.maybe("expression", effective.and_then(|claim| claim.expression.as_deref()))?;
                to.put("declared", List(|| licensing.declared.iter().map(Object)))?;
                if !licensing.detected.is_empty() {
                    to.put("detected", List(|| licensing.detected.iter().map(Object)))?;
                }
                to.maybe("concluded", licensing.concluded.as_ref().map(Object))
            }
        }
        struct Properties<'a>(&'a Component);
        impl Serialize for Properties<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.0.properties.iter().map(|(key, value)| (key.as_str(), Text(value))))
            }
        }
        let component = self.component;
        to.put("ref", self.names.reference(self.id))?;
        to.put("purl", self.names.purl(self.id))?;
        to.put("name", component.purl.full_name().as_str())?;
        to.maybe("version", component.purl.version())?;
        to.put("ecosystem", component.purl.kind())?;
        to.put("party", component.party.as_str())?;
        to.put("kind", component.kind.as_str())?;
        to.put("scope", component.scope().as_str())?;
        to.put("direct", component.direct())?;
        to.maybe("supplier", component.supplier.as_deref().map(Text))?;
        to.put("origin", Object(&component.origin))?;
        to.put("hashes", List(|| component.hashes.iter().map(Object)))?;
        to.put("licensing", Object(Terms(component)))?;
        to.maybe("verdict", self.verdict.map(Object))?;
        to.put("occurrences", List(|| component.occurrences.iter().map(Object)))?;
        to.maybe("properties", (!component.properties.is_empty()).then_some(Properties(component)))
    }
}

impl Fields for Origin {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        to.put("kind", self.as_str())?;
        to.maybe("url", self.url().map(Text))?;
        match self {
            Origin::Git { commit, reference, .. } => {
                to.maybe("commit", commit.as_deref().map(Text))?;
                to.maybe("reference", reference.as_deref().map(Text))
            }
            Origin::Path { path } => to.put("path", Text(path)),
            Origin::Registry { .. } | Origin::Archive { .. } | Origin::Unknown => Ok(()),
        }
    }
}

impl Fields for Hash {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        to.put("algorithm", self.algorithm.as_str())?;
        to.put("hex", &*self.hex)
    }
}

impl Fields for LicenseClaim {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        to.put("raw", Text(&self.raw))?;
        to.maybe("expression", self.expression.as_deref())?;
        to.put("reading", self.reading.as_str())?;
        match &self.reading {
            Reading::Strict | Reading::Canonical => {}
            Reading::Alias(note) | Reading::Guess(note) | Reading::Unmapped(note) => to.put("note", Text(note))?,
        }
        to.put("source", self.source.as_str())?;
        to.maybe("evidence", self.evidence.as_ref().map(Object))
    }
}

impl Fields for ComponentVerdict {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        to.put("license", self.verdict.as_str())?;
        to.maybe("chosen", self.chosen.as_deref().map(Text))?;
        to.put("reason", Text(&self.reason))?;
        to.maybe("because", self.because.as_ref().map(Object))?;
        to.put("waived", self.waived)
    }
}

impl Fields for Occurrence {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        to.put("project", self.project.0)?;
        to.put("scope", self.scope.as_str())?;
        to.put("direct", self.direct)?;
        to.put("evidence", Object(&self.evidence))?;
        to.maybe("directory", self.directory.as_ref().map(|directory| directory.display()))
    }
}

impl Fields for (&Names, &Dependency) {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        let (names, edge) = *self;
        to.put("project", edge.project.0)?;
        to.put("from", names.reference(edge.from))?;
        to.put("to", names.reference(edge.to))?;
        to.put("scope", edge.scope.as_str())?;
        to.maybe("requirement", edge.requirement.as_deref().map(Text))?;
        to.put("direct", edge.direct)?;
        to.maybe("evidence", edge.evidence.as_ref().map(Object))
    }
}

impl Fields for (&Names, &Bom, &Finding) {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        let (names, bom, finding) = *self;
        to.put("rule", finding.rule.as_str())?;
        to.put("severity", finding.severity.as_str())?;
        to.put("fingerprint", finding.fingerprint.as_str())?;
        to.put("standing", Object(&finding.standing))?;
        to.maybe("component", finding.component.map(|id| names.reference(id)))?;
        to.maybe("project", finding.project.map(|project| project.0))?;
        to.put("message", Text(&finding.message))?;
        to.maybe("why", filled(&finding.why).map(Text))?;
        to.put("help", List(|| finding.help.iter().map(|help| Text(help))))?;
        to.put("because", Object(&finding.because))?;
        let known = finding.vulnerability.and_then(|at| bom.advisories.as_ref()?.vulnerabilities.get(at as usize));
        to.maybe("advisory", known.map(|known| Object((names, known))))?;
        to.put("path", List(|| finding.path.iter().map(|id| names.reference(*id))))?;
        to.put("locations", List(|| finding.locations.iter().map(Object)))?;
        let occurrences = finding.component.map(|id| bom.component(id).occurrences.len());
        to.put("occurrences", occurrences.unwrap_or(finding.locations.len()))
    }
}

impl Fields for (&Names, &Advisories) {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        struct Counted<'a>(&'static str, &'a (CompactString, u64));
        impl Fields for Counted<'_> {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                to.put(self.0, Text(&self.1.0))?;
                to.put("entries", self.1.1)
            }
        }
        struct Remedies<'a>(&'a Names, &'a Remedy);
        impl Fields for Remedies<'_> {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                to.put("component", self.0.reference(self.1.component))?;
                self.1.fix.fields(to)
            }
        }
        let (names, Advisories { data, vulnerabilities, remedies }) = *self;
        to.maybe("imported", filled(&data.imported).map(Text))?;
        to.maybe("newest", filled(&data.newest).map(Text))?;
        to.put("records", data.records)?;
        to.put("ecosystems", List(|| data.ecosystems.iter().map(Object)))?;
        to.maybe("known_exploited", data.exploited.as_ref().map(|said| Object(Counted("version", said))))?;
        to.maybe("epss", data.likelihoods.as_ref().map(|said| Object(Counted("date", said))))?;
        to.put("vulnerabilities", List(|| vulnerabilities.iter().map(|known| Object((names, known)))))?;
        to.put("remedies", List(|| remedies.iter().map(|remedy| Object(Remedies(names, remedy)))))
    }
}

impl Fields for EcosystemData {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        to.put("name", self.name.as_str())?;
        to.put("ecosystem", self.purl_type.as_str())?;
        to.put("records", self.records)?;
        to.maybe("newest", filled(&self.newest).map(Text))?;
        to.put("components", self.components)?;
        to.put("without_version", self.without_version)
    }
}

impl Fields for Fix {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        to.put("version", Text(&self.version))?;
        to.put("major", self.major)
    }
}

impl Fields for (&Names, &Vulnerability) {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        struct Score<'a>(&'a CvssScore);
        impl Fields for Score<'_> {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                to.put("score", self.0.value())?;
                to.put("version", self.0.version())?;
                to.put("vector", Text(&self.0.vector))
            }
        }
        struct Exploited<'a>(&'a KnownExploited);
        impl Fields for Exploited<'_> {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                to.put("cve", Text(&self.0.cve))?;
                to.put("added", Text(&self.0.added))?;
                to.maybe("due", filled(&self.0.due).map(Text))?;
                to.put("ransomware", self.0.ransomware)
            }
        }
        struct Likelihood(ExploitLikelihood);
        impl Fields for Likelihood {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                to.put("probability", self.0.probability())?;
                to.put("percentile", self.0.percentile())
            }
        }
        struct Stated<'a>(&'a VexStatement);
        impl Fields for Stated<'_> {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                to.put("status", self.0.status.as_str())?;
                to.maybe("by", filled(&self.0.by).map(Text))?;
                to.maybe("justification", self.0.justification.as_deref().map(Text))?;
                to.maybe("impact", self.0.impact.as_deref().map(Text))?;
                to.maybe("stated", filled(&self.0.stated).map(Text))?;
                self.0.location.fields(to)
            }
        }
        let (names, known) = *self;
        fn texts(ids: &[CompactString]) -> impl Iterator<Item = Text<'_>> {
            ids.iter().map(|id| Text(id))
        }
        to.put("id", Text(&known.id))?;
        to.put("component", names.reference(known.component))?;
        to.put("aliases", List(|| texts(&known.aliases)))?;
        to.put("related", List(|| texts(&known.related)))?;
        to.put("records", List(|| texts(&known.records)))?;
        to.put("kind", known.kind.as_str())?;
        to.maybe("summary", filled(&known.summary).map(Text))?;
        to.put("level", known.level.as_str())?;
        to.maybe("cvss", known.score.as_ref().map(|score| Object(Score(score))))?;
        to.maybe("known_exploited", known.exploited.as_ref().map(|entry| Object(Exploited(entry))))?;
        to.maybe("epss", known.likelihood.map(|likelihood| Object(Likelihood(likelihood))))?;
        to.put("certainty", known.certainty.as_str())?;
        to.maybe("affected", filled(&known.affected).map(Text))?;
        to.maybe("fix", known.fix.as_ref().map(Object))?;
        to.put("fixed", List(|| texts(&known.fixed)))?;
        to.maybe("published", filled(&known.published).map(Text))?;
        to.maybe("modified", filled(&known.modified).map(Text))?;
        to.maybe("vex", known.standing.statement().map(|statement| Object(Stated(statement))))
    }
}

impl Fields for Comparison {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        struct Gone<'a>(&'a Fixed);
        impl Fields for Gone<'_> {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                to.put("fingerprint", self.0.fingerprint.as_str())?;
                to.put("rule", Text(&self.0.rule))?;
                to.put("severity", self.0.severity.as_str())?;
                to.maybe("message", filled(&self.0.message).map(Text))
            }
        }
        struct Grown<'a>(&'a str, &'a str);
        impl Fields for Grown<'_> {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                to.put("fingerprint", self.0)?;
                to.put("reason", Text(self.1))
            }
        }
        to.put("with", Text(&self.with))?;
        to.put("new", self.new)?;
        to.put("known", self.known)?;
        to.put("fixed", List(|| self.fixed.iter().map(|gone| Object(Gone(gone)))))?;
        to.put("grown", List(|| self.grown.iter().map(|(fingerprint, why)| Object(Grown(fingerprint, why)))))
    }
}

impl Fields for Standing {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        match self {
            Standing::Open => to.put("status", "open"),
            Standing::Waived { by, until, reason, because } => {
                to.put("status", "waived")?;
                to.put("by", Text(by))?;
                to.put("until", Text(until))?;
                to.put("reason", Text(reason))?;
                to.put("because", Object(because))
            }
            Standing::Known { since } => {
                to.put("status", "known")?;
                to.put("since", Text(since))
            }
        }
    }
}

fn filled(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// The ids of all rules that have a text or ran, sorted.
fn rules<'a>(report: &'a Report<'_>) -> Vec<&'a str> {
    let texts = report.rules.iter().map(|rule| rule.id);
    let mut ids: Vec<&str> = texts.chain(report.verdict.rules.iter().map(|rule| rule.rule.as_str())).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

struct RuleOf<'a> {
    report: &'a Report<'a>,
    id: &'a str,
}

impl Fields for RuleOf<'_> {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        let text = self.report.rule(self.id);
        let ran = self.report.verdict.rules.iter().find(|rule| rule.rule == self.id);
        to.put("id", self.id)?;
        to.maybe("summary", text.and_then(|text| filled(text.summary)))?;
        to.maybe("default_severity", text.map(|text| text.level.as_str()))?;
        to.maybe("what", text.and_then(|text| filled(text.what)))?;
        to.maybe("why", text.and_then(|text| filled(text.why)))?;
        to.maybe("fix", text.and_then(|text| filled(text.fix)))?;
        to.put("ran", ran.is_some())?;
        to.maybe("severity", ran.map(|ran| ran.level.as_str()))?;
        to.maybe("open", ran.map(|ran| ran.open))?;
        to.maybe("waived", ran.map(|ran| ran.waived))?;
        to.maybe("known", ran.map(|ran| ran.known).filter(|known| *known > 0))
    }
}

impl Fields for Diagnostic {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        self.location.fields(to)?;
        to.put("kind", self.kind.as_str())?;
        to.put("message", Text(&self.message))?;
        to.maybe("help", self.help.as_deref().map(Text))
    }
}
