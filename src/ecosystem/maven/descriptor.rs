//! What a pom asks for in the end: its dependencies with all that is inherited, filled in and managed.

use std::sync::Arc;

use compact_str::CompactString;

use super::coordinates;
use super::layer::Layer;
use super::managed::{self, Exclusions, Management, MavenScope, Version};
use super::model::{Asked, Pom};
use super::names::{Artifact, Key, NO_VERSION, Name};
use super::world::World;
use crate::model::{Location, LookUp};

/// A dependency as its pom asks for it in the end.
#[derive(Clone, Debug)]
pub(super) struct Dependency {
    pub key: Key,
    pub artifact: Artifact,
    pub version: Version,
    pub scope: MavenScope,
    pub optional: bool,
    /// Whether it is asked for by a profile of which a tree cannot tell whether it is active.
    pub conditional: bool,
    pub exclusions: Exclusions,
    /// Whether it brings its own dependencies along in itself.
    pub closed: bool,
    /// Where it is asked for.
    pub declared: Location,
}

impl Dependency {
    /// Whether it comes along where what asks for it is used.
    fn is_brought(&self) -> bool {
        !self.optional && !matches!(self.scope, MavenScope::Test | MavenScope::Provided)
    }
}

/// What an artifact brings in.
#[derive(Debug, Default)]
pub(super) struct Descriptor {
    /// What it needs where it is used: without tests, what is provided, and what is optional.
    pub dependencies: Vec<Dependency>,
    /// Where it has moved.
    pub moved: Option<(Name, Name, Name)>,
    /// Whether there is a pom to say so.
    pub known: bool,
}

impl World<'_> {
    /// What a pom asks for, in the order that decides between equals: its own, then that of its parents.
    pub(super) fn dependencies(&self, layer: &Layer, management: &Management) -> Vec<Dependency> {
        let mut seen: LookUp<Key, ()> = LookUp::new();
        let mut all = Vec::new();
        for one in layer.chain() {
            let mut here: LookUp<Key, usize> = LookUp::new();
            let mut found: Vec<(Key, bool, &Asked, bool)> = Vec::new();
            let decided = one.sections().map(|section| (section, false));
            let undecided = one.undecided.iter().map(|at| (&one.pom.profiles[*at].section, true));
            for (section, conditional) in decided.chain(undecided) {
                for asked in &section.dependencies {
                    let Some((key, closed)) = managed::key_of(self, layer, &one.pom, asked) else { continue };
                    // Of two in one pom the last counts, at the place of the first.
                    match here.get(&key) {
                        Some(_) if conditional => {}
                        Some(at) => found[*at] = (key, closed, asked, false),
                        None => {
                            here.insert(key, found.len());
                            found.push((key, closed, asked, conditional));
                        }
                    }
                }
            }
            for (key, closed, asked, conditional) in found {
                if seen.contains_key(&key) {
                    continue;
                }
                seen.insert(key, ());
                let found = self.dependency(layer, &one.pom, management, asked, key, closed, conditional);
                // A file of the JDK itself, for some JDKs (`tools.jar`), is no one's package.
                if !(conditional && found.scope == MavenScope::System) {
                    all.push(found);
                }
            }
        }
        all
    }

    #[allow(clippy::too_many_arguments, reason = "one entry and what decides over it")]
    fn dependency(
        &self,
        layer: &Layer,
        pom: &Pom,
        management: &Management,
        asked: &Asked,
        key: Key,
        closed: bool,
        conditional: bool,
    ) -> Dependency {
        let declared = pom.at(asked.mark);
        let managed = management.get(key);
        let own = asked.version.as_ref().map(|said| managed::version(self, layer, &said.text, &pom.at(said.mark)));
        let version = own.or_else(|| managed?.version.clone()).unwrap_or_else(|| Version {
            name: NO_VERSION,
            raw: CompactString::default(),
            place: declared.clone(),
            unknown: Some("nothing that is read says which version".into()),
        });
        let scope = match layer.text(&asked.scope).as_deref() {
            Ok("") | Err(_) => managed.and_then(|managed| managed.scope).unwrap_or(MavenScope::Compile),
            Ok(name) => MavenScope::of(name),
        };
        let own = managed::exclusions(self, layer, asked);
        let exclusions = match managed {
            Some(managed) if own.is_empty() => Arc::clone(&managed.exclusions),
            _ => own,
        };
        let optional = layer.text(&asked.optional).is_ok_and(|text| text == "true");
        let artifact = self.names.artifact(key);
        Dependency { key, artifact, version, scope, optional, conditional, exclusions, closed, declared }
    }

    /// What an artifact of these coordinates brings in.
    pub(super) fn descriptor(&self, group: Name, artifact: Name, version: Name) -> Arc<Descriptor> {
        self.descriptors.get_or(artifact as usize, (group, artifact, version), |_| {
            Arc::new(self.make_descriptor(group, artifact, version).unwrap_or_default())
        })
    }

    fn make_descriptor(&self, group: Name, artifact: Name, version: Name) -> Option<Descriptor> {
        if version == NO_VERSION {
            return None;
        }
        let own = self.own_by_name.get(&(group, artifact, version)).map(|own| Arc::clone(&self.own[*own].layer));
        let layer = own.or_else(|| {
            let [group, artifact, version] = [group, artifact, version].map(|name| self.names.text(name));
            self.in_repository(&group, &artifact, &version).map(|pom| self.layer(&pom))
        })?;
        if let Some(relocation) = &layer.pom.relocation {
            let part = |at: usize, same: Name| match layer.text(&relocation[at]) {
                Ok(text) if coordinates::is_plain(&text) => self.names.name(&text),
                _ => same,
            };
            let moved = (part(0, group), part(1, artifact), part(2, version));
            if moved != (group, artifact, version) {
                return Some(Descriptor { dependencies: Vec::new(), moved: Some(moved), known: true });
            }
        }
        let mut dependencies = self.dependencies(&layer, &self.management(&layer));
        dependencies.retain(Dependency::is_brought);
        Some(Descriptor { dependencies, moved: None, known: true })
    }

    /// Keeps what a project of the tree asks for, for the others of the tree that ask for it: in a large reactor most do.
    pub(super) fn know(&self, at: usize, dependencies: &[Dependency]) {
        let own = &self.own[at];
        let Some(version) = own.version.as_deref().filter(|_| own.layer.pom.relocation.is_none()) else { return };
        let [group, artifact, version] = [&own.group, &own.artifact, version].map(|text| self.names.name(text));
        if self.own_by_name.get(&(group, artifact, version)) != Some(&at) {
            return;
        }
        self.descriptors.get_or(artifact as usize, (group, artifact, version), |_| {
            let dependencies = dependencies.iter().filter(|one| one.is_brought()).cloned().collect();
            Arc::new(Descriptor { dependencies, moved: None, known: true })
        });
    }
}
