//! All advisories in one file that can be asked at once: built whole, read in places.
//!
//! The file is read by position, a few short reads for each question, and never mapped into memory: a file that another
//! process cuts short is then an error rather than a signal that ends the program, and no `unsafe` is needed. Opening reads
//! the end of the file and a directory of some tens of kilobytes. Everything else is read when it is asked for, and
//! checked against a checksum before it is believed.
//!
//! From the beginning: the details, one for each record; the blocks, one for each package; the table of packages; its
//! directory; the status; and at the end the footer, which is written last. A package is found by
//! the hash of its ecosystem and name: the directory says which piece of the table holds hashes that begin like it.
//! Versions are stored as keys ([`crate::version`]), so that nothing is parsed when a question is answered but the version
//! that is asked about. Listed versions that a range of the same entry holds anyway are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::model::LookUp;
use crate::version::{Key, Scheme};

use super::affected::{Certainty, Step, covers, ordered, scheme_of};
use super::epss::Likelihood;
use super::kev::{Catalogue, Exploited};
use super::name;
use super::osv::{Affected, Kind, RangeKind, Record};
use super::severity::{Level, Score};
use super::wire::{Wire, checksum, hash, put_bytes, put_number, put_texts};

/// The version of the file's form. Higher with each change of it, and of the keys of any version scheme.
pub const FORMAT: u32 = 2;

const MAGIC: &[u8; 8] = b"sepaladv";
const FOOTER: usize = 72;
/// A row of the table of packages: hash, offset, length, checksum.
const PACKAGE: usize = 24;
/// A row of the directory: the first row of the table of packages, checksum of the piece.
const PIECE: usize = 8;
/// The longest single block or detail that is read: more is no honest file.
const LONGEST: u64 = 1 << 28;

/// How many versions are tried at most to find one that nothing is known of.
const CANDIDATES: usize = 256;

/// Bytes that can be read at any position.
pub trait ReadAt: Send + Sync {
    /// How many there are.
    ///
    /// # Errors
    /// If that cannot be found out.
    fn size(&self) -> io::Result<u64>;

    /// Fills a buffer from a position.
    ///
    /// # Errors
    /// If so many bytes are not there.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;
}

