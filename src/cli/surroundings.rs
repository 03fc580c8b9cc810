//! What is asked of the machine: environment, clock, home directories. Nothing of it reaches an output, except the day.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::app::kept::KeepIn;
use crate::app::{archives, files};
use crate::cache::Archives;
use crate::model::{Date, DateError, RepoPath};
use crate::online::Moment;
use crate::text::xml;

/// Seconds since 1970 that count as now: `SOURCE_DATE_EPOCH` (reproducible-builds.org), if it is set to a number.
fn seconds() -> u64 {
    let fixed = env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.trim().parse().ok());
    fixed.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}

/// Year, month and day of a number of days since 1970-01-01 (proleptic Gregorian calendar; Howard Hinnant's published
/// algorithm `civil_from_days`, for days that are not negative).
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

fn date(seconds: u64) -> String {
    let (year, month, day) = civil(seconds / 86_400);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Today, in UTC.
///
/// # Errors
/// If `SOURCE_DATE_EPOCH` names a day after the year 9999.
pub fn today() -> Result<Date, DateError> {
    date(seconds()).parse()
}

/// Now, as RFC 3339 writes it, in UTC and whole seconds.
pub fn now() -> String {
    let seconds = seconds();
    let of_day = seconds % 86_400;
    format!("{}T{:02}:{:02}:{:02}Z", date(seconds), of_day / 3600, of_day / 60 % 60, of_day % 60)
}

/// Now, in seconds and in words.
pub fn moment() -> Moment {
    Moment { seconds: seconds(), text: now() }
}

/// A token that this user's settings name. It reaches no output.
pub fn secret(name: &str) -> Option<String> {
    env::var(name).ok()
}

/// Whether the surroundings forbid any use of the network: `SEPAL_OFFLINE` is set, and neither empty nor `0`.
pub fn is_offline() -> bool {
    env::var_os("SEPAL_OFFLINE").is_some_and(|value| !value.is_empty() && value != "0")
}

fn home() -> Option<PathBuf> {
    let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Whether the working directory is the top of a project: a git checkout, or a directory with a policy.
pub fn in_a_project() -> bool {
    [".git", "sepal.toml"].iter().any(|name| Path::new(name).exists())
}

/// The directories of this machine that hold copies of packages, by the names that ecosystems use for them.
pub fn package_homes() -> BTreeMap<&'static str, PathBuf> {
    let mut homes = BTreeMap::new();
    let cargo = env::var_os("CARGO_HOME").filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(directory) = cargo.or_else(|| home().map(|home| home.join(".cargo"))) {
        homes.insert("cargo-home", directory);
    }
    let gradle = env::var_os("GRADLE_USER_HOME").filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(directory) = gradle.or_else(|| home().map(|home| home.join(".gradle"))) {
        homes.insert("gradle-home", directory);
    }
    if let Some(directory) = home().map(|home| maven_repository(&home)) {
        homes.insert("maven-repository", directory);
    }
    if let Some(directory) = go_mod_cache() {
        homes.insert("go-mod-cache", directory);
    }
    if let Some(directory) = go_root() {
        homes.insert("go-root", directory);
    }
    homes.extend(python_homes());
    homes.extend(node_homes());
    homes
}

/// Where this user's programs keep what they can fetch again (XDG base directories and what stands for them).
fn user_caches() -> Option<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("XDG_CACHE_HOME").or_else(|| {
        let home = home()?;
        Some(match env::consts::OS {
            "macos" => home.join("Library/Caches"),
            "windows" => set("LOCALAPPDATA").unwrap_or_else(|| home.join("AppData/Local")),
            _ => home.join(".cache"),
        })
    })
}

