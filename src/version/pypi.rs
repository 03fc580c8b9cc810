//! Python: PEP 440 (packaging, `packaging.version.Version`), and for versions older than that PEP the order that setuptools
//! gave them (packaging 21, `LegacyVersion`): all of them below every PEP 440 version.

use super::key::Encoder;
use super::{Scheme, as_bytes, is_number, leading_digits, plain};

pub static SCHEME: Scheme = Scheme {
    id: "pypi",
    purl_types: &["conda"],
    osv: &["PyPI"],
    source: "PEP 440, \"Summary of permitted suffixes and relative ordering\" and Appendix B; packaging 21 for legacy versions",
    encode,
    order: as_bytes,
    normalise: normal,
};

/// A version by PEP 440, in the words as written.
#[derive(Debug)]
struct Version<'a> {
    epoch: &'a str,
    release: &'a str,
    pre: Option<(Pre, &'a str)>,
    post: Option<&'a str>,
    dev: Option<&'a str>,
    local: Option<&'a str>,
}

#[derive(Clone, Copy, Debug)]
enum Pre {
    Alpha = 1,
    Beta = 2,
    Candidate = 3,
}

/// A separator, if there is one.
fn separator(text: &str) -> &str {
    text.strip_prefix(['-', '_', '.']).unwrap_or(text)
}

/// Behind a word: its number, which may have a separator before it, and the rest.
fn numbered(text: &str) -> (&str, &str) {
    leading_digits(separator(text))
}

/// The rest behind one of some words, of which the longest comes first, with a separator before it or not.
fn word<'a>(text: &'a str, words: &[&'static str]) -> Option<(&'static str, &'a str)> {
    let text = separator(text);
    words.iter().find_map(|word| Some((*word, text.strip_prefix(word)?)))
}

/// Reads a lowercase text by the grammar of Appendix B.
fn parse(text: &str) -> Option<Version<'_>> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let (epoch, text) = text.split_once('!').unwrap_or(("0", text));
    if !is_number(epoch) {
        return None;
    }
    let (public, local) = text.split_once('+').map_or((text, None), |(public, local)| (public, Some(local)));
    if let Some(local) = local
        && !local
            .split(['-', '_', '.'])
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    {
        return None;
    }
    let mut end = leading_digits(public).0.len();
    if end == 0 {
        return None;
    }
    while let Some(rest) = public[end..].strip_prefix('.') {
        let digits = leading_digits(rest).0.len();
        if digits == 0 {
            break;
        }
        end += 1 + digits;
    }
    let (release, mut rest) = public.split_at(end);
    let mut pre = None;
    if let Some((kind, behind)) = word(rest, &["alpha", "beta", "preview", "pre", "rc", "a", "b", "c"]) {
        let (number, behind) = numbered(behind);
        let kind = match kind {
            "alpha" | "a" => Pre::Alpha,
            "beta" | "b" => Pre::Beta,
            _ => Pre::Candidate,
        };
        pre = Some((kind, number));
        rest = behind;
    }
    let mut post = None;
    if let Some((_, behind)) = word(rest, &["post", "rev", "r"]) {
        let (number, behind) = numbered(behind);
        post = Some(number);
        rest = behind;
    } else if let Some(behind) = rest.strip_prefix('-') {
        let (number, behind) = leading_digits(behind);
        if !number.is_empty() {
            post = Some(number);
            rest = behind;
        }
    }
    let mut dev = None;
    if let Some((_, behind)) = word(rest, &["dev"]) {
        let (number, behind) = numbered(behind);
        dev = Some(number);
        rest = behind;
    }
    rest.is_empty().then_some(Version { epoch, release, pre, post, dev, local })
}

