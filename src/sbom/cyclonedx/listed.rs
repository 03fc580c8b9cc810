//! Which license identifiers a version of CycloneDX knows: its schema *enumerates* them, so that an identifier newer than
//! the schema is an error there, while an expression is any string.
//!
//! The enumeration of a version is the SPDX list of its day: 3.12 in 1.4, 3.21 in 1.5, 3.23 in 1.6, 3.27 in 1.7 (first
//! releases of each; later ones only add, and validators in use may have either). No identifier was ever taken out, so
//! that what came later is all there is to write down. An identifier that newer lists add and that is missing below would
//! be taken for an old one: the test counts them.

use spdx::identifiers::LICENSES;

/// Whether `license.id` of this version of CycloneDX (`1.6`) may hold a text.
pub fn is_listed(id: &str, version: &str) -> bool {
    let later: &[&[&str]] = match version {
        "1.4" => &[NEW_IN_1_5, NEW_IN_1_6, NEW_IN_1_7, NEWER],
        "1.5" => &[NEW_IN_1_6, NEW_IN_1_7, NEWER],
        "1.6" => &[NEW_IN_1_7, NEWER],
        _ => &[NEWER],
    };
    let known = LICENSES.binary_search_by(|license| license.name.cmp(id)).is_ok();
    known && id != "NOASSERTION" && id != "NONE" && !later.iter().any(|table| table.binary_search(&id).is_ok())
}

/// On list 3.21 and not on 3.12.
#[rustfmt::skip]
const NEW_IN_1_5: &[&str] = &[
    "ASWF-Digital-Assets-1.0", "ASWF-Digital-Assets-1.1", "AdaCore-doc", "App-s2p", "Arphic-1999",
    "BSD-3-Clause-No-Military-License", "BSD-4.3RENO", "BSD-4.3TAHOE", "BSD-Advertising-Acknowledgement",
    "BSD-Attribution-HPND-disclaimer", "Baekmuk", "Bitstream-Charter", "Bitstream-Vera", "Boehm-GC",
    "Brian-Gladman-3-Clause", "CC-BY-2.5-AU", "CC-BY-3.0-DE", "CC-BY-3.0-IGO", "CC-BY-3.0-NL", "CC-BY-NC-3.0-DE",
    "CC-BY-NC-ND-3.0-DE", "CC-BY-NC-SA-2.0-DE", "CC-BY-NC-SA-2.0-FR", "CC-BY-NC-SA-2.0-UK", "CC-BY-NC-SA-3.0-DE",
    "CC-BY-NC-SA-3.0-IGO", "CC-BY-ND-3.0-DE", "CC-BY-SA-3.0-DE", "CC-BY-SA-3.0-IGO", "CDL-1.0", "CDLA-Permissive-2.0",
    "CFITSIO", "CMU-Mach", "COIL-1.0", "Clips", "Community-Spec-1.0", "Cornell-Lossless-JPEG", "DL-DE-BY-2.0",
    "Elastic-2.0", "FDK-AAC", "FSFULLRWD", "Graphics-Gems", "HP-1986", "HPND-Markus-Kuhn", "HPND-export-US",
    "HPND-sell-variant-MIT-disclaimer", "IEC-Code-Components-EULA", "IJG-short", "Inner-Net-2.0", "JPL-image", "Jam",
    "Kazlib", "Knuth-CTAN", "LOOP", "LZMA-SDK-9.11-to-9.20", "LZMA-SDK-9.22", "Latex2e-translated-notice",
    "Linux-man-pages-1-para", "Linux-man-pages-copyleft", "Linux-man-pages-copyleft-2-para",
    "Linux-man-pages-copyleft-var", "MIT-Festival", "MIT-Wu", "MS-LPL", "Martin-Birgmeier", "Minpack", "NICTA-1.0",
    "NIST-Software", "NLOD-2.0", "OFFIS", "OLFL-1.3", "OPL-UK-3.0", "OPUBL-1.0", "OpenPBS-2.3", "Python-2.0.1",
    "QPL-1.0-INRIA-2004", "SGP4", "SchemeReport", "SunPro", "Symlinks", "TPDL", "TPL-1.0", "TTWL", "TermReadKey",
    "UCAR", "UnixCrypt", "Widget-Workshop", "X11-distribute-modifications-variant", "Xdebug-1.03", "Xfig", "checkmk",
    "dtoa", "libutil-David-Nugent", "metamail", "mpi-permissive", "mplus", "snprintf", "w3m", "xlock",
];

