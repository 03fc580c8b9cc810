//! A component that comes from elsewhere than before.

use std::collections::{BTreeMap, BTreeSet};

use crate::ecosystem::without_user_info;
use crate::model::{ComponentId, Hash, Origin, Past, PastComponent, Severity};
use crate::rule::settings::place;
use crate::rule::{Check, Context, Docs, Draft, Rule, SHIPPED, Subject};

/// A component that comes from elsewhere than before.
pub static RULE: Rule = Rule {
    id: "deps/upstream-changed",
    summary: "a component comes from another source than before the change, or the same version has another checksum",
    default: Some(Severity::Warning),
    since: "0.2.0",
    docs: Docs {
        what: "Compares where every component comes from with where the same package came from before the change (`--since`, \
               `--staged`) or when the baseline was written (`--baseline`): kind of source, registry, git repository, host of an \
               archive. Other commits, branches, tags and versions of the same repository are no change. A move of many components \
               from one registry to another is one finding, and a registry that packages came from before is no new source (what may \
               come from which is said by `[[namespace]]`). Lock files of pnpm and bun, which do not name registries, are not compared \
               with such that do. With `--since` and `--staged` it also finds that the very same version \
               has no checksum in common with before. What files do not say is not compared. Without a comparison the rule does \
               not run.",
        why: "A new repository, registry or publisher under an old name is how packages are taken over, and how a private name is \
              answered by a public registry. A version whose bytes changed was either published anew or replaced on the way.",
        how_to_fix: "1. Find where upstream announces the move, in a place that the new owner does not control alone.\n\
                     2. Compare the two versions before you take the new one.\n\
                     3. If nobody meant to change the source, restore the lock file and look at the package manager's settings.",
        fine_when: "You moved it yourself: to your own mirror, to a fork, or to a copy in the tree.",
        example_bad: "-kit 1.0.0 from the default registry\n+kit 1.0.1 from git https://git.example.org/stranger/kit\n",
        example_good: "-kit from git https://git.example.org/acme/kit at 1a2b3c4\n+kit from git https://git.example.org/acme/kit at 5d6e7f8\n",
    },
    params: &[SHIPPED],
    mappings: &[("GGI", "23.V1"), ("S2C2F", "AUD-1"), ("S2C2F", "AUD-3"), ("CRA", "13(5)")],
    check: Check::Change(check),
};

/// What of an origin stays the same from one version to the next; `None`: the files do not say.
fn source(origin: &Origin) -> Option<String> {
    let host = |url: &str| {
        let (_, place) = place(url);
        place.split('/').next().unwrap_or_default().to_ascii_lowercase()
    };
    Some(match origin {
        Origin::Registry { url: None } => "the default registry".to_owned(),
        Origin::Registry { url: Some(url) } => format!("the registry {}", place(url).1.trim_end_matches('/')),
        Origin::Git { url, .. } => {
            format!("the git repository {}", place(url).1.trim_end_matches('/').to_ascii_lowercase())
        }
        Origin::Archive { url } => format!("an archive of {}", host(url)),
        Origin::Path { .. } => "a path".to_owned(),
        Origin::Unknown => return None,
    })
}

fn shown(origin: &Origin) -> String {
    match (origin, origin.url()) {
        (Origin::Registry { url: None }, _) => "the default registry".to_owned(),
        (Origin::Path { path }, _) => format!("the path {path}"),
        (_, Some(url)) => format!("{} {}", origin.as_str(), without_user_info(url)),
        (_, None) => "an unknown source".to_owned(),
    }
}

/// Whether two lists of digests of the same version have an algorithm in common and no digest.
fn contradict(was: &[Hash], is: &[Hash]) -> bool {
    let comparable = is.iter().any(|new| was.iter().any(|old| old.algorithm == new.algorithm));
    comparable && !is.iter().any(|new| was.contains(new))
}

