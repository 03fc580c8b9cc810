//! The pages say what the program does.
//!
//! The reference pages are made from the tables (`SEPAL_BLESS=1 cargo test --test it docs` writes them); commands, outputs,
//! policies and links in the pages that people write are tried.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use sepal::cli::exit;
use sepal::model::{RepoPath, Severity};
use sepal::policy::{KEYS, Key, Policy, REASONS};
use sepal::rule::{self, Rule};
use sepal::text::Source;

use super::repositories::copy_tree;
use super::world::World;

const MADE: &str = "<!-- made from the tables of the program: SEPAL_BLESS=1 cargo test --test it docs -->\n\n";

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compares a made page with the file, or writes it.
fn is_page(path: &str, page: &str) {
    let file = top().join(path);
    if std::env::var_os("SEPAL_BLESS").is_some() {
        fs::write(&file, page).unwrap();
        return;
    }
    let have = fs::read_to_string(&file).unwrap_or_default();
    assert!(have == page, "{path} is out of date: run with SEPAL_BLESS=1");
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[cfg(feature = "trust-tools")]
fn formats_page() -> String {
    use sepal::ecosystem;
    let mut page = format!(
        "# What is read\n\n{MADE}`sepal formats` prints the same for the program at hand, `sepal formats --json` for programs.\n\n\
         A **manifest** states what is asked for, a **lock** file what was chosen, **installed** what lies in the tree; a \
         **tool** is asked only with `--trust-tools`. *Edges* are who needs whom, *scopes* what for, *hashes* the digests of \
         artefacts, *licenses* what a component declares. A format marked *preview* was measured on few real files.\n\n\
         | format | files | role | edges | scopes | hashes | licenses |\n| --- | --- | --- | --- | --- | --- | --- |\n"
    );
    for (_, format) in ecosystem::formats() {
        let patterns: Vec<String> = format.patterns.iter().map(|pattern| format!("`{pattern}`")).collect();
        let patterns = if patterns.is_empty() { "–".to_owned() } else { patterns.join(" ") };
        let stage = if format.stage == ecosystem::Stability::Stable { "" } else { " (preview)" };
        let can = format.capabilities;
        let yes = |can: bool| if can { "yes" } else { "–" };
        let capabilities = [can.edges, can.scopes, can.hashes, can.licenses].map(yes).join(" | ");
        writeln!(page, "| `{}`{stage} | {patterns} | {} | {capabilities} |", format.id, format.role.as_str()).unwrap();
    }
    for ecosystem in ecosystem::TABLE {
        write!(page, "\n## {}\n\nPackage URLs of type `{}`.\n\n", ecosystem.name, ecosystem.purl_type).unwrap();
        writeln!(page, "{}\n", ecosystem.docs.trim_end()).unwrap();
        for format in ecosystem.formats {
            writeln!(page, "- `{}`: {}", format.id, format.docs).unwrap();
        }
        if !ecosystem.copies.is_empty() {
            let kinds: Vec<&str> = ecosystem.copies.iter().map(|kind| kind.name).collect();
            writeln!(page, "\nDeclared licenses are also looked for in: {}.", kinds.join(", ")).unwrap();
        }
        if !ecosystem.installed_trees.is_empty() {
            let trees: Vec<String> = ecosystem
                .installed_trees
                .iter()
                .map(|tree| match tree.sign {
                    Some(sign) => format!("`{}/` (if it holds `{sign}`)", tree.name),
                    None => format!("`{}/`", tree.name),
                })
                .collect();
            writeln!(page, "\nNot searched for projects of one's own: {}.", trees.join(", ")).unwrap();
        }
    }
    page
}

#[cfg(feature = "trust-tools")]
#[test]
fn the_page_of_formats_is_the_table() {
    is_page("docs/formats.md", &formats_page());
}

#[test]
fn the_page_of_versions_is_the_table() {
    let mut page = format!(
        "# Orders of versions\n\n{MADE}Which of two versions is older is for the package manager to say, and each says it \
         differently. sepal has the order of each, tried against the tools themselves, and lets you try it:\n\n\
         ```sh\n$ sepal versions check --ecosystem PyPI fixtures/versions/pypi.txt\n```\n\n\
         The file, or stdin where none is named, holds a comparison a line: `A < B`, `A = B` or `A > B`; empty lines and those \
         that begin with `#` are left out. Those that do not hold are printed with how it is. The exit code is 0 if all hold, 1 \
         if one does not, and 2 if a line cannot be read. `--ecosystem` takes a name of the OSV schema (`crates.io`, \
         `Debian:12`), a package URL type (`cargo`) or a VERS type (`semver`).\n\n\
         What sepal's lists of comparisons are and where they come from is said [beside them](../fixtures/versions/README.md).\n\n\
         | scheme | ecosystems | package URL and VERS types | whose order |\n| --- | --- | --- | --- |\n"
    );
    for scheme in sepal::version::TABLE {
        let types: Vec<String> = [scheme.id].iter().chain(scheme.purl_types).map(|name| format!("`{name}`")).collect();
        let osv = if scheme.osv.is_empty() { "–".to_owned() } else { scheme.osv.join(", ") };
        writeln!(page, "| `{}` | {osv} | {} | {} |", scheme.id, types.join(" "), cell(scheme.source)).unwrap();
    }
    is_page("docs/versions.md", &page);
}

fn rule_page(rule: &Rule) -> String {
    let level = rule.default.map_or("off", Severity::as_str);
    let docs = &rule.docs;
    let mut page =
        format!("## {}\n\nFinds: {}.\n\nLevel: {level} by default. Since {}.\n", rule.id, rule.summary, rule.since);
    for (title, text) in [
        ("What it looks at", docs.what),
        ("Why it matters", docs.why),
        ("What to do", docs.how_to_fix),
        ("When it is fine", docs.fine_when),
    ] {
        write!(page, "\n**{title}.**{}{}\n", if text.starts_with("1. ") { "\n\n" } else { " " }, text.trim_end())
            .unwrap();
    }
    for (title, text) in [("Found", docs.example_bad), ("Put right", docs.example_good)] {
        write!(page, "\n{title}:\n\n```text\n{}\n```\n", text.trim_end()).unwrap();
    }
    if !rule.params.is_empty() {
        page.push_str("\n| parameter | takes | means |\n| --- | --- | --- |\n");
        for param in rule.params {
            writeln!(page, "| `{}` | {} | {} |", param.name, cell(&param.kind.expects()), cell(param.docs)).unwrap();
        }
    }
    let serves: Vec<String> = rule.mappings.iter().map(|(name, item)| format!("{name} {item}")).collect();
    writeln!(page, "\nServes: {}.", serves.join(" · ")).unwrap();
    page
}

fn anchor(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[test]
fn the_page_of_rules_is_the_table() {
    let mut page = format!(
        "# Rules\n\n{MADE}`sepal explain deps/unpinned` prints a rule's page. The levels are the rules' own; the shipped \
         baseline changes some ([policies/baseline.toml](../policies/baseline.toml)), and [a policy of yours](policy.md) any. \
         What is needed only for development, tests or the build counts one level less where a rule has the parameter \
         `scopes`.\n\n| rule | default | finds |\n| --- | --- | --- |\n"
    );
    for rule in rule::TABLE {
        let level = rule.default.map_or("off", Severity::as_str);
        writeln!(page, "| [`{}`](#{}) | {level} | {} |", rule.id, anchor(rule.id), cell(rule.summary)).unwrap();
    }
    for rule in rule::TABLE {
        page.push('\n');
        page.push_str(&rule_page(rule));
    }
    is_page("docs/rules.md", &page);
}

#[test]
fn the_page_of_keys_is_the_table() {
    let mut page = format!(
        "# Keys of a policy\n\n{MADE}Every key that `sepal.toml` and the policies it extends can have. A key that is not here is \
         an error that names the nearest one. [How to write a policy](policy.md) shows them at work.\n"
    );
    let mut tables: Vec<&str> = Vec::new();
    for Key { table, .. } in KEYS {
        if !tables.contains(table) {
            tables.push(table);
        }
    }
    for table in tables {
        let title = match table {
            "" => "The top of the file".to_owned(),
            "waiver" | "curation" | "usage" | "rule" | "deny" | "approval" | "namespace" => format!("`[[{table}]]`"),
            table => format!("`[{table}]`"),
        };
        write!(page, "\n## {title}\n\n| key | takes | means |\n| --- | --- | --- |\n").unwrap();
        for key in KEYS.iter().filter(|key| key.table == table) {
            writeln!(page, "| `{}` | {} | {} |", key.name, cell(key.expects), cell(key.docs)).unwrap();
        }
    }
    page.push_str(
        "\n## `[rules]`\n\nA rule's id, in quotes, with its level (`off`, `note`, `warning`, `error`) or a table of `level` and \
         parameters. [The rules](rules.md).\n\n| rule | parameter | takes |\n| --- | --- | --- |\n",
    );
    for rule in rule::TABLE {
        for param in rule.params {
            writeln!(page, "| `{}` | `{}` | {} |", rule.id, param.name, cell(&param.kind.expects())).unwrap();
        }
    }
    page.push_str("\n## Reasons of a waiver\n\n| reason | means |\n| --- | --- |\n");
    for reason in REASONS {
        writeln!(page, "| `{}` | {} |", reason.name, cell(reason.docs)).unwrap();
    }
    is_page("docs/policy-keys.md", &page);
}

/// The pages that people read: their paths from the top.
fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "fixtures/README.md", "policies/README.md"]
            .map(PathBuf::from)
            .into();
    for entry in fs::read_dir(top().join("docs")).unwrap() {
        let name = entry.unwrap().file_name();
        if Path::new(&name).extension().is_some_and(|extension| extension == "md") {
            pages.push(Path::new("docs").join(name));
        }
    }
    pages.sort();
    assert!(pages.len() >= 12, "{pages:?}");
    pages
}

