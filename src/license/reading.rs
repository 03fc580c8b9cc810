//! From raw text to an expression: strict, then canonical, then by cited alias; else kept raw with what is wrong with it.
//!
//! The grammar and the list of identifiers are those of the `spdx` crate, in its strict mode. What it does to be kind (taking
//! `BSD` for `BSD-2-Clause`) is not used: every kindness here is in our own table, with a reason, and marked.

use super::alias::{self, Alias};
use super::{Expression, ids};
use crate::model::{LookUp, Reading};

/// What a raw license text was read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenseReading {
    /// How the expression was got, or why there is none.
    pub reading: Reading,
    /// The expression; `None` exactly where the reading is [`Reading::Unmapped`].
    pub expression: Option<Expression>,
}

impl LicenseReading {
    fn unmapped(why: impl AsRef<str>) -> Self {
        Self { reading: Reading::Unmapped(why.as_ref().into()), expression: None }
    }
}

/// Why `/` between two identifiers is read as a choice.
const SLASH: &str = "`/` between licenses means OR (Cargo manifest format, field `license`, before SPDX expressions)";

/// Reads a raw license text, as a manifest, lock file or person wrote it.
///
/// Linear in the length of the text. Never joins what the text does not join: `MIT, Apache-2.0` stays unmapped, since it does
/// not say whether both bind or one may be chosen.
pub fn read(raw: &str) -> LicenseReading {
    let text = raw.trim();
    if let Some(why) = says_nothing(text) {
        return LicenseReading::unmapped(why);
    }
    let by_words = Operands::of(text).canonical(raw);
    if let Ok(LicenseReading { reading: Reading::Strict | Reading::Canonical, .. }) = &by_words {
        return by_words.unwrap_or_else(LicenseReading::unmapped);
    }
    // A wording as a whole comes before its words: `LGPL v2.1 or later` is one license, and `MIT/X11` too.
    if let Some(alias) = alias::find(text) {
        return by_alias(alias);
    }
    by_words.unwrap_or_else(LicenseReading::unmapped)
}

fn by_alias(alias: Alias) -> LicenseReading {
    let Some(spdx) = alias.spdx else { return LicenseReading::unmapped(alias.why) };
    match parse(&spdx) {
        Ok(expression) => LicenseReading {
            reading: if alias.sure { Reading::Alias(alias.why) } else { Reading::Guess(alias.why) },
            expression: Some(expression),
        },
        Err(why) => LicenseReading::unmapped(why),
    }
}

/// Texts that state the absence of a statement.
fn says_nothing(text: &str) -> Option<String> {
    match text {
        "" => Some("the license field is empty".into()),
        "NOASSERTION" => {
            Some("NOASSERTION: whoever wrote this makes no statement about the license (SPDX 2.3, 7.15)".into())
        }
        "NONE" => Some("NONE: whoever wrote this found no license at all (SPDX 2.3, 7.15)".into()),
        _ => None,
    }
}

/// Shows a piece of hostile length.
fn shown(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Open,
    Close,
    And,
    Or,
    With,
    Slash,
    /// Everything between operators, words and the spaces between them.
    Operand(&'a str),
}

/// A text cut at its operators.
struct Operands<'a> {
    tokens: Vec<Token<'a>>,
    /// Whether an operator was written in lower case.
    lower: bool,
}

