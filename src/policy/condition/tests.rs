//! Conditions as people write them, and as they mistype them.

use std::borrow::Cow;

use super::*;

/// A component of which all is known, or nothing that may be unknown.
struct World {
    known: bool,
}

fn texts(words: &[&'static str]) -> Value<'static> {
    Value::List(words.iter().map(|word| Value::Text(Cow::Borrowed(word))).collect())
}

impl<'a> Facts<'a> for World {
    fn get(&self, record: Record, field: FieldId) -> Value<'a> {
        let text = |text: &'static str| Value::Text(Cow::Borrowed(text));
        match (record, field) {
            (_, FieldId::License) if !self.known => Value::Unknown("component.license"),
            (_, FieldId::Licenses) if !self.known => Value::Unknown("component.licenses"),
            (_, FieldId::Vulnerabilities) if !self.known => Value::Unknown("vulnerabilities"),
            (_, FieldId::Score) if !self.known => Value::Unknown("vulnerability.score"),
            (_, FieldId::Name) => text("kit"),
            (_, FieldId::Type) => text("npm"),
            (_, FieldId::Namespace) => text(""),
            (_, FieldId::Version) => text("1.2.0"),
            (_, FieldId::Purl) => text("pkg:npm/kit@1.2.0"),
            (_, FieldId::Scope) => text("runtime"),
            (_, FieldId::Direct) => Value::Bool(true),
            (_, FieldId::License) => text("MIT AND GPL-3.0-only"),
            (_, FieldId::Licenses) => texts(&["MIT", "GPL-3.0-only"]),
            (_, FieldId::Paths) => texts(&["web/package-lock.json"]),
            (_, FieldId::Hashes) => texts(&[]),
            (_, FieldId::Source) => Value::Record(Record::Source),
            (_, FieldId::SourceKind) => text("registry"),
            (_, FieldId::ProjectDistribution) => text("hosted"),
            (_, FieldId::Vulnerabilities) => {
                Value::List(vec![Value::Record(Record::Vulnerability(0)), Value::Record(Record::Vulnerability(1))])
            }
            (Record::Vulnerability(0), FieldId::Score) => Value::Double(9.8),
            (Record::Vulnerability(_), FieldId::Score) => Value::Unknown("vulnerability.score"),
            (Record::Vulnerability(at), FieldId::KnownExploited) => Value::Bool(at == 1),
            (Record::Vulnerability(_), FieldId::Severity) => text("critical"),
            _ => Value::Error("the test has no such fact"),
        }
    }
}

fn answer(text: &str) -> Answer {
    Condition::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}")).holds(&World { known: true })
}

#[test]
fn conditions_mean_what_cel_says() {
    for text in [
        "component.scope == 'runtime' && component.license.contains('GPL')",
        "component.purl.startsWith(\"pkg:npm/kit@\") && component.direct",
        "'GPL-3.0-only' in component.licenses",
        "component.licenses.exists(l, l.startsWith('GPL-'))",
        "!component.licenses.all(l, l == 'MIT')",
        "component.licenses.exists_one(l, l == 'MIT')",
        "size(component.licenses) == 2 && component.name.size() == 3",
        "component.licenses.filter(l, l != 'MIT') == ['GPL-3.0-only']",
        "component.licenses.map(l, l.size())[0] == 3",
        "component.source.kind == 'registry' && component.scope in ['runtime', 'build']",
        "project.distribution == 'hosted' ? component.direct : false",
        "vulnerabilities.exists(v, v.score > 9 && v.severity == 'critical')",
        "file.endsWith('package-lock.json') && file == component.paths[0]",
        "!has(component.namespace) && has(component.license) && !has(component.hashes)",
        "1 + 2 * 3 == 7 && -1 < 0 && 7 % 4 == 3 && 1.5 * 2.0 == 3.0 && 'a' + 'b' == \"ab\"",
        "r'\\d' == '\\\\d' && 'it\\'s' != '' // a comment",
        "(1 == 2) || 9 / 2 == 4",
        "'KIT'.lowerAscii() == component.name",
        "component.licenses.exists(a, component.paths.exists(b, a == 'MIT' && b.contains('web')))",
    ] {
        assert_eq!(answer(text), Answer::Yes, "{text}");
    }
    assert_eq!(answer("component.name == 'other'"), Answer::No);
}

#[test]
fn what_nobody_knows_is_never_a_pass_and_decides_nothing() {
    let unknown = |text: &str| Condition::parse(text).unwrap().holds(&World { known: false });
    assert_eq!(unknown("component.license.contains('GPL')"), Answer::Unknown("component.license"));
    assert_eq!(unknown("!component.license.contains('GPL')"), Answer::Unknown("component.license"));
    assert_eq!(unknown("component.license != 'MIT' && component.direct"), Answer::Unknown("component.license"));
    assert_eq!(unknown("component.license != 'MIT' && !component.direct"), Answer::No);
    assert_eq!(unknown("component.license != 'MIT' || component.direct"), Answer::Yes);
    assert_eq!(unknown("'MIT' in component.licenses"), Answer::Unknown("component.licenses"));
    assert_eq!(unknown("has(component.license) && component.license.contains('GPL')"), Answer::No);
    assert_eq!(unknown("vulnerabilities.exists(v, v.kev)"), Answer::Unknown("vulnerabilities"));
    assert_eq!(answer("vulnerabilities.all(v, v.score > 9.0)"), Answer::Unknown("vulnerability.score"));
    assert_eq!(answer("vulnerabilities.exists(v, v.score > 9.0)"), Answer::Yes);
}