impl ReadAt for Vec<u8> {
    fn size(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(offset).map_err(|_| io::ErrorKind::UnexpectedEof)?;
        let end = start.checked_add(buffer.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        buffer.copy_from_slice(self.get(start..end).ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// Why an index cannot be asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// It could not be read.
    #[error("the advisories could not be read: {0}")]
    Io(#[from] io::Error),
    /// It is no file of advisories, or not whole.
    #[error("this is no file of advisories, or it is not whole")]
    NoIndex,
    /// It is of another version of sepal.
    #[error("the advisories were compiled by another version of sepal (form {0}, not {FORMAT}): import them again")]
    OtherForm(u32),
    /// A part of it is not as it was written.
    #[error("the advisories are damaged ({0}): import them again")]
    Damaged(&'static str),
}

/// What is known of all advisories together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// When they were imported (RFC 3339).
    pub imported: String,
    /// By ecosystem, sorted by name.
    pub ecosystems: Vec<EcosystemStatus>,
    /// Records that count.
    pub records: u64,
    /// Records that were withdrawn and are never reported.
    pub withdrawn: u64,
    /// Files that are no records.
    pub unreadable: u64,
    /// What could not be read, of the first that could not.
    pub problems: Vec<String>,
    /// The version of the catalogue of known exploited vulnerabilities, and how many it names.
    pub exploited: Option<(String, u64)>,
    /// The day of the EPSS scores, and how many there are.
    pub likelihoods: Option<(String, u64)>,
}

/// What is known of an ecosystem.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EcosystemStatus {
    /// Its name in the OSV schema, without a suffix.
    pub name: String,
    /// Records about it.
    pub records: u64,
    /// How many of them are about malware.
    pub malware: u64,
    /// Packages that they name.
    pub packages: u64,
    /// When the newest was changed (RFC 3339).
    pub newest: String,
}

/// One thing that is known of a component: records that mean the same, taken together.
#[derive(Clone, Debug)]
pub struct Match {
    /// The id that stands for all: a CVE id where there is one.
    pub id: String,
    /// All other ids of the same.
    pub aliases: Vec<String>,
    /// Ids of what has to do with it and is not the same.
    pub related: Vec<String>,
    /// The ids of the records that say so.
    pub records: Vec<String>,
    /// What it is about.
    pub kind: Kind,
    /// In one line.
    pub summary: String,
    /// The score that counts: of the latest version of CVSS that any record has, the highest.
    pub score: Option<Score>,
    /// The level: of the score, else what a database says by a word.
    pub level: Level,
    /// The range that holds the version asked about, in words: `>= 1.0, < 1.5`; empty where it is listed singly or nothing was
    /// decided.
    pub range: String,
    /// Later versions that a record names as fixed and that none of the records calls affected, the nearest first.
    pub fixed: Vec<String>,
    /// How sure it is that this version is affected.
    pub certainty: Certainty,
    /// What the catalogue of known exploited vulnerabilities says of it.
    pub exploited: Option<Exploited>,
    /// How likely it is that it is exploited.
    pub likelihood: Option<Likelihood>,
    /// When the first of its records was published (RFC 3339); empty where none says so.
    pub published: String,
    /// When the newest of its records was changed (RFC 3339).
    pub modified: String,
}

/// What is known of a version of a package.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// What is known, sorted by id.
    pub matches: Vec<Match>,
    /// The nearest later version that a record names as fixed and that no record of the package calls affected. Records that
    /// hold for every version there is (malware, packages without maintenance) have no say in it.
    pub clearing: Option<String>,
}

/// A record while an index is built.
#[derive(Debug)]
struct Held {
    modified: Box<str>,
    alive: bool,
    details: Box<[u8]>,
}

impl Held {
    /// Whether it is the newest of its id and not withdrawn.
    fn counts(&self) -> bool {
        self.alive && !self.details.is_empty()
    }
}

/// What the record of this number says of a package.
type Said = (u32, Box<[u8]>);

/// What an index keeps of records, in one piece of memory.
///
/// Many threads read records and one builds the index. If what it keeps were allocated by the threads that read, each text
/// that stays would hold on to the memory around it, and an import would need ten times the memory of what it keeps.
#[derive(Debug, Default)]
pub struct Distilled(Vec<u8>);

impl Distilled {
    const RECORD: u8 = 0;
    const UNREADABLE: u8 = 1;

    /// Appends what is kept of a record.
    pub fn push(&mut self, record: &Record) {
        let out = &mut self.0;
        out.push(Self::RECORD);
        put_bytes(out, record.id.as_bytes());
        put_texts(out, record.problems.iter().map(String::as_str));
        put_bytes(out, record.modified.as_bytes());
        if record.withdrawn {
            put_bytes(out, &[]);
            put_number(out, 0);
            return;
        }
        put_bytes(out, &details(record));
        let entries: Vec<(String, Box<[u8]>)> = record.affected.iter().filter_map(keyed).collect();
        put_number(out, entries.len() as u64);
        for (key, entry) in entries {
            put_bytes(out, key.as_bytes());
            put_bytes(out, &entry);
        }
    }

    /// Appends that a file is no record.
    pub fn unreadable(&mut self, file: &str, problem: &str) {
        self.0.push(Self::UNREADABLE);
        put_bytes(&mut self.0, file.as_bytes());
        put_bytes(&mut self.0, problem.as_bytes());
    }
}

/// An entry under the key of its package.
fn keyed(affected: &Affected) -> Option<(String, Box<[u8]>)> {
    let (base, suffix) = name::ecosystem(&affected.ecosystem);
    let entry = entry(base, suffix, affected)?;
    Some((format!("{base}\0{}", name::normal(base, &affected.name)), entry))
}

/// Builds an index, record by record.
#[derive(Debug, Default)]
pub struct Builder {
    by_id: LookUp<String, u32>,
    records: Vec<Held>,
    packages: BTreeMap<String, Vec<Said>>,
    exploited: BTreeMap<String, Exploited>,
    likelihoods: LookUp<String, Likelihood>,
    likelihood_count: u64,
    status: Status,
}

impl Builder {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a record. Of two with one id the one that was changed last counts.
    pub fn add(&mut self, record: &Record) {
        let mut distilled = Distilled::default();
        distilled.push(record);
        self.add_all(&distilled);
    }

    /// Adds what was distilled, in its order. Of two records with one id the one that was changed last counts.
    pub fn add_all(&mut self, distilled: &Distilled) {
        let mut wire = Wire(&distilled.0);
        while !wire.0.is_empty() {
            self.add_next(&mut wire).expect("what is distilled is read as it was written");
        }
    }

    fn add_next(&mut self, wire: &mut Wire<'_>) -> Option<()> {
        let tag = wire.byte()?;
        let id = wire.text()?;
        if tag == Distilled::UNREADABLE {
            self.unreadable(id, wire.text()?);
            return Some(());
        }
        self.note(wire.texts()?.into_iter().map(|problem| format!("{id}: {problem}")));
        let (modified, details) = (wire.text()?, wire.bytes()?);
        let entries = (0..wire.number()?).map(|_| Some((wire.text()?, wire.bytes()?))).collect::<Option<Vec<_>>>()?;
        let number = self.records.len() as u32;
        if let Some(&older) = self.by_id.get(id) {
            let older = &mut self.records[older as usize];
            if *older.modified > *modified {
                return Some(());
            }
            older.alive = false;
        }
        self.by_id.insert(id.to_owned(), number);
        self.records.push(Held { details: details.into(), modified: modified.into(), alive: true });
        for (key, entry) in entries {
            if !self.packages.contains_key(key) {
                self.packages.insert(key.to_owned(), Vec::new());
            }
            self.packages.get_mut(key)?.push((number, entry.into()));
        }
        Some(())
    }

    /// Notes a file that is no record.
    pub fn unreadable(&mut self, file: &str, problem: &str) {
        self.status.unreadable += 1;
        self.note([format!("{file}: {problem}")].into_iter());
    }

    fn note(&mut self, problems: impl Iterator<Item = String>) {
        let room = 50_usize.saturating_sub(self.status.problems.len());
        self.status.problems.extend(problems.take(room));
    }

    /// Adds the catalogue of known exploited vulnerabilities.
    pub fn add_exploited(&mut self, catalogue: Catalogue) {
        self.exploited.extend(catalogue.vulnerabilities.into_iter().map(|entry| (entry.cve.clone(), entry)));
        self.status.exploited = Some((catalogue.catalog_version, self.exploited.len() as u64));
    }

    /// Adds a score of EPSS.
    pub fn add_likelihood(&mut self, cve: &str, likelihood: Likelihood) {
        if self.likelihoods.insert(cve.to_owned(), likelihood).is_none() {
            self.likelihood_count += 1;
        }
    }

    /// Says of which day the scores of EPSS are.
    pub fn set_likelihood_date(&mut self, date: &str) {
        self.status.likelihoods = Some((date.to_owned(), 0));
    }

    /// How many records there are that count, so far.
    pub fn len(&self) -> usize {
        self.records.iter().filter(|held| held.counts()).count()
    }

    /// Whether there is nothing in it: no record, no catalogue and no score.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.exploited.is_empty() && self.likelihood_count == 0
    }

    /// Writes the index. The footer, without which it is none, comes last.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(mut self, imported: &str, out: impl Write) -> io::Result<Status> {
        let groups = Groups::of(&self.records);
        let mut out = Counted { out, written: 0 };
        // Where each record lies, as its entries will say it.
        let mut places: Vec<Vec<u8>> = vec![Vec::new(); self.records.len()];
        for (number, held) in self.records.iter().enumerate() {
            if !held.counts() {
                continue;
            }
            let (preferred, ids) = groups.of_record(number);
            let mut blob = Vec::new();
            put_bytes(&mut blob, preferred.as_bytes());
            put_texts(&mut blob, ids.iter().copied().filter(|id| *id != preferred).collect::<Vec<_>>().into_iter());
            let exploited = ids.iter().filter_map(|id| self.exploited.get(*id)).min_by_key(|entry| &entry.date_added);
            blob.push(u8::from(exploited.is_some()));
            if let Some(Exploited { cve, date_added, due_date, known_ransomware_campaign_use }) = exploited {
                put_texts(
                    &mut blob,
                    [cve, date_added, due_date, known_ransomware_campaign_use].into_iter().map(String::as_str),
                );
            }
            let likelihood = ids
                .iter()
                .filter_map(|id| self.likelihoods.get(*id))
                .max_by(|a, b| a.probability.total_cmp(&b.probability));
            blob.push(u8::from(likelihood.is_some()));
            if let Some(Likelihood { probability, percentile }) = likelihood {
                blob.extend_from_slice(&probability.to_bits().to_be_bytes());
                blob.extend_from_slice(&percentile.to_bits().to_be_bytes());
            }
            blob.extend_from_slice(&held.details);
            put_number(&mut places[number], out.written);
            put_number(&mut places[number], blob.len() as u64);
            places[number].extend_from_slice(&checksum(&blob).to_be_bytes());
            out.write_all(&blob)?;
        }
        let mut ecosystems: BTreeMap<String, (EcosystemStatus, BTreeSet<u32>)> = BTreeMap::new();
        let mut table: Vec<(u64, u64, u32, u32)> = Vec::with_capacity(self.packages.len());
        for (key, entries) in std::mem::take(&mut self.packages) {
            let alive = || entries.iter().filter(|(number, _)| self.records[*number as usize].counts());
            if alive().next().is_none() {
                continue;
            }
            let base = key.split('\0').next().unwrap_or_default();
            let (status, seen) = ecosystems.entry(base.to_owned()).or_default();
            status.packages += 1;
            let mut block = Vec::new();
            put_bytes(&mut block, key.as_bytes());
            put_number(&mut block, alive().count() as u64);
            for (number, entry) in alive() {
                block.extend_from_slice(&places[*number as usize]);
                block.extend_from_slice(entry);
                if seen.insert(*number) {
                    let held = &self.records[*number as usize];
                    status.records += 1;
                    status.malware += u64::from(kind_of(&held.details) == Some(Kind::Malware));
                    if *status.newest < *held.modified {
                        status.newest = held.modified.to_string();
                    }
                }
            }
            table.push((hash(&[key.as_bytes()]), out.written, block.len() as u32, checksum(&block)));
            out.write_all(&block)?;
        }
        table.sort_unstable();
        let mut status = self.status;
        status.imported = imported.to_owned();
        status.records = self.records.iter().filter(|held| held.counts()).count() as u64;
        status.withdrawn = self.records.iter().filter(|held| held.alive && held.details.is_empty()).count() as u64;
        if let Some((_, count)) = &mut status.likelihoods {
            *count = self.likelihood_count;
        }
        status.ecosystems =
            ecosystems.into_iter().map(|(name, (status, _))| EcosystemStatus { name, ..status }).collect();
        write_end(&mut out, &table, &status)?;
        out.flush()?;
        Ok(status)
    }
}

