//! Dependency management: what a pom says of dependencies whose version, scope or exclusions it does not say where it asks for
//! them, and of those that others bring in.
//!
//! Written entries of the whole chain come first, the nearest winning; then imported bills of materials, in the order in which
//! they are named (Maven's `DefaultDependencyManagementImporter`). What a chain manages is made once for all poms that stand
//! on it and fill it in the same way.

use std::sync::Arc;

use compact_str::CompactString;

use super::coordinates;
use super::layer::{Filled, Layer};
use super::model::{Asked, Pom};
use super::names::{Key, NO_VERSION, Name};
use super::world::World;
use crate::model::{Location, LookUp};

/// What a dependency is needed for, in Maven's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum MavenScope {
    Compile,
    Runtime,
    System,
    Provided,
    Test,
}

impl MavenScope {
    /// The scope of this name. Maven takes one that it does not know for the weakest thing that it can mean to others.
    pub(super) fn of(name: &str) -> Self {
        match name {
            "" | "compile" => Self::Compile,
            "runtime" => Self::Runtime,
            "system" => Self::System,
            "test" => Self::Test,
            _ => Self::Provided,
        }
    }
}

/// Exclusions: pairs of group and artifact.
pub(super) type Exclusions = Arc<[(Name, Name)]>;

/// A version as far as it is known.
#[derive(Clone, Debug)]
pub(super) struct Version {
    /// Its number, or [`NO_VERSION`].
    pub name: Name,
    /// As written.
    pub raw: CompactString,
    /// Where a person would change it.
    pub place: Location,
    /// Why it is not known.
    pub unknown: Option<CompactString>,
}

/// What is managed of one artifact.
#[derive(Debug)]
pub(super) struct Managed {
    pub version: Option<Version>,
    pub scope: Option<MavenScope>,
    pub exclusions: Exclusions,
}

/// What a pom manages.
#[derive(Debug, Default)]
pub(super) struct Management {
    entries: LookUp<Key, Managed>,
    /// What the rest of the chain manages.
    base: Option<Arc<Management>>,
    /// Imported bills of materials.
    imports: Vec<Arc<Management>>,
}

/// How deep imports may nest.
const DEEPEST: usize = 64;

impl Management {
    pub(super) fn get(&self, key: Key) -> Option<&Managed> {
        self.written(key).or_else(|| self.imported(key))
    }

    fn written(&self, key: Key) -> Option<&Managed> {
        self.entries.get(&key).or_else(|| self.base.as_ref()?.written(key))
    }

    fn imported(&self, key: Key) -> Option<&Managed> {
        self.imports.iter().find_map(|import| import.get(key)).or_else(|| self.base.as_ref()?.imported(key))
    }
}

/// The exclusions of an entry, filled in.
pub(super) fn exclusions(world: &World<'_>, layer: &Layer, asked: &Asked) -> Exclusions {
    let part = |text: &CompactString| {
        let text = layer.text(text).unwrap_or_else(|_| text.clone());
        world.names.name(&text)
    };
    asked.exclusions.iter().map(|(group, artifact)| (part(group), part(artifact))).collect()
}

/// The artifact that an entry names. Says what is not known, if that is why there is none.
pub(super) fn key_of(world: &World<'_>, layer: &Layer, pom: &Pom, asked: &Asked) -> Option<(Key, bool)> {
    let mut texts = [&asked.group, &asked.artifact, &asked.kind, &asked.classifier].map(CompactString::clone);
    for (at, text) in texts.iter_mut().enumerate() {
        match layer.text(text) {
            Ok(filled) if at > 1 || coordinates::is_plain(&filled) => *text = filled,
            Ok(_) | Err(_) => {
                // A classifier of the machine's own (`${os.detected.classifier}`) is one of several of the same artifact.
                if at > 1 {
                    text.clear();
                    continue;
                }
                let message = format!("{}:{} cannot be told: {text:?} is not known", asked.group, asked.artifact);
                world.miss(&layer.pom.path, pom.at(asked.mark), message);
                return None;
            }
        }
    }
    let [group, artifact, kind, classifier] = &texts;
    let (extension, classifier) = coordinates::artifact_of(kind, classifier);
    let plain = |text| if coordinates::is_plain(text) { text } else { "" };
    let extension = if coordinates::is_plain(extension) { extension } else { "jar" };
    let key = world.names.key_of(group, artifact, extension, plain(classifier));
    Some((key, coordinates::carries_dependencies(kind)))
}

/// The version that a text at a place means for the pom at the end of the chain.
pub(super) fn version(world: &World<'_>, layer: &Layer, raw: &CompactString, place: &Location) -> Version {
    let made = |name, place: Location, unknown| Version { name, raw: raw.clone(), place, unknown };
    match layer.fill(raw, place) {
        Ok(Filled { text, place }) => match coordinates::pinned(&text) {
            Some(pinned) => made(world.names.name(pinned), place, None),
            None => {
                let why = compact_str::format_compact!("{text:?} may be any of several versions");
                made(NO_VERSION, place, Some(why))
            }
        },
        Err(unknown) => {
            let why = compact_str::format_compact!("{unknown}");
            made(NO_VERSION, place.clone(), Some(why))
        }
    }
}