impl<'a> Operands<'a> {
    fn of(text: &'a str) -> Self {
        let mut tokens = Vec::new();
        let mut lower = false;
        // The operand that is being read, as bytes of the text.
        let mut operand: Option<(usize, usize)> = None;
        let mut rest = 0;
        while rest < text.len() {
            let from = &text[rest..];
            let first = from.chars().next().expect("the rest is not empty and starts at a character");
            let width = first.len_utf8();
            let token = match first {
                '(' => Some(Token::Open),
                ')' => Some(Token::Close),
                '/' => Some(Token::Slash),
                c if c.is_whitespace() => {
                    rest += width;
                    continue;
                }
                _ => None,
            };
            let (token, end) = match token {
                Some(token) => (token, rest + width),
                None => {
                    let end = from
                        .find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '/'))
                        .map_or(text.len(), |at| rest + at);
                    let word = &text[rest..end];
                    let token = match word {
                        "AND" | "and" => Token::And,
                        "OR" | "or" => Token::Or,
                        "WITH" | "with" => Token::With,
                        _ => {
                            operand = Some((operand.map_or(rest, |(start, _)| start), end));
                            rest = end;
                            continue;
                        }
                    };
                    lower |= word.starts_with(|c: char| c.is_ascii_lowercase());
                    (token, end)
                }
            };
            if let Some((start, end)) = operand.take() {
                tokens.push(Token::Operand(&text[start..end]));
            }
            tokens.push(token);
            rest = end;
        }
        if let Some((start, end)) = operand {
            tokens.push(Token::Operand(&text[start..end]));
        }
        Self { tokens, lower }
    }

    /// Writes the canonical text, parses it, and says how far it is from the raw one.
    fn canonical(&self, raw: &str) -> Result<LicenseReading, String> {
        let mut text = String::with_capacity(raw.len() + 16);
        let mut changed = self.lower || raw.trim().len() != raw.len();
        let mut reasons: Vec<compact_str::CompactString> = Vec::new();
        let mut sure = true;
        let mut cite = |why: compact_str::CompactString| {
            // A text that needs more than a few is not read better by listing all.
            if reasons.len() < 4 && !reasons.contains(&why) {
                reasons.push(why);
            }
        };
        // The same few names stand in a long expression again and again: each is looked up once.
        let mut known: LookUp<&str, (String, bool)> = LookUp::new();
        let mut before = None;
        for token in &self.tokens {
            match token {
                Token::Open => text.push('('),
                Token::Close => text.push(')'),
                Token::And => text.push_str(" AND "),
                Token::Or => text.push_str(" OR "),
                Token::With => text.push_str(" WITH "),
                Token::Slash => {
                    text.push_str(" OR ");
                    cite(SLASH.into());
                }
                Token::Operand(operand) if before == Some(Token::With) => {
                    let name = exception(operand)?;
                    changed |= name != *operand;
                    text.push_str(name);
                }
                Token::Operand(operand) if known.contains_key(operand) => {
                    if let Some((written, differs)) = known.get(operand) {
                        changed |= differs;
                        text.push_str(written);
                    }
                }
                Token::Operand(operand) => match identifier(operand) {
                    Some(now) => {
                        let mut written = now.license.to_string();
                        if let Some(exception) = now.exception {
                            written.push_str(" WITH ");
                            written.push_str(exception);
                        }
                        let differs = written != *operand;
                        changed |= differs;
                        text.push_str(&written);
                        known.insert(operand, (written, differs));
                    }
                    None => {
                        let alias = alias::find(operand).ok_or_else(|| unknown(operand))?;
                        let spdx = alias.spdx.ok_or_else(|| alias.why.to_string())?;
                        // An alias may stand for a choice.
                        let compound = spdx.contains(" OR ") || spdx.contains(" AND ");
                        let written = if compound { format!("({spdx})") } else { spdx.to_string() };
                        text.push_str(&written);
                        sure &= alias.sure;
                        cite(alias.why);
                        known.insert(operand, (written, false));
                    }
                },
            }
            before = Some(*token);
        }
        let expression = parse(&text)?;
        let reading = match (reasons.is_empty(), sure) {
            (true, _) if changed => Reading::Canonical,
            (true, _) => Reading::Strict,
            (false, true) => Reading::Alias(reasons.join("; ").into()),
            (false, false) => Reading::Guess(reasons.join("; ").into()),
        };
        Ok(LicenseReading { reading, expression: Some(expression) })
    }
}

/// The letters an SPDX `idstring` may have; it must have one at least (SPDX 2.3, annex D).
fn is_idstring(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}

/// Whether this is `LicenseRef-x` or `DocumentRef-d:LicenseRef-x` (`kind` is `LicenseRef-`).
fn is_reference(text: &str, kind: &str) -> bool {
    let local = match text.split_once(':') {
        Some((document, local)) => {
            if !document.strip_prefix("DocumentRef-").is_some_and(is_idstring) {
                return false;
            }
            local
        }
        None => text,
    };
    local.strip_prefix(kind).is_some_and(is_idstring)
}

