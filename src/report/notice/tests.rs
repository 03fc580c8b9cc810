//! Small documents, made of texts that are said here.

use super::*;
use crate::enrich::{PackageText, PackageTexts, TextPurpose};
use crate::evaluate::{ComponentTerms, Modification};
use crate::license::{self, FileRole, identify_as, standard_text};
use crate::model::{
    Component, ComponentId, ComponentKind, LicenseClaim, LicenseSource, Licensing, Origin, Party, Reading,
};

struct Package {
    component: Component,
    terms: ComponentTerms,
    texts: PackageTexts,
}

fn package(purl: &str, license: Option<&str>, chosen: Option<&str>, files: &[(&str, &str)]) -> Package {
    let component = Component {
        purl: purl.parse().unwrap(),
        kind: ComponentKind::Library,
        party: Party::Third,
        supplier: None,
        origin: Origin::Registry { url: None },
        hashes: Vec::new(),
        licensing: Licensing::default(),
        occurrences: Vec::new(),
        properties: Default::default(),
    };
    let read = |text: &str| license::read(text).expression.unwrap();
    let claim = license.map(|raw| LicenseClaim {
        raw: raw.into(),
        expression: Some(raw.into()),
        reading: Reading::Strict,
        source: LicenseSource::Lock,
        evidence: None,
    });
    let terms = ComponentTerms {
        component: ComponentId(0),
        claim,
        expression: license.map(read),
        chosen: chosen.map(read),
        linkage: None,
        modified: None,
    };
    let text = |(file, text): &(&str, &str)| {
        let notice = file.starts_with("NOTICE");
        PackageText {
            file: (*file).to_owned(),
            purpose: if notice { TextPurpose::Notice } else { TextPurpose::License },
            text: (*text).into(),
            found: identify_as(if notice { FileRole::Notice } else { FileRole::License }, text).into(),
        }
    };
    let texts = PackageTexts { has_copy: true, texts: files.iter().map(text).collect(), ..PackageTexts::default() };
    Package { component, terms, texts }
}

fn made(packages: &[Package]) -> Notice {
    let given: Vec<Given<'_>> =
        packages.iter().map(|one| Given { component: &one.component, terms: &one.terms, texts: &one.texts }).collect();
    compose(Frame { product: Some("Kit <b>".to_owned()), ..Frame::default() }, &given)
}

fn mit(holder: &str) -> String {
    format!("MIT License\n\nCopyright (c) 2020 {holder}\n\n{}\n", standard_text("MIT").unwrap().text)
}

fn kinds(notice: &Notice) -> Vec<&str> {
    notice.gaps.iter().map(|gap| gap.kind).collect()
}

#[test]
fn each_distinct_text_stands_once_with_those_who_share_it() {
    let apache = standard_text("Apache-2.0").unwrap().text;
    let crlf = apache.replace('\n', "\r\n");
    let notice = made(&[
        package("pkg:cargo/a@1.0.0", Some("Apache-2.0"), None, &[("LICENSE", apache), ("NOTICE", "Kit A\n")]),
        package("pkg:cargo/b@1.0.0", Some("Apache-2.0"), None, &[("LICENSE.txt", &crlf)]),
        package("pkg:cargo/c@1.0.0", Some("MIT"), None, &[("LICENSE", &mit("Ann Author"))]),
        package("pkg:cargo/d@1.0.0", Some("MIT"), None, &[("LICENSE", &mit("Bea Author"))]),
    ]);
    assert_eq!(kinds(&notice), [] as [&str; 0]);
    let texts: Vec<(usize, Option<&str>, usize)> =
        notice.texts.iter().map(|text| (text.number, text.license.as_deref(), text.used_by.len())).collect();
    assert_eq!(texts, [(1, Some("Apache-2.0"), 2), (2, Some("MIT"), 1), (3, Some("MIT"), 1)]);
    assert_eq!(notice.texts[0].text, apache.trim_matches('\n'));
    assert_eq!(notice.components[2].copyrights, ["Copyright (c) 2020 Ann Author"]);
    assert_eq!((notice.components[0].notices.as_slice(), notice.notices[0].text.as_str()), (&[1][..], "Kit A"));
}

#[test]
fn of_a_choice_only_the_arm_that_was_taken_is_written_out() {
    let files = [("LICENSE-APACHE", standard_text("Apache-2.0").unwrap().text), ("LICENSE-MIT", &mit("Ann Author"))];
    let notice = made(&[package("pkg:cargo/a@1.0.0", Some("MIT OR Apache-2.0"), Some("MIT"), &files)]);
    assert_eq!(notice.texts.len(), 1);
    assert_eq!(notice.texts[0].used_by[0].file.as_deref(), Some("LICENSE-MIT"));
    assert_eq!(notice.components[0].offered.as_deref(), Some("MIT OR Apache-2.0"));
    let both = made(&[package("pkg:cargo/a@1.0.0", Some("MIT AND Apache-2.0"), None, &files)]);
    assert_eq!(both.texts.len(), 2);
}

