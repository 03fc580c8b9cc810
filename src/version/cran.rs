//! CRAN and Bioconductor: "Writing R Extensions", section 1.1.1, and `utils::compareVersion`. Numbers between dots or
//! hyphens, compared as lists: 1.0-1 is 1.0.1, and 1.0 is below 1.0.0.

use super::key::Encoder;
use super::{Scheme, as_bytes};

pub static SCHEME: Scheme = Scheme {
    id: "cran",
    purl_types: &["bioconductor"],
    osv: &["CRAN", "Bioconductor"],
    source: "Writing R Extensions, 1.1.1; R: utils::compareVersion and base::package_version",
    encode,
    order: as_bytes,
    normalise: super::as_is,
};

fn encode(text: &str, key: &mut Encoder) -> Result<(), &'static str> {
    super::hackage::list(text.split(['.', '-']), key)
}
