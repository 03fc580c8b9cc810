//! A map for looking things up, and for nothing else.

use std::borrow::Borrow;
use std::hash::Hash;

// Several times as fast as the standard library's hash on names and versions, and seeded anew in each process as that is, so
// that no file can be made to collide.
use foldhash::fast::RandomState;

/// A hash map that cannot be iterated: the order of hashing cannot reach an output, because there is no way to see it.
#[derive(Clone, Debug)]
#[allow(clippy::disallowed_types, reason = "this is the wrapper that hides the order")]
pub struct LookUp<K, V>(std::collections::HashMap<K, V, RandomState>);

impl<K, V> Default for LookUp<K, V> {
    fn default() -> Self {
        Self(Default::default())
    }
}

impl<K: Eq + Hash, V> LookUp<K, V> {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty map with room for so many entries.
    #[allow(clippy::disallowed_types, reason = "this is the wrapper that hides the order")]
    pub fn with_capacity(entries: usize) -> Self {
        Self(std::collections::HashMap::with_capacity_and_hasher(entries, RandomState::default()))
    }

    /// What was put in under this key.
    pub fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.0.get(key)
    }

    /// What was put in under this key, to be changed.
    pub fn get_mut<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.0.get_mut(key)
    }

    /// Whether something was put in under this key.
    pub fn contains_key<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.contains_key(key)
    }

    /// Puts a value in and answers the one that it replaces.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.0.insert(key, value)
    }

    /// The value under this key; `make` is asked for one if there is none.
    pub fn get_or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        self.0.entry(key).or_insert_with(make)
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Eq + Hash, V> FromIterator<(K, V)> for LookUp<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self(entries.into_iter().collect())
    }
}