/// The tables, the directory, the status and the footer.
fn write_end(out: &mut Counted<impl Write>, table: &[(u64, u64, u32, u32)], status: &Status) -> io::Result<()> {
    let packages_at = out.written;
    let bits = (table.len() / 16).max(1).ilog2();
    let mut directory = Vec::with_capacity((PIECE << bits) + PIECE);
    let mut start = 0;
    for piece in 0..1_u64 << bits {
        let end = start + table[start..].partition_point(|(hash, ..)| piece_of(*hash, bits) <= piece);
        let mut rows = Vec::with_capacity((end - start) * PACKAGE);
        for (hash, offset, length, sum) in &table[start..end] {
            rows.extend_from_slice(&hash.to_be_bytes());
            rows.extend_from_slice(&offset.to_be_bytes());
            rows.extend_from_slice(&length.to_be_bytes());
            rows.extend_from_slice(&sum.to_be_bytes());
        }
        directory.extend_from_slice(&(start as u32).to_be_bytes());
        directory.extend_from_slice(&checksum(&rows).to_be_bytes());
        out.write_all(&rows)?;
        start = end;
    }
    directory.extend_from_slice(&(start as u32).to_be_bytes());
    directory.extend_from_slice(&0_u32.to_be_bytes());
    let directory_at = out.written;
    out.write_all(&directory)?;
    let status_at = out.written;
    let status = serde_json::to_vec(status)?;
    out.write_all(&status)?;
    let mut footer = Vec::with_capacity(FOOTER);
    for number in
        [packages_at, table.len() as u64, directory_at, status_at, status.len() as u64, out.written + FOOTER as u64]
    {
        footer.extend_from_slice(&number.to_be_bytes());
    }
    footer.extend_from_slice(&bits.to_be_bytes());
    footer.extend_from_slice(&FORMAT.to_be_bytes());
    let ends = checksum(&directory) ^ checksum(&status).rotate_left(1) ^ checksum(&footer).rotate_left(2);
    footer.extend_from_slice(&ends.to_be_bytes());
    footer.extend_from_slice(&[0; 4]);
    footer.extend_from_slice(MAGIC);
    debug_assert_eq!(footer.len(), FOOTER);
    out.write_all(&footer)
}

