//! Packages in pnpm's store: a list names the files of each, with the digest by which its content lies below `files`.
//!
//! Up to pnpm 10 a list is a file of JSON. Since pnpm 11 all lists are rows of one database, `index.db`: the key is the package's
//! integrity, a tab, and `name@version`, the value is MessagePack with records (as the library msgpackr writes them). A path into
//! it begins with the digest of the package's archive in hexadecimal: `index.db!/ab12…/package.json`.

use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha512};

use super::file::{Files, bounded, open};
use super::said::Archives;
use super::sqlite::Database;
use crate::model::{Hash, HashAlgorithm, RepoPath};
use crate::text::{Source, base64, json};

/// A longer list is not read.
const LONGEST: u64 = 32 << 20;
/// Values within one another.
const DEEPEST: usize = 32;
/// The first byte that may stand for a record, and how many of them there are.
const RECORDS: (u8, usize) = (0x40, 64);
/// The extension of MessagePack by which records say what their values are called.
const RECORD: u8 = b'r';

/// Whether a file is a list, or has lists in it.
pub(super) fn is_list(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "json" || extension == "db")
}

/// Whether a file is the database of lists.
pub(super) fn is_database(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "db")
}

/// The table of a database that has a row for each package.
const TABLE: &str = "package_index";

/// Whether a database is there and is none that can be read.
pub(super) fn is_damaged(archives: &Archives, database: &Path) -> bool {
    let opened = archives.database(database);
    let mut opened = opened.lock().expect("no worker panics while it holds this");
    match opened.as_mut() {
        Some(database) => !database.has(TABLE),
        // Of no bytes is one into which nothing was put yet.
        None => std::fs::metadata(database).is_ok_and(|file| file.len() > 0) && open(database, u64::MAX).is_some(),
    }
}

/// The files of a package whose names `wanted` takes. In a database `package` says which one is meant, and stands before the names.
pub(super) fn files(
    archives: &Archives,
    list: &Path,
    package: &str,
    wanted: &dyn Fn(&str) -> bool,
    limit: u64,
    most: usize,
    unread: &mut dyn FnMut(&str),
) -> Option<Files> {
    let (store, digests) = if is_database(list) {
        (list.parent()?, of_row(archives, list, package)?)
    } else {
        (list.parent()?.parent()?.parent()?, of_json(list)?)
    };
    let mut found = Vec::new();
    for (name, hash) in digests.into_iter().filter(|(name, _)| wanted(name)) {
        let place = store.join("files").join(&hash.hex[..2]);
        let plain = place.join(&hash.hex[2..]);
        let executable = place.join(format!("{}-exec", &hash.hex[2..]));
        let content = [plain, executable].iter().find_map(|file| bounded(&mut open(file, limit)?, limit).ok()?);
        let is_meant =
            |bytes: &[u8]| Hash::from_bytes(HashAlgorithm::Sha512, &Sha512::digest(bytes)) == Some(hash.clone());
        // A file that was changed in the store is not the package's.
        match content.filter(|bytes| is_meant(bytes)) {
            Some(bytes) => found.push((name, bytes)),
            None => unread(&name),
        }
        if found.len() == most {
            break;
        }
    }
    Some(found)
}

/// Names of files with the digests of what is in them.
type Digests = Vec<(String, Hash)>;

fn of_json(list: &Path) -> Option<Digests> {
    let mut bytes = Vec::new();
    open(list, LONGEST)?.read_to_end(&mut bytes).ok()?;
    let source = Source::from_bytes(RepoPath::new("index.json"), bytes).ok()?;
    let document = json::parse(&source).ok()?;
    let entries = document.root().get("files")?.entries().filter_map(|(name, entry)| {
        let digest = base64::decode(entry.get_str("integrity")?.strip_prefix("sha512-")?)?;
        Some((name.scalar()?.to_owned(), Hash::from_bytes(HashAlgorithm::Sha512, &digest)?))
    });
    Some(entries.collect())
}

