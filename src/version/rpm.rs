//! RPM: `rpmvercmp` and `rpmverCmp` (rpmio/rpmvercmp.c, rpmio/rpmver.c; "Dependencies" in the RPM reference manual). Epoch,
//! version, release; within each, runs of digits and runs of letters, whatever separates them: numbers above letters, `~`
//! below the end, `^` above the end and below everything else.

use super::key::Encoder;
use super::{Scheme, as_bytes, is_number};

pub static SCHEME: Scheme = Scheme {
    id: "rpm",
    purl_types: &[],
    osv: &[
        "AlmaLinux",
        "Azure Linux",
        "Mageia",
        "Photon OS",
        "Red Hat",
        "Rocky Linux",
        "SUSE",
        "TuxCare",
        "openEuler",
        "openSUSE",
    ],
    source: "rpm: rpmio/rpmvercmp.c (rpmvercmp) and rpmio/rpmver.c (rpmverCmp)",
    encode,
    order: as_bytes,
    normalise: super::as_is,
};

fn encode(text: &str, key: &mut Encoder) -> Result<(), &'static str> {
    if text.contains(char::is_whitespace) {
        return Err("there is a space within it");
    }
    let (epoch, rest) = match text.split_once(':') {
        Some(("", rest)) => ("0", rest),
        Some((epoch, rest)) if is_number(epoch) => (epoch, rest),
        _ => ("0", text),
    };
    let (version, release) = rest.rsplit_once('-').map_or((rest, None), |(version, release)| (version, Some(release)));
    key.number(epoch);
    part(version, key);
    match release {
        // No release at all is below every release.
        None => key.rank(0),
        Some(release) => {
            key.rank(1);
            part(release, key);
        }
    }
    Ok(())
}

fn part(text: &str, key: &mut Encoder) {
    let mut rest = text;
    while let Some(first) = rest.bytes().next() {
        let run = |kind: fn(&u8) -> bool| rest.bytes().position(|byte| !kind(&byte)).unwrap_or(rest.len());
        let end = match first {
            b'~' => {
                key.rank(1);
                1
            }
            b'^' => {
                key.rank(3);
                1
            }
            b'0'..=b'9' => {
                let end = run(u8::is_ascii_digit);
                key.rank(5);
                key.number(&rest[..end]);
                end
            }
            byte if byte.is_ascii_alphabetic() => {
                let end = run(u8::is_ascii_alphabetic);
                key.rank(4);
                key.text(&rest[..end]);
                end
            }
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
        rest = &rest[end..];
    }
    key.rank(2);
}