fn piece_of(hash: u64, bits: u32) -> u64 {
    hash.checked_shr(64 - bits).unwrap_or(0)
}

struct Counted<W> {
    out: W,
    written: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// What of a record does not depend on others: id, aliases, kind, related, word, summary, modified, published, scores.
fn details(record: &Record) -> Box<[u8]> {
    let mut bytes = Vec::new();
    put_bytes(&mut bytes, record.id.as_bytes());
    put_texts(&mut bytes, record.aliases.iter().map(String::as_str));
    bytes.push(record.kind as u8);
    put_texts(&mut bytes, record.related.iter().map(String::as_str));
    bytes.push(record.word as u8);
    put_bytes(&mut bytes, record.summary.as_bytes());
    put_bytes(&mut bytes, record.modified.as_bytes());
    put_bytes(&mut bytes, record.published.as_bytes());
    put_number(&mut bytes, record.scores.len() as u64);
    for score in &record.scores {
        bytes.push(score.tenths);
        put_bytes(&mut bytes, score.vector.as_bytes());
    }
    bytes.into_boxed_slice()
}

fn ids_of(details: &[u8]) -> Option<(&str, Vec<&str>)> {
    let mut wire = Wire(details);
    Some((wire.text()?, wire.texts()?))
}

fn kind_of(details: &[u8]) -> Option<Kind> {
    let mut wire = Wire(details);
    wire.text()?;
    wire.texts()?;
    wire.byte().map(Kind::of_byte)
}

/// What an entry of a package says: suffix, whether something about it cannot be decided, ranges, versions beside them.
/// `None` if it says nothing.
fn entry(base: &str, suffix: &str, affected: &Affected) -> Option<Box<[u8]>> {
    let scheme = Scheme::by_ecosystem(base);
    let mut ranges = Vec::new();
    let mut undecided = false;
    let mut only_commits = !affected.ranges.is_empty();
    for range in &affected.ranges {
        if range.kind == RangeKind::Git {
            continue;
        }
        only_commits = false;
        if range.events.is_empty() {
            continue;
        }
        let found = scheme_of(range, scheme).and_then(|scheme| Some((scheme, ordered(range, scheme)?)));
        match found {
            Some(found) => ranges.push(found),
            None => undecided = true,
        }
    }
    undecided |= only_commits && affected.versions.is_empty();
    let mut versions: Vec<(Option<Key>, &str)> = Vec::new();
    for version in &affected.versions {
        let key = scheme.and_then(|scheme| scheme.key(version).ok());
        let held = key.as_ref().is_some_and(|key| {
            ranges.iter().any(|(by, range)| Some(*by) == scheme && range.covers(by, key.as_bytes()))
        });
        if !held {
            versions.push((key, version));
        }
    }
    if ranges.is_empty() && versions.is_empty() && !undecided {
        return None;
    }
    let mut bytes = Vec::new();
    put_bytes(&mut bytes, suffix.as_bytes());
    bytes.push(u8::from(undecided));
    put_number(&mut bytes, ranges.len() as u64);
    for (by, range) in &ranges {
        bytes.push(u8::from(Some(*by) != scheme));
        put_number(&mut bytes, range.steps.len() as u64);
        for (step, key, version) in &range.steps {
            bytes.push(*step as u8);
            put_bytes(&mut bytes, key);
            put_bytes(&mut bytes, version.as_bytes());
        }
    }
    put_number(&mut bytes, versions.len() as u64);
    for (key, version) in versions {
        bytes.push(u8::from(key.is_some()));
        put_bytes(&mut bytes, key.as_ref().map_or(version.as_bytes(), Key::as_bytes));
    }
    Some(bytes.into_boxed_slice())
}

/// Records that mean the same, by their ids and aliases.
struct Groups<'a> {
    /// The group of each record.
    of: Vec<u32>,
    /// The ids of each group, the one that stands for it first.
    ids: Vec<Vec<&'a str>>,
}

impl<'a> Groups<'a> {
    fn of(records: &'a [Held]) -> Self {
        let mut numbers: LookUp<&str, u32> = LookUp::default();
        let mut names: Vec<&str> = Vec::new();
        let mut parents: Vec<u32> = Vec::new();
        let mut own = vec![u32::MAX; records.len()];
        for (record, held) in records.iter().enumerate().filter(|(_, held)| held.alive) {
            let Some((id, aliases)) = ids_of(&held.details) else { continue };
            let mut first = None;
            for name in [id].into_iter().chain(aliases) {
                let number = match numbers.get(name) {
                    Some(number) => *number,
                    None => {
                        let number = names.len() as u32;
                        numbers.insert(name, number);
                        names.push(name);
                        parents.push(number);
                        number
                    }
                };
                let root = root_of(&mut parents, number);
                let first = *first.get_or_insert(root);
                let first = root_of(&mut parents, first);
                parents[root as usize] = first;
            }
            own[record] = first.unwrap_or(u32::MAX);
        }
        let mut ids: Vec<Vec<&str>> = vec![Vec::new(); names.len()];
        for number in 0..names.len() as u32 {
            ids[root_of(&mut parents, number) as usize].push(names[number as usize]);
        }
        for group in &mut ids {
            group.sort_by_key(|id| (preference(id), *id));
        }
        let of = own
            .into_iter()
            .map(|number| if number == u32::MAX { number } else { root_of(&mut parents, number) })
            .collect();
        Self { of, ids }
    }

