//! CSAF 2.0 and 2.1: the product tree, and what the profile "VEX" says of its products (2.0, section 4.5).
//!
//! `known_not_affected` is justified by `flags[].label` or by a threat of category `impact`; `known_affected` comes with a
//! remediation, whose details are what to do. `fixed` is the version that carries the fix; `first_fixed`, `recommended` and
//! `last_affected` speak of other versions than their own products and are not taken for a status.

use std::collections::BTreeMap;

use compact_str::CompactString;

use crate::model::{Hash, Location, LookUp, Mark, Purl, VexStatus};
use crate::text::{Document, Node, Source};

use super::{Identifier, Product, Stated, Statement, shown};

fn list<'d>(node: Node<'d>, key: &str) -> impl Iterator<Item = Node<'d>> {
    node.get(key).into_iter().flat_map(Node::items)
}

fn strings<'d>(node: Node<'d>, key: &str) -> impl Iterator<Item = &'d str> {
    list(node, key).filter_map(Node::string)
}

/// Why something is said, and when: label, details, date.
type Reasons<'d> = (Option<&'d str>, Option<&'d str>, &'d str);

/// How deep products may be made of products.
const MOST_NESTING: usize = 16;

struct Tree<'d> {
    /// Products by id; a product made of another one within a third has subcomponents.
    products: LookUp<&'d str, Product>,
    groups: LookUp<&'d str, Vec<&'d str>>,
}

pub fn read(source: &Source, tree: &Document<'_>) -> Stated {
    let root = tree.root();
    let mut stated = Stated::default();
    let document = root.get("document");
    let publisher = document.and_then(|node| node.get("publisher")?.get_str("name")).unwrap_or_default();
    let released = document
        .and_then(|node| {
            let tracking = node.get("tracking")?;
            tracking.get_str("current_release_date").or_else(|| tracking.get_str("initial_release_date"))
        })
        .unwrap_or_default();
    let known = match root.get("product_tree") {
        Some(node) => products(source, node, &mut stated),
        None => Tree { products: LookUp::new(), groups: LookUp::new() },
    };
    for node in list(root, "vulnerabilities") {
        let mark = source.mark(node.span());
        let mut ids: Vec<CompactString> = node.get_str("cve").map(Into::into).into_iter().collect();
        ids.extend(list(node, "ids").filter_map(|id| id.get_str("text")).map(CompactString::from));
        if ids.is_empty() {
            stated.note(mark, || "a vulnerability has no id".to_owned());
            continue;
        }
        let Some(status_node) = node.get("product_status") else { continue };
        let flags = Entries::of(node, "flags", &known, |_| true);
        let impacts = Entries::of(node, "threats", &known, |threat| threat.get_str("category") == Some("impact"));
        let remedies = Entries::of(node, "remediations", &known, |_| true);
        for (key, products) in status_node.entries() {
            let status = match key.scalar() {
                Some("known_not_affected") => VexStatus::NotAffected,
                Some("known_affected") => VexStatus::Affected,
                Some("fixed") => VexStatus::Fixed,
                Some("under_investigation") => VexStatus::UnderInvestigation,
                _ => continue,
            };
            // One statement for all products of which the same is said.
            let mut said: BTreeMap<Reasons<'_>, (Vec<Product>, Mark)> = BTreeMap::new();
            for entry in products.items() {
                let Some(id) = entry.string() else { continue };
                let at = source.mark(entry.span());
                let Some(product) = known.products.get(id) else {
                    stated.note(at, || {
                        format!("`{}` is no product that can be matched by package URL or digest", shown(id))
                    });
                    continue;
                };
                let flag = flags.about(id).filter(|_| status == VexStatus::NotAffected);
                let when = flag.and_then(|flag| flag.get_str("date")).unwrap_or_default();
                let flag = flag.and_then(|flag| flag.get_str("label"));
                let words = match status {
                    VexStatus::NotAffected => impacts.about(id),
                    VexStatus::Affected | VexStatus::Fixed => remedies.about(id),
                    VexStatus::UnderInvestigation => None,
                };
                let words = words.and_then(|entry| entry.get_str("details"));
                let entry = said.entry((flag, words, when)).or_insert_with(|| (Vec::new(), at));
                entry.0.push(product.clone());
            }
            for ((flag, words, when), (products, at)) in said {
                stated.statements.push(Statement {
                    status,
                    vulnerabilities: ids.clone(),
                    products,
                    justification: flag.map(Into::into),
                    impact: words.map(str::to_owned),
                    by: publisher.into(),
                    stated: if when.is_empty() { released.into() } else { when.into() },
                    location: Location::at(source.path(), at),
                });
            }
        }
    }
    stated
}

