//! Sentences that teach: what a license is, when it bites, what to do.
//!
//! Words of our own for every class and for the licenses that are met most. Facts are taken from the SPDX list (approved by
//! OSI, listed as free by the FSF, deprecated); nothing here is legal advice.

use super::{Class, ExceptionFacts, Expression, Facts, Part, Term, TermFacts, class, facts, ids, reading};

/// What there is to say about a license.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The canonical identifier, with its exception if one was asked for.
    pub id: String,
    /// Its full name on the SPDX list; `None` for a `LicenseRef-`.
    pub name: Option<&'static str>,
    /// Its class.
    pub class: Class,
    /// What the class means: what it is, when it bites, what to do.
    pub about_class: ClassText,
    /// What is particular about this license, if we have words for it.
    pub about: Option<&'static str>,
    /// What its exception changes, if it has one that makes it another class.
    pub about_exception: Option<&'static str>,
    /// Whether the Open Source Initiative has approved it (SPDX list).
    pub osi_approved: bool,
    /// Whether the Free Software Foundation lists it as free (SPDX list).
    pub fsf_libre: bool,
    /// What it asks, fact by fact; `None`: only its class is known.
    pub facts: Option<&'static Facts>,
    /// What its exception does, where that is known.
    pub exception: Option<&'static ExceptionFacts>,
    /// Whether its identifier is deprecated on the SPDX list.
    pub deprecated: bool,
    /// The license as an expression of one term.
    pub expression: Expression,
    /// How the asked name was understood, where it is not an identifier itself.
    pub read_as: Option<String>,
}

/// The three things to know about a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassText {
    /// What it is.
    pub what: &'static str,
    /// When it bites.
    pub when: &'static str,
    /// What to do.
    pub act: &'static str,
}

/// Explains a license, by identifier in any case (with an exception, if wanted) or by a wording that is an alias. `None` for
/// what names no single license.
pub fn explain(id: &str) -> Option<Explanation> {
    use crate::model::Reading;

    let read = reading::read(id);
    let expression = read.expression?;
    let [Part::Term(term)] = expression.parts() else { return None };
    let listed = ids::license(&term.license);
    let flag = |flag: u8| listed.is_some_and(|license| license.flags & flag != 0);
    let classes = class::classes();
    let class = classes.class_of(term);
    let read_as = match read.reading {
        Reading::Alias(why) | Reading::Guess(why) => Some(why.to_string()),
        Reading::Strict | Reading::Canonical | Reading::Unmapped(_) => None,
    };
    let known = TermFacts::of(term);
    Some(Explanation {
        facts: known.license,
        exception: known.exception,
        deprecated: facts::is_deprecated(&term.license),
        expression: Expression::of_term(term.clone()),
        id: term.to_string(),
        name: listed.map(|license| license.full_name),
        class,
        about_class: class_text(class),
        about: about(term),
        about_exception: classes.exception_rule(term).map(|rule| rule.reason.as_str()),
        osi_approved: flag(spdx::flags::IS_OSI_APPROVED),
        fsf_libre: flag(spdx::flags::IS_FSF_LIBRE),
        read_as,
    })
}