/// An operand that is an identifier: what it is called today.
pub(super) fn identifier(operand: &str) -> Option<ids::Current> {
    if is_reference(operand, "LicenseRef-") {
        return Some(ids::Current { license: operand.into(), exception: None });
    }
    // Entries of the list with `+` in their name first.
    if let Some(license) = ids::license(operand) {
        return ids::current(license, false);
    }
    let name = operand.strip_suffix('+')?;
    ids::current(ids::license(name)?, true)
}

/// What follows WITH.
fn exception(operand: &str) -> Result<&str, String> {
    if let Some(name) = ids::exception(operand) {
        return Ok(name);
    }
    if is_reference(operand, "AdditionRef-") {
        return Ok(operand);
    }
    Err(format!("`{}` is not an exception of the SPDX license list {}", shown(operand), ids::list_version()))
}

fn unknown(operand: &str) -> String {
    let version = ids::list_version();
    if operand.len() > 400 || operand.lines().nth(3).is_some() {
        return "it is a text, not a license expression".into();
    }
    if operand.contains([',', ';', '|', '&']) {
        return format!(
            "`{}` is a list without AND or OR: it does not say whether all of it binds or one may be chosen",
            shown(operand)
        );
    }
    match ids::nearest(operand) {
        Some(name) => format!("`{operand}` is not on the SPDX license list {version}; did its author mean `{name}`?"),
        None => format!("`{}` is not on the SPDX license list {version}", shown(operand)),
    }
}