impl World<'_> {
    /// What a pom manages, with all that it inherits and imports.
    pub(super) fn management(&self, layer: &Arc<Layer>) -> Arc<Management> {
        self.management_within(layer, &mut Vec::new())
    }

    fn management_within(&self, layer: &Arc<Layer>, open: &mut Vec<Arc<Pom>>) -> Arc<Management> {
        let base = layer.parent.as_ref().map(|parent| self.shared(parent, layer, open));
        if layer.sections().all(|section| section.managed.is_empty()) {
            return base.unwrap_or_else(|| Arc::clone(&self.no_management));
        }
        let mut own = Management { base, ..Management::default() };
        self.take(&mut own, layer, layer, open);
        Arc::new(own)
    }

    /// What a chain manages for a pom that stands on it; the same for all that fill it in the same way.
    fn shared(&self, chain: &Arc<Layer>, leaf: &Layer, open: &mut Vec<Arc<Pom>>) -> Arc<Management> {
        let names = chain.names_of_management.get_or_init(|| {
            let (mut seen, mut list) = (LookUp::new(), Vec::new());
            for asked in chain.chain().flat_map(Layer::sections).flat_map(|section| &section.managed) {
                let texts = [&asked.group, &asked.artifact, &asked.kind, &asked.classifier, &asked.scope];
                for text in texts.into_iter().chain(asked.version.as_ref().map(|said| &said.text)) {
                    chain.names(text, &mut seen, &mut list);
                }
            }
            list.sort();
            list
        });
        // What the leaf says itself: its own coordinates, and the properties that it or a pom between sets.
        let mut way = String::new();
        let between = || leaf.chain().take_while(|layer| !std::ptr::eq(*layer, &**chain));
        for name in names {
            let of_project = name.starts_with("project.")
                || name.starts_with("pom.")
                || name.starts_with("parent.")
                || matches!(name.as_str(), "groupId" | "artifactId" | "version" | "packaging");
            let setter = between().find(|layer| layer.sets(name));
            if of_project || setter.is_some() {
                let value = leaf.text(&compact_str::format_compact!("${{{name}}}"));
                let value = value.as_ref().map_or("?", |value| value);
                // Who sets it is where it would be changed.
                let setter = setter.map_or("", |layer| layer.pom.path.as_str());
                for part in [name.as_str(), "=", value, "@", setter, "\n"] {
                    way.push_str(part);
                }
            }
        }
        // What a bill of materials is made of is kept apart, since an import that leads back to it is left out there.
        if let Some(above) = open.last() {
            way.push_str(above.path.as_str());
        }
        self.managements.get_or(chain.pom.path.as_str().len() + way.len(), (chain.pom.path.clone(), way), |_| {
            let mut made = Management::default();
            for layer in chain.chain() {
                self.take(&mut made, leaf, layer, open);
            }
            Arc::new(made)
        })
    }

    /// Takes in what one layer of the chain of `leaf` manages; what is there already is nearer.
    fn take(&self, into: &mut Management, leaf: &Layer, layer: &Layer, open: &mut Vec<Arc<Pom>>) {
        let mut here: LookUp<Key, usize> = LookUp::new();
        let mut found: Vec<(Key, &Asked)> = Vec::new();
        for asked in layer.sections().flat_map(|section| &section.managed) {
            if asked.scope == "import" && asked.kind == "pom" {
                if let Some(import) = self.import(leaf, layer, asked, open) {
                    into.imports.push(import);
                }
                continue;
            }
            let Some((key, _)) = key_of(self, leaf, &layer.pom, asked) else { continue };
            // Of two in one pom the last counts, and a profile's before the project's own.
            match here.get(&key) {
                Some(at) => found[*at].1 = asked,
                None => {
                    here.insert(key, found.len());
                    found.push((key, asked));
                }
            }
        }
        for (key, asked) in found {
            if into.entries.contains_key(&key) {
                continue;
            }
            let place = |mark| layer.pom.at(mark);
            let scope = leaf.text(&asked.scope).unwrap_or_default();
            let managed = Managed {
                version: asked.version.as_ref().map(|said| version(self, leaf, &said.text, &place(said.mark))),
                scope: (!scope.is_empty()).then(|| MavenScope::of(&scope)),
                exclusions: exclusions(self, leaf, asked),
            };
            into.entries.insert(key, managed);
        }
    }

    /// What an imported bill of materials manages.
    fn import(&self, leaf: &Layer, layer: &Layer, asked: &Asked, open: &mut Vec<Arc<Pom>>) -> Option<Arc<Management>> {
        let place = layer.pom.at(asked.mark);
        let say = |what: String| self.miss(&leaf.pom.path, place.clone(), what);
        let raw = asked.version.as_ref().map_or_else(CompactString::default, |said| said.text.clone());
        let parts = [&asked.group, &asked.artifact, &raw].map(|text| leaf.text(text));
        let [Ok(group), Ok(artifact), Ok(version)] = parts else {
            say(format!("the imported {}:{} cannot be told: `{raw}` is not known", asked.group, asked.artifact));
            return None;
        };
        let pinned = coordinates::pinned(&version);
        let pom = pinned.and_then(|version| match self.own_of(&group, &artifact, version) {
            Some(own) => self.own.get(own).map(|own| Arc::clone(&own.layer.pom)),
            None => self.in_repository(&group, &artifact, version),
        });
        let Some(pom) = pom else {
            say(format!(
                "the imported {group}:{artifact}:{version} is not in a repository on this machine: the versions that it manages are not known"
            ));
            return None;
        };
        if open.len() == DEEPEST || open.iter().any(|above| above.path == pom.path) || pom.path == leaf.pom.path {
            say(format!("importing {group}:{artifact}:{version} leads back to itself"));
            return None;
        }
        Some(self.managements.get_or(pom.path.as_str().len(), (pom.path.clone(), "import".to_owned()), |_| {
            open.push(Arc::clone(&pom));
            let made = self.management_within(&self.layer(&pom), open);
            open.pop();
            made
        }))
    }
}