    /// The id that stands for a record's group, and all its ids.
    fn of_record(&self, record: usize) -> (&'a str, &[&'a str]) {
        let ids = self.ids.get(self.of[record] as usize).map_or(&[][..], Vec::as_slice);
        (ids.first().copied().unwrap_or_default(), ids)
    }
}

fn root_of(parents: &mut [u32], mut number: u32) -> u32 {
    while parents[number as usize] != number {
        let above = parents[parents[number as usize] as usize];
        parents[number as usize] = above;
        number = above;
    }
    number
}

/// Which kind of id stands for others: malware keeps its own; else what VEX documents, KEV and EPSS use.
fn preference(id: &str) -> u8 {
    match id.split('-').next().unwrap_or_default() {
        "MAL" => 0,
        "CVE" => 1,
        "GHSA" => 2,
        private if private.starts_with("x_") => 4,
        _ => 3,
    }
}

/// All advisories, to be asked for components.
pub struct Index {
    source: Box<dyn ReadAt>,
    packages_at: u64,
    bits: u32,
    directory: Vec<u8>,
    status: Status,
    /// The table of packages as a whole, once many questions are asked.
    table: OnceLock<Vec<u8>>,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Index").field("status", &self.status).finish_non_exhaustive()
    }
}

fn number_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

fn short_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

impl Index {
    /// Opens an index.
    ///
    /// # Errors
    /// If it cannot be read, is none, is not whole, or is of another version.
    pub fn new(source: Box<dyn ReadAt>) -> Result<Index, IndexError> {
        let size = source.size()?;
        let footer_at = size.checked_sub(FOOTER as u64).ok_or(IndexError::NoIndex)?;
        let mut footer = [0; FOOTER];
        source.read_at(footer_at, &mut footer)?;
        if footer[FOOTER - 8..] != MAGIC[..] {
            return Err(IndexError::NoIndex);
        }
        let form = short_at(&footer, 52).unwrap_or(0);
        if form != FORMAT {
            return Err(IndexError::OtherForm(form));
        }
        let number = |at: usize| number_at(&footer, at * 8).unwrap_or(u64::MAX);
        let [packages_at, packages, directory_at, status_at, status_length, total] = std::array::from_fn(number);
        let bits = short_at(&footer, 48).unwrap_or(64);
        let span =
            |at: u64, rows: u64, row: usize| rows.checked_mul(row as u64).and_then(|length| at.checked_add(length));
        let whole = total == size
            && bits < 32
            && span(packages_at, packages, PACKAGE) == Some(directory_at)
            && span(directory_at, (1 << bits) + 1, PIECE) == Some(status_at)
            && status_at.checked_add(status_length) == Some(footer_at);
        if !whole {
            return Err(IndexError::NoIndex);
        }
        let mut end = vec![0; usize::try_from(footer_at - directory_at).map_err(|_| IndexError::NoIndex)?];
        source.read_at(directory_at, &mut end)?;
        let status = end.split_off(usize::try_from(status_at - directory_at).map_err(|_| IndexError::NoIndex)?);
        let ends = checksum(&end) ^ checksum(&status).rotate_left(1) ^ checksum(&footer[..56]).rotate_left(2);
        if short_at(&footer, 56) != Some(ends) {
            return Err(IndexError::Damaged("its directory"));
        }
        let status = serde_json::from_slice(&status).map_err(|_| IndexError::Damaged("its status"))?;
        Ok(Index { source, packages_at, bits, directory: end, status, table: OnceLock::new() })
    }

    /// What is known of all advisories together.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// What is known of an ecosystem, by its name in the OSV schema or a purl type. `None` means that there is no data, which
    /// never means that there are no vulnerabilities.
    pub fn ecosystem(&self, given: &str) -> Option<&EcosystemStatus> {
        let (base, _) = name::ecosystem(given);
        self.status.ecosystems.iter().find(|ecosystem| ecosystem.name == base)
    }

    /// Reads the table of packages in one piece, which pays off where many questions follow: those about packages that nothing
    /// is known of then need no reading at all. What cannot be read now is read, and complained about, when it is asked for.
    pub fn prepare(&self) {
        let length = self.directory.len().checked_sub(PIECE).and_then(|last| short_at(&self.directory, last));
        let Some(length) = length.map(|rows| u64::from(rows) * PACKAGE as u64).filter(|length| *length <= LONGEST)
        else {
            return;
        };
        if self.table.get().is_none() {
            let mut table = vec![0; usize::try_from(length).unwrap_or(0)];
            if self.source.read_at(self.packages_at, &mut table).is_ok() {
                // Another thread may have been first: both have read the same.
                let _ = self.table.set(table);
            }
        }
    }

    fn read(&self, offset: u64, length: u64, sum: u32, what: &'static str) -> Result<Vec<u8>, IndexError> {
        if length > LONGEST {
            return Err(IndexError::Damaged(what));
        }
        let mut bytes = vec![0; usize::try_from(length).map_err(|_| IndexError::Damaged(what))?];
        self.source.read_at(offset, &mut bytes)?;
        if checksum(&bytes) == sum { Ok(bytes) } else { Err(IndexError::Damaged(what)) }
    }

