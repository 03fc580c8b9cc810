//! Policies of git repositories, pinned by the commit: its id is a hash over everything that it holds.

use crate::model::RepoPath;
use crate::online::Address;
use crate::text::Node;

use super::problem::choose_from;
use super::reader::Reader;

/// A file of a commit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GitPin {
    /// Where the repository is: `https://`, `ssh://` or `file://`. It holds no password.
    pub url: String,
    /// The whole commit id, in lower-case hexadecimal.
    pub rev: String,
    /// The file, from the top of the repository.
    pub path: String,
}

/// The length of what is a whole commit id here.
fn commit_length(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')).count();
    matches!(digits, 40 | 64).then_some(digits)
}

impl GitPin {
    /// The path that places in it have: repository, commit and file.
    pub fn path(&self) -> RepoPath {
        RepoPath::new(&format!("{}@{}/{}", self.url, self.rev, self.path))
    }

    /// Reads such a path.
    pub(super) fn of(path: &RepoPath) -> Option<Self> {
        let text = path.as_str();
        text.contains("://").then_some(())?;
        let (at, end) = text.match_indices('@').find_map(|(at, _)| {
            let end = at + 1 + commit_length(&text[at + 1..])?;
            text[end..].starts_with('/').then_some((at, end))
        })?;
        Some(Self { url: text[..at].to_owned(), rev: text[at + 1..end].to_owned(), path: text[end + 1..].to_owned() })
    }

    /// The file that this file names by a path: it is of the same commit. `None` if it leads out of the repository.
    pub(super) fn beside(&self, relative: &str) -> Option<Self> {
        let path = RepoPath::new(&self.path).parent().join(relative)?;
        Some(Self { path: file(path.as_str()).ok()?, ..self.clone() })
    }
}

/// Reads `{ git = "…", rev = "…", path = "…" }`.
pub(super) fn read(reader: &mut Reader<'_>, table: Node<'_>) -> Option<GitPin> {
    const KEYS: [&str; 3] = ["git", "rev", "path"];
    const EXAMPLE: &str = "write { git = \"https://…/policies.git\", rev = \"<commit>\", path = \"legal.toml\" }";
    let mut found: [Option<String>; 3] = [None, None, None];
    for (key, node) in table.entries() {
        let name = key.scalar().unwrap_or_default();
        let Some(at) = KEYS.iter().position(|known| *known == name) else {
            let message = format!("`{name}` is not a key of an entry of `extends` that names `git`");
            reader.problem(key, message, Some(choose_from(name, &KEYS)));
            return None;
        };
        let text = reader.text(node, KEYS[at], "a text")?;
        let checked = match at {
            0 => repository(text).map_err(|why| (why, EXAMPLE.to_owned())),
            1 => commit(text).ok_or_else(|| {
                let why = format!("`{}` is not a whole commit id", text.escape_debug());
                let help = "a branch, a tag or a part of an id may mean another commit tomorrow: write all 40 (or 64) digits of the \
                            one that it means today, as `git ls-remote <repository> <name>` prints them";
                (why, help.to_owned())
            }),
            _ => file(text).map_err(|why| (why, "name a file from the top of the repository, with `/`".to_owned())),
        };
        match checked {
            Ok(text) => found[at] = Some(text),
            Err((message, help)) => {
                reader.problem(node, message, Some(help));
                return None;
            }
        }
    }
    if let Some(at) = found.iter().position(Option::is_none) {
        reader.problem(table, format!("this entry has no `{}`", KEYS[at]), Some(EXAMPLE.to_owned()));
    }
    let [url, rev, path] = found;
    Some(GitPin { url: url?, rev: rev?, path: path? })
}

fn commit(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    (commit_length(&text)? == text.len()).then_some(text)
}

/// A path inside a repository.
fn file(text: &str) -> Result<String, String> {
    let wrong = || format!("`{}` is not a path inside the repository", text.escape_debug());
    let plain = !text.starts_with(['-', '/', ':']) && !text.chars().any(|c| c.is_control() || matches!(c, '\\' | '@'));
    let path = RepoPath::root().join(text).filter(|path| plain && !path.as_str().is_empty());
    let path = path.filter(|path| !path.as_str().starts_with('-'));
    path.map(|path| path.as_str().to_owned()).ok_or_else(wrong)
}