/// Caches of npm, yarn, pnpm and bun, by their documented variables and usual places. What `.npmrc` and `.yarnrc.yml` of the
/// scanned tree say of them is not heeded: what is scanned does not choose which directories of the machine are read.
fn node_homes() -> Vec<(&'static str, PathBuf)> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let below = |directory: Option<PathBuf>, name: &str| directory.map(|directory| directory.join(name));
    let local = || set("LOCALAPPDATA").or_else(|| below(home(), "AppData/Local"));
    let npm = if cfg!(windows) { below(local(), "npm-cache") } else { below(home(), ".npm") };
    let yarn = match env::consts::OS {
        "macos" => below(user_caches(), "Yarn"),
        "windows" => below(local(), "Yarn/Cache"),
        _ => below(user_caches(), "yarn"),
    };
    let berry = if cfg!(windows) { below(local(), "Yarn/Berry") } else { below(home(), ".yarn/berry") };
    let pnpm = match env::consts::OS {
        "macos" => below(home(), "Library/pnpm"),
        "windows" => below(local(), "pnpm"),
        _ => below(set("XDG_DATA_HOME").or_else(|| below(home(), ".local/share")), "pnpm"),
    };
    let bun = below(set("BUN_INSTALL").or_else(|| below(home(), ".bun")), "install/cache");
    let homes = [
        ("npm-cache", set("npm_config_cache").or_else(|| set("NPM_CONFIG_CACHE")).or(npm)),
        ("yarn-cache", set("YARN_CACHE_FOLDER").or(yarn)),
        ("yarn-global", set("YARN_GLOBAL_FOLDER").or(berry)),
        ("pnpm-store", set("npm_config_store_dir").or_else(|| below(set("PNPM_HOME").or(pnpm), "store"))),
        ("bun-cache", set("BUN_INSTALL_CACHE_DIR").or(bun)),
    ];
    homes.into_iter().filter_map(|(name, directory)| Some((name, directory?))).collect()
}

/// Environments and caches of Python's tools, by their documented variables and usual places.
fn python_homes() -> Vec<(&'static str, PathBuf)> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = user_caches();
    let below = |directory: Option<PathBuf>, name: &str| directory.map(|directory| directory.join(name));
    let uv = if cfg!(windows) { "uv/cache" } else { "uv" };
    // uv and pip keep to the XDG directories on every system but Windows, where Apple's own are pip's.
    let uv_base = if cfg!(target_os = "macos") { below(home(), ".cache") } else { cache.clone() };
    let data = set("XDG_DATA_HOME").or_else(|| below(home(), ".local/share"));
    let homes = [
        ("python-environment", set("VIRTUAL_ENV")),
        ("conda-environment", set("CONDA_PREFIX")),
        ("python-user", set("PYTHONUSERBASE").or_else(|| below(home(), ".local"))),
        ("uv-cache", set("UV_CACHE_DIR").or_else(|| below(uv_base, uv))),
        ("pip-cache", set("PIP_CACHE_DIR").or_else(|| below(cache.clone(), "pip"))),
        (
            "poetry-environments",
            set("POETRY_VIRTUALENVS_PATH")
                .or_else(|| below(set("POETRY_CACHE_DIR").or_else(|| below(cache.clone(), "pypoetry")), "virtualenvs")),
        ),
        ("poetry-cache", set("POETRY_CACHE_DIR").or_else(|| below(cache, "pypoetry"))),
        ("pipenv-environments", set("WORKON_HOME").or_else(|| below(data, "virtualenvs"))),
    ];
    homes.into_iter().filter_map(|(name, directory)| Some((name, directory?))).collect()
}

/// Maven's local repository: what the user's own settings say, else the usual place. A `-Dmaven.repo.local` in the scanned
/// tree is not heeded: what is scanned does not choose which directories of the machine are read.
fn maven_repository(home: &Path) -> PathBuf {
    let usual = home.join(".m2/repository");
    let settings = files::read(&home.join(".m2/settings.xml"), RepoPath::new("settings.xml")).ok();
    let stated = settings.and_then(|source| {
        let document = xml::parse(&source).ok()?;
        let stated = document.root().get("settings")?.get_str("localRepository")?;
        Some(stated.replace("${user.home}", &home.to_string_lossy()))
    });
    stated
        .filter(|path| !path.is_empty() && !path.contains("${"))
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .unwrap_or(usual)
}

/// The Go installation: as `GOROOT` names it, or that of the `go` that would run. Nothing is run to ask for it.
fn go_root() -> Option<PathBuf> {
    let is_root = |directory: &PathBuf| directory.join("VERSION").is_file();
    if let Some(directory) = env::var_os("GOROOT").filter(|value| !value.is_empty()).map(PathBuf::from) {
        return Some(directory).filter(is_root);
    }
    let name = if cfg!(windows) { "go.exe" } else { "go" };
    let paths = env::var_os("PATH")?;
    let program = env::split_paths(&paths).map(|path| path.join(name)).find(|file| file.is_file())?;
    program.canonicalize().ok()?.parent()?.parent().map(Path::to_owned).filter(is_root)
}