/// On list 3.23 and not on 3.21.
#[rustfmt::skip]
const NEW_IN_1_6: &[&str] = &[
    "AML-glslang", "Adobe-Display-PostScript", "Adobe-Utopia", "BSD-2-Clause-Darwin", "BSD-3-Clause-HP",
    "BSD-3-Clause-Sun", "BSD-3-Clause-acpica", "BSD-3-Clause-flex", "BSD-Inferno-Nettverk",
    "BSD-Source-beginning-file", "BSD-Systemics", "BSD-Systemics-W3Works", "Brian-Gladman-2-Clause", "CC-BY-3.0-AU",
    "CMU-Mach-nodoc", "Caldera-no-preamble", "Cronyx", "DEC-3-Clause", "DL-DE-ZERO-2.0", "DRL-1.1", "FBM",
    "FSFAP-no-warranty-disclaimer", "Ferguson-Twofish", "Furuseth", "GCR-docs", "HP-1989", "HPND-DEC",
    "HPND-Fenneberg-Livingston", "HPND-INRIA-IMAG", "HPND-Kevlin-Henney", "HPND-MIT-disclaimer", "HPND-Pbmplus",
    "HPND-UC", "HPND-doc", "HPND-doc-sell", "HPND-export-US-modify", "HPND-sell-MIT-disclaimer-xserver",
    "HPND-sell-regexpr", "ISC-Veillard", "Kastrup", "LPD-document", "Lucida-Bitmap-Fonts", "MIT-testregex",
    "MMIXware", "MPEG-SSG", "Mackerras-3-Clause", "Mackerras-3-Clause-acknowledgment", "McPhee-slideshow",
    "OpenSSL-standalone", "OpenVision", "PADL", "Pixar", "SAX-PD-2.0", "SGI-OpenGL", "SL", "SSLeay-standalone",
    "Soundex", "Sun-PPP", "TGPPL-1.0", "TTYP0", "UMich-Merit", "URT-RLE", "Unicode-3.0", "Zeeff",
    "bcrypt-Solar-Designer", "check-cvs", "fwlw", "gtkbook", "hdparm", "lsof", "magaz", "mailprio", "pnmstitch",
    "python-ldap", "radvd", "softSurfer", "ssh-keyscan", "swrule", "ulem", "xkeyboard-config-Zinoviev",
];

/// On list 3.27 and not on 3.23.
#[rustfmt::skip]
const NEW_IN_1_7: &[&str] = &[
    "3D-Slicer-1.0", "AMD-newlib", "Artistic-dist", "Aspell-RU", "BSD-2-Clause-first-lines",
    "BSD-2-Clause-pkgconf-disclaimer", "Boehm-GC-without-fee", "CC-PDM-1.0", "CC-SA-1.0", "Catharon", "CryptoSwift",
    "DocBook-DTD", "DocBook-Schema", "DocBook-Stylesheet", "DocBook-XML", "FSFULLRSD", "FSL-1.1-ALv2", "FSL-1.1-MIT",
    "Game-Programming-Gems", "Gutmann", "HDF5", "HIDAPI", "HPND-Intel", "HPND-Netrek", "HPND-UC-export-US",
    "HPND-export-US-acknowledgement", "HPND-export2-US", "HPND-merchantability-variant",
    "HPND-sell-variant-MIT-disclaimer-rev", "InnoSetup", "MIPS", "MIT-Click", "MIT-Khronos-old", "NCBI-PD", "NCL",
    "NTIA-PD", "OAR", "PPL", "Ruby-pty", "SMAIL-GPL", "SOFA", "SUL-1.0", "Sendmail-Open-Source-1.1", "Sun-PPP-2000",
    "ThirdEye", "TrustedQSL", "Ubuntu-font-1.0", "Unlicense-libtelnet", "Unlicense-libwhirlpool", "X11-swapped",
    "any-OSI", "any-OSI-perl-modules", "cve-tou", "generic-xts", "jove", "libpng-1.6.35", "man2html", "ngrep",
    "pkgconf", "threeparttable", "wwl", "xzoom",
];

