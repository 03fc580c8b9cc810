//! Whether what is declared and what texts hold are the same licenses.

use std::collections::BTreeSet;

use super::{Expression, text_id};

fn ids(expression: &Expression) -> BTreeSet<&str> {
    expression.terms().map(|term| text_id(&term.license)).collect()
}

/// How texts disagree with a declaration, to be read behind "the files": `hold MIT and not Apache-2.0`. `None`: they agree, or
/// nothing is known of the texts. Compared are the licenses whose texts there are, since no text tells "only" from "or later" and
/// several texts do not tell AND from OR.
pub fn disagreement(declared: &Expression, texts: &[Expression]) -> Option<String> {
    let wanted = ids(declared);
    let held: BTreeSet<&str> = texts.iter().flat_map(ids).collect();
    if held.is_empty() {
        return None;
    }
    let join = |ids: Vec<&str>| ids.join(", ");
    let missing: Vec<&str> = wanted.iter().filter(|id| !held.contains(*id)).copied().collect();
    // Lesser licenses come with the text of the greater.
    let lesser = wanted.iter().any(|id| id.starts_with("LGPL-"));
    let more: Vec<&str> =
        held.iter().filter(|id| !(wanted.contains(*id) || lesser && id.starts_with("GPL-"))).copied().collect();
    match (missing.is_empty(), more.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("hold no text of {}", join(missing))),
        (true, false) => Some(format!("also hold {}", join(more))),
        (false, false) => Some(format!("hold {} and no text of {}", join(more), join(missing))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::license::read;

    #[test]
    fn licenses_are_compared_by_their_texts() {
        let told = |declared: &str, texts: &[&str]| {
            let read = |text: &str| read(text).expression.unwrap();
            disagreement(&read(declared), &texts.iter().map(|text| read(text)).collect::<Vec<_>>())
        };
        assert_eq!(told("MIT OR Apache-2.0", &["Apache-2.0", "MIT"]), None);
        assert_eq!(told("GPL-3.0-or-later", &["GPL-3.0-only"]), None);
        assert_eq!(told("LGPL-3.0-or-later", &["LGPL-3.0-only", "GPL-3.0-only"]), None);
        assert_eq!(told("MIT", &[]), None);
        assert_eq!(told("MIT", &["Apache-2.0"]).as_deref(), Some("hold Apache-2.0 and no text of MIT"));
        assert_eq!(told("MIT OR Apache-2.0", &["MIT"]).as_deref(), Some("hold no text of Apache-2.0"));
        assert_eq!(told("MIT", &["MIT", "ISC"]).as_deref(), Some("also hold ISC"));
    }
}
