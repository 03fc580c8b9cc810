//! A copy of somebody else's code that no manifest declares.

use crate::model::{FactKind, Party};
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// A copy of somebody else's code that no manifest declares.
pub static RULE: Rule = Rule {
    id: "deps/undeclared-third-party",
    summary: "a copy of somebody else's code lies in the tree, and no manifest declares it",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Looks for two signs of copied code among the committed files: scripts and style sheets whose first comment names a \
               product and its version (`/*! kit v3.6.0 | (c) … */`), and directories below `third_party`, `vendor`, `external` and \
               the like that have a license file of their own. What a lock file names in that version, what carries the name of one's \
               own packages, what a package manager keeps (`vendor/modules.txt`, `.cargo-checksum.json`) and directories of tests are \
               left out. A copy without banner and license is not seen. Measured on 100 \
               repositories: 39 findings; 12 of 13 outside of one tree are copies that nothing declares, and 26 are Go packages of that \
               tree, whose list is of a kind that is not read. This looks at the name of every file and reads the beginning \
               of scripts and style sheets.",
        why: "What no list names gets no update, no advisory is matched with it, and its license is in no notice.",
        how_to_fix: "1. Use the package manager: declare it with its version, and remove the copy.\n\
                     2. If it has to be a copy, write down its name, version, origin and license beside it, and put it into the SBOM \
                     (`sepal scan` reads documents that are committed).\n\
                     3. Remove it if nothing uses it.",
        fine_when: "It is your own code that was published elsewhere, or the copy is declared in a way that sepal does not read.",
        example_bad: "==> static/jquery.min.js <==\n/*! jQuery v3.6.0 | (c) OpenJS Foundation and other contributors | example.org/license */\n",
        example_good: "==> static/site.js <==\n/* The menu of our site. */\n",
    },
    params: &[],
    mappings: &[
        ("GGI", "23.V1"),
        ("GGI", "21.V2"),
        ("Stage 1", "S1.3a"),
        ("ISO/IEC 18974", "4.3.1.1"),
        ("S2C2F", "AUD-2"),
        ("CRA", "I-II(1)"),
    ],
    check: Check::Tree(check),
};

/// A name as it can be compared: lower case, without `.js` and what is not a letter or digit.
fn plain(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let short = lower.trim_end_matches(".js").trim_end_matches(".css").trim_end_matches("-js");
    short.chars().filter(|c| c.is_ascii_alphanumeric()).collect()
}

fn check(context: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    let found = evidence.all(FactKind::CopiedLibrary);
    if found.is_empty() {
        return;
    }
    // Names with versions of what is declared, and names of one's own.
    let (mut declared, mut own) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
    own.insert(plain(&context.bom.subject.name));
    own.extend(context.bom.subject.name.split('+').map(plain));
    let mut directories = Vec::new();
    for component in &context.bom.components {
        let purl = &component.purl;
        match component.party {
            Party::First => {
                own.insert(plain(purl.name()));
                own.extend(purl.namespace().map(plain));
            }
            Party::Third => {
                declared.insert((plain(purl.name()), purl.version().unwrap_or_default().to_owned()));
                directories.extend(component.occurrences.iter().filter_map(|at| at.directory.as_ref()));
            }
        }
    }
    for found in found {
        let path = &found.location.path;
        let directory = found.location.mark.is_none();
        let why = "what no list names gets no update, meets no advisory and is in no notice";
        let (message, what) = if directory {
            let place = path.parent();
            if directories.iter().any(|known| **known == place) {
                continue;
            }
            (format!("{place} has a license of its own, and no manifest declares it"), found.what.as_str())
        } else {
            let (name, version) = found.what.rsplit_once(' ').unwrap_or((&found.what, ""));
            let first = name.split(' ').next().unwrap_or(name);
            let names = [plain(name), plain(first)];
            let known = |name: &String| declared.contains(&(name.clone(), version.to_owned()));
            if names.iter().any(|name| own.contains(name)) || names.iter().any(known) {
                continue;
            }
            (format!("{path} is a copy of {}, which no manifest declares", found.what), first)
        };
        let mut draft = Draft::new(Subject::Place, message, why);
        draft.help.push("declare it with the package manager and remove the copy".to_owned());
        draft
            .help
            .push(format!("else write down name, version, origin and license of {what}, and put it into the SBOM"));
        draft.help.extend(context.ask("license"));
        draft.discriminator = if directory { "directory".into() } else { plain(what).into() };
        draft.locations.push(found.location.clone());
        drafts.push(draft);
    }
}
