//! Which component is meant by what a person types.

use crate::model::{Bom, ComponentId, Purl};

/// The third-party components that a query means: a package URL with or without version, a name, or `name@version`.
pub fn matching(bom: &Bom, query: &str) -> Vec<ComponentId> {
    let same: Box<dyn Fn(&Purl) -> bool> = if let Ok(wanted) = query.parse::<Purl>() {
        Box::new(move |purl| {
            purl.without_version() == wanted.without_version()
                && (wanted.version().is_none() || purl.version() == wanted.version())
        })
    } else {
        let at = query.rfind('@').filter(|at| *at > 0);
        let (name, version) = at.map_or((query, None), |at| (&query[..at], Some(&query[at + 1..])));
        let is_name = |purl: &Purl, name: &str| purl.full_name() == name || purl.name() == name;
        Box::new(move |purl| {
            is_name(purl, query)
                || is_name(purl, name) && version.is_some_and(|version| purl.version() == Some(version))
        })
    };
    bom.third_parties().filter(|(_, component)| same(&component.purl)).map(|(id, _)| id).collect()
}

/// Names that resemble a query which nothing matches, the nearest first.
pub fn resembling(bom: &Bom, query: &str) -> Vec<String> {
    let mut near: Vec<(f64, String)> = bom
        .third_parties()
        .map(|(_, component)| component.purl.full_name())
        .map(|name| {
            let part = if name.contains(query) && query.len() > 2 { 0.3 } else { 0.0 };
            (strsim::jaro_winkler(query, &name) + part, name.to_string())
        })
        .filter(|(likeness, _)| *likeness > 0.85)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    near.dedup_by(|a, b| a.1 == b.1);
    near.into_iter().take(5).map(|(_, name)| name).collect()
}
