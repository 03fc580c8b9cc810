//! What a root manifest's `resolutions` do to yarn's lock files: a dependency's range is replaced by another, and only the
//! new one is listed among the descriptors, so that the dependency as written is answered by no entry.

use crate::model::LookUp;

/// For each name, the entry that stands in for ranges which no entry answers.
#[derive(Default)]
pub(super) struct Replaced<'p> {
    by_name: LookUp<&'p str, Candidates>,
}

#[derive(Default)]
struct Candidates {
    all: Only,
    /// With a descriptor that no entry asks for: it comes from a manifest, as `resolutions` do.
    unasked: Only,
}

/// None, one, or several.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Only {
    #[default]
    None,
    One(u32),
    Several,
}

impl Only {
    fn add(&mut self, index: u32) {
        *self = match *self {
            Only::None => Only::One(index),
            Only::One(have) if have == index => Only::One(have),
            _ => Only::Several,
        };
    }

    fn get(self) -> Option<u32> {
        match self {
            Only::One(index) => Some(index),
            Only::None | Only::Several => None,
        }
    }
}

impl<'p> Replaced<'p> {
    /// From every descriptor: its name, its entry (or what stands for entries of the same package), and whether an entry of
    /// the file asks for just this descriptor. The order does not matter.
    pub(super) fn of(descriptors: impl Iterator<Item = (&'p str, u32, bool)>) -> Self {
        let mut by_name: LookUp<&'p str, Candidates> = LookUp::new();
        for (name, index, asked) in descriptors {
            let candidates = by_name.get_or_insert_with(name, Candidates::default);
            candidates.all.add(index);
            if !asked {
                candidates.unasked.add(index);
            }
        }
        Self { by_name }
    }

    /// The entry for a dependency on `name` that no entry answers: the only one of that name, else the only one that nothing
    /// else explains.
    pub(super) fn answer(&self, name: &str) -> Option<u32> {
        let candidates = self.by_name.get(name)?;
        candidates.all.get().or(candidates.unasked.get())
    }

    /// Whether there is an entry of that name at all.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unexplained_entry_stands_in_for_an_unanswered_range() {
        let replaced = Replaced::of(
            [("a", 0, true), ("a", 1, true), ("a", 1, false), ("b", 2, true), ("c", 3, false), ("c", 4, false)]
                .into_iter(),
        );
        assert_eq!(replaced.answer("a"), Some(1));
        assert_eq!(replaced.answer("b"), Some(2));
        assert_eq!(replaced.answer("c"), None);
        assert!(replaced.knows("c"));
        assert_eq!(replaced.answer("d"), None);
        assert!(!replaced.knows("d"));
    }
}