    /// The block of a package.
    fn block(&self, key: &str) -> Result<Option<Vec<u8>>, IndexError> {
        let damaged = || IndexError::Damaged("its table of packages");
        let wanted = hash(&[key.as_bytes()]);
        let piece = usize::try_from(piece_of(wanted, self.bits)).map_err(|_| damaged())? * PIECE;
        let start = short_at(&self.directory, piece).ok_or_else(damaged)?;
        let sum = short_at(&self.directory, piece + 4).ok_or_else(damaged)?;
        let end = short_at(&self.directory, piece + PIECE).ok_or_else(damaged)?;
        let rows = u64::from(end.checked_sub(start).ok_or_else(damaged)?) * PACKAGE as u64;
        if rows == 0 {
            return Ok(None);
        }
        let at = u64::from(start) * PACKAGE as u64;
        let part = |table: &'_ Vec<u8>| {
            let start = usize::try_from(at).ok()?;
            Some(start..start.checked_add(usize::try_from(rows).ok()?)?).filter(|span| span.end <= table.len())
        };
        let owned;
        let rows = match self.table.get().and_then(|table| table.get(part(table)?)) {
            Some(rows) if checksum(rows) == sum => rows,
            Some(_) => return Err(damaged()),
            None => {
                owned = self.read(self.packages_at + at, rows, sum, "its table of packages")?;
                &owned
            }
        };
        for row in rows.chunks_exact(PACKAGE).filter(|row| number_at(row, 0) == Some(wanted)) {
            let (offset, length, sum) = (number_at(row, 8), short_at(row, 16), short_at(row, 20));
            let (Some(offset), Some(length), Some(sum)) = (offset, length, sum) else { return Err(damaged()) };
            let block = self.read(offset, u64::from(length), sum, "a package")?;
            if Wire(&block).text() == Some(key) {
                return Ok(Some(block));
            }
        }
        Ok(None)
    }

    /// What is known of a version of a package. The ecosystem is its name in the OSV schema, with a suffix where it has
    /// releases (`Debian:12`), or a purl type; the name is as the OSV schema writes it ([`name::of_purl`]).
    ///
    /// Records that mean the same are one match. A match may be undecided: see [`Certainty`].
    ///
    /// # Errors
    /// If the index cannot be read or is damaged.
    pub fn affecting(&self, ecosystem: &str, name: &str, version: &str) -> Result<Vec<Match>, IndexError> {
        Ok(self.answer(ecosystem, name, version)?.matches)
    }

    /// As [`Index::affecting`], with the version to go to: the nearest one that a record names as fixed and that no record at
    /// all calls affected, neither those of the version asked about nor others.
    ///
    /// # Errors
    /// If the index cannot be read or is damaged.
    pub fn answer(&self, ecosystem: &str, name: &str, version: &str) -> Result<Answer, IndexError> {
        let (base, suffix) = name::ecosystem(ecosystem);
        let Some(block) = self.block(&format!("{base}\0{}", name::normal(base, name)))? else {
            return Ok(Answer::default());
        };
        let question = Question::of(base, suffix, version);
        let hits = question.ask(&block).ok_or(IndexError::Damaged("a package"))?;
        // Per id: what is known, the entries that say so, and the later versions that they name as fixed.
        let mut matches: BTreeMap<String, (Match, Vec<Entry<'_>>, Fixes<'_>)> = BTreeMap::new();
        for hit in hits {
            let mut found = self.details(hit.place)?;
            found.certainty = hit.certainty;
            found.range = hit.range;
            match matches.get_mut(&found.id) {
                Some((known, entries, fixed)) => {
                    known.join(found);
                    entries.push(hit.entry);
                    fixed.extend(hit.fixed);
                }
                None => {
                    matches.insert(found.id.clone(), (found, vec![hit.entry], hit.fixed));
                }
            }
        }
        let Some(order) = question.order() else {
            return Ok(Answer { matches: matches.into_values().map(|(found, ..)| found).collect(), clearing: None });
        };
        let mut answer = Answer::default();
        let mut wanted: Fixes<'_> = Vec::new();
        let mut floor: Option<&[u8]> = None;
        for (mut found, entries, mut fixed) in matches.into_values() {
            fixed.sort_by(|(a, _), (b, _)| order.compare_bytes(a, b));
            fixed.dedup_by(|(a, _), (b, _)| order.compare_bytes(a, b).is_eq());
            fixed.retain(|(key, _)| !entries.iter().any(|entry| entry.holds(order, key)));
            found.fixed = fixed.iter().map(|(_, version)| (*version).to_owned()).collect();
            if found.kind == Kind::Vulnerability
                && let Some((nearest, _)) = fixed.first()
                && floor.is_none_or(|floor| order.compare_bytes(floor, nearest).is_lt())
            {
                floor = Some(nearest);
            }
            wanted.extend(fixed);
            answer.matches.push(found);
        }
        // What clears all cannot be below the nearest fix of any of them.
        if let Some(floor) = floor {
            wanted.retain(|(key, _)| order.compare_bytes(key, floor).is_ge());
            wanted.sort_by(|(a, _), (b, _)| order.compare_bytes(a, b));
            wanted.dedup_by(|(a, _), (b, _)| order.compare_bytes(a, b).is_eq());
            let all = question.entries(&block).ok_or(IndexError::Damaged("a package"))?;
            answer.clearing = wanted
                .iter()
                .take(CANDIDATES)
                .find(|(key, _)| !all.iter().any(|entry| entry.is_bounded() && entry.holds(order, key)))
                .map(|(_, version)| (*version).to_owned());
        }
        Ok(answer)
    }

    /// The details of a record.
    fn details(&self, place: Place) -> Result<Match, IndexError> {
        let blob = self.read(place.offset, place.length, place.sum, "a record")?;
        read_details(&blob).ok_or(IndexError::Damaged("a record"))
    }
}

/// Where a record's details lie.
#[derive(Clone, Copy)]
struct Place {
    offset: u64,
    length: u64,
    sum: u32,
}

