//! The texts of common licenses as the SPDX list has them, for packages whose copies carry none.
//!
//! `standard.bin` holds some sixty texts, compressed: those that real packages name without carrying them. All the texts of the
//! list would add four megabytes to the program. The texts come from the `spdx` crate, which has them from the SPDX license
//! list (SPDX texts are CC0-1.0 as a collection).

use std::io::Read;
use std::sync::OnceLock;

/// A license's text on the SPDX list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandardText {
    /// The identifier: of a license or an exception.
    pub id: &'static str,
    /// The text, without lines that name the holder of rights only as something to fill in.
    pub text: &'static str,
    /// Whether the license wants the holder's own statement kept with its text, which no standard text can have.
    pub wants_copyright: bool,
}

/// Bytes that the texts may take.
const MOST_BYTES: u64 = 16 << 20;

static PACKED: &[u8] = include_bytes!("standard.bin");

/// Licenses whose text begins with the holder's own statement and asks to keep it.
const WITH_HOLDER: &[&str] = &[
    "0BSD",
    "AFL-2.1",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSD-4-Clause",
    "HPND",
    "ISC",
    "MIT",
    "MIT-0",
    "MS-PL",
    "NCSA",
    "OFL-1.1",
    "PostgreSQL",
    "UPL-1.0",
    "X11",
    "Zlib",
    "curl",
];

/// Licenses without conditions: nothing has to be kept, nobody has to be named.
pub fn asks_nothing(id: &str) -> bool {
    matches!(id, "0BSD" | "CC0-1.0" | "MIT-0" | "Unlicense" | "WTFPL")
}

/// Whether the license asks that the holder's statement is kept with copies of it.
pub fn wants_copyright(id: &str) -> bool {
    WITH_HOLDER.binary_search(&id).is_ok() && !asks_nothing(id)
}

/// The identifier that the text of a license is kept under: versions "only" and "or later" share a text.
pub fn text_id(id: &str) -> &str {
    let id = id.strip_suffix('+').unwrap_or(id);
    id.strip_suffix("-only").or_else(|| id.strip_suffix("-or-later")).unwrap_or(id)
}

/// The standard text of a license or an exception, if it is among those that are shipped.
pub fn standard_text(id: &str) -> Option<StandardText> {
    let id = text_id(id);
    let texts = texts();
    let at = texts.binary_search_by(|(have, _)| (*have).cmp(id)).ok()?;
    let (id, text) = texts[at];
    Some(StandardText { id, text, wants_copyright: wants_copyright(id) })
}

fn texts() -> &'static [(&'static str, &'static str)] {
    static UNPACKED: OnceLock<String> = OnceLock::new();
    static TEXTS: OnceLock<Vec<(&'static str, &'static str)>> = OnceLock::new();
    TEXTS.get_or_init(|| {
        let unpacked = UNPACKED.get_or_init(|| {
            let mut text = String::new();
            let read = flate2::read::ZlibDecoder::new(PACKED).take(MOST_BYTES).read_to_string(&mut text);
            if read.is_err() {
                text.clear();
            }
            text
        });
        split(unpacked)
    })
}

