//! Small worlds to run the program in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A directory that is gone afterwards.
pub struct World {
    directory: tempfile::TempDir,
}

/// Variables by which package managers are told where to keep what.
const CACHES: [&str; 21] = [
    "BUN_INSTALL",
    "BUN_INSTALL_CACHE_DIR",
    "CONDA_PREFIX",
    "GOMODCACHE",
    "GOPATH",
    "GRADLE_USER_HOME",
    "LOCALAPPDATA",
    "NPM_CONFIG_CACHE",
    "PIP_CACHE_DIR",
    "PNPM_HOME",
    "POETRY_CACHE_DIR",
    "POETRY_VIRTUALENVS_PATH",
    "PYTHONUSERBASE",
    "SEPAL_OFFLINE",
    "UV_CACHE_DIR",
    "VIRTUAL_ENV",
    "WORKON_HOME",
    "YARN_CACHE_FOLDER",
    "YARN_GLOBAL_FOLDER",
    "npm_config_cache",
    "npm_config_store_dir",
];

impl World {
    /// An empty one.
    pub fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    /// One with an npm project: a root that needs `kit` (MIT), which needs `core` (Apache-2.0), and `checker`
    /// (GPL-3.0-only) for development.
    pub fn npm() -> Self {
        let world = Self::new();
        world.write("package.json", PACKAGE_JSON);
        world.write("package-lock.json", PACKAGE_LOCK);
        world
    }

    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    pub fn write(&self, path: &str, text: &str) -> PathBuf {
        let file = self.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        file
    }

    /// The program, to be run here, with an environment that holds nothing of this machine's caches.
    pub fn sepal(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sepal"));
        // Where rustup keeps its tools, for what asks cargo.
        if let (None, Some(home)) = (std::env::var_os("RUSTUP_HOME"), std::env::home_dir()) {
            command.env("RUSTUP_HOME", home.join(".rustup"));
        }
        for named in CACHES {
            command.env_remove(named);
        }
        command
            .current_dir(self.path())
            .env("HOME", self.path().join("no-home"))
            .env("USERPROFILE", self.path().join("no-home"))
            .env("XDG_CACHE_HOME", self.path().join("no-cache"))
            .env("XDG_CONFIG_HOME", self.path().join("no-config"))
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .env("CARGO_HOME", self.path().join("no-cargo-home"))
            .env("GOROOT", self.path().join("no-go"))
            .env("XDG_DATA_HOME", self.path().join("no-data"))
            .env("SOURCE_DATE_EPOCH", "1790000000");
        command
    }

    /// Runs the program here.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran(self.sepal().args(arguments).output().unwrap())
    }
}

/// What a run answered.
pub struct Ran(pub Output);

impl Ran {
    pub fn code(&self) -> i32 {
        self.0.status.code().expect("the program was not killed")
    }

    pub fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).expect("all output is UTF-8")
    }

    pub fn stderr(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).expect("all output is UTF-8")
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.0.stdout)
            .unwrap_or_else(|error| panic!("{error}\nstdout: {}\nstderr: {}", self.stdout(), self.stderr()))
    }

    /// The purls of a JSON report's third parties.
    pub fn third_parties(&self) -> Vec<String> {
        self.json()["components"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|component| component["party"] == "third")
            .map(|component| component["purl"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The ids of the rules of a JSON report's open findings.
    pub fn open_rules(&self) -> Vec<String> {
        self.json()["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| finding["standing"]["status"] == "open")
            .map(|finding| finding["rule"].as_str().unwrap().to_owned())
            .collect()
    }
}

pub const PACKAGE_JSON: &str = r#"{
  "name": "shop",
  "version": "1.0.0",
  "license": "Apache-2.0",
  "dependencies": {
    "kit": "^2.0.0"
  },
  "devDependencies": {
    "checker": "~3.1.0"
  }
}
"#;

pub const PACKAGE_LOCK: &str = r#"{
  "name": "shop",
  "version": "1.0.0",
  "lockfileVersion": 3,
  "requires": true,
  "packages": {
    "": {
      "name": "shop",
      "version": "1.0.0",
      "license": "Apache-2.0",
      "dependencies": {
        "kit": "^2.0.0"
      },
      "devDependencies": {
        "checker": "~3.1.0"
      }
    },
    "node_modules/checker": {
      "version": "3.1.4",
      "resolved": "https://registry.example/checker/-/checker-3.1.4.tgz",
      "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
      "dev": true,
      "license": "GPL-3.0-only"
    },
    "node_modules/core": {
      "version": "1.2.3",
      "resolved": "https://registry.example/core/-/core-1.2.3.tgz",
      "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
      "license": "Apache-2.0"
    },
    "node_modules/kit": {
      "version": "2.0.1",
      "resolved": "https://registry.example/kit/-/kit-2.0.1.tgz",
      "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
      "license": "MIT",
      "dependencies": {
        "core": "^1.2.0"
      }
    }
  }
}
"#;
