//! The value of `uses`.

use super::image::Image;

/// What a `uses` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Use<'t> {
    /// An action or reusable workflow of a repository.
    Repository(Repository<'t>),
    /// `docker://…`.
    Image(Image<'t>),
    /// `./…` or `$/…`: of this repository. The path from the repository's root.
    Local(&'t str),
    /// It has an expression in it.
    Dynamic,
    /// GitHub would refuse it; why.
    Wrong(&'static str),
}

/// `owner/name/path@reference`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Repository<'t> {
    pub owner: &'t str,
    pub name: &'t str,
    /// Below the repository's root; empty for an action at the root.
    pub path: &'t str,
    pub reference: &'t str,
}

impl Repository<'_> {
    /// The full commit id, if the reference is one (SHA-1 or SHA-256). GitHub takes no shortened ones.
    pub fn commit(&self) -> Option<String> {
        let hex =
            matches!(self.reference.len(), 40 | 64) && self.reference.bytes().all(|byte| byte.is_ascii_hexdigit());
        hex.then(|| self.reference.to_ascii_lowercase())
    }
}

/// Whether an expression is decided when the workflow runs.
pub(super) fn is_dynamic(text: &str) -> bool {
    text.contains("${{")
}

/// Reads a `uses` as the runner does: `docker://`, then `./` or `$/`, then two parts at one `@`
/// (GitHub docs, workflow syntax, `jobs.<job_id>.steps[*].uses`).
pub(super) fn parse(text: &str) -> Use<'_> {
    if is_dynamic(text) {
        return Use::Dynamic;
    }
    if let Some(image) = text.strip_prefix("docker://") {
        return Image::parse(image).map_or(Use::Wrong("is not the name of a container image"), Use::Image);
    }
    if text == "." || text == "./" {
        return Use::Local("");
    }
    if let Some(path) = text.strip_prefix("./").or_else(|| text.strip_prefix("$/")) {
        return Use::Local(path);
    }
    let Some((place, reference)) = text.split_once('@') else {
        return Use::Wrong("has no `@` with a tag, branch or commit behind it");
    };
    if reference.is_empty() || reference.contains(['@', ' ']) {
        return Use::Wrong("is not `owner/repository@reference`");
    }
    let mut parts = place.splitn(3, '/');
    match (parts.next(), parts.next(), parts.next().unwrap_or_default().trim_matches('/')) {
        (Some(owner), Some(name), path) if is_name(owner) && is_name(name) => {
            Use::Repository(Repository { owner, name, path, reference })
        }
        _ => Use::Wrong("is not `owner/repository@reference`"),
    }
}

/// The characters that names of owners and repositories may have.
fn is_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !text.is_empty() && text.bytes().all(allowed) && text.bytes().any(|byte| byte != b'.')
}

/// The version that a comment behind a value claims: `# v4.1.2`, `# tag=v4`, `# pin @v4`, `# ratchet:owner/name@v4`. Only its
/// first word counts: further on comments talk of other versions (`# versions older than v2 have a hole`).
pub(super) fn comment_version(comment: &str) -> Option<&str> {
    let word =
        comment.split_whitespace().find(|word| !matches!(*word, "tag" | "tag:" | "pin" | "pin:" | "version" | "@"))?;
    let word = word.rsplit(['@', '=', '/']).next().unwrap_or(word);
    let word = word.strip_suffix([',', ';', ':']).unwrap_or(word);
    let number = word.strip_prefix('v').unwrap_or(word);
    let versionlike = number.starts_with(|c: char| c.is_ascii_digit())
        && number.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+' | b'_'));
    // A lone number may be a year or an issue; `v4` is a version, and so is `4.1`.
    (versionlike && (word.len() > number.len() || number.contains('.'))).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository(text: &str) -> Repository<'_> {
        match parse(text) {
            Use::Repository(repository) => repository,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn actions_and_reusable_workflows_are_taken_apart() {
        let action = repository("Acme/Setup.Tool@v1.2");
        assert_eq!((action.owner, action.name, action.path, action.reference), ("Acme", "Setup.Tool", "", "v1.2"));
        assert_eq!(repository("acme/kit/sub/dir@feature/x").path, "sub/dir");
        assert_eq!(repository("acme/kit/sub/dir@feature/x").reference, "feature/x");
        assert_eq!(repository("acme/ci/.github/workflows/test.yml@main").path, ".github/workflows/test.yml");
    }

    #[test]
    fn only_full_commit_ids_pin() {
        assert_eq!(repository(&format!("a/b@{}", "A1".repeat(20))).commit(), Some("a1".repeat(20)));
        assert_eq!(repository(&format!("a/b@{}", "a1".repeat(32))).commit(), Some("a1".repeat(32)));
        assert_eq!(repository("a/b@a1a1a1a").commit(), None);
        assert_eq!(repository(&format!("a/b@{}", "g1".repeat(20))).commit(), None);
    }

    #[test]
    fn local_paths_images_expressions_and_mistakes_are_told_apart() {
        assert_eq!(parse("./"), Use::Local(""));
        assert_eq!(parse("."), Use::Local(""));
        assert_eq!(parse("./.github/actions/x"), Use::Local(".github/actions/x"));
        assert_eq!(parse("$/.github/workflows/x.yml"), Use::Local(".github/workflows/x.yml"));
        assert!(matches!(parse("docker://alpine:3"), Use::Image(_)));
        assert_eq!(parse("acme/kit@${{ inputs.ref }}"), Use::Dynamic);
        for wrong in
            ["", "acme/kit", "acme@v1", "acme/kit@", "a/b@c@d", "/b@v1", "a//c@v1", "docker://", "../x@v", "a b/c@v"]
        {
            assert!(matches!(parse(wrong), Use::Wrong(_)), "{wrong}");
        }
    }

    #[test]
    fn versions_in_comments_are_found() {
        for (comment, version) in [
            (" v4.1.2", Some("v4.1.2")),
            ("v4", Some("v4")),
            ("tag=v3.0.0", Some("v3.0.0")),
            ("pin@v2", Some("v2")),
            ("ratchet:acme/kit@v1.2", Some("v1.2")),
            ("4.1.2", Some("4.1.2")),
            ("codeql-bundle-v2.1 of main", None),
            ("main", None),
            ("see issue 12", None),
            ("v4.1.2, do not change", Some("v4.1.2")),
            ("pin @v2.1.0", Some("v2.1.0")),
            ("tag: v11.0.0", Some("v11.0.0")),
            ("v2 (newer runtime)", Some("v2")),
            ("https://forge.example/acme/kit/releases/tag/v3.5.2", Some("v3.5.2")),
            ("versions older than v2.1.0 have a hole", None),
            ("released 2.0", None),
            ("", None),
        ] {
            assert_eq!(comment_version(comment), version, "{comment}");
        }
    }
}
