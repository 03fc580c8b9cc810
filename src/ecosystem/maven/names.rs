//! Numbers for names: mediation compares them millions of times.

use std::sync::{Arc, RwLock};

use crate::model::LookUp;

/// The number of a text.
pub(super) type Name = u32;
/// The number of an artifact without its version: what mediation keeps one version of.
pub(super) type Key = u32;

/// The name that is any name, in an exclusion.
pub(super) const ANY: Name = 0;
/// The version that is not known.
pub(super) const NO_VERSION: Name = 1;

/// An artifact without its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Artifact {
    pub group: Name,
    pub artifact: Name,
    pub extension: Name,
    pub classifier: Name,
}

#[derive(Debug)]
struct Table {
    names: LookUp<Arc<str>, Name>,
    texts: Vec<Arc<str>>,
    keys: LookUp<Artifact, Key>,
    artifacts: Vec<Artifact>,
}

/// All names seen. The numbers depend on the order in which they are asked for: nothing is sorted by them.
#[derive(Debug)]
pub(super) struct Names(RwLock<Table>);

impl Names {
    pub(super) fn new() -> Self {
        let names = Self(RwLock::new(Table {
            names: LookUp::new(),
            texts: Vec::new(),
            keys: LookUp::new(),
            artifacts: Vec::new(),
        }));
        names.name("*");
        names.name("");
        names
    }

    pub(super) fn name(&self, text: &str) -> Name {
        if let Some(name) = self.0.read().expect("no worker panics while it holds this").names.get(text) {
            return *name;
        }
        let mut table = self.0.write().expect("no worker panics while it holds this");
        let next = table.texts.len() as Name;
        let text: Arc<str> = Arc::from(text);
        let name = *table.names.get_or_insert_with(Arc::clone(&text), || next);
        if name == next {
            table.texts.push(text);
        }
        name
    }

    pub(super) fn text(&self, name: Name) -> Arc<str> {
        Arc::clone(&self.0.read().expect("no worker panics while it holds this").texts[name as usize])
    }

    pub(super) fn key(&self, artifact: Artifact) -> Key {
        if let Some(key) = self.0.read().expect("no worker panics while it holds this").keys.get(&artifact) {
            return *key;
        }
        let mut table = self.0.write().expect("no worker panics while it holds this");
        let next = table.artifacts.len() as Key;
        let key = *table.keys.get_or_insert_with(artifact, || next);
        if key == next {
            table.artifacts.push(artifact);
        }
        key
    }

    pub(super) fn artifact(&self, key: Key) -> Artifact {
        self.0.read().expect("no worker panics while it holds this").artifacts[key as usize]
    }

    /// The number of an artifact by its texts.
    pub(super) fn key_of(&self, group: &str, artifact: &str, extension: &str, classifier: &str) -> Key {
        // Nearly always all of it is known, and one look tells.
        let known = || {
            let table = self.0.read().expect("no worker panics while it holds this");
            let name = |text| table.names.get(text).copied();
            let artifact = Artifact {
                group: name(group)?,
                artifact: name(artifact)?,
                extension: name(extension)?,
                classifier: name(classifier)?,
            };
            table.keys.get(&artifact).copied()
        };
        if let Some(key) = known() {
            return key;
        }
        let [group, artifact, extension, classifier] =
            [group, artifact, extension, classifier].map(|text| self.name(text));
        self.key(Artifact { group, artifact, extension, classifier })
    }
}
