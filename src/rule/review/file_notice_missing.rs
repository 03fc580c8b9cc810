//! Source files do not say whose they are and under which license.

use crate::model::{Location, RepoPath};
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Param, ParamKind, Rule, Subject};

/// Source files do not say whose they are and under which license.
pub static RULE: Rule = Rule {
    id: "review/file-notice-missing",
    summary: "too few source files say whose they are and under which license",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Counts the project's own source files and those of them that state a holder of rights and a license: in their first 60 \
               lines (SPDX tags, or in words), in a `.license` file beside them, in `REUSE.toml` or `.reuse/dep5`. It fires once for \
               the tree, with up to ten files as places, where fewer than `percent` of them do. Counted is program text that git \
               tracks; left out are empty files, test data, what package managers install, and directories for copies of other \
               people's code (`vendor`, `third_party`). This reads the beginning of every source file; `sepal licenses` lists all of \
               them. On 75 public repositories it fired on 69, and of 124 files that were named and looked at none had a notice.",
        why: "Files are copied one by one, and what does not travel with them is lost: the next reader knows neither whom to name nor \
              what is allowed.",
        how_to_fix: "1. Let a tool write the headers (`reuse annotate`), or put one entry for many files into `REUSE.toml`.\n\
                     2. Ask for them in the template of new files.\n\
                     3. Lower `percent` to what you have, and raise it as it grows.",
        fine_when: "The project has decided that one license file for all is enough, as many do: switch the rule off.",
        example_bad: "==> src/sort.js <==\nfunction sort() {}\n",
        example_good: "==> src/sort.js <==\n// SPDX-FileCopyrightText: 2026 Acme Ltd.\n// SPDX-License-Identifier: MIT\n\n\
                       function sort() {}\n",
    },
    params: &[Param {
        name: "percent",
        kind: ParamKind::Number { default: 90, most: 100 },
        docs: "How many of a hundred source files have to state both.",
    }],
    mappings: &[
        ("GGI", "44.L3"),
        ("GGI", "21.V2"),
        ("REUSE", "3.3"),
        ("Best Practices", "copyright_per_file"),
        ("Best Practices", "license_per_file"),
    ],
    check: Check::Practices(check),
};

fn check(context: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    let Some(found) = &evidence.practices.notices else { return };
    let (files, complete) = (u128::from(found.files), u128::from(found.complete));
    let percent = context.params.number("percent");
    if complete * 100 >= u128::from(percent) * files {
        return;
    }
    let message = format!(
        "{complete} of {files} source files state a holder of rights and a license ({} %); {} state no license, {} no holder",
        complete * 100 / files.max(1),
        found.without_license,
        found.without_copyright
    );
    let why = "files are copied one by one, and what does not travel with them is lost";
    let mut draft = Draft::new(Subject::Place, message, why);
    draft.help.push("add SPDX headers, or one entry for many files in REUSE.toml".to_owned());
    draft.help.push("list all files that lack them: sepal licenses".to_owned());
    // The tree first: it stays the same finding when the first of the files is put right.
    draft.locations.push(Location::file(&RepoPath::root()));
    draft.locations.extend(found.examples.iter().map(Location::file));
    drafts.push(draft);
}