fn of_row(archives: &Archives, database: &Path, package: &str) -> Option<Digests> {
    let digest = Hash::from_hex(HashAlgorithm::Sha512, package)?.hex;
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let digest: Vec<u8> = digest.as_bytes().chunks(2).map(byte).collect::<Option<_>>()?;
    let integrity = format!("sha512-{}", base64::encode(&digest));
    let opened = archives.database(database);
    let first = |database: &mut Database<_>| database.first(TABLE, &format!("{integrity}\t"));
    let (_, columns) = opened.lock().expect("no worker panics while it holds this").as_mut().and_then(first)?;
    let files = Packed { rest: columns.first()?, records: vec![None; RECORDS.1] }.files()?;
    let with_package = |(name, digest): (String, String)| {
        Some((format!("{package}/{name}"), Hash::from_hex(HashAlgorithm::Sha512, &digest)?))
    };
    Some(files.into_iter().filter_map(with_package).collect())
}

/// MessagePack, and records in it: a record says once what its values are called, and is named by its number from then on.
struct Packed<'p> {
    rest: &'p [u8],
    records: Vec<Option<Vec<String>>>,
}

impl<'p> Packed<'p> {
    /// The `digest` of each entry of `files`.
    fn files(&mut self) -> Option<Vec<(String, String)>> {
        let mut found = Vec::new();
        self.each(0, &mut |packed, key| match key {
            "files" => packed.each(1, &mut |packed, name| {
                let mut digest = None;
                packed.each(2, &mut |packed, key| match key {
                    "digest" => {
                        digest = Some(packed.text()?);
                        Some(())
                    }
                    _ => packed.skip(3),
                })?;
                found.extend(digest.map(|digest| (name.to_owned(), digest)));
                Some(())
            }),
            _ => packed.skip(1),
        })?;
        Some(found)
    }

    fn some(&mut self, length: usize) -> Option<&'p [u8]> {
        let (some, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(some)
    }

    /// A number of so many bytes.
    fn number(&mut self, bytes: usize) -> Option<usize> {
        let number = self.some(bytes)?.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        usize::try_from(number).ok()
    }

    fn text(&mut self) -> Option<String> {
        let length = match self.number(1)? {
            kind @ 0xA0..=0xBF => kind & 0x1F,
            kind @ 0xD9..=0xDB => self.number(1 << (kind - 0xD9))?,
            _ => return None,
        };
        std::str::from_utf8(self.some(length)?).ok().map(str::to_owned)
    }

    /// What the values of the record that begins here are called, if one does.
    fn record(&mut self) -> Option<Vec<String>> {
        let place = |id: u8| usize::from(id.wrapping_sub(RECORDS.0));
        match *self.rest {
            [0xD4, RECORD, id, ..] => {
                self.some(3)?;
                let count = match self.number(1)? {
                    kind @ 0x90..=0x9F => kind & 0x0F,
                    kind @ 0xDC..=0xDD => self.number(2 << (kind - 0xDC))?,
                    _ => return None,
                };
                let mut names = Vec::new();
                for _ in 0..count {
                    names.push(self.text()?);
                }
                *self.records.get_mut(place(id))? = Some(names.clone());
                Some(names)
            }
            [id, ..] => {
                let names = self.records.get(place(id))?.clone()?;
                self.some(1)?;
                Some(names)
            }
            [] => None,
        }
    }

    /// How many pairs the map has that begins here, if one does.
    fn map(&mut self) -> Option<usize> {
        let (count, bytes) = match *self.rest.first()? {
            kind @ 0x80..=0x8F => (Some(usize::from(kind & 0x0F)), 0),
            0xDE => (None, 2),
            0xDF => (None, 4),
            _ => return None,
        };
        self.some(1)?;
        count.or_else(|| self.number(bytes))
    }

    /// Goes through a map or a record: `visit` gets what each value is called, and reads the value.
    fn each(&mut self, depth: usize, visit: &mut dyn FnMut(&mut Self, &str) -> Option<()>) -> Option<()> {
        if depth >= DEEPEST {
            return None;
        }
        if let Some(count) = self.map() {
            for _ in 0..count {
                let name = self.text()?;
                visit(self, &name)?;
            }
            return Some(());
        }
        for name in self.record()? {
            visit(self, &name)?;
        }
        Some(())
    }

