//! The committed notice is missing, stale, or lacks something.

use crate::model::{Location, NoticeState, Severity};
use crate::rule::{Check, Context, Distribution, Docs, Draft, Rule, Subject};

/// The committed notice is missing, stale, or lacks something.
pub static RULE: Rule = Rule {
    id: "legal/notices-incomplete",
    summary: "the notice that goes with the product is missing, stale or incomplete",
    default: Some(Severity::Error),
    since: "0.1.0",
    docs: Docs {
        what: "Looks at the document that the policy names (`[notice] file`), if the product is distributed (`binary`, `source` \
               or `device`). It fires once if there is no such file or it is not what `sepal notice` would write today, and once \
               for each kind of thing that today's document would lack: a license text, a holder's statement, a copy of the \
               package to read them from. Without `[notice] file` nothing is looked at.",
        why: "Nearly every license asks to hand on its text and the statements of who holds rights. A document that was right a \
              year ago leaves out what was added since; an incomplete one breaks the terms that it was written to keep.",
        how_to_fix: "1. Write it again with the same options and commit it: `sepal notice -o FILE`.\n\
                     2. Fetch the packages (`cargo fetch`, `npm ci`), so that their texts can be read.\n\
                     3. For a package that carries no text, ask its author, or take a version that does.",
        fine_when: "The document is written when the product is built, and checked there.",
        example_bad: "[notice]\nfile = \"NOTICE.txt\"    # and there is no such file\n",
        example_good: "[notice]\nfile = \"NOTICE.txt\"    # written by sepal notice -o NOTICE.txt\n",
    },
    params: &[],
    mappings: &[("Stage 1", "S1.1f"), ("ISO/IEC 5230", "3.4.1.1"), ("OSPS", "LE-03.02"), ("REUSE", "license files")],
    check: Check::Scan(check),
};

/// Names that one message lists.
const SHOWN: usize = 5;

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    let Some(notice) = &context.bom.own.notice else { return };
    if matches!(context.settings.distribution, Distribution::Internal | Distribution::Hosted) {
        return;
    }
    let why = "whoever gets the product has a right to these texts and statements";
    let mut add = |message: String, discriminator: &str, help: Vec<String>| {
        let mut draft = Draft::new(Subject::Place, message, why);
        draft.discriminator = discriminator.into();
        draft.help = help;
        draft.locations = vec![Location::file(&notice.path)];
        drafts.push(draft);
    };
    let again = vec![format!("write it again and commit it: sepal notice -o {}", notice.path)];
    match &notice.state {
        NoticeState::Current => {}
        NoticeState::Missing => add("there is no such notice".to_owned(), "missing", again),
        NoticeState::Stale(how) => {
            add(format!("the notice is not what would be written today: {}", how.join("; ")), "stale", again);
        }
    }
    let mut kinds: Vec<&str> = notice.gaps.iter().map(|(kind, ..)| *kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        let of_kind: Vec<&(&str, String, String)> = notice.gaps.iter().filter(|(have, ..)| *have == kind).collect();
        let mut names: Vec<&str> =
            of_kind.iter().map(|(_, name, _)| name.as_str()).filter(|name| !name.is_empty()).collect();
        names.dedup();
        let more = names.len().saturating_sub(SHOWN);
        names.truncate(SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let message = match names.as_slice() {
            [] => of_kind.first().map(|(.., message)| message.clone()).unwrap_or_default(),
            names => format!("the notice lacks something ({kind}) of {}{more}", names.join(", ")),
        };
        let help = vec![
            "fetch the packages, so that their own texts can be read, and write it again".to_owned(),
            "sepal notice lists every gap at its end".to_owned(),
        ];
        add(message, kind, help);
    }
}