/// What a class means.
pub fn class_text(class: Class) -> ClassText {
    match class {
        Class::PublicDomain => ClassText {
            what: "The authors have given up their rights or waived them as far as the law lets them. Nothing is asked of you.",
            when: "Hardly ever. In some countries an author cannot give up all rights, so a bare \"public domain\" without a text such as CC0-1.0 leaves a small doubt; patents are usually not covered.",
            act: "Use it. Keeping a note of where it came from is good manners and helps the next person who asks.",
        },
        Class::Permissive => ClassText {
            what: "You may use, change and pass it on, also in closed products, as long as its copyright notice and license text go along.",
            when: "When you give the product to others without the notices. That is the most common breach of all, and the easiest to mend.",
            act: "Ship an attribution document with the texts. Some (Apache-2.0) also want the NOTICE file and a mark on changed files.",
        },
        Class::WeakCopyleft => ClassText {
            what: "The covered files or library stay under their license, changes to them included. The rest of your product keeps its own.",
            when: "When you give the product to others with changes to the covered part, or link an LGPL library so that its user cannot exchange it (static linking).",
            act: "Offer the source of the covered part, changed or not. For an LGPL library link dynamically, or give object files to relink with.",
        },
        Class::ShareAlike => ClassText {
            what: "A license for texts, data and media: whoever adapts the work passes the adaptation on under the same terms.",
            when: "When you change the work, or mix it into one of your own, and publish the result. Using it beside your own work is free.",
            act: "Name the authors, keep the work apart from yours, and publish your changes to it under the same license.",
        },
        Class::StrongCopyleft => ClassText {
            what: "Whoever gets the program from you, or something made with parts of it, may ask for the source of the whole, under the same license.",
            when: "When you give a product to others (download, device, container image, browser bundle) in which it is linked or bundled. Use inside your organisation, and as a service, is free.",
            act: "Run it as a program of its own, replace it, obtain other terms from its authors, or publish the source of the whole work.",
        },
        Class::NetworkCopyleft => ClassText {
            what: "Like strong copyleft, and users who only reach the program over a network may ask for the source too.",
            when: "As soon as others use it, also as a hosted service. For the AGPL: if you changed it; other licenses of the class do not ask whether you did.",
            act: "Replace it, obtain other terms from its authors, or offer the source to everybody who uses the service.",
        },
        Class::FieldOfUse => ClassText {
            what: "Free for everybody, except for certain fields of use. That is not open source as OSI and FSF define it, and it passes on to your customers.",
            when: "When you or anybody who gets your product does what the license forbids, or when its words are too vague to tell.",
            act: "Have the restriction read by someone who knows your use; a replacement is usually the cheaper answer.",
        },
        Class::SourceAvailable => ClassText {
            what: "The source can be read and often changed, but use is limited: no competing service, no production use, only small companies. Not open source.",
            when: "When your product or service falls under the limit: today, or after the business has changed.",
            act: "Compare the limit with your use and write the answer down with a date; buy a license or replace it where it does not fit.",
        },
        Class::NonCommercial => ClassText {
            what: "May be used, but not for commercial purposes. Not open source.",
            when: "In almost every product of a company, even if that product costs nothing.",
            act: "Replace it, or ask the authors for commercial terms.",
        },
        Class::NoDerivatives => ClassText {
            what: "May be passed on unchanged only. Not open source.",
            when: "When you translate, crop, patch or build upon it and pass the result on.",
            act: "Use it unchanged with its notices, or replace it.",
        },
        Class::Proprietary => ClassText {
            what: "There is no public license. Nobody has any right to it but those its owner has given one.",
            when: "At once, unless it is your own or you have a contract.",
            act: "If it is your own, say so in the policy (`first-party`). Otherwise find the contract and record it, or remove the component.",
        },
        Class::Unreviewed => ClassText {
            what: "Nobody has sorted this license in yet. That says nothing against it.",
            when: "Unknown until somebody reads the text.",
            act: "Read it, or ask who may decide, and name it in `allow`, `review` or `deny` of the policy.",
        },
    }
}

/// What is particular about a license. The GNU licenses have one entry for all forms of a version.
fn about(term: &Term) -> Option<&'static str> {
    let name = term.license.trim_end_matches("-only").trim_end_matches("-or-later");
    ABOUT.binary_search_by(|(id, _)| (*id).cmp(name)).ok().map(|at| ABOUT[at].1)
}

