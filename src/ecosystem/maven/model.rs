//! A pom as a value: the statements of one file, put in their places.

use compact_str::CompactString;

use super::pom;
use crate::ecosystem::{Parsed, Statement};
use crate::model::{Location, Mark, RepoPath};

/// A text with its place in the pom.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub text: CompactString,
    pub mark: Mark,
}

/// A dependency, a managed dependency, a plugin or an extension, as written.
#[derive(Debug)]
pub(super) struct Asked {
    /// Empty where a plugin leaves it out.
    pub group: CompactString,
    pub artifact: CompactString,
    /// Where the artifact is named.
    pub mark: Mark,
    pub version: Option<Said>,
    pub kind: CompactString,
    pub classifier: CompactString,
    pub scope: CompactString,
    pub optional: CompactString,
    /// Whether a plugin is left to the pom that names it.
    pub not_inherited: bool,
    pub exclusions: Vec<(CompactString, CompactString)>,
    /// What a plugin is given beside what it asks for itself.
    pub dependencies: Vec<Asked>,
}

/// What both a project and a profile may say.
#[derive(Debug, Default)]
pub(super) struct Section {
    pub properties: Vec<(CompactString, Said)>,
    pub modules: Vec<Said>,
    pub dependencies: Vec<Asked>,
    pub managed: Vec<Asked>,
    pub plugins: Vec<Asked>,
    pub managed_plugins: Vec<Asked>,
    pub extensions: Vec<Asked>,
    pub reports: Vec<Asked>,
}

/// A condition under which a profile is active.
#[derive(Debug)]
pub(super) enum Condition {
    Jdk(CompactString),
    /// The operating system.
    System,
    /// A file that is there, or is not.
    File,
    Property {
        name: CompactString,
        value: Option<CompactString>,
    },
}

#[derive(Debug)]
pub(super) struct Profile {
    pub id: Said,
    pub by_default: bool,
    pub conditions: Vec<Condition>,
    pub section: Section,
}

#[derive(Debug)]
pub(super) struct Parent {
    pub group: CompactString,
    pub artifact: CompactString,
    pub version: CompactString,
    /// The path as written; `None` if it is not written.
    pub path: Option<CompactString>,
    pub mark: Mark,
}

/// A pom.
#[derive(Debug)]
pub(super) struct Pom {
    pub path: RepoPath,
    pub group: Option<Said>,
    pub artifact: Option<Said>,
    pub version: Option<Said>,
    pub packaging: CompactString,
    pub parent: Option<Parent>,
    pub section: Section,
    pub profiles: Vec<Profile>,
    /// Group, artifact and version of where it has moved; what is empty stays the same.
    pub relocation: Option<[CompactString; 3]>,
    pub license: Option<(CompactString, Mark)>,
}

impl Pom {
    /// The pom that a file states.
    pub(super) fn of(path: &RepoPath, parsed: &Parsed) -> Self {
        let mut pom = Self {
            path: path.clone(),
            group: None,
            artifact: None,
            version: None,
            packaging: "jar".into(),
            parent: None,
            section: Section::default(),
            profiles: Vec::new(),
            relocation: None,
            license: parsed.packages.first().and_then(|package| package.license.clone()),
        };
        let mut places = vec![Place::None; parsed.statements.len()];
        for (index, statement) in parsed.statements.iter().enumerate() {
            let within =
                statement.within.and_then(|within| places.get(within as usize).copied()).unwrap_or(Place::None);
            places[index] = pom.take(statement, within);
        }
        pom
    }

    /// Where something in this pom stands.
    pub(super) fn at(&self, mark: Mark) -> Location {
        Location::at(&self.path, mark)
    }

    /// The group as written, here or inherited from the parent.
    pub(super) fn raw_group(&self) -> &str {
        self.group
            .as_ref()
            .map(|said| &said.text)
            .or(self.parent.as_ref().map(|parent| &parent.group))
            .map_or("", |text| text)
    }

    /// The artifact as written.
    pub(super) fn raw_artifact(&self) -> &str {
        self.artifact.as_ref().map_or("", |said| &said.text)
    }

    /// The version as written, here or inherited from the parent.
    pub(super) fn raw_version(&self) -> &str {
        self.version
            .as_ref()
            .map(|said| &said.text)
            .or(self.parent.as_ref().map(|parent| &parent.version))
            .map_or("", |text| text)
    }

    /// All modules, of every profile: they are there even where a profile leaves them out.
    pub(super) fn modules(&self) -> impl Iterator<Item = &Said> {
        let of_profiles = self.profiles.iter().flat_map(|profile| &profile.section.modules);
        self.section.modules.iter().chain(of_profiles)
    }

    fn section(&mut self, place: Place) -> &mut Section {
        match place {
            Place::Profile(at) => &mut self.profiles[at].section,
            _ => &mut self.section,
        }
    }

    fn asked(&mut self, at: At) -> Option<&mut Asked> {
        let section = match at.profile {
            Some(profile) => &mut self.profiles.get_mut(profile)?.section,
            None => &mut self.section,
        };
        let asked = section.list(at.list).get_mut(at.index)?;
        match at.inner {
            Some(inner) => asked.dependencies.get_mut(inner),
            None => Some(asked),
        }
    }