/// Entries of a vulnerability (flags, threats, remediations) by the products that they are about: the first for each.
struct Entries<'d> {
    of: LookUp<&'d str, Node<'d>>,
    /// One that names no product is about all of them.
    of_all: Option<Node<'d>>,
}

impl<'d> Entries<'d> {
    fn of(node: Node<'d>, key: &str, known: &Tree<'d>, fits: impl Fn(Node<'d>) -> bool) -> Self {
        let mut entries = Entries { of: LookUp::new(), of_all: None };
        for entry in list(node, key).filter(|entry| fits(*entry)) {
            let groups = strings(entry, "group_ids").filter_map(|group| known.groups.get(group)).flatten().copied();
            for id in strings(entry, "product_ids").chain(groups) {
                entries.of.get_or_insert_with(id, || entry);
            }
            if entry.get("product_ids").is_none() && entry.get("group_ids").is_none() {
                entries.of_all.get_or_insert(entry);
            }
        }
        entries
    }

    fn about(&self, id: &str) -> Option<Node<'d>> {
        self.of.get(id).copied().or(self.of_all)
    }
}

fn products<'d>(source: &Source, tree: Node<'d>, stated: &mut Stated) -> Tree<'d> {
    let mut known = Tree { products: LookUp::new(), groups: LookUp::new() };
    let add = |known: &mut Tree<'d>, product: Node<'d>, range: Option<&str>| {
        let Some(id) = product.get_str("product_id") else { return };
        let what = identifier(product, range);
        if what.is_usable() {
            known.products.insert(id, Product { what, subcomponents: Vec::new() });
        }
    };
    for product in list(tree, "full_product_names") {
        add(&mut known, product, None);
    }
    let mut waiting: Vec<Node<'d>> = list(tree, "branches").collect();
    while let Some(branch) = waiting.pop() {
        if let Some(product) = branch.get("product") {
            let is_range = branch.get_str("category") == Some("product_version_range");
            let range = branch.get_str("name").filter(|_| is_range);
            if let Some(range) = range.filter(|range| !range.starts_with("vers:")) {
                let mark = source.mark(branch.span());
                stated.note(mark, || {
                    format!("`{}` is no range that can be read (VERS), and holds no version", shown(range))
                });
            }
            add(&mut known, product, range);
        }
        waiting.extend(list(branch, "branches"));
    }
    // A product made of a component within another one: first the parts, then what is made of those.
    let mut open: Vec<Node<'d>> = list(tree, "relationships").collect();
    for _ in 0..MOST_NESTING {
        let before = open.len();
        open.retain(|relationship| {
            let made = relationship.get("full_product_name").and_then(|name| name.get_str("product_id"));
            let (Some(part), Some(whole), Some(id)) =
                (relationship.get_str("product_reference"), relationship.get_str("relates_to_product_reference"), made)
            else {
                return false;
            };
            match (known.products.get(part), known.products.get(whole)) {
                (Some(part), Some(whole)) => {
                    let subcomponents = vec![part.subcomponents.first().cloned().unwrap_or_else(|| part.what.clone())];
                    let product = Product { what: whole.what.clone(), subcomponents };
                    known.products.insert(id, product);
                    false
                }
                _ => true,
            }
        });
        // Each round settles at least one, or none ever will be: wholes without package URL are not matched by their parts
        // alone, since the statement is about the part in that whole only.
        if open.len() == before || open.is_empty() {
            break;
        }
    }
    for group in list(tree, "product_groups") {
        if let Some(id) = group.get_str("group_id") {
            known.groups.insert(id, strings(group, "product_ids").collect());
        }
    }
    known
}

fn identifier(product: Node<'_>, range: Option<&str>) -> Identifier {
    let helper = product.get("product_identification_helper");
    let one = helper.and_then(|helper| helper.get_str("purl"));
    let text = one.or_else(|| helper.and_then(|helper| strings(helper, "purls").next()));
    let mut hashes = Vec::new();
    for file in helper.into_iter().flat_map(|helper| list(helper, "hashes")).flat_map(|hash| list(hash, "file_hashes"))
    {
        let algorithm = file.get_str("algorithm").and_then(crate::sbom::read::algorithm);
        hashes.extend(algorithm.and_then(|algorithm| Hash::from_hex(algorithm, file.get_str("value")?)));
    }
    let purl = text.and_then(|text| Purl::read(text).ok().or_else(|| text.parse().ok()));
    let purl = match (purl, range) {
        // The range says which versions; one in the package URL beside it would narrow it to nothing.
        (Some(purl), Some(_)) => {
            let mut bare = purl.without_version();
            for (key, value) in purl.qualifiers() {
                bare = bare.with_qualifier(key, value);
            }
            Some(bare)
        }
        (purl, _) => purl,
    };
    Identifier { purl, range: range.map(str::to_owned), hashes }
}
