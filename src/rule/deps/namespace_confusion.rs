//! A package of one's own namespace that comes from elsewhere.

use crate::model::{Component, Origin, Severity};
use crate::rule::{Check, Context, Docs, Draft, Namespace, Rule, Subject};

/// A package of one's own namespace that comes from elsewhere.
pub static RULE: Rule = Rule {
    id: "deps/namespace-confusion",
    summary: "a package of a namespace of one's own comes from another source than the policy says",
    default: Some(Severity::Error),
    since: "0.2.0",
    docs: Docs {
        what: "Fires for every component that an entry `[[namespace]]` of the policy fits and that comes from none of the sources of its \
               `from`, also for those that `[project] first-party` names. Directories of the tree are always fine. the lock files of \
               pnpm and bun do not say from which registry a package came: there the `.npmrc` beside the project or at the top of the tree has to \
               bind the scope (`@acme:registry=…`). Where no file says a source, the finding says that. Without entries the rule \
               finds nothing.",
        why: "If a package manager asks a public registry for a name that only your own one has, whoever registers that name there \
              runs code in your builds.",
        how_to_fix: "1. Bind the namespace to your registry in the package manager's configuration (`@acme:registry=…` in `.npmrc`, \
                     `registry = \"acme\"` in `Cargo.toml`, `[[tool.uv.index]]` with `explicit = true`), and write the lock file anew.\n\
                     2. Register the namespace at the public registry, so that nobody else can.\n\
                     3. If you publish it there yourself, add that source to `from`.",
        fine_when: "You publish the package in public and take it from there on purpose; then say so in `from`.",
        example_bad: "[[namespace]]\ncomponent = \"pkg:npm/@acme/*\"\nfrom = [\"https://npm.acme.example/\"]\n# and @acme/kit from the \
                      default registry\n",
        example_good: "[[namespace]]\ncomponent = \"pkg:npm/@acme/*\"\nfrom = [\"https://npm.acme.example/\"]\n# and @acme/kit from \
                       https://npm.acme.example/\n",
    },
    params: &[],
    mappings: &[("GGI", "22.V2"), ("S2C2F", "ENF-1"), ("S2C2F", "ENF-2")],
    check: Check::Scan(check),
};

/// Whether the lock files that name a component say no registry, as those of pnpm and bun.
fn unstated(component: &Component) -> bool {
    component.purl.kind() == "npm" && component.origin == Origin::Registry { url: None }
}

/// Whether a configuration file binds the component's scope to one of the sources.
fn bound(context: &Context<'_>, component: &Component, namespace: &Namespace) -> bool {
    let scope = component.purl.namespace().unwrap_or_default();
    let registries = context.bom.own.registries.iter().filter(|registry| registry.scope == scope);
    registries.into_iter().any(|registry| {
        let origin = Origin::Registry { url: Some(registry.url.clone()) };
        namespace.from.iter().any(|pattern| pattern.matches(&origin))
    })
}

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    for (id, namespace) in context.namespaces {
        let component = context.bom.component(*id);
        let origin = &component.origin;
        let fine = matches!(origin, Origin::Path { .. })
            || namespace.from.iter().any(|pattern| pattern.matches(origin))
            || unstated(component) && bound(context, component, namespace);
        if fine {
            continue;
        }
        let name = context.name(*id);
        let from = match origin {
            Origin::Registry { url: None } if unstated(component) => {
                "is not bound to a registry: neither the lock file nor an .npmrc says where it comes from".to_owned()
            }
            Origin::Registry { url: None } => "comes from the default registry, which is public".to_owned(),
            Origin::Unknown => "may come from anywhere: no file says where it comes from".to_owned(),
            other => format!(
                "comes from {} {}",
                other.as_str(),
                crate::ecosystem::without_user_info(other.url().unwrap_or_default())
            ),
        };
        let message = format!("{name} {from}, and {} is to come from {}", namespace.pattern, namespace.shown);
        let why = "whoever registers the name where it is looked for runs code in your builds";
        let mut draft = Draft::new(Subject::Component(*id), message, why);
        draft.help.push(format!(
            "bind the namespace to {} in the package manager's configuration, and write the lock file anew",
            namespace.shown
        ));
        draft.help.extend(context.ask("sources"));
        draft.help.push("if it is published elsewhere on purpose, add that source to `from` of the entry".to_owned());
        draft.locations = context.manifest_places(*id);
        draft.discriminator = origin.as_str().into();
        draft.because = Some(namespace.because.clone());
        drafts.push(draft);
    }
}