fn text_of(page: &Path) -> String {
    fs::read_to_string(top().join(page)).unwrap_or_else(|error| panic!("{}: {error}", page.display()))
}

/// The blocks of code of a page: the language, the line of the opening fence, and the text.
fn blocks(text: &str) -> Vec<(String, usize, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, usize, String)> = None;
    for (index, line) in text.lines().enumerate() {
        match (&mut open, line.trim_start().strip_prefix("```")) {
            (None, Some(language)) => open = Some((language.trim().to_owned(), index + 1, String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some((.., text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block of code is not closed");
    blocks
}

/// The text of a page without its blocks of code.
fn prose(text: &str) -> String {
    let mut inside = false;
    let outside = |line: &&str| {
        let fence = line.trim_start().starts_with("```");
        inside ^= fence;
        !inside && !fence
    };
    text.lines().filter(outside).collect::<Vec<_>>().join("\n")
}

fn anchors(page: &Path) -> BTreeSet<String> {
    let text = prose(&text_of(page));
    text.lines().filter(|line| line.starts_with('#')).map(|line| anchor(line.trim_start_matches('#').trim())).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut dead = Vec::new();
    for page in pages() {
        let text = prose(&text_of(&page));
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split(')').next().unwrap_or_default();
            if target.starts_with("https://") {
                continue;
            }
            let (path, heading) =
                target.split_once('#').map_or((target, None), |(path, heading)| (path, Some(heading)));
            let file = if path.is_empty() { page.clone() } else { page.parent().unwrap().join(path) };
            let exists = top().join(&file).exists();
            if !exists || heading.is_some_and(|heading| !anchors(&file).contains(heading)) {
                dead.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(dead.is_empty(), "links that lead nowhere:\n{}", dead.join("\n"));
}

#[test]
fn the_readme_has_the_table_of_exit_codes() {
    let readme = text_of(Path::new("README.md"));
    let wanted: Vec<String> = exit::HELP
        .lines()
        .filter_map(|line| line.trim().split_once("  "))
        .map(|(code, means)| format!("| {code} | {means} |"))
        .collect();
    assert_eq!(wanted.len(), 4);
    for row in wanted {
        assert!(readme.contains(&row), "the README lacks the row `{row}`");
    }
}

#[test]
fn every_policy_in_the_pages_can_be_read() {
    let mut count = 0;
    for page in pages() {
        for (language, line, text) in blocks(&text_of(&page)) {
            if language != "toml" {
                continue;
            }
            count += 1;
            let source = Source::from_text(RepoPath::new("sepal.toml"), text).unwrap();
            // What an example extends is not there; an empty file stands for it.
            let base = Source::from_text(RepoPath::new("base.toml"), "extends = []\n".to_owned()).unwrap();
            // A person's own settings are told by their one table.
            let read = match source.text().starts_with("[online]") {
                true => sepal::app::settings::read(&source).map(|_| ()),
                false => Policy::read(&source, &|_| Some(&base)).map(|_| ()),
            };
            if let Err(problems) = read {
                let problems: Vec<String> =
                    problems.iter().map(|problem| format!("{}: {}", problem.location, problem.message)).collect();
                panic!("{}, the block at line {line}:\n{}", page.display(), problems.join("\n"));
            }
        }
    }
    assert!(count >= 5, "only {count} policies were found in the pages");
}

/// Whether a line as a page shows it stands in the output; `…` stands for anything.
fn shows(output: &str, line: &str) -> bool {
    output.lines().any(|have| {
        let mut rest = have.trim();
        let whole = !line.contains('…');
        let found = line.trim().split('…').all(|part| match rest.find(part.trim()) {
            Some(at) => {
                rest = &rest[at + part.trim().len()..];
                true
            }
            None => false,
        });
        found && (!whole || have.trim() == line.trim())
    })
}

#[test]
fn what_the_pages_show_is_what_the_program_answers() {
    let world = World::new();
    copy_tree(&top().join("fixtures"), &world.path().join("fixtures"));
    for file in ["Cargo.toml", "Cargo.lock"] {
        fs::copy(top().join(file), world.path().join(file)).unwrap();
    }
    world.write("sepal.toml", "extends = [\"builtin:baseline\"]\n[scan]\nexclude = [\"fixtures/**\"]\n");
    let mut count = 0;
    for page in pages() {
        for (language, at, text) in blocks(&text_of(&page)) {
            if language != "sh" {
                continue;
            }
            let mut output = None;
            for (index, line) in text.lines().enumerate() {
                let place = format!("{}:{}", page.display(), at + 1 + index);
                if let Some(command) = line.strip_prefix("$ ") {
                    output = None;
                    let (command, code) = command.split_once(" # exit ").map_or((command, 0), |(command, code)| {
                        (command, code.trim().parse::<i32>().expect("an exit code is a number"))
                    });
                    let words: Vec<&str> = command.split_whitespace().collect();
                    if words[0] != "sepal" || command.contains(['|', '>', '"', '\'', '=']) {
                        continue;
                    }
                    let ran = world.run(&words[1..]);
                    assert_eq!(ran.code(), code, "{place}: {command}\n{}", ran.stderr());
                    count += 1;
                    output = Some(ran.stdout() + &ran.stderr());
                } else if let Some(output) = &output
                    && !line.trim().is_empty()
                {
                    assert!(shows(output, line), "{place}: the answer lacks {line:?}; it is\n{output}");
                }
            }
        }
    }
    assert!(count >= 5, "only {count} commands were found in the pages");
}
