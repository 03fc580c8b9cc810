//! Advisories from a mirror: fetched, checked, compiled, and put in the place of the old ones.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::advisory::database::{self, DatabaseError};
use crate::advisory::{Status, name};
use crate::online::{Address, Client, Made, OnlineError, Progress, Secret, Shelf};

use super::online::{Way, WayError};
use super::scan::{ScanError, ScanSettings, scan};

/// The public bucket of OSV: <https://google.github.io/osv.dev/data/#data-dumps>.
pub const MIRROR: &str = "https://osv-vulnerabilities.storage.googleapis.com";
/// The catalogue of known exploited vulnerabilities, where CISA publishes it.
pub const KNOWN_EXPLOITED: &str = "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json";
/// The scores of EPSS of today, where FIRST's partner publishes them.
pub const LIKELIHOODS: &str = "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz";

/// The longest file that is fetched. The largest ecosystem's archive has some hundred megabytes.
const LONGEST: u64 = 4 << 30;
/// How long an update may take, in seconds.
const LONGEST_SECONDS: u64 = 3600;

/// What to fetch, and where to.
#[derive(Debug)]
pub struct UpdateSettings {
    /// How the network is used.
    pub way: Way,
    /// The mirror, if one was named.
    pub from: Option<String>,
    /// Ecosystems that were named.
    pub ecosystems: Vec<String>,
    /// Trees whose ecosystems are meant.
    pub trees: Vec<PathBuf>,
    /// Where the catalogue of known exploited vulnerabilities is, if that was named.
    pub known_exploited: Option<String>,
    /// Where EPSS scores are, if that was named.
    pub likelihoods: Option<String>,
    /// The compiled advisories. What they are compiled from lies beside them.
    pub database: PathBuf,
}

/// What became of a file of the mirror.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// It is new, and of so many bytes.
    New(u64),
    /// It is what was here.
    Same,
    /// The mirror has none, and none was asked for by name.
    NotOffered,
}

/// What an update brought.
#[derive(Debug)]
pub struct Updated {
    /// What is known now.
    pub status: Status,
    /// Whether the advisories were compiled anew.
    pub rebuilt: bool,
    /// What became of each file, by its name.
    pub files: Vec<(String, Became)>,
}

/// Why there is no update. What was there before is still there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UpdateError {
    /// The network is not used.
    #[error(transparent)]
    Way(#[from] WayError),
    /// A tree could not be scanned.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// The data could not be compiled.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Another update is at work.
    #[error("another update of these advisories is running")]
    Running,
    /// The trees need nothing that advisories are about.
    #[error("no ecosystem of these trees has advisories")]
    NoEcosystem,
    /// The mirror has nothing.
    #[error("{mirror} has advisories of none of the ecosystems asked for")]
    Nothing {
        /// The mirror.
        mirror: String,
    },
}

impl From<OnlineError> for UpdateError {
    fn from(error: OnlineError) -> Self {
        Self::Way(error.into())
    }
}

impl UpdateError {
    /// What to do about it, if anything.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            UpdateError::Way(error) => error.help(),
            UpdateError::Nothing { .. } => Some("a mirror has `<ecosystem>/all.zip`, as the OSV bucket does"),
            UpdateError::NoEcosystem => Some("name ecosystems with `--ecosystem`"),
            _ => None,
        }
    }
}

/// A file of the mirror that is wanted.
struct Wanted<'a> {
    /// Its name on the shelf.
    name: String,
    /// What a person calls it.
    called: String,
    address: Address,
    secret: Option<&'a Secret>,
    /// Whether it was asked for by name, so that it must be there.
    named: bool,
}