    fn take(&mut self, statement: &Statement, within: Place) -> Place {
        let Statement { kind, name, value, mark, .. } = statement;
        let said = || Said { text: value.clone(), mark: *mark };
        match *kind {
            pom::OWN => match name.as_str() {
                "groupId" => self.group = Some(said()),
                "artifactId" => self.artifact = Some(said()),
                "version" => self.version = Some(said()),
                _ => self.packaging = value.clone(),
            },
            pom::PARENT => {
                let empty = CompactString::default;
                self.parent =
                    Some(Parent { group: empty(), artifact: empty(), version: empty(), path: None, mark: *mark });
                return Place::Parent;
            }
            pom::RELOCATION => {
                self.relocation = Some(Default::default());
                return Place::Relocation;
            }
            pom::PROFILE => {
                self.profiles.push(Profile {
                    id: said(),
                    by_default: false,
                    conditions: Vec::new(),
                    section: Section::default(),
                });
                return Place::Profile(self.profiles.len() - 1);
            }
            pom::CONDITION => return self.condition(within, name, value),
            pom::PROPERTY => self.section(within).properties.push((name.clone(), said())),
            pom::MODULE => self.section(within).modules.push(said()),
            pom::PART => self.part(within, name, value, *mark),
            pom::EXCLUSION => {
                if let Place::Asked(at) = within
                    && let Some(asked) = self.asked(at)
                {
                    asked.exclusions.push((name.clone(), value.clone()));
                }
            }
            list => {
                let new = Asked {
                    group: name.clone(),
                    artifact: value.clone(),
                    mark: *mark,
                    version: None,
                    kind: CompactString::default(),
                    classifier: CompactString::default(),
                    scope: CompactString::default(),
                    optional: CompactString::default(),
                    not_inherited: false,
                    exclusions: Vec::new(),
                    dependencies: Vec::new(),
                };
                return match within {
                    Place::Asked(at) => match self.asked(at) {
                        Some(plugin) => {
                            plugin.dependencies.push(new);
                            Place::Asked(At { inner: Some(plugin.dependencies.len() - 1), ..at })
                        }
                        None => Place::None,
                    },
                    place => {
                        let profile = if let Place::Profile(at) = place { Some(at) } else { None };
                        let entries = self.section(place).list(list);
                        entries.push(new);
                        Place::Asked(At { profile, list, index: entries.len() - 1, inner: None })
                    }
                };
            }
        }
        Place::None
    }

    fn condition(&mut self, within: Place, name: &str, value: &CompactString) -> Place {
        let Place::Profile(at) = within else { return Place::None };
        let profile = &mut self.profiles[at];
        match name {
            "activeByDefault" => profile.by_default = value == "true",
            "jdk" => profile.conditions.push(Condition::Jdk(value.clone())),
            "property" => {
                profile.conditions.push(Condition::Property { name: value.clone(), value: None });
                return Place::Condition(at);
            }
            "file" => profile.conditions.push(Condition::File),
            _ => profile.conditions.push(Condition::System),
        }
        Place::None
    }

    fn part(&mut self, within: Place, name: &str, text: &CompactString, mark: Mark) {
        match within {
            Place::Parent => {
                let Some(parent) = &mut self.parent else { return };
                match name {
                    "groupId" => parent.group = text.clone(),
                    "artifactId" => parent.artifact = text.clone(),
                    "version" => parent.version = text.clone(),
                    _ => parent.path = Some(text.clone()),
                }
            }
            Place::Relocation => {
                let at = ["groupId", "artifactId", "version"].iter().position(|part| *part == name);
                if let (Some(at), Some(relocation)) = (at, &mut self.relocation) {
                    relocation[at] = text.clone();
                }
            }
            Place::Condition(at) => {
                if let Some(Condition::Property { value, .. }) = self.profiles[at].conditions.last_mut() {
                    *value = Some(text.clone());
                }
            }
            Place::Asked(at) => {
                let Some(asked) = self.asked(at) else { return };
                match name {
                    "version" => asked.version = Some(Said { text: text.clone(), mark }),
                    "type" => asked.kind = text.clone(),
                    "classifier" => asked.classifier = text.clone(),
                    "scope" => asked.scope = text.clone(),
                    "optional" => asked.optional = text.clone(),
                    _ => asked.not_inherited = text == "false",
                }
            }
            Place::None | Place::Profile(_) => {}
        }
    }
}

impl Section {
    fn list(&mut self, kind: &str) -> &mut Vec<Asked> {
        match kind {
            pom::MANAGED => &mut self.managed,
            pom::PLUGIN => &mut self.plugins,
            pom::MANAGED_PLUGIN => &mut self.managed_plugins,
            pom::EXTENSION => &mut self.extensions,
            pom::REPORT => &mut self.reports,
            _ => &mut self.dependencies,
        }
    }
}

/// What a statement became, for those within it.
#[derive(Clone, Copy)]
enum Place {
    None,
    Parent,
    Relocation,
    Profile(usize),
    Condition(usize),
    Asked(At),
}

#[derive(Clone, Copy)]
struct At {
    profile: Option<usize>,
    list: &'static str,
    index: usize,
    inner: Option<usize>,
}