impl Place {
    fn read(wire: &mut Wire<'_>) -> Option<Self> {
        Some(Self { offset: wire.number()?, length: wire.number()?, sum: short_at(wire.take(4)?, 0)? })
    }
}

fn read_details(blob: &[u8]) -> Option<Match> {
    let owned = |texts: Vec<&str>| texts.into_iter().map(ToOwned::to_owned).collect::<Vec<String>>();
    let mut wire = Wire(blob);
    let id = wire.text()?.to_owned();
    let aliases = owned(wire.texts()?);
    let exploited = match wire.byte()? {
        0 => None,
        _ => {
            let [cve, date_added, due_date, known_ransomware_campaign_use] =
                <[String; 4]>::try_from(owned(wire.texts()?)).ok()?;
            Some(Exploited { cve, date_added, due_date, known_ransomware_campaign_use })
        }
    };
    let likelihood = match wire.byte()? {
        0 => None,
        _ => {
            let mut number = || Some(f32::from_bits(short_at(wire.take(4)?, 0)?));
            Some(Likelihood { probability: number()?, percentile: number()? })
        }
    };
    let record = wire.text()?.to_owned();
    wire.texts()?;
    let kind = Kind::of_byte(wire.byte()?);
    let related = owned(wire.texts()?);
    let word = Level::of_byte(wire.byte()?);
    let summary = wire.text()?.to_owned();
    let modified = wire.text()?.to_owned();
    let published = wire.text()?.to_owned();
    let mut scores = Vec::new();
    for _ in 0..wire.number()? {
        let tenths = wire.byte()?;
        scores.push(Score { tenths, vector: wire.text()?.to_owned() });
    }
    let score = scores.into_iter().next();
    Some(Match {
        id,
        aliases,
        related,
        records: vec![record],
        kind,
        summary,
        level: score.as_ref().map_or(word, Score::level),
        score,
        fixed: Vec::new(),
        certainty: Certainty::Undecided,
        exploited,
        likelihood,
        published,
        modified,
        range: String::new(),
    })
}

impl Match {
    /// Takes in another record that means the same.
    fn join(&mut self, other: Match) {
        self.certainty = self.certainty.max(other.certainty);
        self.kind = if self.kind == Kind::Malware || other.kind == Kind::Malware {
            Kind::Malware
        } else {
            self.kind.min(other.kind)
        };
        for (own, others) in [(&mut self.records, other.records), (&mut self.related, other.related)] {
            own.extend(others);
            own.sort();
            own.dedup();
        }
        let rank = |score: &Option<Score>| score.as_ref().map(|score| (score.version().to_owned(), score.tenths));
        if rank(&other.score) > rank(&self.score) {
            self.score = other.score;
        }
        self.level = self.score.as_ref().map_or(self.level.max(other.level), Score::level);
        if self.summary.is_empty() {
            self.summary = other.summary;
        }
        if self.modified < other.modified {
            self.modified = other.modified;
        }
        if !other.published.is_empty() && (self.published.is_empty() || other.published < self.published) {
            self.published = other.published;
        }
        if self.range.is_empty() {
            self.range = other.range;
        }
    }
}

/// Versions that entries name as fixed: keys and texts.
type Fixes<'a> = Vec<(&'a [u8], &'a str)>;

/// An entry that says something of the version asked about.
struct Hit<'a> {
    place: Place,
    certainty: Certainty,
    range: String,
    fixed: Fixes<'a>,
    entry: Entry<'a>,
}

/// The ranges and listed versions of an entry, of those kinds that the ecosystem's order decides.
struct Entry<'a> {
    ranges: Vec<Vec<(Step, &'a [u8], &'a str)>>,
    versions: Vec<&'a [u8]>,
}

impl<'a> Entry<'a> {
    /// Reads what stands after the suffix and the mark of an entry. `semver` says which kind of ranges is wanted.
    fn read(wire: &mut Wire<'a>, semver: bool) -> Option<Self> {
        let mut entry = Entry { ranges: Vec::new(), versions: Vec::new() };
        for _ in 0..wire.number()? {
            let other = wire.byte()? != 0;
            let mut steps = Vec::new();
            for _ in 0..wire.number()? {
                steps.push((Step::of_byte(wire.byte()?)?, wire.bytes()?, wire.text()?));
            }
            if other == semver {
                entry.ranges.push(steps);
            }
        }
        for _ in 0..wire.number()? {
            let keyed = wire.byte()? != 0;
            let bytes = wire.bytes()?;
            if keyed && !semver {
                entry.versions.push(bytes);
            }
        }
        Some(entry)
    }

    fn holds(&self, order: &Scheme, key: &[u8]) -> bool {
        self.ranges.iter().any(|steps| covers(order, steps.iter().map(|(step, key, _)| (*step, *key)), key))
            || self.versions.iter().any(|version| order.compare_bytes(version, key).is_eq())
    }

    /// Whether there are versions that it does not hold.
    fn is_bounded(&self) -> bool {
        let ends = |step: &Step| matches!(step, Step::Fixed | Step::LastAffected | Step::Limit);
        self.ranges.iter().all(|steps| steps.iter().any(|(step, ..)| ends(step)))
    }
}

