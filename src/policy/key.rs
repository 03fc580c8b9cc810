//! Every key that a policy file can have: what is not here is an unknown key.

/// A key of a policy file.
#[derive(Debug)]
pub struct Key {
    /// The table it stands in: empty for the top of the file; `licenses.distribution.*` for every table below.
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What values it takes, for error messages and docs: `a list of licenses and classes`.
    pub expects: &'static str,
    /// What it means: Markdown, a sentence or two.
    pub docs: &'static str,
}

const fn key(table: &'static str, name: &'static str, expects: &'static str, docs: &'static str) -> Key {
    Key { table, name, expects, docs }
}

const PATTERN: &str = "a package URL in which `*` stands for anything (`pkg:npm/@acme/*`, `pkg:cargo/kit@2.*`)";
const LICENSES: &str = "a list of licenses (`MIT`) and classes (`class:permissive`)";

/// All keys, by table in the order in which they are best read.
pub static KEYS: &[Key] = &[
    key(
        "",
        "extends",
        "a list of policies: `builtin:baseline`, paths of files, `{ url = \"https://…\", sha256 = \"…\" }`, or \
         `{ git = \"https://…\", rev = \"<commit>\", path = \"…\" }`",
        "What this policy starts from. Without it: `[\"builtin:baseline\"]`; `[]` starts from nothing. Later ones win over \
         earlier ones, and this file over all of them. Files of the web and of commits are fetched by `sepal policy update`.",
    ),
    key(
        "",
        "only-named",
        "`true` or `false`",
        "Whether rules are off that neither this policy nor what it extends names. Counts only in the policy that is used, not in \
         what it extends: so that `--policy builtin:cisa-2026` judges documents alone, and a policy that extends it keeps all \
         of its own rules.",
    ),
    key(
        "",
        "fail-on",
        "`error` or `warning`",
        "The lowest severity that fails the gate (exit code 1). Default: `error`.",
    ),
    key("", "inherit", "a table", "What files that extend this one may loosen."),
    key("", "project", "a table", "What is being judged."),
    key("", "licenses", "a table", "What the organisation makes of licenses."),
    key("", "rules", "a table of rules with their levels", "How much each rule matters, and its parameters."),
    key("", "rule", "tables `[[rule]]`", "Rules of your own."),
    key("", "sources", "a table", "Where components may come from."),
    key("", "scan", "a table", "What is looked at."),
    key("", "vex", "a table", "What people said that vulnerabilities mean for the product."),
    key("", "completeness", "a table", "How much has to be known."),
    key("", "notice", "a table", "The document of attribution that goes with the product."),
    key("", "lifecycle", "a table", "Until when products get fixes."),
    key("", "gate", "a table", "When the gate fails."),
    key("", "waivers", "a table", "How long waivers may be."),
    key("", "waiver", "tables `[[waiver]]`", "Findings that are accepted for a time."),
    key(
        "",
        "usage",
        "tables `[[usage]]`",
        "How components are joined to the product, where that is not what is assumed of their ecosystem and scope.",
    ),
    key(
        "",
        "modified",
        "tables `[[modified]]`",
        "Components that are used in a changed form: some licenses ask more for these. What lock files say of patches is known \
         without it.",
    ),
    key("", "deny", "tables `[[deny]]`", "Components that are not to be used, whatever their license."),
    key("", "namespace", "tables `[[namespace]]`", "Where packages of namespaces of one's own are to come from."),
    key("", "approval", "tables `[[approval]]`", "Components that somebody approved of before they came in."),
    key("", "curation", "tables `[[curation]]`", "What a person concluded about a component's license."),
    key(
        "inherit",
        "loosen",
        "true, or a list of keys (`rules.deps/unpinned`, `licenses.allow`), in which `*` stands for anything",
        "What this file says itself and files that extend it may make looser. Without it they may only make it stricter. A key \
         stands for all below it: `licenses`, `rules`.",
    ),
    key(
        "project",
        "license",
        "an SPDX expression",
        "The license the product is given out under. Default: what its manifests say.",
    ),
    key(
        "project",
        "distribution",
        "`internal`, `hosted`, `binary`, `source` or `device`",
        "How the product reaches others, which decides which duties of a license come due. Default: `binary`.",
    ),
    key(
        "project",
        "first-party",
        "a list of package URL patterns",
        "Components of one's own beside the workspace's members: they are in the SBOM and their licenses are not judged.",
    ),
    key("project", "contact", "a table of addresses", "Whom to ask, by subject: `license`, `sources`, `security`."),
    key(
        "licenses",
        "prefer",
        LICENSES,
        "Which arm of an OR is taken where several are equally good: earlier entries first.",
    ),
    key("licenses", "allow", LICENSES, "What may be used."),
    key("licenses", "review", LICENSES, "What a person looks at first."),
    key("licenses", "deny", LICENSES, "What may not be used."),
    key(
        "licenses",
        "unlisted",
        "`review` or `deny`",
        "What becomes of a license that no list names. Default: `review`. Nothing is allowed that nobody allowed.",
    ),
    key(
        "licenses",
        "detect",
        "`missing` or `always`",
        "Whose license texts are read: those of components for which nothing certain is declared, or all, so that texts which say \
         something else than what is declared are found. Default: `missing`.",
    ),
    key(
        "licenses",
        "distribution",
        "a table of tables by kind of distribution",
        "Lists that hold only for one kind of distribution: `[licenses.distribution.binary]`. They win over the file's general \
         lists.",
    ),
    key("licenses.distribution.*", "allow", LICENSES, "As in `[licenses]`."),
    key("licenses.distribution.*", "review", LICENSES, "As in `[licenses]`."),
    key("licenses.distribution.*", "deny", LICENSES, "As in `[licenses]`."),
    key(
        "sources",
        "allow",
        "a list of `default-registry`, `path`, `git`, `archive` and URLs (`git.example.org/acme/*`)",
        "Where components may come from. Without it every source with an encrypted connection is fine.",
    ),
    key(
        "scan",
        "exclude",
        "a list of globs over paths (`**/testdata/**`)",
        "Files that are left out. The report counts them.",
    ),
    key(
        "scan",
        "targets",
        "a list of statements (`sys_platform == 'linux'`)",
        "The platforms that the product runs on, in the words of an ecosystem: for Python a PEP 508 variable and its value. \
         Statements about the same variable are alternatives, those about different ones hold together. What is certainly \
         needed on none of them is left out. Default: every platform that the files name.",
    ),
    key(
        "vex",
        "documents",
        "a list of paths (`vex/shop.openvex.json`)",
        "VEX documents that count (OpenVEX, CycloneDX, CSAF), beside those that `--vex` names: paths below the directory of the \
         policy file. No document of the scanned tree counts without being named.",
    ),
    key(
        "completeness",
        "require",
        "true or false",
        "Whether the run fails (exit code 3) if the policy holds for what is known, but not everything could be found out. \
         Test data does not count. Default: false.",
    ),
    key(
        "completeness",
        "accept-unknown",
        "a list of ecosystems by their purl type (`github`)",
        "Ecosystems of which it is accepted that nobody can tell from this tree whether everything is known. What is known to \
         be missing still counts. The report shows it all the same. Default: none.",
    ),
    key(
        "completeness",
        "advisories",
        "true or false",
        "Whether the run fails (exit code 3) if the policy holds but no advisories were looked up. Default: false.",
    ),
    key(
        "notice",
        "file",
        "a path from the top of the scanned tree",
        "The committed document, as `sepal notice -o` wrote it. `legal/notices-incomplete` looks whether it is missing, stale or \
         incomplete. Its ending says its format: `.md`, `.html`, `.json`, else plain text.",
    ),
    key(
        "notice",
        "include",
        "a list of scopes (`provided`, `peer`, `build`, `test`, `development`)",
        "What is listed beside the components that reach the user of the product.",
    ),
    key(
        "lifecycle",
        "file",
        "a path from the top of the scanned tree",
        "Facts of your own for `deps/end-of-life`, in the form of sepal's `policies/lifecycle.toml`: tables `[[cycle]]` with product, \
         version, ends and source. They come before the shipped ones.",
    ),
    key(
        "gate",
        "warn-until",
        "a date `YYYY-MM-DD`",
        "The last day on which violations, and what is not known, do not fail the gate (exit code 0): for rolling out a policy. \
         Every run says so. At most 366 days away.",
    ),
    key(
        "waivers",
        "max-days",
        "a number of days, or a table of them by level (`{ error = 90, warning = 180 }`)",
        "How many days away the end of a waiver may be, by the level that the policy gives to the rule it is about. \
         `sepal waive` writes no longer one, and `governance/waiver-too-long` finds it. Default: that rule's `max-days`.",
    ),
    key("waivers.max-days", "error", "a number of days", "For waivers of rules whose level is `error`."),
    key("waivers.max-days", "warning", "a number of days", "For waivers of rules whose level is `warning`."),
    key("waivers.max-days", "note", "a number of days", "For waivers of rules whose level is `note`."),
    key(
        "waivers",
        "warn-days",
        "a number of days",
        "How many days before its end a waiver that is in use is announced in every report. Default: 14.",
    ),
    key(
        "rule",
        "id",
        "an id `group/name`",
        "What reports, waivers and `[rules]` call it: lower case with hyphens. The group is your own (`acme/no-gpl`), so that no \
         shipped rule is ever called alike.",
    ),
    key(
        "rule",
        "when",
        "a condition in CEL",
        "The rule finds each third-party component of which this holds; docs/policy.md tells what can be asked. Where it \
         depends on what nobody knows, that is a finding, too: unknown is never a pass.",
    ),
    key(
        "rule",
        "message",
        "a text",
        "What is wrong, in a sentence without a full stop. The component's name is put before it.",
    ),
    key("rule", "level", "`off`, `note`, `warning` or `error`", "How much it matters. Default: `warning`."),
    key(
        "rule",
        "unknown",
        "`off`, `note`, `warning` or `error`",
        "How much it matters that it cannot be told whether the condition holds. Default: as `level`.",
    ),
    key("rule", "why", "a text", "Why that matters, for those who meet it."),
    key("rule", "help", "a text, or a list of them", "What to do, the cheapest way first."),
    key("waiver", "rule", "the id of a rule", "Which rule's finding is accepted."),
    key("waiver", "component", PATTERN, "For which component. Needed unless `project` is given."),
    key(
        "waiver",
        "project",
        "a path, in which `*` stands for anything",
        "Only for the project in this directory, and below.",
    ),
    key(
        "waiver",
        "license",
        "an SPDX expression or the declared text",
        "Only for this license: a later one is a new finding.",
    ),
    key(
        "waiver",
        "advisory",
        "the id of an advisory (`CVE-2021-23337`, `GHSA-35jh-r3h4-6jhm`)",
        "Only for this advisory, by any of its ids. Needed for findings about advisories: a waiver without it would cover \
         tomorrow's as well.",
    ),
    key("waiver", "reason", "one of the listed reasons", "Why, in one word that can be counted."),
    key("waiver", "justification", "a text", "Why, in a sentence that convinces the next reader."),
    key("waiver", "approved-by", "a text", "Who decided: a role or an address."),
    key(
        "waiver",
        "expires",
        "a date such as 2027-05-01",
        "The last day on which it holds. Required: every decision is looked at again.",
    ),
    key("waiver", "ticket", "a text", "Where the discussion can be found."),
    key("usage", "component", PATTERN, "For which component."),
    key(
        "usage",
        "linkage",
        "`copied`, `static`, `dynamic`, `separate`, `data` or `tool`",
        "How it is joined to the product: taken into its files, linked or bundled in, loaded at run time, run as a program of \
         its own, read as data, or used only while the product is made. Decides what its license asks of the whole.",
    ),
    key("usage", "because", "a text", "How that is known: the build file, the person who knows."),
    key("modified", "component", PATTERN, "Which component."),
    key("modified", "because", "a text", "What was changed, or where the change can be seen. Notices name it."),
    key("modified", "by", "a text", "Who says so: a role or an address."),
    key("deny", "component", PATTERN, "Which component."),
    key(
        "deny",
        "versions",
        "a range: VERS (`vers:npm/>=3.3.4|<4.0.0`), what the package manager writes (`>=3.3.4 <4` for npm), or comparisons with \
         commas (`>=1.0, <2.0`)",
        "Which of its versions. Default: all. A version that cannot be compared counts as meant.",
    ),
    key("deny", "reason", "a text", "Why it is not to be used: what a developer reads."),
    key("deny", "instead", "a text", "What to use instead."),
    key("namespace", "component", PATTERN, "Which packages: all that only your own registry should answer for."),
    key(
        "namespace",
        "from",
        "a list of `default-registry`, `path`, `git`, `archive` and URLs (`git.example.org/acme/*`)",
        "Where they come from. Directories of the tree are always fine.",
    ),
    key("approval", "component", PATTERN, "Which component."),
    key("approval", "by", "a text", "Who approved: a role or an address."),
    key("approval", "date", "a date such as 2027-05-01", "When. A day to come does not count yet."),
    key("approval", "reason", "a text", "Why it was taken: need, license, health, security."),
    key("curation", "component", PATTERN, "For which component."),
    key(
        "curation",
        "declared",
        "a text",
        "Only while this is what the component declares, so that a change of terms is noticed.",
    ),
    key(
        "curation",
        "text-sha256",
        "a SHA-256 digest in hexadecimal",
        "Only while the component's copy carries this very license text: the digest of the text that was judged, as \
         `sepal scan -o json` states it. When the text changes, the run fails.",
    ),
    key("curation", "concluded", "an SPDX expression", "What its license really is."),
    key("curation", "because", "a text", "How that is known: the file, its digest, the author's answer."),
    key("curation", "by", "a text", "Who concluded it: a role or an address."),
];

