//! Which directories belong to a workspace: the globs of `workspaces` and of `pnpm-workspace.yaml`.

use compact_str::CompactString;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// More globs than anybody writes.
const MAX_GLOBS: usize = 1000;

/// The globs of a workspace. The last one that matches a directory decides, as for npm (`@npmcli/map-workspaces`).
#[derive(Debug, Default)]
pub struct Members {
    set: GlobSet,
    /// By the place of a glob in `set`: whether it takes in or shuts out.
    takes: Vec<bool>,
}

impl Members {
    /// Reads the globs; one that cannot be read matches nothing. A leading `!` shuts out.
    pub fn new(globs: &[CompactString]) -> Self {
        let mut set = GlobSetBuilder::new();
        let mut takes = Vec::new();
        for glob in globs.iter().take(MAX_GLOBS) {
            let (taken, glob) = match glob.strip_prefix('!') {
                Some(glob) => (false, glob),
                None => (true, glob.as_str()),
            };
            let glob = glob.trim_start_matches("./").trim_matches('/');
            // pnpm writes `packages/**` for all directories at and below; Node's globs match `**` with nothing too.
            for form in [Some(glob), glob.strip_suffix("/**")].into_iter().flatten() {
                if let Ok(glob) = GlobBuilder::new(form).literal_separator(true).build() {
                    set.add(glob);
                    takes.push(taken);
                }
            }
        }
        match set.build() {
            Ok(set) => Self { set, takes },
            Err(_) => Self::default(),
        }
    }

    /// Whether there are no globs.
    pub fn is_empty(&self) -> bool {
        self.takes.is_empty()
    }

    /// Whether a directory, relative to that of the globs, is a member.
    pub fn contains(&self, directory: &str) -> bool {
        let directory = directory.trim_start_matches("./").trim_end_matches('/');
        if directory.split('/').any(|segment| segment == "node_modules") {
            return false;
        }
        self.set.matches(directory).last().is_some_and(|last| self.takes[*last])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(globs: &[&str]) -> Members {
        Members::new(&globs.iter().map(|glob| CompactString::from(*glob)).collect::<Vec<_>>())
    }

    #[test]
    fn the_last_glob_that_matches_decides() {
        let members = members(&["./packages/*", "tools/**", "!packages/old", "app/"]);
        for directory in ["packages/a", "app", "tools", "tools/a", "tools/a/b", "./packages/b/"] {
            assert!(members.contains(directory), "{directory}");
        }
        for directory in ["packages", "packages/a/b", "packages/old", "other", "", "tools/node_modules/x"] {
            assert!(!members.contains(directory), "{directory}");
        }
    }

    #[test]
    fn a_wrong_glob_matches_nothing() {
        assert!(!members(&["[a"]).contains("a"));
        assert!(members(&["[a"]).is_empty());
    }
}