/// Go's module cache, where the go command looks for it: `GOMODCACHE`, else `pkg/mod` in the first directory of `GOPATH`, else
/// in `go` at home. What `go env -w` has stored is not read.
fn go_mod_cache() -> Option<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    if let Some(directory) = set("GOMODCACHE") {
        return Some(PathBuf::from(directory));
    }
    let paths = set("GOPATH").and_then(|paths| env::split_paths(&paths).next());
    let path = paths.filter(|path| !path.as_os_str().is_empty()).or_else(|| home().map(|home| home.join("go")))?;
    Some(path.join("pkg").join("mod"))
}

/// Where this user's data of sepal lies: `$XDG_DATA_HOME/sepal` (XDG base directories), `%LOCALAPPDATA%\\sepal` on Windows.
pub fn data_directory() -> Option<PathBuf> {
    let name = if cfg!(windows) { "LOCALAPPDATA" } else { "XDG_DATA_HOME" };
    let given = env::var_os(name).map(PathBuf::from).filter(|directory| directory.is_absolute());
    Some(given.or_else(|| Some(home()?.join(".local/share")))?.join("sepal"))
}

/// A directory of this user's of the XDG kind, else its usual place at home.
fn xdg(name: &str, usual: &str) -> Option<PathBuf> {
    let name = if cfg!(windows) { "LOCALAPPDATA" } else { name };
    let given = env::var_os(name).map(PathBuf::from).filter(|directory| directory.is_absolute());
    Some(given.or_else(|| Some(home()?.join(usual)))?.join("sepal"))
}

/// Where this user's settings of sepal lie: `$XDG_CONFIG_HOME/sepal`.
pub fn config_directory() -> Option<PathBuf> {
    xdg("XDG_CONFIG_HOME", ".config")
}

/// Where sepal keeps what can be had again: `$XDG_CACHE_HOME/sepal`.
pub fn cache_directory() -> Option<PathBuf> {
    xdg("XDG_CACHE_HOME", ".cache").map(|directory| if cfg!(windows) { directory.join("cache") } else { directory })
}

/// Where what identification finds is kept, and by which program it was found. `None` where this user has no cache directory, or
/// the program does not know itself.
pub fn identified() -> Option<KeepIn> {
    keep_in("identified")
}

fn keep_in(name: &str) -> Option<KeepIn> {
    let (size, made) = files::size_and_time(&env::current_exe().ok()?)?;
    Some(KeepIn {
        file: cache_directory()?.join(name),
        program: format!("{} {size} {made}", env!("CARGO_PKG_VERSION")),
    })
}

/// What is read of archives in package caches, kept from run to run, unless nothing of this machine's caches is wanted.
pub fn archives(no_caches: bool) -> Archives {
    // The clock itself: it is compared with the times of files.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_secs()).ok());
    match (keep_in("archives"), now) {
        (Some(place), Some(now)) if !no_caches => archives::archives(place, now),
        _ => Archives::default(),
    }
}

/// The cargo that a shell would run.
pub fn cargo() -> Option<PathBuf> {
    program("cargo")
}

/// The git that a shell would run.
pub fn git() -> Option<PathBuf> {
    program("git")
}

/// The program that a shell would run: the first of the search path. Entries that are not absolute are passed over, since they
/// would mean a program of the directory that is scanned.
fn program(name: &str) -> Option<PathBuf> {
    let name = format!("{name}{}", env::consts::EXE_SUFFIX);
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .filter(|directory| directory.is_absolute())
        .map(|directory| directory.join(&name))
        .find(|file| file.is_file())
}

/// The index that git names to the hooks of a commit that takes a part of what is staged (githooks, `GIT_INDEX_FILE`).
#[cfg(feature = "git")]
pub fn git_index() -> Option<PathBuf> {
    env::var_os("GIT_INDEX_FILE").filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Whether the environment asks for no colour (no-color.org), or for some although nobody looks.
pub fn color_wish() -> Option<bool> {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    if set("NO_COLOR") {
        return Some(false);
    }
    let forced = env::var_os("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0");
    forced.then_some(true)
}

/// Whether the terminal can only show plain text.
pub fn is_dumb_terminal() -> bool {
    env::var_os("TERM").is_some_and(|value| value == "dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(951_782_400), "2000-02-29");
        assert_eq!(date(1_709_164_800), "2024-02-29");
        assert_eq!(date(1_798_761_599), "2026-12-31");
        assert_eq!(date(4_107_542_400), "2100-03-01");
    }
}