/// Records are a line `id length`, then so many bytes.
fn split(mut rest: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut texts = Vec::new();
    while let Some((head, after)) = rest.split_once('\n') {
        let Some((id, length)) = head.split_once(' ') else { break };
        let Some((text, next)) = length.parse().ok().and_then(|length| after.split_at_checked(length)) else { break };
        texts.push((id, text));
        rest = next;
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is shipped: what packages of the ecosystems name most.
    const SHIPPED: &[&str] = &[
        "0BSD",
        "AFL-2.1",
        "AGPL-3.0",
        "Apache-1.1",
        "Apache-2.0",
        "Artistic-1.0",
        "Artistic-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSD-4-Clause",
        "BSL-1.0",
        "BlueOak-1.0.0",
        "Bootstrap-exception",
        "CC-BY-3.0",
        "CC-BY-4.0",
        "CC-BY-SA-4.0",
        "CC0-1.0",
        "CDDL-1.0",
        "CDDL-1.1",
        "CDLA-Permissive-2.0",
        "Classpath-exception-2.0",
        "EPL-1.0",
        "EPL-2.0",
        "EUPL-1.2",
        "GCC-exception-3.1",
        "GPL-1.0",
        "GPL-2.0",
        "GPL-3.0",
        "HPND",
        "ISC",
        "LGPL-2.0",
        "LGPL-2.1",
        "LGPL-3.0",
        "LLVM-exception",
        "LGPL-3.0-linking-exception",
        "MIT",
        "MIT-0",
        "MPL-1.1",
        "MPL-2.0",
        "MS-PL",
        "NCSA",
        "OFL-1.1",
        "OpenSSL",
        "PSF-2.0",
        "PostgreSQL",
        "Python-2.0",
        "Ruby",
        "UPL-1.0",
        "Unicode-3.0",
        "Unicode-DFS-2016",
        "Unlicense",
        "WTFPL",
        "X11",
        "ZPL-2.1",
        "Zlib",
        "bzip2-1.0.6",
        "curl",
        "OpenJDK-assembly-exception-1.0",
        "Universal-FOSS-exception-1.0",
    ];

    /// Whether a line names the holder only as something to fill in.
    fn is_unfilled(line: &str) -> bool {
        let lower = line.to_ascii_lowercase();
        lower.trim_start().starts_with("copyright")
            && ["<year>", "[yyyy]", "(c) year", "<owner>", "<copyright holder", "<dates>", "[dates", "<name"]
                .iter()
                .any(|sign| lower.contains(sign))
    }

    fn pack() -> Vec<u8> {
        let mut ids: Vec<&str> = SHIPPED.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let mut out = String::new();
        for id in ids {
            let find = |id: &str| spdx::text::LICENSE_TEXTS.iter().find(|(have, _)| *have == id);
            let only = format!("{id}-only");
            let text = find(id)
                .or_else(|| find(&only))
                .or_else(|| spdx::text::EXCEPTION_TEXTS.iter().find(|(have, _)| *have == id))
                .map(|(_, text)| *text);
            let Some(text) = text else { continue };
            let long = text.len() > 6_000;
            let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| long || !is_unfilled(line)).collect();
            let text = lines.join("\n");
            let text = text.trim_matches('\n');
            out.push_str(&format!("{id} {}\n{text}", text.len()));
        }
        let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut writer, out.as_bytes()).unwrap();
        writer.finish().unwrap()
    }

    #[test]
    #[allow(clippy::disallowed_methods, reason = "a test looks at the repository it is built from")]
    fn the_packed_texts_are_those_of_the_list() {
        let unpack = |packed: &[u8]| {
            let mut text = String::new();
            flate2::read::ZlibDecoder::new(packed).read_to_string(&mut text).unwrap();
            text
        };
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/license/standard.bin");
        let made = pack();
        if std::env::var_os("SEPAL_BLESS").is_some() {
            std::fs::write(&path, &made).unwrap();
            return;
        }
        assert!(unpack(&std::fs::read(&path).unwrap()) == unpack(&made), "standard.bin is out of date: SEPAL_BLESS=1");
    }

    #[test]
    fn texts_are_found_under_all_names_of_a_license() {
        assert!(WITH_HOLDER.windows(2).all(|pair| pair[0] < pair[1]));
        for id in ["GPL-2.0-only", "GPL-2.0-or-later", "GPL-2.0", "GPL-2.0+"] {
            assert!(standard_text(id).unwrap().text.contains("GNU GENERAL PUBLIC LICENSE"), "{id}");
        }
        let mit = standard_text("MIT").unwrap();
        assert!(mit.wants_copyright && !mit.text.contains("<year>") && mit.text.contains("Permission is hereby"));
        assert!(standard_text("LLVM-exception").is_some());
        assert!(standard_text("Fair").is_none() && standard_text("").is_none());
        assert!(!wants_copyright("Apache-2.0") && !wants_copyright("0BSD"));
    }
}