fn check(context: &Context<'_>, past: &Past, drafts: &mut Vec<Draft>) {
    // Registries that were asked before, by type of package: what comes from another one of them is no new source.
    let mut asked: BTreeSet<(&str, String)> = BTreeSet::new();
    for component in past.components().filter(|component| matches!(component.origin, Origin::Registry { .. })) {
        asked.extend(source(&component.origin).map(|registry| (component.purl.kind(), registry)));
    }
    // Components that went from one source to another, by both.
    let mut moved: BTreeMap<(String, String), Vec<(ComponentId, &PastComponent)>> = BTreeMap::new();
    for (id, component) in context.third_parties() {
        let earlier = past.of(&component.purl);
        let Some(now) = source(&component.origin) else { continue };
        let known: Vec<(&PastComponent, String)> =
            earlier.iter().filter_map(|version| Some((version, source(&version.origin)?))).collect();
        let Some((before, was)) = known.first() else { continue };
        if known.iter().all(|(_, was)| *was != now) {
            let registries = [&before.origin, &component.origin].iter().all(|at| matches!(at, Origin::Registry { .. }));
            let unstated = [&before.origin, &component.origin].contains(&&Origin::Registry { url: None });
            let kind = component.purl.kind();
            if registries && (unstated && kind == "npm" || asked.contains(&(kind, now.clone()))) {
                continue;
            }
            let key = if registries { (was.clone(), now) } else { (format!("{was} {}", component.purl), now) };
            moved.entry(key).or_default().push((id, before));
            continue;
        }
        let same_version = earlier.iter().find(|version| version.purl == component.purl);
        if let Some(version) = same_version
            && version.origin == component.origin
            && contradict(&version.hashes, &component.hashes)
        {
            let message =
                format!("{} has another checksum than the same version had ({})", context.name(id), past.since);
            let why = "the same version is other bytes: it was published anew, or replaced on the way";
            let mut draft = Draft::new(Subject::Component(id), message, why);
            draft.help.push("find out who changed it and why before anybody installs it".to_owned());
            draft.help.push("restore the lock file, and let the package manager verify the old checksum".to_owned());
            draft.locations = context.entries(id);
            draft.discriminator = "checksum".into();
            drafts.push(draft);
        }
    }
    for ((_, to), components) in moved {
        let Some((id, before)) = components.first().copied() else { continue };
        let component = context.bom.component(id);
        let name = context.name(id);
        let (from, now) = (shown(&before.origin), shown(&component.origin));
        let names: BTreeSet<_> = components.iter().map(|(id, _)| context.bom.component(*id).purl.full_name()).collect();
        let message = match names.len() {
            1 => format!("{name} comes from {now}; it came from {from} ({})", past.since),
            count => format!(
                "{count} components, {} among them, come from {now}; they came from {from} ({})",
                component.purl.full_name(),
                past.since
            ),
        };
        let why = "a new source under an old name is how packages are taken over";
        let mut draft = Draft::new(Subject::Component(id), message, why);
        draft.help.push("find where upstream announces the move before you take it from there".to_owned());
        draft
            .help
            .push("if nobody meant it, restore the lock file and look at the package manager's settings".to_owned());
        draft.help.extend(context.ask("sources"));
        draft.help.push(context.waive(id));
        draft.locations =
            components.iter().take(20).flat_map(|(id, _)| context.entries(*id).into_iter().take(1)).collect();
        draft.discriminator = to.into();
        drafts.push(draft);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::HashAlgorithm;

    #[test]
    fn commits_and_ways_to_write_a_url_are_no_source() {
        let git =
            |url: &str, commit: &str| Origin::Git { url: url.into(), commit: Some(commit.into()), reference: None };
        let one = source(&git("https://git.example.org/acme/kit.git", "a"));
        assert_eq!(one, source(&git("git@git.example.org:acme/kit", "b")));
        assert_ne!(one, source(&git("https://git.example.org/stranger/kit", "a")));
        assert_eq!(source(&Origin::Unknown), None);
    }

    #[test]
    fn one_digest_in_common_is_enough() {
        let hash = |byte: u8| Hash::from_bytes(HashAlgorithm::Sha256, &[byte; 32]).unwrap();
        let old = Hash::from_bytes(HashAlgorithm::Sha1, &[1; 20]).unwrap();
        assert!(contradict(&[hash(1)], &[hash(2)]));
        assert!(!contradict(&[hash(1)], &[hash(1), hash(2)]), "a wheel more");
        assert!(!contradict(&[old], &[hash(1)]), "another algorithm");
        assert!(!contradict(&[], &[hash(1)]));
    }
}
