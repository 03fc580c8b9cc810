//! The documents of a released version are not kept.

use crate::model::Release;
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Param, ParamKind, Rule, Subject};

/// The documents of a released version are not kept.
pub static RULE: Rule = Rule {
    id: "inventory/archive-missing",
    summary: "the SBOM and notices of a released version are not on record as kept",
    default: None,
    since: "0.3.0",
    docs: Docs {
        what: "Looks at `[[release]]` entries in `sepal-governance.toml`. Fires when one names no place for its SBOM or its notices; \
               when a path is not in the repository; or when it is kept for fewer than `years` after the release. Also fires when \
               the newest tag of a release (`v1.2.3`, `1.2.3`) in the git directory has no entry, if there are any entries. URLs \
               are not opened: that something is kept is a statement of whoever wrote it.",
        why: "Years after a release an authority, a customer or an author may ask what was in it.",
        how_to_fix: "1. Let the release step keep the SBOM and the notices beside the artefact.\n\
                     2. Add a `[[release]]` with `version`, `date`, `sbom`, `notices` and `keep-until`.",
        fine_when: "Nothing was given to anybody: the version is internal.",
        example_bad: "==> sepal-governance.toml <==\n[[release]]\nversion = \"1.2.0\"\ndate = 2026-05-01\nsbom = \"https://example.org/1.2.0/bom.json\"\n",
        example_good: "==> sepal-governance.toml <==\n[[release]]\nversion = \"1.2.0\"\ndate = 2026-05-01\nsbom = \"https://example.org/1.2.0/bom.json\"\nnotices = \"https://example.org/1.2.0/NOTICE.txt\"\nkeep-until = 2036-05-01\n",
    },
    params: &[Param {
        name: "years",
        kind: ParamKind::Number { default: 10, most: 100 },
        docs: "How long documents are kept after the release. The CRA asks for ten years or the support period, if that is longer \
               (article 13 (13)).",
    }],
    mappings: &[
        ("Stage 1", "S1.3a"),
        ("ISO/IEC 5230", "3.4.1.2"),
        ("ISO/IEC 18974", "4.3.1.1"),
        ("CRA", "article 13 (13)"),
    ],
    check: Check::Practices(check),
};

/// Days of a year, counted as generously as leap days allow.
const DAYS: i64 = 365;

fn check(context: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    let years = context.params.number("years");
    let releases = &evidence.practices.releases;
    let why = "years after a release an authority, a customer or an author may ask what was in it";
    let keep = "keep the SBOM and the notices of each release, and name their places in [[release]]";
    for release in releases {
        let Release { version, date, sbom, notices, keep_until, location, missing } = release;
        let mut lacks: Vec<String> = Vec::new();
        if sbom.is_none() {
            lacks.push("no SBOM is named".to_owned());
        }
        if notices.is_none() {
            lacks.push("no notices are named".to_owned());
        }
        lacks.extend(missing.iter().map(|path| format!("`{path}` is not in the repository")));
        match (date, keep_until) {
            (_, None) => lacks.push("nothing says until when they are kept".to_owned()),
            (None, _) => lacks.push("nothing says when it was released".to_owned()),
            (Some(date), Some(until)) if i64::from(date.days_until(*until)) < i64::from(years) * DAYS => {
                lacks.push(format!("they are kept until {until}, and {years} years are asked for"));
            }
            _ => {}
        }
        if lacks.is_empty() {
            continue;
        }
        let message = format!("the documents of version {version} are not kept: {}", lacks.join(", "));
        let mut draft = Draft::new(Subject::Place, message, why);
        draft.discriminator = compact_str::format_compact!("release:{version}");
        draft.locations.push(location.clone());
        draft.help.push(keep.to_owned());
        drafts.push(draft);
    }
    let plain = |text: &str| text.trim_start_matches(['v', 'V']).to_owned();
    let Some(newest) = &evidence.practices.newest_tag else { return };
    let Some(last) = releases.last() else { return };
    if !releases.iter().any(|release| plain(&release.version) == plain(newest)) {
        let message = format!("version {newest} is released, and nothing says where its documents are kept");
        let mut draft = Draft::new(Subject::Place, message, why);
        draft.discriminator = "newest".into();
        draft.locations.push(last.location.clone());
        draft.help.push(keep.to_owned());
        drafts.push(draft);
    }
}