fn encode(text: &str, key: &mut Encoder) -> Result<(), &'static str> {
    let text = text.to_lowercase();
    let Some(version) = parse(&text) else {
        key.rank(0);
        legacy(&text, key);
        return Ok(());
    };
    key.rank(1);
    key.number(version.epoch);
    let parts: Vec<&str> = version.release.split('.').map(|part| part.trim_start_matches('0')).collect();
    let used = parts.iter().rposition(|part| !part.is_empty()).map_or(0, |last| last + 1);
    for part in &parts[..used] {
        key.rank(1);
        key.number(part);
    }
    key.rank(0);
    match version.pre {
        // A development release of the release itself is below its pre-releases.
        None if version.post.is_none() && version.dev.is_some() => key.rank(0),
        None => key.rank(u8::MAX),
        Some((kind, number)) => {
            key.rank(kind as u8);
            key.number(number);
        }
    }
    match version.post {
        None => key.rank(0),
        Some(number) => {
            key.rank(1);
            key.number(number);
        }
    }
    match version.dev {
        Some(number) => {
            key.rank(0);
            key.number(number);
        }
        None => key.rank(1),
    }
    if let Some(local) = version.local {
        for part in local.split(['-', '_', '.']) {
            if is_number(part) {
                key.rank(2);
                key.number(part);
            } else {
                key.rank(1);
                key.text(part);
            }
        }
    }
    key.rank(0);
    Ok(())
}

/// The parts of a legacy version as texts: numbers filled to eight digits, words behind a `*`.
fn legacy(text: &str, key: &mut Encoder) {
    const ZERO: &str = "00000000";
    let mut parts: Vec<String> = Vec::new();
    let mut add = |part: String| {
        if part.starts_with('*') {
            // A hyphen before a word that is before the final release does not count, nor do zeros before any word.
            if part.as_str() < "*final" {
                while parts.last().is_some_and(|last| last == "*final-") {
                    parts.pop();
                }
            }
            while parts.last().is_some_and(|last| last == ZERO) {
                parts.pop();
            }
        }
        parts.push(part);
    };
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = |kind: fn(char) -> bool| rest.find(|character| !kind(character)).unwrap_or(rest.len());
        let is_other = |character: char| {
            !character.is_ascii_digit() && !character.is_ascii_lowercase() && character != '.' && character != '-'
        };
        let end = match first {
            '.' | '-' => 1,
            '0'..='9' => run(|character| character.is_ascii_digit()),
            'a'..='z' => run(|character| character.is_ascii_lowercase()),
            _ => run(is_other),
        };
        let (part, behind) = rest.split_at(end);
        rest = behind;
        match part {
            "." => {}
            "-" => add("*final-".to_owned()),
            "pre" | "preview" | "rc" => add("*c".to_owned()),
            "dev" => add("*@".to_owned()),
            part if first.is_ascii_digit() => add(format!("{part:0>8}")),
            part => add(format!("*{part}")),
        }
    }
    add("*final".to_owned());
    for part in &parts {
        key.rank(1);
        key.text(part);
    }
    key.rank(0);
}

/// The normal form of PEP 440.
fn normal(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let version = parse(&lower)?;
    let mut normal = String::new();
    let epoch = plain(version.epoch);
    if epoch != "0" {
        normal.push_str(epoch);
        normal.push('!');
    }
    normal.push_str(&version.release.split('.').map(plain).collect::<Vec<_>>().join("."));
    if let Some((kind, number)) = version.pre {
        normal.push_str(match kind {
            Pre::Alpha => "a",
            Pre::Beta => "b",
            Pre::Candidate => "rc",
        });
        normal.push_str(plain(number));
    }
    for (name, number) in [(".post", version.post), (".dev", version.dev)] {
        if let Some(number) = number {
            normal.push_str(name);
            normal.push_str(plain(number));
        }
    }
    if let Some(local) = version.local {
        let parts: Vec<&str> =
            local.split(['-', '_', '.']).map(|part| if is_number(part) { plain(part) } else { part }).collect();
        normal.push('+');
        normal.push_str(&parts.join("."));
    }
    Some(normal)
}
