//! What every order must keep. That each is its tool's is held by `tests/it/versions.rs`.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::{Range, Scheme, TABLE};

#[test]
fn the_table_is_sorted_and_no_name_means_two_schemes() {
    assert!(TABLE.is_sorted_by_key(|scheme| scheme.id));
    let mut names = BTreeSet::new();
    for scheme in TABLE {
        for name in [scheme.id].iter().chain(scheme.purl_types) {
            assert!(names.insert(*name), "{name} is there twice");
        }
        assert!(!scheme.source.is_empty());
    }
    let mut names = BTreeSet::new();
    for name in TABLE.iter().flat_map(|scheme| scheme.osv) {
        assert!(names.insert(*name), "{name} is there twice");
    }
}

#[test]
fn ecosystems_are_found_by_the_names_that_people_and_databases_use() {
    for (name, id) in [
        ("crates.io", "semver"),
        ("cargo", "semver"),
        ("npm", "npm"),
        ("Go", "golang"),
        ("golang", "golang"),
        ("PyPI", "pypi"),
        ("pypi", "pypi"),
        ("Maven", "maven"),
        ("Maven:https://registry.example/maven", "maven"),
        ("RubyGems", "gem"),
        ("Packagist", "composer"),
        ("Packagist:https://registry.example", "composer"),
        ("NuGet", "nuget"),
        ("Hex", "semver"),
        ("Pub", "pub"),
        ("SwiftURL", "semver"),
        ("Debian:12", "deb"),
        ("Ubuntu:22.04:LTS", "deb"),
        ("Alpine:v3.20", "apk"),
        ("Red Hat:enterprise_linux:9::appstream", "rpm"),
        ("Rocky Linux:9", "rpm"),
        ("Hackage", "hackage"),
        ("CRAN", "cran"),
        ("ConanCenter", "conan"),
        ("NUGET", "nuget"),
    ] {
        assert_eq!(Scheme::by_ecosystem(name).map(|scheme| scheme.id), Some(id), "{name}");
    }
    assert!(Scheme::by_ecosystem("Android").is_none());
}

#[test]
fn what_is_no_version_is_refused() {
    for scheme in TABLE {
        for text in ["", " ", "\t\n"] {
            assert!(scheme.key(text).is_err(), "{}: {text:?}", scheme.id);
        }
    }
    for (ecosystem, text) in
        [("cargo", "latest"), ("npm", "x"), ("deb", "a b"), ("apk", "1.0_foo"), ("cran", "one"), ("gem", "1_0")]
    {
        let error = Scheme::by_ecosystem(ecosystem).unwrap().key(text).unwrap_err();
        assert_eq!(error.version, text);
    }
}

#[test]
fn no_cut_or_changed_key_panics() {
    let samples = ["1.0-alpha.1+b2", "1.2.3-rc1", "1:2.0-3", "1.0a-4_p5", "2026-01-31T12:00:00Z"];
    for scheme in TABLE {
        for key in samples.iter().filter_map(|sample| scheme.key(sample).ok()) {
            let bytes = key.as_bytes();
            for cut in 0..bytes.len() {
                scheme.compare_bytes(&bytes[..cut], bytes);
                for value in [0, 1, 2, 3, 255] {
                    let mut changed = bytes.to_vec();
                    changed[cut] = value;
                    scheme.compare_bytes(&changed, bytes);
                    scheme.compare_bytes(bytes, &changed);
                }
            }
        }
    }
}

#[test]
fn numbers_beyond_what_machines_count_compare_by_value() {
    let (less, more) = ("99999999999999999999999", "100000000000000000000000");
    for scheme in TABLE.iter().filter(|scheme| !matches!(scheme.id, "lexicographic" | "datetime")) {
        for (a, b) in [(less.to_owned(), more.to_owned()), (format!("1.{less}"), format!("1.{more}"))] {
            assert_eq!(scheme.compare(&a, &b), Ok(Ordering::Less), "{}: {a} {b}", scheme.id);
        }
    }
}

#[test]
fn ecosystems_write_their_versions_in_one_way() {
    for (ecosystem, given, normal) in [
        ("composer", "v1.0b2", "1.0.0.0-beta2"),
        ("composer", "2.1.x-dev", "2.1.9999999.9999999-dev"),
        ("composer", "20100102-203040-p1", "20100102.203040-patch1"),
        ("pypi", "v1!01.0-ALPHA.2_post+Ubuntu-1", "1!1.0a2.post0+ubuntu.1"),
        ("nuget", "01.2.0.0-Beta+x", "1.2.0-Beta"),
        ("golang", "1.2.3+incompatible", "v1.2.3+incompatible"),
        ("npm", "=v1.2.3beta", "1.2.3-beta"),
        ("deb", "1:2-3", "1:2-3"),
    ] {
        assert_eq!(Scheme::by_ecosystem(ecosystem).unwrap().normalise(given).as_deref(), Ok(normal), "{ecosystem}");
    }
}

#[test]
fn a_range_holds_what_lies_between_its_signposts() {
    let range = Range::parse("vers:npm/1.2.3|>=2.0.0|!=2.5.0|<5.0.0|>6.0.0").unwrap();
    for (version, inside) in [
        ("1.2.3", true),
        ("1.2.4", false),
        ("2.0.0", true),
        ("2.5.0", false),
        ("4.9.9", true),
        ("5.0.0", false),
        ("6.0.0", false),
        ("7.0.0", true),
    ] {
        assert_eq!(range.contains(version), Ok(inside), "{version}");
    }
    assert!(range.contains("latest").is_err());
    assert_eq!(range.to_string(), "vers:npm/1.2.3|>=2.0.0|!=2.5.0|<5.0.0|>6.0.0");
    assert_eq!(Range::parse("vers:all/*").unwrap().contains("anything"), Ok(true));
    assert_eq!(Range::parse("vers:none/*").unwrap().contains("anything"), Ok(false));
    assert_eq!(Range::read("vers:pypi/!=1.0").unwrap().contains("2.0"), Ok(true));
}

#[test]
fn a_range_that_says_a_thing_twice_is_refused() {
    for text in [
        "vers:npm/>=1.0.0|>=2.0.0",
        "vers:npm/<1.0.0|<2.0.0",
        "vers:npm/1.0.0|<2.0.0",
        "vers:npm/1.0.0|1.0.0",
        "vers:npm/>=1.0.0|<=1.0.0",
        "vers:npm/",
        "vers:npm/>=",
        "vers:NPM/1.0.0",
        "vers:nothing/1.0.0",
        "vers:none/1.0.0",
        "vers:npm/*|1.0.0",
        "npm/1.0.0",
    ] {
        assert!(Range::parse(text).is_err(), "{text}");
    }
}
