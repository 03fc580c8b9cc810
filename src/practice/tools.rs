//! By which words a step of a pipeline shows that it looks at dependencies. Words of commands and names of actions, as the
//! tools' own documentation gives them.

/// Tools that look at third-party software: a word of a step, and the tool's name.
const SCANNERS: &[(&str, &str)] = &[
    ("sepal check", "sepal"),
    ("sepal scan", "sepal"),
    ("sepal scorecard", "sepal"),
    ("/sepal-action", "sepal"),
    ("cargo audit", "cargo-audit"),
    ("cargo-audit", "cargo-audit"),
    ("rustsec/audit-check", "cargo-audit"),
    ("actions-rs/audit-check", "cargo-audit"),
    ("actions-rust-lang/audit", "cargo-audit"),
    ("cargo deny", "cargo-deny"),
    ("cargo-deny", "cargo-deny"),
    ("cargo vet", "cargo-vet"),
    ("npm audit", "npm audit"),
    ("pnpm audit", "pnpm audit"),
    ("yarn audit", "yarn audit"),
    ("yarn npm audit", "yarn npm audit"),
    ("bun audit", "bun audit"),
    ("audit-ci", "audit-ci"),
    ("pip-audit", "pip-audit"),
    ("pip-licenses", "pip-licenses"),
    ("safety check", "safety"),
    ("govulncheck", "govulncheck"),
    ("go-licenses", "go-licenses"),
    ("bundle audit", "bundler-audit"),
    ("bundler-audit", "bundler-audit"),
    ("dependency-review-action", "dependency-review"),
    ("dependency-check", "OWASP Dependency-Check"),
    ("dependencytrack", "Dependency-Track"),
    ("osv-scanner", "osv-scanner"),
    ("trivy", "trivy"),
    ("grype", "grype"),
    ("anchore/scan-action", "grype"),
    ("snyk test", "snyk"),
    ("snyk monitor", "snyk"),
    ("snyk code", "snyk"),
    ("snyk container", "snyk"),
    ("snyk/", "snyk"),
    ("fossa", "fossa"),
    ("scancode", "scancode"),
    ("licensee detect", "licensee"),
    ("license-checker", "license-checker"),
    ("license_finder", "license_finder"),
    ("oss-review-toolkit", "ORT"),
    ("dash-licenses", "Eclipse Dash"),
    ("dependency-scanning.gitlab-ci.yml", "GitLab dependency scanning"),
    ("whitesource", "Mend"),
    ("blackduck", "Black Duck"),
    ("socketdev/", "Socket"),
];

/// Words that begin like a scanner and are none.
const OTHERS: &[&str] = &["fossasia", "trivyignore", "cargo-deny.toml"];

/// Tools that look at the licenses of components.
const OF_LICENSES: &[&str] = &[
    "sepal",
    "cargo-deny",
    "fossa",
    "ORT",
    "licensee",
    "license-checker",
    "dependency-review",
    "pip-licenses",
    "go-licenses",
    "license_finder",
    "scancode",
    "Eclipse Dash",
    "Black Duck",
    "Mend",
    "snyk",
];

/// Tools that look at the notices in one's own files: a word of a step, and the tool's name.
const NOTICES: &[(&str, &str)] = &[
    ("reuse lint", "reuse"),
    ("fsfe/reuse-action", "reuse"),
    ("addlicense", "addlicense"),
    ("apache-rat", "Apache RAT"),
    ("skywalking-eyes", "license-eye"),
    ("license-eye", "license-eye"),
    ("hawkeye check", "hawkeye"),
];

/// Tools that write an inventory.
const SBOMS: &[(&str, &str)] = &[
    ("anchore/sbom-action", "syft"),
    ("syft ", "syft"),
    ("cyclonedx", "CycloneDX generator"),
    ("sepal scan", "sepal"),
    ("cargo sbom", "cargo-sbom"),
    ("npm sbom", "npm sbom"),
    ("pnpm sbom", "pnpm sbom"),
    ("spdx-sbom-generator", "SPDX generator"),
    ("sbom-tool", "sbom-tool"),
    ("cdxgen", "cdxgen"),
    ("--sbom=true", "docker buildx"),
];

/// Steps that put a result where people can see it.
const PUBLISHERS: &[(&str, &str)] = &[
    ("codeql-action/upload-sarif", "code scanning"),
    ("actions/deploy-pages", "pages"),
    ("upload-pages-artifact", "pages"),
    ("peaceiris/actions-gh-pages", "pages"),
    ("actions/upload-artifact", "artefact"),
    ("github_step_summary", "job summary"),
    ("ossf/scorecard-action", "OpenSSF Scorecard"),
];

fn starts_a_word(text: &str, at: usize) -> bool {
    !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
}

fn find(text: &str, table: &[(&str, &'static str)]) -> Option<&'static str> {
    let hit = |word: &str| {
        text.match_indices(word).any(|(at, _)| {
            let plain = word.starts_with('/') || starts_a_word(text, at);
            plain && !OTHERS.iter().any(|other| text[at..].starts_with(other))
        })
    };
    table.iter().find(|(word, _)| hit(word)).map(|(_, name)| *name)
}

/// The scanner that a step (in lower case) runs.
pub(super) fn scanner(step: &str) -> Option<&'static str> {
    find(step, SCANNERS)
}

/// Whether a step (in lower case) that runs a scanner looks at licenses, by what it asks of it.
pub(super) fn looks_at_licenses(tool: &str, step: &str) -> bool {
    match tool {
        // `check` looks at everything, unless it names what.
        "cargo-deny" => {
            let checks = step.split("check").skip(1).flat_map(|rest| {
                rest.lines().next().unwrap_or_default().split_whitespace().take_while(|word| {
                    matches!(*word, "advisories" | "bans" | "sources" | "licenses" | "license" | "all" | "ban")
                })
            });
            let named: Vec<&str> = checks.collect();
            named.is_empty() || named.iter().any(|word| matches!(*word, "licenses" | "license" | "all"))
        }
        // Without a list it has nothing to compare licenses with.
        "dependency-review" => {
            ["allow-licenses", "deny-licenses", "config-file"].iter().any(|input| step.contains(input))
                && !step.contains("license-check false")
        }
        "trivy" | "osv-scanner" => step.contains("license"),
        _ => OF_LICENSES.contains(&tool),
    }
}

/// The tool by which a step (in lower case) looks at notices in files.
pub(super) fn notices(step: &str) -> Option<&'static str> {
    find(step, NOTICES)
}

/// The generator of inventories that a step (in lower case) runs.
pub(super) fn sbom(step: &str) -> Option<&'static str> {
    // Docker's action attaches one to the image where its input says so.
    let attached =
        ["sbom true", "sbom generator="].iter().any(|input| step.lines().any(|line| line.starts_with(input)));
    match attached && step.contains("build-push-action") {
        true => Some("docker buildx"),
        false => find(step, SBOMS),
    }
}

/// Where a step (in lower case) publishes results.
pub(super) fn publisher(step: &str) -> Option<&'static str> {
    find(step, PUBLISHERS)
}
