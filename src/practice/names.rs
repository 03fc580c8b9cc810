//! By which names such documents are known, and where they lie.

use crate::model::DocumentKind;

/// Globs of everything that may be such a document; [`kind_of`] decides. Coarse on purpose: names are compared without regard
/// to case, which globs do not do.
pub const PATTERNS: &[&str] = &[
    "{LICENSE,LICENCE,License,Licence,license,licence,COPYING,Copying,copying,UNLICENSE,NOTICE,Notice,notice}*",
    "{THIRD,Third,third}*",
    "LICENSES/*",
    "{README,Readme,readme,SECURITY,Security,security,CODEOWNERS,CONTRIBUTING,Contributing,contributing}*",
    "{CODE_OF_CONDUCT,Code_of_Conduct,code_of_conduct,code-of-conduct,CODE-OF-CONDUCT,CONDUCT,Conduct,conduct}*",
    "{GOVERNANCE,Governance,governance,MAINTAINERS,Maintainers,maintainers,SUPPORT,Support,support}*",
    "{RELEASE,Release,release,REVIEW,Review,review,CODE_REVIEW,code-review,OPEN,open,OSS,oss,WORKING_GROUP}*",
    "{.github,.gitlab,.forgejo,.gitea,.circleci,.buildkite,.woodpecker,.well-known,docs,doc,policy,policies}/*",
    "{docs,doc,dev-docs,devdocs,src/doc}/**/{contributing,Contributing,CONTRIBUTING}.{md,mdx,rst,adoc}",
    "{docs,doc,dev-docs,devdocs,src/doc}/**/{contributing,contribute,contributors,maintenance,process}/*.{md,mdx,rst,adoc}",
    "contributing/*.{md,mdx,rst,adoc}",
    "{devdocs,dev-docs}/*.{md,mdx,rst,adoc}",
    "{HACKING,Hacking,hacking,DEVELOPMENT,Development,development,DEVELOPING}*",
    "{renovate.json,renovate.json5,.renovaterc,.renovaterc.json,REUSE.toml,sepal.toml,deny.toml,.ort.yml,about.toml}",
    "{sepal-governance.toml,.gitlab-ci.yml,.travis.yml,.cirrus.yml,.drone.yml,.woodpecker.yml,Jenkinsfile}",
    "{azure-pipelines.yml,.azure-pipelines.yml,bitbucket-pipelines.yml,.licenserc.yaml,security-insights.yml}",
    "{SECURITY-INSIGHTS.yml,SECURITY_INSIGHTS.yml,bom.json,bom.xml,sbom.json,sbom.xml}",
    "*.{cdx.json,cdx.xml,spdx.json,spdx3.json,spdx}",
    "{sbom,sboms,.sbom,bom,docs/sbom,release,security,.github/sbom}/{bom,sbom}.{json,xml}",
    "{scorecard,scorecards,.scorecards,docs/scorecard,docs/scorecards}/*.json",
    "{.python-version,.nvmrc,.node-version,.ruby-version,.tool-versions}",
];

/// How names of SBOMs end.
const SBOM_ENDS: [&str; 5] = [".cdx.json", ".cdx.xml", ".spdx.json", ".spdx3.json", ".spdx"];

/// Where SBOMs are kept beside the top.
const SBOM_DIRECTORIES: [&str; 9] =
    ["sbom", "sboms", ".sbom", "bom", "docs/sbom", "release", "docs", "security", ".github/sbom"];

/// Where scorecards of the repository are kept.
const SCORECARD_DIRECTORIES: [&str; 5] =
    ["scorecard", "scorecards", ".scorecards", "docs/scorecard", "docs/scorecards"];

