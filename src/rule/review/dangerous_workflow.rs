//! A workflow runs what strangers write with rights of the repository.

use crate::model::FactKind;
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// A workflow runs what strangers write with rights of the repository.
pub static RULE: Rule = Rule {
    id: "review/dangerous-workflow",
    summary: "a workflow runs what strangers write with rights of the repository",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires for a GitHub workflow that inserts text a stranger can write (a title, a body, the name of a branch) into a script by `${{ … }}`; that checks out the code of a pull request in `pull_request_target` or `workflow_run`; or that asks for `write-all`. Expressions that compare or call a function are left out. Read from the file alone: environments that ask for approval, and rights set at the service, are not seen. Whether a stranger reaches it depends on who may trigger the workflow. A job that forgets its credentials and only looks at what it checked out (git, text tools) is left out: both findings on 33 repositories were of this kind before. On 75 public repositories both findings were true.",
        why: "Who can run a command in CI can read its secrets and publish in its name.",
        how_to_fix: "1. Hand the value over in `env:` and use it as a quoted variable in the script.\n2. Run strangers' code only in `pull_request`, which has no secrets.\n3. Set `permissions: read-all` at the top, and more only where a job needs it.",
        fine_when: "The event can only be triggered by people with write access.",
        example_bad: "==> .github/workflows/greet.yml <==\non: issues\njobs:\n  greet:\n    steps:\n      - run: echo \"${{ github.event.issue.title }}\"\n",
        example_good: "==> .github/workflows/greet.yml <==\non: issues\npermissions: read-all\njobs:\n  greet:\n    steps:\n      - run: echo \"$TITLE\"\n        env:\n          TITLE: ${{ github.event.issue.title }}\n",
    },
    params: &[],
    mappings: &[
        ("GGI", "22.V2"),
        ("OSPS", "BR-01.01"),
        ("OSPS", "BR-01.03"),
        ("OSPS", "AC-04.01"),
        ("Scorecard", "Dangerous-Workflow"),
        ("Scorecard", "Token-Permissions"),
    ],
    check: Check::Practices(check),
};

fn check(_: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    for kind in [FactKind::DangerousWorkflow, FactKind::BroadPermissions] {
        for found in evidence.all(kind) {
            let message = match kind {
                FactKind::BroadPermissions => "the workflow asks for every right (permissions: write-all)".to_owned(),
                _ => format!("the workflow {}", found.what),
            };
            let mut draft = Draft::new(Subject::Place, message, "who can run a command in CI can act in its name");
            draft.help.push(match kind {
                FactKind::BroadPermissions => {
                    "set permissions: read-all, and more only where a job needs it".to_owned()
                }
                _ if found.what.starts_with("checks out") => {
                    "run strangers' code in pull_request, which has no secrets".to_owned()
                }
                _ => "hand the value over in env: and use it as a quoted variable".to_owned(),
            });
            draft.discriminator = found.what;
            draft.locations.push(found.location);
            drafts.push(draft);
        }
    }
}
