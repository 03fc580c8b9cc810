//! Digests of artefacts from copies of the packages: a build names artefacts without them, and the package manager keeps those that
//! the repository states beside what it fetched.

use rayon::prelude::*;

use super::license::find_by_occurrence;
use crate::cache::Copies;
use crate::ecosystem;
use crate::model::{Bom, Component, Hash, KEPT_DIGEST, RepoPath, Stage};

/// Adds digests of third parties' artefacts to those components for which no file states one. A property says where each stands: what
/// the project itself pins is another question ([`Component::stated_hashes`]).
pub fn kept_digests(bom: &mut Bom, copies: &Copies) {
    let is_wanted = |component: &Component| component.is_third_party() && component.hashes.is_empty();
    for (purl_type, places) in ecosystem::KEPT {
        for place in places.iter().filter(|place| copies.has(place.base)) {
            let projects = &bom.projects;
            let everywhere = vec![true; projects.len()];
            let mut wanted: Vec<&mut Component> = bom
                .components
                .iter_mut()
                .filter(|component| component.purl.kind() == *purl_type && is_wanted(component))
                .collect();
            if wanted.is_empty() {
                continue;
            }
            let find = |component: &Component| -> Option<(RepoPath, Hash)> {
                find_by_occurrence(component, projects, &everywhere, place.artefacts, |paths| {
                    paths.iter().find_map(|path| copies.kept_digest(place.base, path))
                })
            };
            let found: usize = wanted
                .par_iter_mut()
                .map(|component| {
                    let Some((path, digest)) = find(component) else { return 0 };
                    component.hashes.push(digest);
                    component.properties.insert(KEPT_DIGEST.into(), path.as_str().into());
                    1
                })
                .sum();
            let detail = format!("{}: {found} of {}", place.name, wanted.len());
            bom.stages.push(Stage { name: "digests", detail });
        }
    }
}