#[test]
fn what_cannot_be_worked_out_says_so() {
    assert_eq!(answer("1 / 0 == 1"), Answer::Error("a division by zero"));
    assert_eq!(answer("9223372036854775807 + 1 > 0"), Answer::Error("a number is too large"));
    assert_eq!(answer("component.paths[7] == ''"), Answer::Error("an index lies outside of its list"));
    assert_eq!(answer("1 / 0 == 1 || component.direct"), Answer::Yes, "one side that decides is enough");
    assert_eq!(answer("1 / 0 == 1 && !component.direct"), Answer::No);
}

/// What is said, where, and the help.
fn wrong(text: &str) -> (String, String, String) {
    let error = Condition::parse(text).expect_err(text);
    (text[error.start..error.end].to_owned(), error.message, error.help.unwrap_or_default())
}

#[test]
fn mistakes_are_found_when_the_policy_is_read() {
    for (text, place, message, help) in [
        ("compnent.direct", "compnent", "`compnent` is not a fact", "did you mean `component`?"),
        ("component.licence == 'MIT'", "licence", "`licence` is not a field of component", "did you mean `license`?"),
        ("component.scope == 'runtme'", "'runtme'", "`scope` is never `runtme`", "did you mean `runtime`?"),
        ("'Runtime' in component.scopes", "'Runtime'", "`scopes` is never `Runtime`", "did you mean `runtime`?"),
        ("component.scope in ['prod']", "['prod']", "`scope` is never `prod`", "allowed: runtime"),
        ("component.name.startWith('a')", "startWith", "`startWith` is not a function", "did you mean `startsWith`?"),
        ("component.name.matches('a+')", "matches", "`matches` is not a function here", "startsWith"),
        ("component.name", "component.name", "the condition is a text, not true or false", ""),
        ("component.direct == 'yes'", "component.direct == 'yes'", "true or false is compared with a text", ""),
        ("component.licenses.contains('GPL')", "component.licenses", "`contains` looks into a text", "entry in list"),
        ("vulnerabilities.kev", "kev", "has no field `kev`", "gone through with exists"),
        ("component.license == null", "null", "there is no `null` here", "has("),
        ("component.direct & true", "&", "`&` means nothing here", "write `&&`"),
        ("component.direct = true", "=", "`=` means nothing here", "write `==`"),
        ("component.direct &&", "", "the condition ends here, and a value is needed", ""),
        ("(component.direct", "", "the condition ends here, and `)` is needed", ""),
        ("component.name == 'kit", "'kit", "this text has no end", ""),
        (
            "component.direct component",
            "component",
            "`component` stands here, and an operator or the end is needed",
            "",
        ),
        ("", "", "the condition ends here, and a value is needed", ""),
        ("vulnerabilities.exists(component, true)", "component", "is the name of a fact", "another name"),
        ("1 + 'a' == 2", "1 + 'a'", "cannot be put together", ""),
        ("12abc == 1", "12abc", "is not a number", ""),
    ] {
        let found = wrong(text);
        assert_eq!(found.0, place, "{text}: {found:?}");
        assert!(found.1.contains(message) && found.2.contains(help), "{text}: {found:?}");
    }
}

#[test]
fn hostile_conditions_end_soon() {
    for text in [
        "(".repeat(8000),
        "!".repeat(8000),
        "-".repeat(8000),
        "a.".repeat(4000),
        "[".repeat(8000),
        "true?".repeat(1600),
    ] {
        assert!(Condition::parse(&text).is_err());
    }
    assert!(Condition::parse(&" ".repeat(9000)).unwrap_err().message.contains("longer"));
    let list = format!("[{}]", vec!["1"; 60].join(","));
    let nested = format!("{list}.all(a, {list}.all(b, {list}.all(c, {list}.all(d, a + b + c + d > 0))))");
    assert_eq!(answer(&nested), Answer::Error("it takes too many steps"));
    let sum = format!("{} > 0", vec!["1"; 2000].join("+"));
    // A long chain is read and worked out, or refused; it must not exhaust the stack.
    let _ = Condition::parse(&sum).map(|condition| condition.holds(&World { known: true }));
    let text = "component.licenses.exists(l, l.startsWith('GPL-')) ? 1.5e3 > 2.0 : 'a' in ['b', \"c\"] // end";
    for at in 0..text.len() {
        let _ = Condition::parse(&text[..at]);
        let _ = Condition::parse(&text[at..]);
    }
    let _ = Condition::parse("'\u{202e}ü' == \"é\" && ü");
}

#[test]
fn every_fact_is_explained() {
    for record in facts::RECORDS {
        for field in record.fields {
            assert!(field.docs.ends_with('.'), "{}.{}", record.name, field.name);
            assert!(field.words.is_none_or(|words| !words().is_empty()));
        }
    }
}

#[test]
fn every_kind_of_component_can_be_asked_for() {
    for kind in crate::model::ComponentKind::ALL {
        assert!(Condition::parse(&format!("component.kind == '{}'", kind.as_str())).is_ok(), "{}", kind.as_str());
    }
    assert!(Condition::parse("component.kind == 'model'").is_err());
}
