//! A pom with all that it inherits: a chain of layers, each shared by all poms that stand on it.
//!
//! Inheritance in Maven comes before interpolation: what a parent says is filled in with the values of the child. So a layer
//! keeps everything as written, and [`Layer::fill`] fills in a text for the pom at the end of the chain.

use std::fmt;
use std::sync::{Arc, OnceLock};

use compact_str::CompactString;

use super::model::{Pom, Section};
use super::profile;
use crate::model::{Location, LookUp, Mark};

/// A text filled in, and where a person would change it: the property it consists of, or itself.
#[derive(Clone, Debug)]
pub(super) struct Filled {
    pub text: CompactString,
    pub place: Location,
}

/// Why a text could not be filled in.
#[derive(Clone, Debug)]
pub(super) enum Unknown {
    /// Nothing that is read says what this name is.
    Name(CompactString),
    /// This name is made of itself, or of more than anybody writes.
    Endless(CompactString),
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, "nothing that is read says what `${{{name}}}` is"),
            Self::Endless(name) => write!(f, "filling in `${{{name}}}` never ends"),
        }
    }
}

/// How long a text may become, and how many names may be filled in for it: real ones need a handful.
const LONGEST: usize = 16 << 10;
const MOST_NAMES: usize = 1000;
/// How deep properties may be made of properties.
const DEEPEST: usize = 64;

/// One pom of a chain.
#[derive(Debug)]
pub(super) struct Layer {
    pub pom: Arc<Pom>,
    pub parent: Option<Arc<Layer>>,
    /// The profiles that are active, and those of which a tree cannot tell.
    pub active: Vec<usize>,
    pub undecided: Vec<usize>,
    properties: LookUp<CompactString, (CompactString, Mark)>,
    /// Names that the dependency management of this chain is written with, of properties and of the project itself.
    pub names_of_management: OnceLock<Vec<CompactString>>,
    /// Managed plugins by `group:artifact`, as written: the profile (if any) and the place in its list.
    managed_plugins: LookUp<CompactString, (Option<usize>, usize)>,
}

impl Layer {
    /// The layer of a pom on that of its parent; `is_own` if it is a project of the tree.
    pub(super) fn new(pom: Arc<Pom>, parent: Option<Arc<Layer>>, is_own: bool) -> Self {
        let mut properties = LookUp::new();
        for (name, said) in &pom.section.properties {
            properties.insert(name.clone(), (said.text.clone(), said.mark));
        }
        let mut layer = Self {
            pom: Arc::clone(&pom),
            parent,
            active: Vec::new(),
            undecided: Vec::new(),
            properties,
            names_of_management: OnceLock::new(),
            managed_plugins: LookUp::new(),
        };
        if !pom.profiles.is_empty() {
            (layer.active, layer.undecided) = profile::choose(&pom.profiles, layer.release(), is_own);
        }
        for at in layer.active.clone() {
            for (name, said) in &pom.profiles[at].section.properties {
                layer.properties.insert(name.clone(), (said.text.clone(), said.mark));
            }
        }
        let of_profiles = layer.active.iter().map(|at| (Some(*at), &pom.profiles[*at].section));
        for (profile, section) in std::iter::once((None, &pom.section)).chain(of_profiles) {
            for (index, plugin) in section.managed_plugins.iter().enumerate() {
                layer.managed_plugins.insert(plugin_key(&plugin.group, &plugin.artifact), (profile, index));
            }
        }
        layer
    }

    /// The Java release that the project is compiled for, as far as properties of the usual names tell.
    fn release(&self) -> Option<u32> {
        let names = ["maven.compiler.release", "maven.compiler.target", "maven.compiler.source", "java.version"];
        names.iter().find_map(|name| {
            let text = self.text(&compact_str::format_compact!("${{{name}}}")).ok()?;
            profile::java_release(&text)
        })
    }

    /// This layer and those it stands on, nearest first.
    pub(super) fn chain(&self) -> impl Iterator<Item = &Layer> {
        std::iter::successors(Some(self), |layer| layer.parent.as_deref())
    }

    /// What its pom says: itself, then its active profiles.
    pub(super) fn sections(&self) -> impl Iterator<Item = &Section> {
        let of_profiles = self.active.iter().map(|at| &self.pom.profiles[*at].section);
        std::iter::once(&self.pom.section).chain(of_profiles)
    }

