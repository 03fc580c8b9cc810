//! How a person takes another version of a component: the command of the package manager in use.

use semver::{Version, VersionReq};

use crate::model::Project;
use crate::version::Range;

/// A package manager, as a project's files show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Manager {
    /// Cargo.
    Cargo,
    /// npm.
    Npm,
    /// Yarn.
    Yarn,
    /// pnpm.
    Pnpm,
    /// Bun.
    Bun,
    /// uv.
    Uv,
    /// Poetry.
    Poetry,
    /// PDM.
    Pdm,
    /// Pipenv.
    Pipenv,
    /// pip with files of requirements.
    Pip,
    /// The go command.
    Go,
    /// Maven.
    Maven,
    /// Gradle.
    Gradle,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// The package, as its ecosystem writes it.
    pub name: &'a str,
    /// The version in use.
    pub from: &'a str,
    /// The version to take.
    pub to: &'a str,
    /// Whether the project asks for it itself.
    pub direct: bool,
    /// Whether what is asked for now allows the version; `None` where that cannot be told.
    pub allowed: Option<bool>,
}

impl Manager {
    /// The package manager of a project, by its lock file.
    pub fn of(project: &Project) -> Option<Manager> {
        let has = |name: &str| project.files.iter().any(|file| file.file_name() == name);
        let ends = |end: &str| project.files.iter().any(|file| file.file_name().ends_with(end));
        Some(match project.ecosystem {
            "cargo" => Manager::Cargo,
            "npm" if has("pnpm-lock.yaml") => Manager::Pnpm,
            "npm" if has("yarn.lock") => Manager::Yarn,
            "npm" if has("bun.lock") => Manager::Bun,
            "npm" => Manager::Npm,
            "pypi" if has("uv.lock") => Manager::Uv,
            "pypi" if has("poetry.lock") => Manager::Poetry,
            "pypi" if has("pdm.lock") => Manager::Pdm,
            "pypi" if has("Pipfile.lock") || has("Pipfile") => Manager::Pipenv,
            "pypi" => Manager::Pip,
            "golang" => Manager::Go,
            "maven" if has("pom.xml") || ends(".pom") => Manager::Maven,
            "maven" => Manager::Gradle,
            _ => return None,
        })
    }

    /// What to type, or to write where the manager has no command for it. Complete for a shell, with nothing that a shell would
    /// read as its own: `None` where a name or version holds such characters.
    pub fn command(self, step: &Step<'_>) -> Option<String> {
        let Step { name, from, to, direct, allowed } = *step;
        let plain = |text: &str| {
            !text.is_empty()
                && !text.starts_with('-')
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"@/._-+:~!".contains(&byte))
                && !text.contains("!!")
        };
        if ![name, from, to].into_iter().all(plain) {
            return None;
        }
        // Where what is asked for now is known not to allow it, what a person wrote has to change.
        let rewrite = direct && allowed != Some(true);
        Some(match (self, direct) {
            (Manager::Cargo, true) if rewrite => format!("cargo add {name}@{to}"),
            (Manager::Cargo, _) => format!("cargo update -p {name}@{from} --precise {to}"),
            (Manager::Npm, true) => format!("npm install {name}@{to}"),
            (Manager::Npm, false) if allowed == Some(true) => format!("npm update {name}"),
            (Manager::Npm, false) => {
                format!("in package.json: \"overrides\": {{ \"{name}\": \"{to}\" }}, then npm install")
            }
            (Manager::Yarn, true) => format!("yarn add {name}@{to}"),
            (Manager::Yarn, false) => {
                format!("in package.json: \"resolutions\": {{ \"{name}\": \"{to}\" }}, then yarn install")
            }
            (Manager::Pnpm, true) => format!("pnpm add {name}@{to}"),
            (Manager::Pnpm, false) if allowed == Some(true) => format!("pnpm update {name} --depth Infinity"),
            (Manager::Pnpm, false) => {
                format!("in package.json: \"pnpm\": {{ \"overrides\": {{ \"{name}\": \"{to}\" }} }}, then pnpm install")
            }
            (Manager::Bun, true) => format!("bun add {name}@{to}"),
            (Manager::Bun, false) => {
                format!("in package.json: \"overrides\": {{ \"{name}\": \"{to}\" }}, then bun install")
            }
            (Manager::Uv, true) if rewrite => format!("uv add '{name}>={to}'"),
            (Manager::Uv, _) => format!("uv lock --upgrade-package {name}=={to}"),
            (Manager::Poetry, true) if rewrite => format!("poetry add '{name}>={to}'"),
            (Manager::Poetry, _) => format!("poetry update {name}"),
            (Manager::Pdm, true) if rewrite => format!("pdm add '{name}>={to}'"),
            (Manager::Pdm, _) => format!("pdm update --update-eager {name}"),
            (Manager::Pipenv, true) => format!("pipenv install '{name}>={to}'"),
            (Manager::Pipenv, false) => format!("pipenv upgrade '{name}>={to}'"),
            (Manager::Pip, _) => format!("write {name}=={to} into the requirements, then pip install -r them"),
            (Manager::Go, _) => {
                let version = if to.starts_with('v') { to.to_owned() } else { format!("v{to}") };
                match name {
                    "stdlib" => format!("go get go@{}", version.trim_start_matches('v')),
                    "toolchain" => format!("go get toolchain@go{}", version.trim_start_matches('v')),
                    _ => format!("go get {name}@{version}"),
                }
            }
            (Manager::Maven, true) => {
                format!("mvn versions:use-dep-version -Dincludes={name} -DdepVersion={to} -DforceVersion=true")
            }
            (Manager::Maven, false) => format!("in pom.xml, under dependencyManagement: {name}:{to}"),
            (Manager::Gradle, true) => {
                format!("in the build file: {name}:{to}, then gradle dependencies --write-locks")
            }
            (Manager::Gradle, false) => {
                format!("in the build file, under constraints: {name}:{to}, then gradle dependencies --write-locks")
            }
        })
    }
}