/// The keys that a table cannot do without.
pub fn required_of(table: &str) -> &'static [&'static str] {
    match table {
        "waiver" => &["rule", "reason", "justification", "approved-by", "expires"],
        "rule" => &["id", "when", "message"],
        "usage" => &["component", "linkage", "because"],
        "modified" => &["component", "because", "by"],
        "deny" => &["component", "reason"],
        "namespace" => &["component", "from"],
        "approval" => &["component", "by", "date", "reason"],
        "curation" => &["component", "concluded", "because", "by"],
        _ => &[],
    }
}

/// The keys of a table.
pub fn keys_of(table: &str) -> impl Iterator<Item = &'static Key> {
    KEYS.iter().filter(move |key| key.table == table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Severity;
    use crate::policy::REASONS;
    use crate::rule;

    #[test]
    fn every_key_stands_once_and_is_explained() {
        for (index, key) in KEYS.iter().enumerate() {
            assert!(!key.docs.is_empty() && !key.expects.is_empty(), "{}", key.name);
            assert!(!KEYS[..index].iter().any(|before| before.table == key.table && before.name == key.name));
        }
    }

    /// The part of `policies/README.md` that is made from the tables.
    fn reference() -> String {
        let mut text = String::from("### Rules\n\n| rule | default | finds |\n| --- | --- | --- |\n");
        for rule in rule::TABLE {
            let level = rule.default.map_or("off", Severity::as_str);
            text.push_str(&format!("| `{}` | {level} | {} |\n", rule.id, rule.summary));
        }
        text.push_str("\n### Parameters\n\n| rule | parameter | takes | means |\n| --- | --- | --- | --- |\n");
        for rule in rule::TABLE {
            for param in rule.params {
                text.push_str(&format!(
                    "| `{}` | `{}` | {} | {} |\n",
                    rule.id,
                    param.name,
                    param.kind.expects(),
                    param.docs
                ));
            }
        }
        text.push_str("\n### Keys\n\n| table | key | takes | means |\n| --- | --- | --- | --- |\n");
        for key in KEYS {
            let table = match key.table {
                "" => "top of the file".to_owned(),
                "waiver" | "curation" | "usage" | "modified" | "rule" | "deny" | "approval" | "namespace" => {
                    format!("`[[{}]]`", key.table)
                }
                table => format!("`[{table}]`"),
            };
            text.push_str(&format!("| {table} | `{}` | {} | {} |\n", key.name, key.expects, key.docs));
        }
        text.push_str("\n### Reasons of a waiver\n\n| reason | means |\n| --- | --- |\n");
        for reason in REASONS {
            text.push_str(&format!("| `{}` | {} |\n", reason.name, reason.docs));
        }
        text
    }

    #[test]
    #[allow(clippy::disallowed_methods, reason = "a test looks at the repository it is built from")]
    fn the_readme_of_the_policies_holds_the_tables_of_today() {
        const START: &str = "<!-- made from the tables: SEPAL_BLESS=1 cargo test --lib policies -->\n\n";
        const END: &str = "\n<!-- end -->\n";
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/README.md");
        let text = std::fs::read_to_string(&path).unwrap();
        let (before, rest) = text.split_once(START).expect("the README has the starting mark");
        let (have, after) = rest.split_once(END).expect("the README has the ending mark");
        if std::env::var_os("SEPAL_BLESS").is_some() {
            std::fs::write(&path, format!("{before}{START}{}{END}{after}", reference())).unwrap();
            return;
        }
        assert!(have == reference(), "policies/README.md is out of date: run with SEPAL_BLESS=1");
    }
}
