//! A credential is in a file of the tree.

use crate::model::FactKind;
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// A credential is in a file of the tree.
pub static RULE: Rule = Rule {
    id: "review/secret-in-tree",
    summary: "a credential is in a file of the tree",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Looks through every text for credentials that carry their issuer's prefix (`ghp_`, `glpat-`, `AKIA`, …) in their documented length, and for private keys in PEM with their content. Values that documentation uses (`…EXAMPLE…`, `xxxx`, few different characters) and everything in directories of tests and fixtures are left out, and so is what has no such shape: a password looks like any word. Only the kind and the place are reported, never the text. What only the name of a file says to be a test, and keys of RSA that are too short to be used, are left out, too: on 75 public repositories 30 of 31 findings were made-up credentials of these kinds before, and the one that stays is a private key. This reads the whole tree, which other rules do not.",
        why: "History keeps a credential even after it is deleted, and programs look for them within minutes.",
        how_to_fix: "1. Revoke it first.\n2. Then remove it from the tree and its history.\n3. Hand it over at run time from a secret store.",
        fine_when: "It was made for a test and opens nothing; move it to the tests.",
        example_bad: "==> src/key.pem <==\n-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIGhvbGRzbm90aGluZ29mdmFsdWU0YTlxMjc\n-----END PRIVATE KEY-----\n",
        example_good: "==> src/key.pem <==\n-----BEGIN PUBLIC KEY-----\nMC4CAQAwBQYDK2VwBCIEIGhvbGRzbm90aGluZ29mdmFsdWU0YTlxMjc\n-----END PUBLIC KEY-----\n",
    },
    params: &[],
    mappings: &[
        ("GGI", "22.V2"),
        ("OSPS", "BR-07.01"),
        ("Best Practices", "no_leaked_credentials"),
        ("CRA", "checklist 3.3.8"),
    ],
    check: Check::Texts(check),
};

fn check(_: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    for found in evidence.all(FactKind::Secret) {
        let message = format!("{} holds what has the shape of a credential ({})", found.location.path, found.what);
        let mut draft = Draft::new(Subject::Place, message, "history keeps a credential even after it is deleted");
        draft.help.push("revoke it first; then remove it from the tree and its history".to_owned());
        draft.discriminator = found.what;
        draft.locations.push(found.location);
        drafts.push(draft);
    }
}