/// Whether a requirement, as written, allows a version; `None` where that cannot be told.
pub fn allows(purl_type: &str, requirement: &str, version: &str) -> Option<bool> {
    match purl_type {
        "cargo" => {
            let requirement = VersionReq::parse(requirement).ok()?;
            Some(requirement.matches(&Version::parse(version).ok()?))
        }
        "npm" => Range::from_native("npm", requirement).ok()?.contains(version).ok(),
        "pypi" => {
            let bare = requirement.split(';').next().unwrap_or_default().trim();
            let specifiers = bare.find(['<', '>', '=', '!', '~']).map_or("", |at| &bare[at..]);
            if specifiers.is_empty() {
                return bare.is_empty().then_some(true);
            }
            Range::from_native("pypi", specifiers.trim_end_matches(')')).ok()?.contains(version).ok()
        }
        // The go command takes the highest version that any module asks for.
        "golang" => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_are_asked_before_a_lock_is_changed() {
        for (kind, requirement, version, allowed) in [
            ("npm", "^4.17.0", "4.17.21", Some(true)),
            ("npm", "^3.0.0", "4.17.21", Some(false)),
            ("cargo", "0.3", "0.3.9", Some(true)),
            ("cargo", "=0.3.1", "0.3.9", Some(false)),
            ("pypi", ">=2.0,<3", "2.31.0", Some(true)),
            ("pypi", "<2.0", "2.31.0", Some(false)),
            ("golang", "v0.1.0", "0.2.0", Some(true)),
            ("npm", "workspace:*", "1.0.0", None),
        ] {
            assert_eq!(allows(kind, requirement, version), allowed, "{kind} {requirement} {version}");
        }
    }

    #[test]
    fn nothing_that_a_shell_reads_gets_into_a_command() {
        let step = Step { name: "kit", from: "1.0.0", to: "1.0.1", direct: false, allowed: Some(true) };
        assert_eq!(Manager::Cargo.command(&step).unwrap(), "cargo update -p kit@1.0.0 --precise 1.0.1");
        assert_eq!(Manager::Npm.command(&step).unwrap(), "npm update kit");
        for name in ["kit; rm -rf /", "$(kit)", "kit`x`", "-kit", "", "kit\n"] {
            assert_eq!(Manager::Npm.command(&Step { name, ..step }), None, "{name}");
        }
    }
}