/// The part of a range that holds a version, in words.
fn in_words(order: &Scheme, steps: &[(Step, &[u8], &str)], key: &[u8]) -> String {
    let below = |(_, bound, _): &&(Step, &[u8], &str)| order.compare_bytes(bound, key).is_le();
    // `0.0.0-0` is how some databases write "from the first on".
    let zero = |version: &str| version.bytes().all(|byte| b"v0.-".contains(&byte));
    let first = steps.iter().filter(|(step, ..)| *step == Step::Introduced).rfind(below);
    let first = first.filter(|(_, _, version)| !zero(version));
    let last = steps.iter().find(|(step, bound, _)| match step {
        Step::Fixed | Step::Limit => order.compare_bytes(bound, key).is_gt(),
        Step::LastAffected => order.compare_bytes(bound, key).is_ge(),
        _ => false,
    });
    let first = first.map(|(_, _, version)| format!(">= {version}"));
    let last = last.map(|(step, _, version)| {
        let sign = if *step == Step::LastAffected { "<=" } else { "<" };
        format!("{sign} {version}")
    });
    match (first, last) {
        (Some(first), Some(last)) => format!("{first}, {last}"),
        (Some(bound), None) | (None, Some(bound)) => bound,
        (None, None) => "all versions".to_owned(),
    }
}

/// A version that is asked about.
struct Question<'a> {
    base: &'a str,
    suffix: &'a str,
    version: &'a str,
    scheme: Option<&'static Scheme>,
    key: Option<Key>,
    /// By SemVer, for ranges of ecosystems that have no order of their own.
    semver: Option<(&'static Scheme, Option<Key>)>,
}

impl<'a> Question<'a> {
    fn of(base: &'a str, suffix: &'a str, version: &'a str) -> Self {
        let scheme = Scheme::by_ecosystem(base);
        let key = scheme.and_then(|scheme| scheme.key(version).ok());
        let semver = Scheme::by_id("semver").map(|semver| (semver, semver.key(version).ok()));
        Self { base, suffix, version, scheme, key, semver }
    }

    /// The order in which later versions are looked for: the ecosystem's, or SemVer where it has none.
    fn order(&self) -> Option<&'static Scheme> {
        self.scheme.or(self.semver.as_ref().map(|(scheme, _)| *scheme))
    }

    /// All entries of a block that are about the release asked about.
    fn entries<'b>(&self, block: &'b [u8]) -> Option<Vec<Entry<'b>>> {
        let mut wire = Wire(block);
        wire.text()?;
        let mut entries = Vec::new();
        for _ in 0..wire.number()? {
            Place::read(&mut wire)?;
            let suffix = wire.text()?;
            wire.byte()?;
            let entry = Entry::read(&mut wire, self.scheme.is_none())?;
            if self.release(suffix).is_some() {
                entries.push(entry);
            }
        }
        Some(entries)
    }

    /// Asks the entries of a block; `None` if they cannot be read.
    fn ask<'b>(&self, block: &'b [u8]) -> Option<Vec<Hit<'b>>> {
        let mut wire = Wire(block);
        wire.text()?;
        let mut hits = Vec::new();
        let mut steps: Vec<(Step, &'b [u8], &'b str)> = Vec::new();
        for _ in 0..wire.number()? {
            let place = Place::read(&mut wire)?;
            let suffix = wire.text()?;
            let mut undecided = wire.byte()? != 0;
            let mut start = wire;
            let mut affected = false;
            let mut range = String::new();
            for _ in 0..wire.number()? {
                let (scheme, key) = match wire.byte()? {
                    0 => (self.scheme, self.key.as_ref()),
                    _ => (
                        self.semver.as_ref().map(|(scheme, _)| *scheme),
                        self.semver.as_ref().and_then(|(_, key)| key.as_ref()),
                    ),
                };
                steps.clear();
                for _ in 0..wire.number()? {
                    steps.push((Step::of_byte(wire.byte()?)?, wire.bytes()?, wire.text()?));
                }
                let (Some(scheme), Some(key)) = (scheme, key) else {
                    // Without an order only a range without bounds can be decided.
                    let bounded = steps.iter().any(|(step, ..)| !matches!(step, Step::Beginning | Step::NoLimit));
                    affected |= !bounded;
                    undecided |= bounded;
                    continue;
                };
                if covers(scheme, steps.iter().map(|(step, key, _)| (*step, *key)), key.as_bytes()) {
                    affected = true;
                    if range.is_empty() {
                        range = in_words(scheme, &steps, key.as_bytes());
                    }
                }
            }
            for _ in 0..wire.number()? {
                let keyed = wire.byte()? != 0;
                let bytes = wire.bytes()?;
                affected |= match (&self.key, self.scheme) {
                    (Some(key), Some(scheme)) if keyed => scheme.compare_bytes(key.as_bytes(), bytes).is_eq(),
                    _ => !keyed && bytes == self.version.as_bytes(),
                };
            }
            let certainty = match self.release(suffix) {
                None => continue,
                Some(sure) if affected => sure,
                Some(_) if undecided => Certainty::Undecided,
                Some(_) => continue,
            };
            let entry = Entry::read(&mut start, self.scheme.is_none())?;
            let own = if self.scheme.is_some() { self.key.as_ref() } else { self.semver.as_ref()?.1.as_ref() };
            let mut fixed = Vec::new();
            if let (Some(order), Some(own)) = (self.order(), own) {
                let steps = entry.ranges.iter().flatten();
                let later = steps.filter(|(step, bound, _)| {
                    *step == Step::Fixed && order.compare_bytes(bound, own.as_bytes()).is_gt()
                });
                fixed.extend(later.map(|(_, bound, version)| (*bound, *version)));
            }
            hits.push(Hit { place, certainty, range, fixed, entry });
        }
        Some(hits)
    }

    /// Whether an entry with a suffix is about what is asked: surely, perhaps (the question does not say which release), or
    /// not at all.
    fn release(&self, suffix: &str) -> Option<Certainty> {
        if !name::is_distribution(self.base) || suffix == self.suffix || suffix.is_empty() {
            return Some(Certainty::Affected);
        }
        self.suffix.is_empty().then_some(Certainty::Undecided)
    }
}
