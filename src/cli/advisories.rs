//! `sepal advisories`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::advisory::{Status, database};
use crate::app::update::{Became, UpdateSettings, Updated, update};

use super::exit::Code;
use super::output::{self, Failure, Terminal};
use super::progress::Progress;
use super::surroundings;
use super::target::Network;

/// Fetches or imports advisories, or says what is known.
#[derive(Args, Debug)]
pub struct Advisories {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fetch records from a mirror of the OSV bucket, and compile them in place of those before
    Update(Update),
    /// Import records of the OSV schema, known exploited vulnerabilities (KEV) and EPSS scores, in place of those before
    Import(Import),
    /// Say of which ecosystems there are advisories, and how old they are
    Status(Place),
}

#[derive(Args, Debug)]
struct Update {
    /// A mirror with `<ecosystem>/all.zip`; by default your settings', else the public bucket of OSV
    #[arg(long, value_name = "URL")]
    from: Option<String>,
    /// Fetch these ecosystems only (`npm`, `PyPI`, `crates.io`); those fetched before stay. Repeat for several
    #[arg(long = "ecosystem", value_name = "NAME")]
    ecosystems: Vec<String>,
    /// Fetch the ecosystems that this tree needs. Repeat for several
    #[arg(long = "for", value_name = "PATH")]
    trees: Vec<PathBuf>,
    /// The catalogue of known exploited vulnerabilities (KEV); `none` for none
    #[arg(long, value_name = "URL")]
    known_exploited: Option<String>,
    /// The scores of EPSS (`.csv`, `.csv.gz`); `none` for none
    #[arg(long, value_name = "URL")]
    epss: Option<String>,
    #[command(flatten)]
    network: Network,
    #[command(flatten)]
    place: Place,
}

impl Update {
    fn run(self, terminal: &Terminal) -> Result<Code, Failure> {
        let progress = Progress::start(terminal.watched, "updating advisories");
        let Updated { status, rebuilt, files } = update(&UpdateSettings {
            way: self.network.way(),
            from: self.from,
            ecosystems: self.ecosystems,
            trees: self.trees,
            known_exploited: self.known_exploited,
            likelihoods: self.epss,
            database: self.place.file()?,
        })?;
        drop(progress);
        let lines: Vec<String> = files
            .iter()
            .map(|(name, became)| match became {
                Became::New(bytes) => format!("{name}: new, {bytes} bytes"),
                Became::Same => format!("{name}: unchanged"),
                Became::NotOffered => format!("{name}: the mirror has none"),
            })
            .collect();
        output::note(&lines.join("\n"));
        if !rebuilt {
            output::note("nothing has changed; the advisories are those of before");
        }
        self.place.print(&status)
    }
}

#[derive(Args, Debug)]
struct Import {
    /// Records (`.json`), zips of them, folders of both; the KEV catalogue (`.json`); EPSS scores (`.csv`, `.csv.gz`)
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    place: Place,
}

#[derive(Args, Debug)]
struct Place {
    /// The compiled advisories; by default in this user's data directory
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Place {
    fn file(&self) -> Result<PathBuf, Failure> {
        let own = || Some(surroundings::data_directory()?.join(database::FILE));
        self.database.clone().or_else(own).ok_or_else(|| {
            Failure::new("there is no home directory to keep advisories in").with_help("name a file with `--database`")
        })
    }

    fn print(&self, status: &Status) -> Result<Code, Failure> {
        let text = if self.json {
            let mut value = serde_json::to_value(status)?;
            value["schema"] = "sepal-advisories/1".into();
            serde_json::to_string_pretty(&value)? + "\n"
        } else {
            as_table(status)
        };
        output::write(None, output::printable(&text).as_bytes())?;
        Ok(Code::Holds)
    }
}

impl Advisories {
    pub fn run(self, terminal: &Terminal) -> Result<Code, Failure> {
        match self.command {
            Command::Update(update) => update.run(terminal),
            Command::Import(import) => {
                let status = database::import(&import.paths, &import.place.file()?, &surroundings::now())?;
                import.place.print(&status)
            }
            Command::Status(place) => {
                let file = place.file()?;
                if !file.exists() {
                    return Err(Failure::new("there are no advisories")
                        .with_help("`sepal advisories update` fetches them; `sepal advisories import` takes zips and folders of OSV records"));
                }
                place.print(database::open(&file)?.status())
            }
        }
    }
}

fn as_table(status: &Status) -> String {
    let mut text = format!("{} advisories, imported {}\n", status.records, status.imported);
    text.push_str(&format!("\n  {:<28} {:>10} {:>10} {:>10}  newest\n", "ecosystem", "records", "malware", "packages"));
    for ecosystem in &status.ecosystems {
        let day = ecosystem.newest.split('T').next().unwrap_or_default();
        text.push_str(&format!(
            "  {:<28} {:>10} {:>10} {:>10}  {day}\n",
            ecosystem.name, ecosystem.records, ecosystem.malware, ecosystem.packages
        ));
    }
    text.push('\n');
    match &status.exploited {
        Some((version, count)) => text.push_str(&format!("known exploited vulnerabilities: {count}, of {version}\n")),
        None => text.push_str("known exploited vulnerabilities: no data\n"),
    }
    match &status.likelihoods {
        Some((date, count)) => {
            let day = date.split('T').next().unwrap_or_default();
            text.push_str(&format!("EPSS scores: {count}, of {day}\n"));
        }
        None => text.push_str("EPSS scores: no data\n"),
    }
    if status.withdrawn > 0 {
        text.push_str(&format!("withdrawn and never reported: {}\n", status.withdrawn));
    }
    if status.unreadable > 0 {
        text.push_str(&format!("files that are no records: {}\n", status.unreadable));
    }
    if !status.problems.is_empty() {
        text.push_str("\nwhat could not be read (the first of it):\n");
        for problem in &status.problems {
            text.push_str(&format!("  {problem}\n"));
        }
    }
    text
}
