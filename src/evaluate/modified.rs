//! Which components are used in a changed form: some licenses ask more for these (Apache-2.0, section 4(b); GPL-2.0, section 2(a);
//! MPL-1.1, section 3.3).

use crate::model::{Because, Component};
use crate::policy::Policy;

/// That a component is used in a changed form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modification {
    /// What was changed, or where the change can be seen.
    pub what: String,
    /// The policy's line, where somebody said so; `None`: the project's own files say it.
    pub because: Option<Because>,
}

/// Whether a component is used in a changed form: by the policy's word (`[[modified]]`), else by the patches that lock files name.
/// `None`: nobody has said so, which does not mean that it is unchanged.
pub fn modification(component: &Component, policy: &Policy) -> Option<Modification> {
    let note = policy.modified.iter().find(|note| note.component.matches(&component.purl));
    if let Some(note) = note {
        return Some(Modification { what: note.what.clone(), because: Some(note.because.clone()) });
    }
    let patches = component.patches()?;
    let is_digest = |text: &str| text.len() >= 26 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    // Some versions of pnpm's lock file state that there is a patch, or its digest alone.
    let what = match patches.as_str() {
        "true" => "patched by the package manager".to_owned(),
        digest if is_digest(digest) => format!("a patch with the digest {digest}"),
        patches => patches.to_owned(),
    };
    Some(Modification { what, because: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::world::World;
    use crate::model::{RepoPath, Scope};
    use crate::text::Source;

    #[test]
    fn patches_of_lock_files_count_and_the_policys_word_comes_first() {
        let policy = |text: &str| {
            let source = Source::from_text(RepoPath::new("sepal.toml"), text.to_owned()).unwrap();
            Policy::read(&source, &|_| None).unwrap()
        };
        let said = "[[modified]]\ncomponent = \"pkg:npm/kit@1.*\"\nbecause = \"its timeout\"\nby = \"a@example.org\"\n";
        let (none, one) = (policy(""), policy(said));
        let what = |patched: Option<&str>, policy: &Policy| {
            let (mut world, project) = World::web();
            let kit = world.direct(project, "pkg:npm/kit@1.0.0", Scope::Runtime);
            kit.properties.extend(patched.map(|patched| ("sepal:npm:patched".into(), patched.into())));
            modification(kit, policy).map(|found| (found.what, found.because.is_some()))
        };
        assert_eq!(what(None, &none), None);
        assert_eq!(what(None, &one), Some(("its timeout".to_owned(), true)));
        assert_eq!(what(Some("a.patch"), &one), Some(("its timeout".to_owned(), true)));
        assert_eq!(what(Some("a.patch"), &none), Some(("a.patch".to_owned(), false)));
        // What yarn brings along is nobody's change, beside another patch or alone.
        assert_eq!(what(Some("optional!builtin<compat/kit>"), &none), None);
        let both = what(Some("~builtin<compat/kit>, a.patch"), &none);
        assert_eq!(both, Some(("a.patch".to_owned(), false)));
        assert_eq!(what(Some("true"), &none).unwrap().0, "patched by the package manager");
        let digest = what(Some(&"ab12".repeat(16)), &none).unwrap().0;
        assert!(digest.starts_with("a patch with the digest ab12"), "{digest}");
    }
}