fn first_of(name: &str, starts: &[&str]) -> bool {
    starts
        .iter()
        .any(|start| name.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_'])))
}

/// The kind of a page of a guide that is a directory (`docs/contributing/pull-requests.md`) or lies deep in the documentation
/// (`dev-docs/docs/introduction/contributing.mdx`).
fn of_a_guide(directory: &str, stem: &str) -> Option<DocumentKind> {
    let documentation = ["docs", "doc", "dev-docs", "devdocs", "src/doc"]
        .iter()
        .any(|root| directory.strip_prefix(root).is_some_and(|rest| rest.starts_with('/')));
    let last = directory.rsplit('/').next().unwrap_or_default();
    if matches!(directory, "devdocs" | "dev-docs") && matches!(stem, "howto" | "howtos" | "contributing" | "readme") {
        return Some(DocumentKind::Contributing);
    }
    if !documentation && directory != "contributing" {
        return None;
    }
    if documentation && stem == "contributing" {
        return Some(DocumentKind::Contributing);
    }
    if !matches!(last, "contributing" | "contribute" | "contributors" | "maintenance" | "process") {
        return None;
    }
    match stem {
        "pull_requests"
        | "pull-requests"
        | "pull_request"
        | "pull-request"
        | "prs"
        | "review"
        | "reviews"
        | "reviewing"
        | "code-review"
        | "code_review"
        | "code-reviews"
        | "reviewing-pull-requests"
        | "reviewing_pull_requests" => Some(DocumentKind::ReviewPolicy),
        "readme" | "index" | "style" if matches!(last, "contributing" | "contribute") => {
            Some(DocumentKind::Contributing)
        }
        "index" if last == "process" && directory.contains("contrib") => Some(DocumentKind::Contributing),
        "releases" | "releasing" | "release" if last != "process" => Some(DocumentKind::Releasing),
        "dependencies" => Some(DocumentKind::DecisionGuide),
        _ => None,
    }
}

/// The kind of document that a path (from the root of the scan) is; `None` if it is none.
pub fn kind_of(path: &str) -> Option<DocumentKind> {
    let lower = path.to_ascii_lowercase();
    let (directory, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let stem = name.split('.').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let written = matches!(extension, "" | "md" | "markdown" | "mdx" | "rst" | "txt" | "adoc" | "org");
    let yaml = matches!(extension, "yml" | "yaml");
    let top = directory.is_empty();
    let near =
        top || matches!(directory, ".github" | ".gitlab" | "docs" | "doc" | "policy" | "policies" | ".well-known");
    if near && name == "codeowners" {
        return Some(DocumentKind::CodeOwners);
    }
    if near && name == "security.txt" {
        return Some(DocumentKind::SecurityTxt);
    }
    if near && yaml && matches!(stem, "security-insights" | "security_insights") {
        return Some(DocumentKind::SecurityInsights);
    }
    if top && name == "sepal-governance.toml" {
        return Some(DocumentKind::Attestations);
    }
    if directory == "licenses" {
        return Some(DocumentKind::License);
    }
    if extension == "json" && SCORECARD_DIRECTORIES.contains(&directory) {
        return Some(DocumentKind::Scorecard);
    }
    let pipelines =
        [".github/workflows", ".forgejo/workflows", ".gitea/workflows", ".buildkite", ".woodpecker", ".circleci"];
    let pipeline = yaml && pipelines.contains(&directory)
        || top
            && matches!(
                name,
                ".gitlab-ci.yml"
                    | ".travis.yml"
                    | ".cirrus.yml"
                    | ".drone.yml"
                    | ".woodpecker.yml"
                    | "azure-pipelines.yml"
                    | ".azure-pipelines.yml"
                    | "bitbucket-pipelines.yml"
                    | "jenkinsfile"
            );
    if pipeline {
        return Some(DocumentKind::Pipeline);
    }
    let bot = directory == ".github" && stem == "dependabot" && yaml
        || (top || matches!(directory, ".github" | ".gitlab"))
            && matches!(
                name,
                "renovate.json" | "renovate.json5" | ".renovaterc" | ".renovaterc.json" | ".renovaterc.json5"
            );
    if bot {
        return Some(DocumentKind::UpdateBot);
    }
    // `LICENSE.spdx` states the license of the project, in the words of SPDX.
    let sbom = matches!(name, "bom.json" | "bom.xml" | "sbom.json" | "sbom.xml")
        || SBOM_ENDS.iter().any(|end| name.ends_with(end)) && !first_of(name, &["license", "licence"]);
    if sbom && (top || SBOM_DIRECTORIES.contains(&directory)) {
        return Some(DocumentKind::Sbom);
    }
    if top {
        match name {
            "reuse.toml" => return Some(DocumentKind::Reuse),
            ".python-version" | ".nvmrc" | ".node-version" | ".ruby-version" | ".tool-versions" => {
                return Some(DocumentKind::Runtime);
            }
            "sepal.toml" | "deny.toml" | ".ort.yml" | "about.toml" | ".licenserc.yaml" => {
                return Some(DocumentKind::ToolPolicy);
            }
            _ => {}
        }
        let third = ["third-party", "third_party", "thirdparty", "license-third", "licenses-third"];
        if written && (third.iter().any(|start| name.starts_with(start)) || first_of(name, &["notice", "notices"])) {
            return Some(DocumentKind::Notice);
        }
        let texts = ["license", "licence", "licenses", "copying", "unlicense"];
        let source =
            matches!(extension, "rs" | "js" | "ts" | "py" | "go" | "c" | "h" | "json" | "toml" | "yml" | "yaml");
        if first_of(name, &texts) && !source {
            return Some(DocumentKind::License);
        }
    }
    if written && let Some(kind) = of_a_guide(directory, stem) {
        return Some(kind);
    }
    if !near || !written {
        return None;
    }
    Some(match stem {
        "readme" if directory != "policies" => DocumentKind::Readme,
        "security" | "security-policy" | "security_policy" => DocumentKind::SecurityPolicy,
        "contributing" | "contribution" | "contributing-guide" | "hacking" | "development" | "developing" => {
            DocumentKind::Contributing
        }
        "code_of_conduct" | "code-of-conduct" | "conduct" => DocumentKind::CodeOfConduct,
        "governance" | "working_group" | "maintenance" | "maintaining" => DocumentKind::Governance,
        "maintainers" | "codeowners" | "owners" => DocumentKind::Maintainers,
        "support" => DocumentKind::Support,
        "release" | "releasing" | "release-process" | "release_process" | "release-checklist" | "release_checklist" => {
            DocumentKind::Releasing
        }
        "review"
        | "reviewing"
        | "reviews"
        | "code_review"
        | "code-review"
        | "review-policy"
        | "review_policy"
        | "review_guide"
        | "review-guide"
        | "reviewer_guidelines"
        | "reviewer-guidelines"
        | "review-guidelines" => DocumentKind::ReviewPolicy,
        "open-source-policy" | "open_source_policy" | "opensource-policy" | "oss-policy" | "oss_policy"
        | "license-policy" | "dependency-policy" | "dependency_policy" => DocumentKind::OpenSourcePolicy,
        "choosing-open-source"
        | "using-open-source"
        | "choosing-dependencies"
        | "dependency-guide"
        | "adding-dependencies"
        | "oss-decision-guide" => DocumentKind::DecisionGuide,
        _ => return None,
    })
}
