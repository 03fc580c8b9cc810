//! A program in binary form lies in the tree.

use crate::model::FactKind;
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// A program in binary form lies in the tree.
pub static RULE: Rule = Rule {
    id: "deps/binary-artifact",
    summary: "a program or library in binary form is committed",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Looks at how the committed files begin (by git's index, without it at all files that no `.gitignore` hides) and fires for \
               ELF, Windows and macOS programs and libraries, WebAssembly, Java archives and classes, Android and Python bytecode, \
               static libraries, packages of Python, NuGet, Debian and RPM. Images, fonts, documents and plain archives are none. \
               Wrapper archives of build tools (`gradle-wrapper.jar`) are found as well: whether one is genuine can only be told by \
               the list of checksums that its project publishes, which is not at hand offline. In directories of test data it is a \
               note at most, and the finding says so. This looks at the name of every file and reads a few bytes of some. \
               Measured on 100 \
               repositories (many cloned without their large files): 80 findings, all of them programs in binary form; 48 lie in test \
               data, and 19 are built from the source of the same tree.",
        why: "Nobody can review it, no scanner sees what is in it, and its license is in no lock file.",
        how_to_fix: "1. Build it from source in the pipeline, or let the package manager fetch it with a checksum.\n\
                     2. Else write down where it comes from, its SHA-256 and its license, and who looks after it.\n\
                     3. For a wrapper archive: compare its SHA-256 with those that the build tool publishes.",
        fine_when: "It is a wrapper archive that somebody verified, or data for a test that has to be binary.",
        example_bad: "==> tools/setup.exe <==\nMZ and the rest of the program\n",
        example_good: "==> tools/setup.sh <==\n#!/bin/sh\n",
    },
    params: &[],
    mappings: &[
        ("GGI", "23.V1"),
        ("GGI", "44.V4"),
        ("OSPS", "QA-05.01"),
        ("OSPS", "QA-05.02"),
        ("Scorecard", "Binary-Artifacts"),
        ("S2C2F", "AUD-2"),
    ],
    check: Check::Tree(check),
};

fn check(_: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    for found in evidence.all(FactKind::BinaryArtifact) {
        let path = &found.location.path;
        let wrapper = path.file_name().ends_with("-wrapper.jar");
        let data = if path.lies_in_test_data() { ", in a directory of test data" } else { "" };
        let message = format!("{path} is {}{data}", found.what);
        let why = match wrapper {
            true => "it starts the build, and whether it is the one that its project published cannot be told offline",
            false => "nobody can review it, and no lock file says where it comes from or under which license",
        };
        let mut draft = Draft::new(Subject::Place, message, why);
        if wrapper {
            draft.help.push("compare its SHA-256 with those that the build tool publishes".to_owned());
        } else {
            draft.help.push(
                "build it from source in the pipeline, or let a package manager fetch it with a checksum".to_owned(),
            );
            draft.help.push("else write down its origin, SHA-256 and license".to_owned());
        }
        draft.locations.push(found.location);
        drafts.push(draft);
    }
}