    fn skip(&mut self, depth: usize) -> Option<()> {
        if depth >= DEEPEST {
            return None;
        }
        if let Some(count) = self.map() {
            for _ in 0..count {
                self.skip(depth + 1)?;
                self.skip(depth + 1)?;
            }
            return Some(());
        }
        if let Some(names) = self.record() {
            return names.iter().try_for_each(|_| self.skip(depth + 1));
        }
        let kind = self.number(1)?;
        let length = match kind {
            0x90..=0x9F | 0xDC | 0xDD => {
                let count = if kind < 0xA0 { kind & 0x0F } else { self.number(2 << (kind - 0xDC))? };
                return (0..count).try_for_each(|_| self.skip(depth + 1));
            }
            0xA0..=0xBF => kind & 0x1F,
            0xC4..=0xC6 => self.number(1 << (kind - 0xC4))?,
            0xC7..=0xC9 => self.number(1 << (kind - 0xC7))?.checked_add(1)?,
            0xCA => 4,
            0xCB => 8,
            0xCC..=0xCF => 1 << (kind - 0xCC),
            0xD0..=0xD3 => 1 << (kind - 0xD0),
            // A record that says more of itself than its number would be read wrongly from here on.
            0xD4..=0xD8 if self.rest.first() == Some(&RECORD) => return None,
            0xD4..=0xD8 => (1 << (kind - 0xD4)) + 1,
            0xD9..=0xDB => self.number(1 << (kind - 0xD9))?,
            _ => 0,
        };
        self.some(length).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::super::archive;
    use super::*;

    /// As pnpm 12 writes a list: a record within a record says what its values are called when it is met first.
    fn list() -> Vec<u8> {
        let mut bytes =
            b"\xD4r@\x95\xA4algo\xADrequiresBuild\xA8manifest\xA5files\xACtarIntegrity\xA6sha512\xC2".to_vec();
        bytes.extend(b"\xD4rA\x92\xA7version\xA3bin\xA51.0.0\x81\xA3kit\xA6kit.js");
        bytes.extend(b"\x82\xA7LICENSE\xD4rB\x93\xA6digest\xA4mode\xA9checkedAt\xA2ab\xCD\x01\xA4\xCBBz ;\xF0sP\x00");
        bytes.extend(b"\xACpackage.jsonB\xD9\x02cd\xCD\x01\xA4\xCBBz ;\xF0sP\x00\xC0");
        bytes
    }

    fn read(bytes: &[u8]) -> Option<Vec<(String, String)>> {
        Packed { rest: bytes, records: vec![None; RECORDS.1] }.files()
    }

    #[test]
    fn records_are_known_by_their_numbers_once_they_were_told() {
        let pair = |name: &str, digest: &str| (name.to_owned(), digest.to_owned());
        assert_eq!(read(&list()), Some(vec![pair("LICENSE", "ab"), pair("package.json", "cd")]));
        // The same as maps, with values of every kind beside them.
        let mut bytes = b"\x87\xA1a\xC0\xA1b\x93\x01\x7F\xFF\xA1c\xC4\x01x\xA1d\xC7\x01\x05x\xA1e\xD6\x05xxxx".to_vec();
        bytes.extend(b"\xA1f\xDC\x00\x01\xCE\x00\x00\x00\x01\xA5files\xDE\x00\x01\xA1x\x81\xA6digest\xA1y");
        assert_eq!(read(&bytes), Some(vec![pair("x", "y")]));
    }

    #[test]
    fn what_is_cut_or_endless_is_none() {
        let whole = list();
        for end in 0..whole.len() {
            assert_eq!(read(&whole[..end]), None, "{end}");
        }
        assert_eq!(read(&[&b"\x81\xA1a"[..], &[0x91; 100_000]].concat()), None);
        assert_eq!(read(b"\xDF\xFF\xFF\xFF\xFF"), None);
        // A record whose values are records of the same kind.
        assert_eq!(read(&[&b"\xD4r@\x92\xA1a\xA1b"[..], &[0x40; 100_000]].concat()), None);
        assert_eq!(read(b"\x81\xA1a\xD5r\x40\x01\x90"), None);
    }

    #[test]
    fn the_store_of_pnpm_is_read_by_its_lists() {
        let directory = tempfile::tempdir().unwrap();
        let store = directory.path().join("v10");
        let digest: Vec<u8> = Sha512::digest(b"{}").to_vec();
        let hex = Hash::from_bytes(HashAlgorithm::Sha512, &digest).unwrap().hex;
        std::fs::create_dir_all(store.join("files").join(&hex[..2])).unwrap();
        std::fs::create_dir_all(store.join("index/ab")).unwrap();
        std::fs::write(store.join("files").join(&hex[..2]).join(&hex[2..]), "{}").unwrap();
        let list = store.join("index/ab/cd-kit@1.0.0.json");
        // SHA-512 of `{}`, as the store writes it.
        let integrity =
            "sha512-J8dGcK3u8Vwux7i2qUbV3TZRRthqCqn2rNXIFGq5jZqRGRZ0AhZ7wuJAnjtMgsC8rEaKtxI6cj/Ftg+nZaHL1A==";
        let decoded = base64::decode(integrity.strip_prefix("sha512-").unwrap()).unwrap();
        assert_eq!(decoded.len(), 64);
        let encoded = base64::encode(&digest);
        let entry = |name: &str, integrity: &str| format!("\"{name}\":{{\"integrity\":\"{integrity}\"}}");
        let listed = [entry("package.json", &format!("sha512-{encoded}")), entry("LICENSE", integrity)].join(",");
        std::fs::write(&list, format!("{{\"files\":{{{listed}}}}}")).unwrap();
        let archives = Archives::default();
        assert_eq!(archive::read(&archives, &list, "package.json", &RepoPath::new("x"), 1 << 20).unwrap().text(), "{}");
        assert!(archive::read(&archives, &list, "LICENSE", &RepoPath::new("x"), 1 << 20).is_none());
        // The file lies beside the list and changed without it, so nothing is kept of a list.
        std::fs::write(store.join("files").join(&hex[..2]).join(&hex[2..]), "{\"license\":\"MIT\"}").unwrap();
        assert!(archive::read(&archives, &list, "package.json", &RepoPath::new("x"), 1 << 20).is_none());
    }

    #[test]
    fn the_database_of_pnpm_11_is_read_by_the_digest_of_a_package() {
        let directory = tempfile::tempdir().unwrap();
        let store = directory.path().join("v11");
        let database = store.join("index.db");
        std::fs::create_dir_all(&store).unwrap();
        // Made by pnpm 11.28 from an archive of these two files.
        std::fs::write(&database, include_bytes!("testdata/pnpm-11.db")).unwrap();
        let put = |text: &str| {
            let hex = Hash::from_bytes(HashAlgorithm::Sha512, &Sha512::digest(text.as_bytes())).unwrap().hex;
            let file = store.join("files").join(&hex[..2]).join(&hex[2..]);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, text).unwrap();
            file
        };
        let manifest = "{\n  \"name\": \"@sepal/kit\",\n  \"version\": \"1.0.0\",\n  \"license\": \"ISC\",\n  \"files\": [\"LICENSE\"]\n}\n";
        let file = put(manifest);
        put("ISC License\n\nCopyright (c) 2026 Ann Author\n");
        let package = "185adc7f76d44730c263c8b7553421d568b7e4a549d510722f06329b75ec4d1a4d80a94028a6acb7c974aba622f47c12b68adc394ca7e53323a159236a370f4d";
        let read = |inner: &str| {
            let source = archive::read(&Archives::default(), &database, inner, &RepoPath::new("x"), 1 << 20)?;
            Some(source.text().to_owned())
        };
        assert_eq!(read(&format!("{package}/package.json")).as_deref(), Some(manifest));
        let (texts, unread) = archive::below(&Archives::default(), &database, package, &|_| true, 1 << 20, 9);
        let names: Vec<&str> = texts.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!((names, unread), (vec!["LICENSE", "package.json"], vec![]));
        // Another package, and no digest at all.
        assert_eq!(read(&format!("{}/package.json", "0".repeat(128))), None);
        assert_eq!(read("kit/package.json"), None);
        std::fs::write(file, "{\"license\":\"MIT\"}").unwrap();
        assert_eq!(read(&format!("{package}/package.json")), None);
    }
}
