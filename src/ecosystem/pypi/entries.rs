//! The entries of a lock file by name: which of them answers a requirement.

use std::borrow::Cow;
use std::ops::Range;

use compact_str::format_compact;

use super::name::normal;
use super::version::admits;
use crate::ecosystem::Package;
use crate::model::LookUp;

/// Entries of a lock file, to be found by name.
pub(super) struct Entries<'d> {
    /// Numbers of entries, sorted by name, and in the order of the file within one.
    order: Vec<u32>,
    versions: Vec<&'d str>,
    names: LookUp<Cow<'d, str>, Range<usize>>,
}

impl<'d> Entries<'d> {
    /// Entries by their names and versions, in the order of the file.
    pub(super) fn new(entries: impl Iterator<Item = (&'d str, &'d str)>) -> Self {
        let (names, versions): (Vec<Cow<'d, str>>, Vec<&str>) =
            entries.map(|(name, version)| (normal(name), version)).unzip();
        let mut order: Vec<u32> = (0..names.len() as u32).collect();
        order.sort_by(|a, b| names[*a as usize].cmp(&names[*b as usize]).then(a.cmp(b)));
        let mut ranges = LookUp::with_capacity(names.len());
        let mut start = 0;
        for group in order.chunk_by(|a, b| names[*a as usize] == names[*b as usize]) {
            ranges.insert(names[group[0] as usize].clone(), start..start + group.len());
            start += group.len();
        }
        Self { order, versions, names: ranges }
    }

    /// All entries of a name.
    pub(super) fn named(&self, name: &str) -> &[u32] {
        self.names.get(&*normal(name)).map_or(&[], |range| &self.order[range.clone()])
    }

    /// The entries of a name that a constraint admits: the only one whatever the constraint says, and all where it admits
    /// none, since a lock file that has one name twice has it for different platforms.
    pub(super) fn answers(&self, name: &str, constraint: &str) -> Cow<'_, [u32]> {
        let named = self.named(name);
        if named.len() < 2 {
            return Cow::Borrowed(named);
        }
        let admitted = |at: &u32| admits(constraint, self.versions[*at as usize]) != Some(false);
        let found: Vec<u32> = named.iter().copied().filter(admitted).collect();
        if found.is_empty() { Cow::Borrowed(named) } else { Cow::Owned(found) }
    }

    /// Gives entries of the same name and version ids of their own.
    pub(super) fn tell_apart(&self, packages: &mut [Package]) {
        let mut start = 0;
        while start < self.order.len() {
            let rest = &self.order[start..];
            let here = packages[rest[0] as usize].purl.name();
            let length = rest.iter().take_while(|at| packages[**at as usize].purl.name() == here).count();
            let group = &rest[..length];
            start += length;
            if length < 2 {
                continue;
            }
            let mut ids: Vec<(compact_str::CompactString, u32)> =
                group.iter().map(|at| (packages[*at as usize].id.clone(), *at)).collect();
            ids.sort();
            for pair in ids.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
                let at = pair[1].1;
                // An entry for extras keeps its bracket at the end.
                packages[at as usize].id = format_compact!("(entry {at}) {}", pair[1].0);
            }
        }
    }
}

/// Whether an entry only states what extras of a package need.
pub(super) fn is_extra(package: &Package) -> bool {
    package.id.ends_with(']')
}