/// Where a repository is, as git may be told: nothing in it can be taken for an option, or for a secret.
fn repository(text: &str) -> Result<String, String> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err("the address of the repository does not begin with https://, ssh:// or file://".to_owned());
    };
    let odd =
        |c: char| c.is_control() || c.is_whitespace() || matches!(c, '\\' | '?' | '#' | '"' | '\'' | '`' | '<' | '>');
    if rest.is_empty() || rest.contains(odd) {
        return Err("the address holds a character that no address of a repository has".to_owned());
    }
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    if host.starts_with('-') || user.is_some_and(|user| user.is_empty() || user.starts_with('-')) {
        return Err("a host or user name cannot begin with `-`".to_owned());
    }
    if path.contains('@') {
        return Err("the path of a repository cannot hold `@` here".to_owned());
    }
    match scheme {
        "https" if user.is_some() => return Err("user names and tokens must not be in it".to_owned()),
        "https" => drop(Address::parse(text).map_err(|error| error.to_string())?),
        "ssh" if user.is_some_and(|user| user.contains(':')) => return Err("passwords must not be in it".to_owned()),
        "ssh" if host.is_empty() || path.len() < 2 => return Err("the address names no repository".to_owned()),
        "ssh" => {}
        "file" if !authority.is_empty() => {
            return Err("`file://` is followed by a path that begins with `/`".to_owned());
        }
        "file" => {}
        _ => return Err(format!("`{}` is not how a repository is fetched", scheme.escape_debug())),
    }
    let end = text.trim_end_matches('/').len();
    Ok(text[..end.max(text.len() - rest.len())].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_a_place_says_repository_commit_and_file() {
        for url in ["https://git.example.org/ospo/policies.git", "ssh://git@git.example.org:2222/p", "file:///srv/p"] {
            for rev in ["0123456789abcdef0123456789abcdef01234567".to_owned(), "a".repeat(64)] {
                let pin = GitPin { url: url.to_owned(), rev, path: "org/legal.toml".to_owned() };
                assert_eq!(GitPin::of(&pin.path()), Some(pin));
            }
        }
        for other in ["https://policy.example.org/org.toml@e3b0c442", "dir/a@b.toml"] {
            assert_eq!(GitPin::of(&RepoPath::new(other)), None);
        }
        let pin = GitPin { url: "file:///srv/p".into(), rev: "a".repeat(40), path: "org/legal.toml".into() };
        assert_eq!(pin.beside("../base.toml").unwrap().path, "base.toml");
        assert_eq!(pin.beside("vuln.toml").unwrap().path, "org/vuln.toml");
        assert_eq!(pin.beside("../../base.toml"), None);
    }

    #[test]
    fn addresses_that_could_be_something_else_are_refused() {
        for good in [
            "https://git.example.org/ospo/policies.git",
            "https://git.example.org:8443/p/",
            "ssh://git@git.example.org/p.git",
            "file:///srv/policies",
        ] {
            assert!(repository(good).is_ok(), "{good}");
        }
        for bad in [
            "--upload-pack=touch x",
            "-oProxyCommand=x",
            "ext::sh -c x",
            "ext://sh",
            "http://git.example.org/p",
            "git://git.example.org/p",
            "git@git.example.org:p.git",
            "../policies",
            "https://me@git.example.org/p",
            "https://me:secret@git.example.org/p",
            "https://git.example.org/p?token=x",
            "ssh://-oProxyCommand=x/p",
            "ssh://-x@git.example.org/p",
            "ssh://me:secret@git.example.org/p",
            "ssh://git.example.org",
            "file://server/share",
            "https://git.example.org/p\n--upload-pack=x",
            "https://",
        ] {
            assert!(repository(bad).is_err(), "{bad}");
        }
        for bad in ["", "-x", "/etc/passwd", "../x.toml", "a\nb", ".", "a\\b", "./-x"] {
            assert!(file(bad).is_err(), "{bad}");
        }
        assert_eq!(file("./org/../legal.toml").unwrap(), "legal.toml");
        assert_eq!(commit(&"A".repeat(40)), Some("a".repeat(40)));
        for bad in ["main", "v1.2.0", "0123456", "HEAD", &"0".repeat(41)] {
            assert_eq!(commit(bad), None);
        }
    }
}
