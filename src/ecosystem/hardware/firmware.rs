//! Images of firmware, by name and first bytes.

use sha2::{Digest, Sha256};

use super::value;
use crate::ecosystem::{Capabilities, Format, Package, Parsed, Role, Stability, pointer};
use crate::model::artefact::hardware::FORMATS;
use crate::model::{ComponentKind, Hash, HashAlgorithm, Origin, Purl};
use crate::text::{Source, SyntaxError};

pub(super) static FORMAT: Format = Format {
    id: "hardware/firmware",
    patterns: &[
        "**/*.uf2",
        "**/*.dfu",
        "**/*.hex",
        "**/firmware/**/*.bin",
        "**/firmwares/**/*.bin",
        "**/Firmware/**/*.bin",
        "**/fw/**/*.bin",
        "**/*firmware*.bin",
        "**/*bootloader*.bin",
        "**/firmware/**/*.elf",
        "**/Firmware/**/*.elf",
        "**/firmware/**/*.fw",
    ],
    role: Role::Artefact,
    stage: Stability::Preview,
    capabilities: Capabilities { edges: false, scopes: false, hashes: true, licenses: false },
    docs: "Images of firmware: UF2, DFU and Intel HEX anywhere, raw images and ELF files in directories of firmware; each with \
           its digest if it is no larger than 1 MiB.",
    parse,
};

/// A record of Intel HEX: a colon, and at least five bytes in hexadecimal.
fn is_intel_hex(text: &str) -> bool {
    text.lines().take(4).all(|line| {
        let line = line.trim_end();
        let digits = line.strip_prefix(':');
        digits.is_some_and(|digits| {
            digits.len() >= 10 && digits.len() % 2 == 0 && digits.bytes().all(|b| b.is_ascii_hexdigit())
        })
    }) && text.starts_with(':')
}

/// What kind of image it is; `None`: none.
fn kind(name: &str, head: &[u8], text: &str, is_pointer: bool) -> Option<&'static str> {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        "uf2" if is_pointer || head.starts_with(b"UF2\n") => Some("UF2"),
        "dfu" if is_pointer || head.starts_with(b"DfuSe") || head.len() > 16 => Some("DFU"),
        "hex" if is_intel_hex(text) => Some("Intel HEX"),
        "elf" if is_pointer || head.starts_with(b"\x7fELF") => Some("ELF"),
        // What is a text is none, nor an empty file.
        "bin" | "fw" if is_pointer || (head.len() >= 64 && text.is_empty()) => Some("raw image"),
        _ => None,
    }
}

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let head = source.bytes();
    let path = source.path();
    let pointer = pointer::read(head);
    let Some(kind) = kind(path.file_name(), head, source.text(), pointer.is_some()) else {
        return Ok(Parsed::default());
    };
    let purl = Purl::new("generic", path.file_name()).with_subpath(path.as_str());
    let origin = Origin::Path { path: path.as_str().into() };
    let mut made = Package {
        kind: ComponentKind::Firmware,
        properties: vec![(FORMATS, value(kind))],
        ..Package::library("", purl, origin, source.start())
    };
    match pointer {
        Some(pointer) => made.hashes.push(pointer.hash),
        None if source.size() == head.len() as u64 => {
            made.hashes.extend(Hash::from_bytes(HashAlgorithm::Sha256, &Sha256::digest(head)));
        }
        None => {}
    }
    Ok(Parsed { dialect: kind.into(), packages: vec![made], ..Parsed::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    #[test]
    fn images_are_told_from_other_files() {
        let is = |path: &str, bytes: &[u8]| {
            let source = Source::from_head(RepoPath::new(path), bytes.to_vec(), bytes.len() as u64);
            !parse(&source).unwrap().packages.is_empty()
        };
        assert!(is("a.hex", b":10010000214601360121470136007EFE09D2190140\n:00000001FF\n"));
        assert!(!is("colors.hex", b"#ffffff\n") && !is("a.hex", b"") && !is("data.hex", b"00010203\n"));
        assert!(is("a.uf2", b"UF2\nWQ]\x9e") && !is("a.uf2", b"text"));
        assert!(is("firmware/a.bin", &[0xE9; 100]) && !is("firmware/a.bin", b"text") && !is("firmware/a.bin", b""));
    }
}