    /// The managed plugins of this key (`group:artifact`), the nearest first, with the layers that have them. Maven merges them:
    /// a nearer one may only configure what a further one gives the version of.
    pub(super) fn managed_plugins<'a>(
        &'a self,
        key: &'a str,
    ) -> impl Iterator<Item = (&'a Layer, &'a super::model::Asked)> {
        self.chain().filter_map(move |layer| {
            let (profile, index) = layer.managed_plugins.get(key)?;
            let section = profile.map_or(&layer.pom.section, |at| &layer.pom.profiles[at].section);
            section.managed_plugins.get(*index).map(|asked| (layer, asked))
        })
    }

    /// The value of a property as written, with its place.
    fn property(&self, name: &str) -> Option<(&str, Location)> {
        self.chain().find_map(|layer| {
            let (value, mark) = layer.properties.get(name)?;
            Some((value.as_str(), layer.pom.at(*mark)))
        })
    }

    /// Whether this layer itself sets a property.
    pub(super) fn sets(&self, name: &str) -> bool {
        self.properties.contains_key(name)
    }

    /// What the model says under a name without its prefix `project.`.
    fn of_model(&self, name: &str) -> Option<(&str, Location)> {
        let pom = &self.pom;
        let parent = pom.parent.as_ref();
        let own = |said: Option<&super::model::Said>| said.map(|said| pom.at(said.mark));
        let by_parent =
            || pom.at(parent.map_or(Mark { span: Default::default(), line: 1, column: 1 }, |parent| parent.mark));
        let (text, place) = match name {
            "groupId" => (pom.raw_group(), own(pom.group.as_ref())),
            "artifactId" => (pom.raw_artifact(), own(pom.artifact.as_ref())),
            "version" => (pom.raw_version(), own(pom.version.as_ref())),
            "packaging" => (pom.packaging.as_str(), None),
            "parent.groupId" => (parent?.group.as_str(), None),
            "parent.artifactId" => (parent?.artifact.as_str(), None),
            "parent.version" => (parent?.version.as_str(), None),
            _ => return None,
        };
        (!text.is_empty()).then(|| (text, place.unwrap_or_else(by_parent)))
    }

    /// What a name stands for, in the order of Maven's model interpolator: the project, then properties, then the project
    /// under names without their prefix. What the command line, the system and the environment would say is unknown.
    fn value(&self, name: &str) -> Option<(&str, Location)> {
        let of_project = name.strip_prefix("project.").or_else(|| name.strip_prefix("pom."));
        of_project.and_then(|name| self.of_model(name)).or_else(|| self.property(name)).or_else(|| self.of_model(name))
    }

    /// Fills in a text that stands at `place`.
    pub(super) fn fill(&self, text: &str, place: &Location) -> Result<Filled, Unknown> {
        if !has_names(text) {
            return Ok(Filled { text: text.into(), place: place.clone() });
        }
        let mut filling = Filling { layer: self, out: CompactString::default(), open: Vec::new(), names: 0 };
        filling.fill(text)?;
        let mut at = place.clone();
        let mut whole = text;
        for _ in 0..DEEPEST {
            // The version of a project itself is not changed for the sake of what depends on it.
            let property = |name: &str| !name.starts_with("project.") && !name.starts_with("pom.");
            let name = only_name(whole).filter(|name| property(name));
            let Some((value, place)) = name.and_then(|name| self.property(name)) else { break };
            (whole, at) = (value, place);
        }
        Ok(Filled { text: filling.out.trim().into(), place: at })
    }

    /// Fills in a text whose place does not matter.
    pub(super) fn text(&self, text: &CompactString) -> Result<CompactString, Unknown> {
        if !has_names(text) {
            return Ok(text.clone());
        }
        let mut filling = Filling { layer: self, out: CompactString::default(), open: Vec::new(), names: 0 };
        filling.fill(text)?;
        Ok(filling.out.trim().into())
    }

    /// The names that a text is written with, and those that their values are written with.
    pub(super) fn names(&self, text: &str, names: &mut LookUp<CompactString, ()>, list: &mut Vec<CompactString>) {
        let mut open: Vec<CompactString> = names_in(text).map(CompactString::from).collect();
        while let Some(name) = open.pop() {
            if names.insert(name.clone(), ()).is_some() {
                continue;
            }
            if let Some((value, _)) = self.value(&name) {
                open.extend(names_in(value).map(CompactString::from));
            }
            list.push(name);
        }
    }
}

/// How a managed plugin is found: by group and artifact, with the group that Maven takes for granted.
pub(super) fn plugin_key(group: &str, artifact: &str) -> CompactString {
    compact_str::format_compact!("{}:{artifact}", if group.is_empty() { PLUGIN_GROUP } else { group })
}

/// The group of a plugin that names none.
pub(super) const PLUGIN_GROUP: &str = "org.apache.maven.plugins";

/// Whether there is anything to fill in.
fn has_names(text: &str) -> bool {
    memchr::memchr(b'$', text.as_bytes()).is_some_and(|at| text[at..].contains("${"))
}

/// The names that a text is written with.
pub(super) fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split("${").skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

/// The name, if a text is nothing but one to be filled in.
fn only_name(text: &str) -> Option<&str> {
    let name = text.strip_prefix("${")?.strip_suffix('}')?;
    (!name.contains(['}', '{'])).then_some(name)
}

struct Filling<'l> {
    layer: &'l Layer,
    out: CompactString,
    /// The names that are being filled in.
    open: Vec<&'l str>,
    names: usize,
}

impl<'l> Filling<'l> {
    fn fill(&mut self, text: &str) -> Result<(), Unknown> {
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let Some(end) = rest[at..].find('}') else { break };
            self.out.push_str(&rest[..at]);
            let name = &rest[at + 2..at + end];
            rest = &rest[at + end + 1..];
            self.names += 1;
            let short = || name.chars().take(128).collect();
            let Some((value, _)) = self.layer.value(name) else { return Err(Unknown::Name(short())) };
            if self.open.contains(&value)
                || self.open.len() == DEEPEST
                || self.names > MOST_NAMES
                || self.out.len() > LONGEST
            {
                return Err(Unknown::Endless(short()));
            }
            self.open.push(value);
            self.fill(value)?;
            self.open.pop();
        }
        self.out.push_str(rest);
        Ok(())
    }
}
