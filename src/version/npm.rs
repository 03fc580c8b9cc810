//! node-semver (`functions/compare.js`, `internal/re.js`), in its loose reading, which the registry's older packages need:
//! any of `v`, `=` and spaces before the version, and no hyphen before the pre-release (`1.2.3beta`).
//!
//! node-semver refuses numbers above 2^53; here they compare by value.

use super::key::Encoder;
use super::semver::{precedence, split};
use super::{Scheme, as_bytes};

pub static SCHEME: Scheme = Scheme {
    id: "npm",
    purl_types: &[],
    osv: &["npm"],
    source: "node-semver: functions/compare.js and internal/re.js (loose)",
    encode,
    order: as_bytes,
    normalise: |text| super::semver::normalise(bare(text)),
};

fn bare(text: &str) -> &str {
    text.trim_start_matches(['v', '=', ' ', '\t'])
}

fn encode(text: &str, key: &mut Encoder) -> Result<(), &'static str> {
    precedence(&split(bare(text), true)?, key);
    Ok(())
}
