//! Where a component comes from.

use compact_str::CompactString;

use crate::ecosystem::without_user_info;
use crate::model::{Origin, Severity};
use crate::rule::settings::is_unencrypted;
use crate::rule::{Check, Context, Docs, Draft, Rule, SHIPPED, Subject};

/// Where a component comes from.
pub static RULE: Rule = Rule {
    id: "deps/source-not-allowed",
    summary: "a component comes from a source that the policy does not allow, or over an unencrypted connection",
    default: Some(Severity::Error),
    since: "0.1.0",
    docs: Docs {
        what: "Compares where the lock file says a component comes from with the policy's `[sources] allow`: \
               `default-registry`, `path`, `git` (any), `archive` (any), or URLs such as `git.example.org/acme/*`. Without \
               such a list every source is fine, but for `http://`, `git://` and `ftp://`, which anybody on the way can read \
               and change.",
        why: "What an organisation mirrors and checks is what it takes from its own sources. A component from elsewhere goes \
              past all of that.",
        how_to_fix: "1. Take the component from an allowed source; the same name and version is often there already.\n\
                     2. Use `https://` or `ssh://` in the manifest and in the package manager's settings, and let it write \
                     the lock file anew.\n\
                     3. Ask for the source to be added to `[sources] allow`.",
        fine_when: "A mirror on the same machine: `localhost` is never reported.",
        example_bad: "kit = { git = \"git://git.example.org/acme/kit\" }\n",
        example_good: "kit = { git = \"https://git.example.org/acme/kit\" }\n",
    },
    params: &[SHIPPED],
    mappings: &[("GGI", "23.V3"), ("OSPS", "BR-05.01"), ("S2C2F", "ING-1"), ("S2C2F", "ENF-1"), ("S2C2F", "ENF-2")],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    for (id, component) in context.third_parties() {
        let origin = &component.origin;
        let name = context.name(id);
        let (message, why, discriminator, first_help) = if is_unencrypted(origin) {
            let url = shown(origin);
            (
                format!("{name} is fetched over an unencrypted connection ({url})"),
                "anybody on the way can read and change what is fetched",
                CompactString::from("unencrypted"),
                "use https:// or ssh:// in the manifest or the package manager's settings, and write the lock file anew",
            )
        } else if let Some(allowed) = &context.settings.sources.allow
            && !allowed.iter().any(|(pattern, _)| pattern.matches(origin))
        {
            let place = match origin {
                Origin::Unknown => "an unknown source".to_owned(),
                Origin::Registry { url: None } => "the default registry".to_owned(),
                Origin::Path { path } => format!("the path {path}"),
                Origin::Registry { url: Some(_) } => format!("the registry {}", shown(origin)),
                Origin::Git { .. } => format!("the git repository {}", shown(origin)),
                Origin::Archive { .. } => format!("the archive {}", shown(origin)),
            };
            (
                format!("{name} comes from {place}, which is not among the allowed sources"),
                "what comes from elsewhere goes past the checks of your own sources",
                CompactString::from(origin.as_str()),
                "take it from an allowed source",
            )
        } else {
            continue;
        };
        let mut draft = Draft::new(Subject::Component(id), message, why);
        draft.help.push(first_help.to_owned());
        draft.help.extend(context.ask("sources"));
        draft.help.push("or ask to add the source to [sources] allow in the policy".to_owned());
        draft.locations = context.manifest_places(id);
        if discriminator != "unencrypted"
            && let Some((_, because)) = context.settings.sources.allow.as_ref().and_then(|allow| allow.first())
        {
            draft.because = Some(because.clone());
        }
        draft.discriminator = discriminator;
        drafts.push(draft);
    }
}

fn shown(origin: &Origin) -> String {
    origin.url().map(|url| without_user_info(url).into_owned()).unwrap_or_default()
}
