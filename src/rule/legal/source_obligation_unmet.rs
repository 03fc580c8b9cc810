//! Terms ask to offer source code, and nobody is named who does.

use crate::model::{Location, Severity};
use crate::rule::{Check, Context, Distribution, Docs, Draft, Rule, Subject};

/// Terms ask to offer source code, and nobody is named who does.
pub static RULE: Rule = Rule {
    id: "legal/source-obligation-unmet",
    summary: "terms ask to offer source code with the product, and the policy names nobody who does",
    default: Some(Severity::Warning),
    since: "0.1.0",
    docs: Docs {
        what: "Where the policy names a notice (`[notice] file`) and the product is given out as `binary` or `device`: fires if \
               components under a license of the GPL family are in it and the policy does not say where their source can be \
               asked for (`contact.source` in `[project]`, which the notice then shows). Whether the source that is given is the \
               exact corresponding one, and whether changed files are marked, cannot be told from a tree and is not judged.",
        why: "These licenses let object code be given out only together with the source or an offer of it, and whoever got the \
              object code may insist on it.",
        how_to_fix: "1. Name who answers: `contact.source = \"source@example.org\"` in `[project]`, and write the notice again.\n\
                     2. Publish the exact source of these components with every release.\n\
                     3. Replace the components.",
        fine_when: "The source is shipped together with the product.",
        example_bad: "[notice]\nfile = \"NOTICE.txt\"    # lists a component under LGPL-2.1-only\n",
        example_good: "[project]\ncontact.source = \"source@example.org\"\n\n[notice]\nfile = \"NOTICE.txt\"\n",
    },
    params: &[],
    mappings: &[
        ("Stage 1", "S1.1f"),
        ("ISO/IEC 5230", "3.3.2.1"),
        ("ISO/IEC 5230", "3.4.1.1"),
        ("BSI TR-03183-2", "source URI"),
    ],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    let Some(notice) = &context.bom.own.notice else { return };
    if !matches!(context.settings.distribution, Distribution::Binary | Distribution::Device)
        || notice.unoffered.is_empty()
    {
        return;
    }
    let shown: Vec<&str> = notice.unoffered.iter().map(String::as_str).take(5).collect();
    let more = notice.unoffered.len() - shown.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let message = format!("source code of {}{more} has to be offered, and nobody is named who does", shown.join(", "));
    let mut draft =
        Draft::new(Subject::Place, message, "object code may be given out only with the source or an offer of it");
    draft.help = vec![
        "name who answers: contact.source in [project] of sepal.toml, and write the notice again".to_owned(),
        "publish the exact source of these components with every release".to_owned(),
    ];
    draft.locations = vec![Location::file(&notice.path)];
    drafts.push(draft);
}