/// By identifier (without `-only` and `-or-later`), sorted.
static ABOUT: &[(&str, &str)] = &[
    ("0BSD", "The ISC license without its one condition: not even the notice has to be kept."),
    (
        "AFL-3.0",
        "Permissive, with a patent grant that ends for whoever sues over patents. The FSF considers it incompatible with the GPL.",
    ),
    (
        "AGPL-3.0",
        "The GPL with section 13: if you changed the program and let others use it over a network, they must be offered its source. Many companies exclude it altogether; an unchanged tool that is never distributed asks for little.",
    ),
    (
        "Apache-2.0",
        "Permissive with an express patent grant, which ends if you sue over patents in the work. Pass on the NOTICE file and mark the files you changed. Goes together with GPL-3.0, not with GPL-2.0-only.",
    ),
    (
        "Artistic-2.0",
        "Perl's later license. A changed version has to be clearly different or made available to the original authors.",
    ),
    ("BSD-2-Clause", "Keep copyright notice, conditions and disclaimer, in source and in what comes with binaries."),
    ("BSD-3-Clause", "BSD-2-Clause, and the authors' names may not be used to promote your product."),
    (
        "BSD-4-Clause",
        "With the old advertising clause: every advertisement that mentions features of the software must name the authors. Not compatible with the GPL.",
    ),
    (
        "BSL-1.0",
        "The Boost Software License. The notice has to go with source only, not with compiled programs. Not to be confused with the Business Source License (BUSL-1.1).",
    ),
    (
        "BUSL-1.1",
        "The Business Source License: production use only as far as the licensor's grant says, until the change date, when the version becomes the named open license. The parameters at the top of the text decide.",
    ),
    (
        "BlueOak-1.0.0",
        "A modern permissive license in plain words, with a patent grant and thirty days to mend a missing notice.",
    ),
    (
        "CC-BY-4.0",
        "For content rather than software: name the authors, link the license and say what you changed. Data files of packages (`caniuse-lite`) often have it.",
    ),
    ("CC-BY-NC-4.0", "For content, not for commercial use. Not for parts of a product."),
    (
        "CC-BY-SA-4.0",
        "For content: name the authors, adaptations under the same license. May be taken into a work under GPL-3.0, not the other way round.",
    ),
    (
        "CC0-1.0",
        "A waiver of all rights with a permissive license behind it where a waiver is not possible. Patents and trademarks are expressly kept.",
    ),
    (
        "CDDL-1.0",
        "Copyleft by file, from Sun. The FSF considers it incompatible with the GPL: do not link the two into one program.",
    ),
    (
        "EPL-2.0",
        "Copyleft for the module. Goes together with the GPL only if the project names the GPL as a secondary license.",
    ),
    (
        "EUPL-1.2",
        "Copyleft of the European Commission, in all official languages. Offering the work as a service counts as distribution; its appendix lists licenses that a combined work may have instead.",
    ),
    (
        "Elastic-2.0",
        "Not open source: no managed service of the software for others, no removing of license keys and notices.",
    ),
    ("GPL-1.0", "The first GPL. Mostly met as one arm of Perl's choice with the Artistic License: take the other arm."),
    (
        "GPL-2.0",
        "Copyleft for the whole work that you distribute. `-only` cannot be combined with Apache-2.0 or GPL-3.0 code; `-or-later` can, by moving to version 3.",
    ),
    (
        "GPL-3.0",
        "Copyleft for the whole work that you distribute, with a patent license, and for consumer devices the information needed to install a changed version.",
    ),
    ("ISC", "MIT in fewer words: keep the notice."),
    (
        "JSON",
        "MIT with one more sentence: \"shall be used for Good, not Evil\". No court can say what that means, so OSI, FSF and Debian do not take it as free.",
    ),
    (
        "LGPL-2.1",
        "Copyleft for the library. Your program may have any terms if its user can exchange the library: dynamic linking, or object files to relink. Forbidding reverse engineering for that purpose is not allowed.",
    ),
    (
        "LGPL-3.0",
        "LGPL-2.1 in terms of GPL-3.0: copyleft for the library, its user can exchange it, and consumer devices come with installation information.",
    ),
    (
        "LicenseRef-npm-unlicensed",
        "npm's `UNLICENSED`: the owner grants nobody any right. Usual for private packages; a surprise in a public one. Not the Unlicense.",
    ),
    (
        "LicenseRef-proprietary",
        "The package says that it is proprietary. Which contract you have, no file of the package can know.",
    ),
    (
        "LicenseRef-public-domain",
        "The author says \"public domain\" without a legal text. Usually meant as \"do what you want\".",
    ),
    ("MIT", "Keep the copyright notice and the text. That is all it asks."),
    ("MIT-0", "MIT without its one condition: the notice need not be kept."),
    (
        "MPL-2.0",
        "Copyleft by file: changed MPL files stay under the MPL and their source is offered; files of your own next to them keep your terms. Goes together with the GPL family unless marked otherwise.",
    ),
    (
        "MS-PL",
        "Permissive from Microsoft; source has to stay under the same license, compiled code need not. Not compatible with the GPL.",
    ),
    (
        "OFL-1.1",
        "For fonts: free to embed and bundle, not to be sold alone, and a changed font stays under the OFL and may not use a reserved name.",
    ),
    (
        "OpenSSL",
        "The license of OpenSSL before version 3, with advertising clauses; not compatible with the GPL without an exception. OpenSSL 3 is Apache-2.0.",
    ),
    ("PSF-2.0", "The Python Software Foundation's license: permissive, with a summary of your changes."),
    ("Python-2.0", "The stack of licenses of CPython: permissive, keep the notices and summarise changes."),
    (
        "SSPL-1.0",
        "Not open source: who offers the program as a service has to publish everything the service is run with. In practice it forbids offering it as a service.",
    ),
    (
        "Unicode-3.0",
        "For Unicode's data and code: permissive, keep the notice with the data or with its documentation. Comes with most programs that handle text.",
    ),
    (
        "Unlicense",
        "A dedication to the public domain with a permissive license behind it. Not npm's `UNLICENSED`, which is the opposite.",
    ),
    (
        "WTFPL",
        "Do what you want. Some legal departments dislike its tone and its missing disclaimer, hardly anybody its terms.",
    ),
    ("X11", "MIT with one more sentence: the X Consortium's name may not be used to promote."),
    ("ZPL-2.1", "Zope's permissive license: keep the notices, say what you changed, no use of the trademarks."),
    (
        "Zlib",
        "Do not claim that you wrote it, mark changed versions, keep the notice in source. Compiled programs need no notice.",
    ),
    ("curl", "MIT in curl's words: keep the notice, do not use the author's name to promote."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_sorted_about_known_licenses_and_whole_sentences() {
        assert!(ABOUT.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(ABOUT.len() >= 40);
        for (id, text) in ABOUT {
            assert!(text.ends_with('.') && text.len() > 25, "{id}");
            let explained = explain(id).unwrap_or_else(|| panic!("{id}"));
            assert_eq!(explained.about, Some(*text), "{id}");
            assert_ne!(explained.class, Class::Unreviewed, "{id}");
        }
        for class in Class::ALL {
            let text = class_text(class);
            assert!([text.what, text.when, text.act].iter().all(|text| text.ends_with('.') && text.len() > 10));
        }
    }

    #[test]
    fn licenses_are_found_by_any_name() {
        let gpl = explain("gpl-3.0").unwrap();
        assert_eq!((gpl.id.as_str(), gpl.class), ("GPL-3.0-only", Class::StrongCopyleft));
        assert_eq!(gpl.name, Some("GNU General Public License v3.0 only"));
        assert!(gpl.osi_approved && gpl.fsf_libre && gpl.read_as.is_none());
        assert_eq!(gpl.about, explain("GPL-3.0-or-later").unwrap().about);
        let apache = explain("Apache License, Version 2.0").unwrap();
        assert_eq!(apache.id, "Apache-2.0");
        assert!(apache.read_as.unwrap().contains("Apache License, Version 2.0"));
        let classpath = explain("GPL-2.0-only WITH Classpath-exception-2.0").unwrap();
        assert_eq!(classpath.class, Class::WeakCopyleft);
        assert!(classpath.about_exception.unwrap().contains("independent modules"));
        let sspl = explain("SSPL-1.0").unwrap();
        assert!(!sspl.osi_approved && !sspl.fsf_libre);
        let own = explain("LicenseRef-acme").unwrap();
        assert_eq!((own.name, own.class, own.about), (None, Class::Unreviewed, None));
        for nothing in ["", "MIT OR ISC", "whatever", "legal/component-license-denied", "NOASSERTION"] {
            assert_eq!(explain(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn every_identifier_has_an_explanation() {
        for license in spdx::identifiers::LICENSES.iter().filter(|license| license.name != "NOASSERTION") {
            assert!(explain(license.name).is_some(), "{}", license.name);
        }
    }
}