/// Updates the advisories.
///
/// # Errors
/// If anything that was asked for could not be had whole. The advisories are then the ones of before.
pub fn update(settings: &UpdateSettings) -> Result<Updated, UpdateError> {
    let way = &settings.way;
    let own = way.settings()?;
    let given = settings.from.as_deref().map(Address::parse).transpose()?.or_else(|| own.advisories.from.clone());
    let is_public = given.is_none();
    let mirror = given.map_or_else(|| Address::parse(MIRROR), Ok)?;
    // A token is for the mirror of the settings, not for one that is named beside them.
    let token = own.advisories.token_from.as_ref().filter(|_| settings.from.is_none());
    let secret = way.token(token)?;

    let mut named: BTreeSet<String> = BTreeSet::new();
    let chosen = if settings.ecosystems.is_empty() && settings.trees.is_empty() {
        own.advisories.ecosystems.clone()
    } else {
        settings.ecosystems.clone()
    };
    named.extend(chosen.iter().map(|ecosystem| name::ecosystem(ecosystem).0.to_owned()));
    for tree in &settings.trees {
        named.extend(of_tree(tree)?);
    }
    if named.is_empty() && !settings.trees.is_empty() {
        return Err(UpdateError::NoEcosystem);
    }
    let is_named = !named.is_empty();
    let ecosystems = if is_named { named } else { name::ecosystems().map(str::to_owned).collect() };

    let mut wanted = Vec::new();
    for ecosystem in ecosystems {
        let address = mirror
            .join(&[ecosystem.as_str(), "all.zip"])
            .ok_or_else(|| OnlineError::Address { shown: ecosystem.clone(), why: "an ecosystem has no such name" })?;
        let name = format!("{}.zip", file_name(&ecosystem));
        wanted.push(Wanted { name, called: ecosystem, address, secret: secret.as_ref(), named: is_named });
    }
    // Who names a mirror of their own does not mean that other hosts are asked besides.
    for (called, given, of_settings, public) in [
        ("known-exploited", &settings.known_exploited, &own.advisories.known_exploited, KNOWN_EXPLOITED),
        ("likelihoods", &settings.likelihoods, &own.advisories.likelihoods, LIKELIHOODS),
    ] {
        let address = match (given, of_settings) {
            (Some(given), _) if given == "none" => continue,
            (Some(given), _) => Address::parse(given)?,
            (None, Some(address)) => address.clone(),
            (None, None) if is_public => Address::parse(public)?,
            (None, None) => continue,
        };
        let ending = match called {
            "known-exploited" => "json",
            _ if address.shown().ends_with(".csv") => "csv",
            _ => "csv.gz",
        };
        let name = format!("{called}.{ending}");
        wanted.push(Wanted { name, called: called.to_owned(), address, secret: None, named: true });
    }

    let client = way.client(&own, LONGEST_SECONDS)?;
    let shelf = Shelf::open(&beside(&settings.database))?.ok_or(UpdateError::Running)?;
    let files = fetch(&client, &shelf, &wanted, settings)?;
    if !files.iter().any(|(name, became)| name.ends_with(".zip") && *became != Became::NotOffered) {
        return Err(UpdateError::Nothing { mirror: mirror.shown().to_owned() });
    }
    let files = wanted.iter().zip(&files).map(|(wanted, (_, became))| (wanted.called.clone(), *became)).collect();
    let (status, rebuilt) = compile(&shelf, settings)?;
    Ok(Updated { status, rebuilt, files })
}

/// Fetches what is wanted, one file after the other: each is large, and one mirror is one line.
fn fetch(
    client: &Client,
    shelf: &Shelf,
    wanted: &[Wanted<'_>],
    settings: &UpdateSettings,
) -> Result<Vec<(String, Became)>, UpdateError> {
    let mut files = Vec::new();
    for Wanted { name, address, secret, named, .. } in wanted {
        let check = |file: &Path| database::verify(file).map_err(|error| error.to_string());
        let got = shelf.download(client, (address, *secret), name, LONGEST, &settings.way.now, check);
        let became = match got {
            Ok(Progress::New(kept)) => Became::New(kept.length),
            Ok(Progress::Same(_)) => Became::Same,
            // What was there and is gone is no smaller ecosystem but a broken mirror. A storage service says "forbidden" of
            // what is not there.
            Err(OnlineError::Missing { .. } | OnlineError::Status { status: 403, .. })
                if !named && !shelf.has(name) =>
            {
                Became::NotOffered
            }
            Err(error) => return Err(error.into()),
        };
        files.push((name.clone(), became));
    }
    Ok(files)
}

/// Compiles all that was fetched, now and before, unless that is what the advisories were compiled from.
fn compile(shelf: &Shelf, settings: &UpdateSettings) -> Result<(Status, bool), UpdateError> {
    let all = shelf.all()?;
    let of: Vec<(String, String)> = all.iter().map(|(name, kept, _)| (name.clone(), kept.sha256.clone())).collect();
    if let Some(made) = shelf.made()
        && made.of == of
        && let Ok(index) = database::open(&settings.database)
        && made.result == told_by(index.status())
    {
        return Ok((index.status().clone(), false));
    }
    let paths: Vec<PathBuf> = all.into_iter().map(|(.., place)| place).collect();
    let status = database::import(&paths, &settings.database, &settings.way.now.text)?;
    shelf.set_made(&Made { of, result: told_by(&status) })?;
    Ok((status, true))
}

/// By what compiled advisories can be told from those that somebody has imported since.
fn told_by(status: &Status) -> String {
    format!("{} {} {}", status.imported, status.records, status.withdrawn)
}

/// Where the files lie that a database is compiled from.
fn beside(database: &Path) -> PathBuf {
    let name = database.file_name().map_or_else(|| "advisories".into(), |name| name.to_string_lossy().into_owned());
    database.with_file_name(format!("{name}.sources"))
}

fn file_name(ecosystem: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
    ecosystem.chars().map(plain).collect::<String>().trim_start_matches('.').to_owned()
}

/// The ecosystems of a tree's third parties, as the OSV schema calls them.
fn of_tree(tree: &Path) -> Result<BTreeSet<String>, ScanError> {
    let scanned = scan(&ScanSettings { paths: vec![tree.to_owned()], ..ScanSettings::default() })?;
    let third_parties = scanned.bom.third_parties();
    Ok(third_parties.filter_map(|(_, component)| Some(name::of_purl(&component.purl)?.0.to_owned())).collect())
}