/// The strict grammar. Deprecated identifiers that have no single successor are let through.
pub(super) fn parse(text: &str) -> Result<Expression, String> {
    let mode = spdx::ParseMode { allow_deprecated: true, ..spdx::ParseMode::STRICT };
    match spdx::Expression::parse_mode(text, mode) {
        Ok(parsed) => Ok(Expression::from_spdx(&parsed)),
        Err(error) => {
            let near = text.get(error.span).unwrap_or_default().trim();
            Err(match near {
                "" => format!("not a valid license expression: {}", error.reason),
                near => format!("not a valid license expression: {} at `{}`", error.reason, shown(near)),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Expect::{Alias, Canonical, Guess, Strict, Unmapped};

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Expect {
        Strict,
        Canonical,
        Alias,
        Guess,
        Unmapped,
    }

    /// Texts that manifests, lock files and metadata of real packages have.
    const REAL: &[(&str, Expect, &str)] = &[
        // npm and Cargo, as they should be
        ("MIT", Strict, "MIT"),
        ("ISC", Strict, "ISC"),
        ("MIT OR Apache-2.0", Strict, "MIT OR Apache-2.0"),
        ("(MIT OR CC0-1.0)", Strict, "MIT OR CC0-1.0"),
        ("(BSD-2-Clause OR MIT OR Apache-2.0)", Strict, "BSD-2-Clause OR MIT OR Apache-2.0"),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", Strict, "(MIT OR Apache-2.0) AND Unicode-3.0"),
        (
            "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT",
            Strict,
            "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT",
        ),
        ("Apache-2.0 AND LGPL-3.0-or-later AND MIT", Strict, "Apache-2.0 AND LGPL-3.0-or-later AND MIT"),
        ("MIT OR (Artistic-2.0 OR GPL-2.0-or-later)", Strict, "MIT OR Artistic-2.0 OR GPL-2.0-or-later"),
        ("MIT OR Apache-2.0 AND Zlib", Strict, "MIT OR Apache-2.0 AND Zlib"),
        ("((MIT))", Strict, "MIT"),
        ("LicenseRef-acme", Strict, "LicenseRef-acme"),
        ("DocumentRef-spdx:LicenseRef-a.b", Strict, "DocumentRef-spdx:LicenseRef-a.b"),
        ("MIT WITH AdditionRef-x", Strict, "MIT WITH AdditionRef-x"),
        ("Apache-1.0+", Strict, "Apache-1.0+"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", Strict, "GPL-2.0-only WITH Classpath-exception-2.0"),
        // the same, written less well
        ("mit", Canonical, "MIT"),
        ("Mit", Canonical, "MIT"),
        ("apache-2.0", Canonical, "Apache-2.0"),
        ("BSD-3-clause", Canonical, "BSD-3-Clause"),
        ("Ms-PL", Canonical, "MS-PL"),
        ("zlib", Canonical, "Zlib"),
        (" MIT ", Canonical, "MIT"),
        ("MIT\n", Canonical, "MIT"),
        ("MIT or Apache-2.0", Canonical, "MIT OR Apache-2.0"),
        ("Apache-2.0 with LLVM-exception", Canonical, "Apache-2.0 WITH LLVM-exception"),
        ("GPL-2.0", Canonical, "GPL-2.0-only"),
        ("GPL-2.0+", Canonical, "GPL-2.0-or-later"),
        ("LGPL-3.0+", Canonical, "LGPL-3.0-or-later"),
        ("AGPL-3.0", Canonical, "AGPL-3.0-only"),
        ("gpl-3.0", Canonical, "GPL-3.0-only"),
        ("(BSD-3-Clause OR GPL-2.0)", Canonical, "BSD-3-Clause OR GPL-2.0-only"),
        ("GPL-2.0-with-classpath-exception", Canonical, "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("GPL-2.0+ WITH Bison-exception-2.2", Canonical, "GPL-2.0-or-later WITH Bison-exception-2.2"),
        ("GFDL-1.3", Canonical, "GFDL-1.3-only"),
        ("BSD-2-Clause-FreeBSD", Canonical, "BSD-2-Clause-Views"),
        ("bzip2-1.0.5", Canonical, "bzip2-1.0.6"),
        // Cargo before expressions
        ("MIT/Apache-2.0", Alias, "MIT OR Apache-2.0"),
        ("Unlicense/MIT", Alias, "Unlicense OR MIT"),
        ("Apache-2.0 / MIT", Alias, "Apache-2.0 OR MIT"),
        ("MIT/Apache-2.0/BSD-3-Clause", Alias, "MIT OR Apache-2.0 OR BSD-3-Clause"),
        // titles
        ("Apache 2.0", Alias, "Apache-2.0"),
        ("Apache 2", Alias, "Apache-2.0"),
        ("Apache2", Alias, "Apache-2.0"),
        ("APACHEv2", Alias, "Apache-2.0"),
        ("Apache License 2.0", Alias, "Apache-2.0"),
        ("Apache License, Version 2.0", Alias, "Apache-2.0"),
        ("The Apache Software License, Version 2.0", Alias, "Apache-2.0"),
        ("The Apache License, Version 2.0", Alias, "Apache-2.0"),
        ("Apache License v2.0", Alias, "Apache-2.0"),
        ("Apache-2.0 License", Alias, "Apache-2.0"),
        ("ASL 2.0", Alias, "Apache-2.0"),
        ("ASL 2", Alias, "Apache-2.0"),
        ("The Apache Software License, Version 1.1", Alias, "Apache-1.1"),
        ("MIT License", Alias, "MIT"),
        ("The MIT License", Alias, "MIT"),
        ("The MIT License (MIT)", Alias, "MIT"),
        ("MIT license", Alias, "MIT"),
        ("MIT Licence", Alias, "MIT"),
        ("MIT/X11", Alias, "MIT"),
        ("MIT/X", Alias, "MIT"),
        ("Expat", Alias, "MIT"),
        ("ISC License (ISC)", Alias, "ISC"),
        ("ISC License (ISCL)", Alias, "ISC"),
        ("ISC license", Alias, "ISC"),
        ("New BSD", Alias, "BSD-3-Clause"),
        ("New BSD License", Alias, "BSD-3-Clause"),
        ("Modified BSD License", Alias, "BSD-3-Clause"),
        ("BSD 3-Clause", Alias, "BSD-3-Clause"),
        ("BSD 3-Clause License", Alias, "BSD-3-Clause"),
        ("3-Clause BSD License", Alias, "BSD-3-Clause"),
        ("The BSD 3-Clause License", Alias, "BSD-3-Clause"),
        ("BSD-3", Alias, "BSD-3-Clause"),
        ("Eclipse Distribution License - v 1.0", Alias, "BSD-3-Clause"),
        ("Simplified BSD", Alias, "BSD-2-Clause"),
        ("BSD-2", Alias, "BSD-2-Clause"),
        ("MPLv2.0", Alias, "MPL-2.0"),
        ("MPL 2.0", Alias, "MPL-2.0"),
        ("Mozilla Public License 2.0 (MPL 2.0)", Alias, "MPL-2.0"),
        ("Mozilla Public License, Version 2.0", Alias, "MPL-2.0"),
        ("Eclipse Public License - v 2.0", Alias, "EPL-2.0"),
        ("Eclipse Public License v1.0", Alias, "EPL-1.0"),
        ("GPLv2", Alias, "GPL-2.0-only"),
        ("GPLv3", Alias, "GPL-3.0-only"),
        ("GPL v3", Alias, "GPL-3.0-only"),
        ("GPLv3+", Alias, "GPL-3.0-or-later"),
        ("GPLv2 or later", Alias, "GPL-2.0-or-later"),
        ("GPL version 3", Alias, "GPL-3.0-only"),
        ("GNU GPL v3", Alias, "GPL-3.0-only"),
        ("GNU General Public License v3.0", Alias, "GPL-3.0-only"),
        ("GNU General Public License v3 or later (GPLv3+)", Alias, "GPL-3.0-or-later"),
        ("GPL-3", Alias, "GPL-3.0-only"),
        ("GPL-2+", Alias, "GPL-2.0-or-later"),
        ("GPL (>= 2)", Alias, "GPL-2.0-or-later"),
        ("LGPLv3", Alias, "LGPL-3.0-only"),
        ("LGPL v2.1 or later", Alias, "LGPL-2.1-or-later"),
        ("LGPL-2+", Alias, "LGPL-2.0-or-later"),
        ("GNU Lesser General Public License v3 (LGPLv3)", Alias, "LGPL-3.0-only"),
        ("AGPLv3", Alias, "AGPL-3.0-only"),
        ("GNU Affero General Public License v3", Alias, "AGPL-3.0-only"),
        ("GPL2 w/ CPE", Alias, "GPL-2.0-only WITH Classpath-exception-2.0"),
        (
            "GNU General Public License, version 2, with the Classpath Exception",
            Alias,
            "GPL-2.0-only WITH Classpath-exception-2.0",
        ),
        ("CC0", Alias, "CC0-1.0"),
        ("CC0 1.0 Universal (CC0 1.0) Public Domain Dedication", Alias, "CC0-1.0"),
        ("CC BY 4.0", Alias, "CC-BY-4.0"),
        ("Creative Commons Attribution 4.0 International", Alias, "CC-BY-4.0"),
        ("Creative Commons Attribution Non Commercial 3.0 Unported", Alias, "CC-BY-NC-3.0"),
        ("Public Domain", Alias, "LicenseRef-public-domain"),
        ("public-domain", Alias, "LicenseRef-public-domain"),
        ("The Unlicense", Alias, "Unlicense"),
        ("zlib/libpng", Alias, "Zlib"),
        ("Boost Software License 1.0", Alias, "BSL-1.0"),
        ("WTFPL v2", Alias, "WTFPL"),
        ("SIL OFL 1.1", Alias, "OFL-1.1"),
        ("Openfont-1.1", Alias, "OFL-1.1"),
        (
            "The GNU General Public License, v2 with Universal FOSS Exception, v1.0",
            Alias,
            "GPL-2.0-only WITH Universal-FOSS-exception-1.0",
        ),
        ("perl_5", Alias, "Artistic-1.0-Perl OR GPL-1.0-or-later"),
        ("UNLICENSED", Alias, "LicenseRef-npm-unlicensed"),
        ("proprietary", Alias, "LicenseRef-proprietary"),
        ("All rights reserved", Alias, "LicenseRef-proprietary"),
        ("https://opensource.org/licenses/MIT", Alias, "MIT"),
        ("http://www.apache.org/licenses/LICENSE-2.0", Alias, "Apache-2.0"),
        ("https://spdx.org/licenses/BSD-3-Clause.html", Alias, "BSD-3-Clause"),
        ("License :: OSI Approved :: MIT License", Alias, "MIT"),
        ("License :: OSI Approved :: ISC License (ISCL)", Alias, "ISC"),
        // titles inside expressions
        ("MIT OR Apache 2.0", Alias, "MIT OR Apache-2.0"),
        ("Apache License, Version 2.0 or MIT license", Alias, "Apache-2.0 OR MIT"),
        ("GPL-3+ or BSD-3-clause", Alias, "GPL-3.0-or-later OR BSD-3-Clause"),
        ("LGPL-3+ or GPL-2+", Alias, "LGPL-3.0-or-later OR GPL-2.0-or-later"),
        ("BSL-1.0 and Expat", Alias, "BSL-1.0 AND MIT"),
        ("perl_5 AND MIT", Alias, "(Artistic-1.0-Perl OR GPL-1.0-or-later) AND MIT"),
        // may mean several things
        ("BSD", Guess, "BSD-3-Clause"),
        ("BSD License", Guess, "BSD-3-Clause"),
        ("License :: OSI Approved :: BSD License", Guess, "BSD-3-Clause"),
        ("Apache", Guess, "Apache-2.0"),
        ("Apache Software License", Guess, "Apache-2.0"),
        ("GPL", Guess, "GPL-1.0-or-later"),
        ("LGPL", Guess, "LGPL-2.0-or-later"),
        ("LGPLv2", Guess, "LGPL-2.0-only"),
        ("AGPL", Guess, "AGPL-3.0-only"),
        ("MPL", Guess, "MPL-2.0"),
        ("Artistic", Guess, "Artistic-1.0"),
        ("GPL-1+ or Artistic", Guess, "GPL-1.0-or-later OR Artistic-1.0"),
        ("MIT OR BSD", Guess, "MIT OR BSD-3-Clause"),
        ("Python Software Foundation License", Guess, "PSF-2.0"),
        // no license, or not for us to say
        ("", Unmapped, "empty"),
        ("   ", Unmapped, "empty"),
        ("NOASSERTION", Unmapped, "no statement"),
        ("NONE", Unmapped, "no license"),
        ("MIT OR NOASSERTION", Unmapped, "`NOASSERTION`"),
        ("unlicensed", Unmapped, "may be"),
        ("Unlicensed", Unmapped, "may be"),
        ("SEE LICENSE IN LICENSE.md", Unmapped, "`LICENSE.md`"),
        ("SEE LICENSE IN", Unmapped, "a file of the package"),
        ("License.txt", Unmapped, "names no license"),
        ("LICENSE", Unmapped, "names no license"),
        ("custom", Unmapped, "names no license"),
        ("Dual License", Unmapped, "names no license"),
        ("UNKNOWN", Unmapped, "names no license"),
        ("BSD-like", Unmapped, "like another"),
        ("BSL", Unmapped, "opposite"),
        ("MIT, Apache-2.0", Unmapped, "a list"),
        ("MIT;Apache-2.0", Unmapped, "a list"),
        ("GPL-2 | GPL-3", Unmapped, "a list"),
        ("MIT & Apache-2.0", Unmapped, "a list"),
        ("MIT Apache-2.0", Unmapped, "not on the SPDX license list"),
        ("MIT OR", Unmapped, "not a valid license expression"),
        ("OR MIT", Unmapped, "not a valid license expression"),
        ("AND", Unmapped, "not a valid license expression"),
        ("()", Unmapped, "not a valid license expression"),
        ("(MIT", Unmapped, "unclosed"),
        ("MIT)", Unmapped, "unopened"),
        ("MIT AND (GPL-3.0-only", Unmapped, "unclosed"),
        ("MIT and/or Apache-2.0", Unmapped, "not a valid license expression"),
        ("Apache-2.0 WITH Commons-Clause", Unmapped, "not an exception"),
        ("Apache-2.0 WITH MIT", Unmapped, "not an exception"),
        ("LLVM-exception", Unmapped, "not on the SPDX license list"),
        ("MIT WITH", Unmapped, "not a valid license expression"),
        ("(MIT OR ISC) WITH LLVM-exception", Unmapped, "not a valid license expression"),
        ("GPL-2.0-only+", Unmapped, "not on the SPDX license list"),
        ("GPL-2.0-or-later+", Unmapped, "not on the SPDX license list"),
        ("MIT +", Unmapped, "not on the SPDX license list"),
        ("LicenseRef-", Unmapped, "not on the SPDX license list"),
        ("LicenseRef-a_b", Unmapped, "not on the SPDX license list"),
        ("Apche-2.0", Unmapped, "did its author mean `Apache-2.0`"),
        ("KINDLY", Unmapped, "not on the SPDX license list"),
        ("Permission is hereby granted, free of charge, to any person obtaining", Unmapped, "a list"),
    ];

    #[test]
    fn real_texts_are_read_as_people_mean_them() {
        assert!(REAL.len() > 150);
        for (raw, expect, wanted) in REAL {
            let read = read(raw);
            let (have, text) = match &read.reading {
                Reading::Strict => (Strict, ""),
                Reading::Canonical => (Canonical, ""),
                Reading::Alias(why) => (Alias, why.as_str()),
                Reading::Guess(why) => (Guess, why.as_str()),
                Reading::Unmapped(why) => (Unmapped, why.as_str()),
            };
            assert_eq!(have, *expect, "{raw:?}: {read:?}");
            match &read.expression {
                Some(expression) => {
                    assert_eq!(expression.to_string(), *wanted, "{raw:?}");
                    let again = super::read(wanted);
                    assert_eq!((&again.reading, &again.expression), (&Reading::Strict, &read.expression), "{raw:?}");
                }
                None => assert!(text.contains(wanted), "{raw:?}: {text}"),
            }
            assert_eq!(read.expression.is_none(), *expect == Unmapped, "{raw:?}");
        }
    }

    #[test]
    fn every_identifier_of_the_list_is_read_in_any_case() {
        for license in spdx::identifiers::LICENSES.iter().filter(|license| license.name != "NOASSERTION") {
            for text in [license.name.to_owned(), license.name.to_lowercase(), license.name.to_uppercase()] {
                let read = read(&text);
                if text == "UNLICENSED" {
                    continue;
                }
                assert!(matches!(read.reading, Reading::Strict | Reading::Canonical), "{text}: {read:?}");
                let again = super::read(&read.expression.clone().unwrap().to_string());
                assert_eq!((again.reading, again.expression), (Reading::Strict, read.expression), "{text}");
            }
        }
    }

    #[test]
    fn what_the_spdx_crate_accepts_strictly_we_read_the_same() {
        // Two slips of the crate: NOASSERTION stands in its table of licenses, and a reference may have no name.
        for (raw, _, _) in REAL.iter().filter(|(raw, _, _)| !raw.contains("NOASSERTION") && *raw != "LicenseRef-") {
            if let Ok(parsed) = spdx::Expression::parse(raw) {
                let ours = read(raw).expression.unwrap_or_else(|| panic!("{raw:?} is strict"));
                assert_eq!(ours, Expression::from_spdx(&parsed), "{raw:?}");
            }
        }
    }

    #[test]
    fn hostile_sizes_take_linear_time_and_constant_stack() {
        let many = vec!["MIT"; 10_000].join(" OR ");
        assert_eq!(read(&many).expression.unwrap().terms().count(), 10_000);
        let mixed = vec!["(MIT AND Apache 2.0)"; 10_000].join(" OR ");
        assert_eq!(read(&mixed).expression.unwrap().terms().count(), 20_000);
        let deep = format!("{}MIT{}", "(".repeat(200_000), ")".repeat(200_000));
        assert_eq!(read(&deep).expression.unwrap().to_string(), "MIT");
        let right = format!("{}MIT{}", "MIT OR (ISC AND (".repeat(20_000), "))".repeat(20_000));
        let read_right = read(&right).expression.unwrap();
        assert_eq!(read_right.terms().count(), 40_001);
        assert_eq!(read(read_right.as_str()).expression.unwrap(), read_right);
        let chain = format!("{}MIT{}", "MIT OR (".repeat(20_000), ")".repeat(20_000));
        assert_eq!(read(&chain).expression.unwrap().parts().len(), 20_002);
        for hostile in ["(", ")", "/", "+", "MIT ", "OR ", " ", "\u{a0}", "é", "a", "\"", ":", "x WITH "] {
            let answer = read(&hostile.repeat(100_000));
            let Reading::Unmapped(why) = &answer.reading else { panic!("{hostile:?}: {:?}", answer.reading) };
            assert!(why.len() < 400, "{hostile:?}: {} bytes", why.len());
        }
    }

    #[test]
    fn cutting_a_text_anywhere_never_panics() {
        for (raw, _, _) in REAL {
            for at in 0..=raw.len() {
                let _ = read(&raw[..at]);
                let _ = read(&raw[at..]);
            }
        }
    }
}