#[test]
fn what_the_copy_lacks_is_said_and_nothing_is_made_up() {
    let notice = made(&[
        package("pkg:cargo/a@1.0.0", Some("Apache-2.0"), None, &[]),
        package("pkg:cargo/b@1.0.0", Some("MIT"), None, &[]),
        package("pkg:cargo/c@1.0.0", Some("Fair"), None, &[]),
        package("pkg:cargo/d@1.0.0", None, None, &[]),
        package("pkg:cargo/e@1.0.0", Some("Apache-2.0"), None, &[("LICENSE", &mit("Ann Author"))]),
    ]);
    let expected = ["standard-text", "standard-text", "no-copyright", "no-text", "no-license", "other-text"];
    assert_eq!(kinds(&notice), expected);
    assert!(!notice.is_complete());
    assert!(notice.texts[0].standard && notice.texts[0].used_by[0].file.is_none());
    let mut cold = package("pkg:cargo/a@1.0.0", Some("Apache-2.0"), None, &[]);
    cold.texts.has_copy = false;
    assert_eq!(kinds(&made(&[cold])), ["no-copy"]);
}

#[test]
fn copyleft_is_offered_in_source_and_the_lesser_license_comes_with_the_greater() {
    let lesser = standard_text("LGPL-3.0").unwrap().text;
    let notice = made(&[
        package("pkg:cargo/a@1.0.0", Some("LGPL-3.0-or-later"), None, &[("COPYING.LESSER", lesser)]),
        package("pkg:cargo/b@1.0.0", Some("MPL-2.0"), None, &[("LICENSE", standard_text("MPL-2.0").unwrap().text)]),
    ]);
    assert_eq!(kinds(&notice), ["standard-text", "no-source-offer"]);
    assert!(notice.texts.iter().any(|text| text.standard && text.license.as_deref() == Some("GPL-3.0")));
    let offers: Vec<(&str, bool)> =
        notice.offers.iter().map(|offer| (offer.licenses[0].as_str(), offer.reaches_further)).collect();
    assert_eq!(offers, [("LGPL-3.0-or-later", true), ("MPL-2.0", false)]);
}

#[test]
fn strangers_texts_are_harmless_in_every_format() {
    let text = format!(
        "{}\n<script>alert(1)</script>\n```\n::stop-commands::x\n\u{1b}[2J\u{c}end\n",
        mit("Ann <ann@author.example>")
    );
    let notice = made(&[package("pkg:npm/a@1.0.0", Some("MIT"), None, &[("LICENSE", &text)])]);
    let written = |format: Format| {
        let mut bytes = Vec::new();
        write(&notice, format, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    for format in [Format::Text, Format::Markdown, Format::Html, Format::Json] {
        let text = written(format);
        assert!(text.contains("Permission is hereby granted") && text.ends_with('\n'), "{format:?}");
        assert!(!text.contains('\u{1b}') && !text.contains("\n::stop"), "{format:?}");
    }
    let html = written(Format::Html);
    assert!(!html.contains("<script") && html.contains("&lt;script&gt;") && html.contains("Kit &lt;b&gt;"));
    assert!(html.contains("Ann &lt;ann@author.example&gt;"));
    assert!(written(Format::Markdown).contains("\n````text\n"));
}

#[test]
fn a_template_of_ones_own_has_the_whole_document() {
    let notice = made(&[package("pkg:cargo/a@1.0.0", Some("MIT"), None, &[("LICENSE", &mit("Ann Author"))])]);
    let by = |name: &str, template: &str| {
        let mut bytes = Vec::new();
        write_template(&notice, name, template, &mut bytes).map(|()| String::from_utf8(bytes).unwrap())
    };
    let template = "{% for c in components %}{{ c.name }}={{ c.license }}:{{ texts[c.texts[0] - 1].used_by[0].file }}{% endfor %}\n";
    assert_eq!(by("own.txt", template).unwrap(), "a=MIT:LICENSE");
    assert_eq!(by("own.html.jinja", "{{ product }}").unwrap(), "Kit &lt;b&gt;");
    let error = by("own.txt", "{% for c in components %}").unwrap_err().to_string();
    assert!(error.starts_with("the template cannot be used: ") && error.contains("own.txt:1"), "{error}");
}

#[test]
fn differences_are_told_in_a_few_lines() {
    assert!(differences("a\r\nb\n", "a\nb\n").is_empty());
    let told = differences("a\nb\nc\n", "a\nx\nc\nd\n");
    assert_eq!(told, ["2 lines are new and 1 are gone", "first difference at line 2: `b` is `x` now"]);
}

#[test]
fn a_changed_version_is_said_to_be_one_with_what_its_license_asks_of_it() {
    let apache = standard_text("Apache-2.0").unwrap().text;
    let mut kit = package("pkg:npm/kit@1.0.0", Some("Apache-2.0"), None, &[("LICENSE", apache)]);
    kit.terms.modified = Some(Modification { what: "patches/kit.patch".to_owned(), because: None });
    let mut tiny = package("pkg:npm/tiny@1.0.0", Some("MIT"), None, &[("LICENSE", &mit("Ann Author"))]);
    tiny.terms.modified = Some(Modification { what: "its timeout".to_owned(), because: None });
    let notice = made(&[kit, tiny, package("pkg:npm/whole@1.0.0", Some("Apache-2.0"), None, &[("LICENSE", apache)])]);
    let changed: Vec<Option<&str>> = notice.components.iter().map(|one| one.changed.as_deref()).collect();
    assert_eq!(changed, [Some("patches/kit.patch"), Some("its timeout"), None]);
    assert_eq!(notice.components[0].change_asks, ["mark changed files as changed (Apache-2.0, section 4(b))"]);
    assert!(notice.components[1].change_asks.is_empty() && notice.components[2].change_asks.is_empty());
    for format in [Format::Text, Format::Markdown, Format::Html] {
        let mut bytes = Vec::new();
        write(&notice, format, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.matches("kit.patch").count(), 1, "{text}");
        assert_eq!(text.matches("mark changed files as changed").count(), 1, "{text}");
    }
}