/// On list 3.29, which this program reads, and not on 3.27.
#[rustfmt::skip]
const NEWER: &[&str] = &[
    "ALGLIB-Documentation", "Advanced-Cryptics-Dictionary", "BOLA-1.1", "BSD-2-Clause-pos-unchanged",
    "BSD-3-Clause-OpenWebUI", "BSD-3-Clause-Tso", "BSD-Mark-Modifications", "BSD-Source-Code-no-disclaimer",
    "BSD-Source-alt-GPL", "BSD-ask-to-endorse", "Brian-Gladman-3-Clause-no-conversion", "Buddy", "Bugroff",
    "CAPEC-tou", "CC-BY-NC-3.0-IGO", "ESA-PL-permissive-2.4", "ESA-PL-strong-copyleft-2.4",
    "ESA-PL-weak-copyleft-2.4", "FDK-MPEG-H", "GFDL-1.1-invariants", "GFDL-1.1-no-invariants", "GFDL-1.2-invariants",
    "GFDL-1.2-no-invariants", "GFDL-1.3-invariants", "GFDL-1.3-no-invariants", "HPND-SMC",
    "HPND-sell-variant-critical-systems", "Hippocratic-3.0-core", "ISO-permission", "Informatica", "MIT-STK",
    "MMPL-1.0.1", "MVT-1.1", "NIST-PD-TNT", "OSC-1.0", "OSSP", "OpenMDW-1.0", "ParaType-Free-Font-1.3", "SGMLUG-PM",
    "TekHVC", "UnRAR", "Vixie-Cron", "WTFNMFPL", "WordNet", "X11-no-permit-persons", "atc-game", "hyphen-bulgarian",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_cover_the_list_that_the_spdx_crate_knows() {
        let tables = [NEW_IN_1_5, NEW_IN_1_6, NEW_IN_1_7, NEWER];
        for table in tables {
            assert!(table.windows(2).all(|pair| pair[0] < pair[1]), "{table:?}");
            for id in table {
                assert!(LICENSES.binary_search_by(|license| license.name.cmp(id)).is_ok(), "{id}");
            }
        }
        // 458 of the crate's identifiers are on list 3.12. A newer crate knows more: write those into `NEWER`.
        let known = LICENSES.iter().filter(|license| !matches!(license.name, "NOASSERTION" | "NONE")).count();
        assert_eq!(known, 458 + tables.iter().map(|table| table.len()).sum::<usize>());
    }

    #[test]
    fn an_identifier_is_known_from_the_version_that_lists_it() {
        assert!(is_listed("MIT", "1.4"));
        assert!(is_listed("GPL-2.0", "1.4"), "deprecated ones stay listed");
        assert!(!is_listed("BSL-1.1", "1.6"), "never was one");
        assert!(!is_listed("MIT OR Apache-2.0", "1.7"));
        assert!(!is_listed("NOASSERTION", "1.7"));
        for (id, versions) in [("BSD-3-Clause-acpica", ["1.6", "1.5"]), ("BOLA-1.1", ["1.7", "1.6"])] {
            for version in versions {
                let listed = is_listed(id, version);
                assert_eq!(listed, id.starts_with("BSD") && version == "1.6", "{id} {version}");
            }
        }
    }
}
