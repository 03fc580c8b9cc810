//! A reader of single rows of an SQLite database (sqlite.org, "Database File Format"): of a table `WITHOUT ROWID` whose first column is
//! text and its key, the first row whose key begins so.
//!
//! Reading only, and only the pages on the way to the row. A write-ahead log is not replayed: [`has_log`] tells that there is one.
//! Whatever the file says, so many pages are read and no more.

use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

/// How the file begins.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// Bytes before the first page's own header.
const HEADER: usize = 100;
/// Levels of a tree: each has at least two pages below it.
const DEEPEST: usize = 32;
/// Tables of a database that are looked at.
const MOST_TABLES: usize = 256;
/// A longer row is not read.
const LONGEST_ROW: usize = 32 << 20;

const TABLE_LEAF: u8 = 0x0D;
const INDEX_INTERIOR: u8 = 0x02;
const INDEX_LEAF: u8 = 0x0A;

/// A database.
#[derive(Debug)]
pub(super) struct Database<R> {
    file: R,
    page: usize,
    /// Bytes of a page that are used.
    usable: usize,
    /// The first page of the table that was asked for last.
    root: Option<(String, u32)>,
    /// Pages that have pages below them, by their numbers: every row is looked for through the same few.
    inner: BTreeMap<u32, Arc<Page>>,
}

/// Pages that are kept in memory of one database.
const MOST_KEPT: usize = 512;

/// A page of a tree.
#[derive(Debug)]
struct Page {
    bytes: Vec<u8>,
    kind: u8,
    /// Where each cell begins.
    cells: Vec<usize>,
    /// The page to the right of all cells, of a page that has pages below it.
    right: u32,
}

/// Where a row lies: what of it stands in the page, how long it is, and where it goes on.
struct Payload<'p> {
    here: &'p [u8],
    length: usize,
    next: u32,
}

/// Whether changes lie beside a database that are not yet in it.
pub(super) fn has_log(database: &Path) -> bool {
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

impl<R: Read + Seek> Database<R> {
    /// Opens a database whose texts are UTF-8.
    pub fn open(mut file: R) -> Option<Self> {
        let mut header = [0_u8; HEADER];
        file.read_exact(&mut header).ok()?;
        let page = match u16::from_be_bytes([header[16], header[17]]) {
            1 => 65_536,
            size => usize::from(size),
        };
        let usable = page.checked_sub(usize::from(header[20]))?;
        let is_one = header.starts_with(MAGIC) && page.is_power_of_two() && page >= 512 && usable >= 480;
        let (root, inner) = (None, BTreeMap::new());
        (is_one && header[59] == 1).then_some(Self { file, page, usable, root, inner })
    }

    /// The columns behind the key, texts and blobs, of the first row of a table whose key begins so; with the key.
    pub fn first(&mut self, table: &str, prefix: &str) -> Option<(String, Vec<Vec<u8>>)> {
        let root = self.root(table)?;
        let row = self.at_least(root, prefix.as_bytes(), 0)?;
        let mut columns = columns(&row)?.into_iter();
        let key = String::from_utf8(columns.next()??.to_vec()).ok()?;
        let rest = columns.map(|column| column.unwrap_or_default().to_vec()).collect();
        key.starts_with(prefix).then_some((key, rest))
    }

    /// Whether there is a table of this name.
    pub fn has(&mut self, table: &str) -> bool {
        self.root(table).is_some()
    }

    /// The first page of a table, by the schema, which is the table on the first page.
    fn root(&mut self, table: &str) -> Option<u32> {
        if let Some((_, root)) = self.root.as_ref().filter(|(known, _)| known == table) {
            return Some(*root);
        }
        let root = self.root_in_schema(table)?;
        self.root = Some((table.to_owned(), root));
        Some(root)
    }

    fn root_in_schema(&mut self, table: &str) -> Option<u32> {
        let page = self.page(1)?;
        // A database of so many tables that their list does not fit on a page is none of those that are read here.
        if page.kind != TABLE_LEAF {
            return None;
        }
        for at in page.cells.iter().take(MOST_TABLES) {
            let (length, rest) = varint(page.bytes.get(*at..)?)?;
            let (_, rest) = varint(rest)?;
            let row = self.whole(payload(rest, length, self.usable, self.usable.checked_sub(35)?)?)?;
            let columns = columns(&row)?;
            let [Some(b"table"), Some(name), _, Some(root), ..] = columns.as_slice() else { continue };
            if *name == table.as_bytes() {
                let root =
                    root.iter().try_fold(0_u32, |sum, byte| sum.checked_mul(256)?.checked_add((*byte).into()))?;
                return Some(root);
            }
        }
        None
    }

    /// The first row, in the order of keys, whose key is not less than this one.
    fn at_least(&mut self, number: u32, key: &[u8], depth: usize) -> Option<Vec<u8>> {
        let page = self.page(number).filter(|_| depth < DEEPEST)?;
        let skip = match page.kind {
            INDEX_LEAF => 0,
            INDEX_INTERIOR => 4,
            _ => return None,
        };
        let (mut first, mut end) = (0, page.cells.len());
        while first < end {
            let middle = first + (end - first) / 2;
            let at = page.cells[middle] + skip;
            let is_less = match key_in(self.payload(&page, at)?.here) {
                Some(have) => have < key,
                None => columns(&self.row(&page, at)?)?.first().copied().flatten()? < key,
            };
            if is_less { first = middle + 1 } else { end = middle }
        }
        let cell = page.cells.get(first);
        if skip > 0 {
            let below = match cell {
                Some(at) => u32::from_be_bytes(page.bytes.get(*at..*at + 4)?.try_into().ok()?),
                None => page.right,
            };
            if let Some(row) = self.at_least(below, key, depth + 1) {
                return Some(row);
            }
        }
        self.row(&page, cell? + skip)
    }

    fn row(&mut self, page: &Page, at: usize) -> Option<Vec<u8>> {
        self.whole(self.payload(page, at)?)
    }

    /// A row of a page of keys.
    fn payload<'p>(&self, page: &'p Page, at: usize) -> Option<Payload<'p>> {
        let (length, rest) = varint(page.bytes.get(at..)?)?;
        payload(rest, length, self.usable, (self.usable - 12) * 64 / 255 - 23)
    }

    /// A row with what of it lies on further pages.
    fn whole(&mut self, payload: Payload<'_>) -> Option<Vec<u8>> {
        let Payload { here, length, mut next } = payload;
        let mut row = here.to_vec();
        // Each page adds to it, so that pages in a circle come to an end.
        while row.len() < length {
            let bytes = self.bytes(next)?;
            next = u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?);
            let more = bytes.get(4..self.usable)?;
            row.extend_from_slice(&more[..more.len().min(length - row.len())]);
        }
        Some(row)
    }

    fn bytes(&mut self, number: u32) -> Option<Vec<u8>> {
        let at = u64::from(number.checked_sub(1)?) * self.page as u64;
        self.file.seek(SeekFrom::Start(at)).ok()?;
        let mut bytes = vec![0; self.page];
        self.file.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    fn page(&mut self, number: u32) -> Option<Arc<Page>> {
        if let Some(page) = self.inner.get(&number) {
            return Some(Arc::clone(page));
        }
        let bytes = self.bytes(number)?;
        let header = bytes.get(if number == 1 { HEADER } else { 0 }..)?;
        let kind = *header.first()?;
        let count = usize::from(u16::from_be_bytes(header.get(3..5)?.try_into().ok()?));
        let right = u32::from_be_bytes(header.get(8..12)?.try_into().ok()?);
        let cells = header.get(if matches!(kind, TABLE_LEAF | INDEX_LEAF) { 8 } else { 12 }..)?;
        let cells = cells.get(..2 * count)?.chunks_exact(2);
        let cells = cells.map(|place| usize::from(u16::from_be_bytes([place[0], place[1]]))).collect();
        let page = Arc::new(Page { kind, cells, right, bytes });
        if kind == INDEX_INTERIOR && self.inner.len() < MOST_KEPT {
            self.inner.insert(number, Arc::clone(&page));
        }
        Some(page)
    }
}

/// What of a row stands in its page: all of it, or as much as the format's rule leaves there. `most` is how long one may be that
/// stands there whole.
fn payload(rest: &[u8], length: u64, usable: usize, most: usize) -> Option<Payload<'_>> {
    let length = usize::try_from(length).ok().filter(|length| *length <= LONGEST_ROW)?;
    if length <= most {
        return Some(Payload { here: rest.get(..length)?, length, next: 0 });
    }
    let least = (usable - 12) * 32 / 255 - 23;
    let fitting = least + (length - least) % (usable - 4);
    let here = if fitting <= most { fitting } else { least };
    let next = u32::from_be_bytes(rest.get(here..here + 4)?.try_into().ok()?);
    Some(Payload { here: rest.get(..here)?, length, next })
}

/// A number of seven bits a byte, most significant first; of a ninth byte all eight count.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    for (at, byte) in bytes.iter().take(9).enumerate() {
        if at == 8 {
            return Some((value << 8 | u64::from(*byte), &bytes[9..]));
        }
        value = value << 7 | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[at + 1..]));
        }
    }
    None
}

/// The key of a row, if as much of the row is there.
fn key_in(row: &[u8]) -> Option<&[u8]> {
    let (header, rest) = varint(row)?;
    let (kind, _) = varint(rest)?;
    let start = usize::try_from(header).ok()?;
    let length = usize::try_from(kind.checked_sub(12)? / 2).ok()?;
    row.get(start..start.checked_add(length)?)
}

/// The bytes of each column of a row; `None` for one that is null. A row says first what each column is.
fn columns(row: &[u8]) -> Option<Vec<Option<&[u8]>>> {
    let (header, _) = varint(row)?;
    let header = usize::try_from(header).ok()?;
    let (_, mut kinds) = varint(row.get(..header)?)?;
    let mut rest = &row[header..];
    let mut columns = Vec::new();
    while !kinds.is_empty() {
        let (kind, after) = varint(kinds)?;
        kinds = after;
        let length = match kind {
            0 | 8..=11 => 0,
            1..=4 => kind,
            5 => 6,
            6 | 7 => 8,
            // Blobs are even, texts odd.
            kind => (kind - 12) / 2,
        };
        let (column, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        rest = after;
        columns.push((kind != 0).then_some(column));
    }
    Some(columns)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// Made by SQLite: `PRAGMA page_size = 512`, then for each number from 0 to 59 a row `key 007`, tab, `kit@7`, with a blob of
    /// `number % 4 * 100` bytes of that number, in a random order.
    const ROWS: &[u8] = include_bytes!("testdata/rows.db");

    fn first(bytes: &[u8], table: &str, prefix: &str) -> Option<(String, Vec<Vec<u8>>)> {
        Database::open(Cursor::new(bytes))?.first(table, prefix)
    }

    #[test]
    fn every_row_is_found_by_how_its_key_begins() {
        for number in 0..60_usize {
            let (key, rest) = first(ROWS, "package_index", &format!("key {number:03}\t")).unwrap();
            assert_eq!(key, format!("key {number:03}\tkit@{number}"));
            assert_eq!(rest, [vec![number as u8; number % 4 * 100]], "{number}");
        }
        for absent in ["key 060\t", "key 00\t", "a", "z"] {
            assert_eq!(first(ROWS, "package_index", absent), None, "{absent}");
        }
        assert_eq!(first(ROWS, "package_index", "key 01").unwrap().0, "key 010\tkit@10");
        assert_eq!(first(ROWS, "other", "key 001\t"), None);
    }

    /// Counts what is read of it.
    struct Counted<'f>(Cursor<&'f [u8]>, usize);

    impl Read for Counted<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.1 += 1;
            self.0.read(buffer)
        }
    }

    impl Seek for Counted<'_> {
        fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
            self.0.seek(to)
        }
    }

    #[test]
    fn the_way_to_rows_is_read_once() {
        let mut database = Database::open(Counted(Cursor::new(ROWS), 0)).unwrap();
        let mut find = |key: &str| {
            let before = database.file.1;
            assert!(database.first("package_index", key).is_some());
            database.file.1 - before
        };
        // The schema, and the pages down to the row; then only what has the row itself.
        assert!(find("key 000\t") > 2);
        assert_eq!(find("key 000\t"), 1);
        assert_eq!(find("key 000\t"), 1);
    }

    #[test]
    fn damaged_files_end_somewhere() {
        for end in (0..ROWS.len()).step_by(61) {
            let _ = first(&ROWS[..end], "package_index", "key 030\t");
        }
        let mut seed = 1_u32;
        for _ in 0..2000 {
            let mut bytes = ROWS.to_vec();
            for _ in 0..8 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = seed as usize % bytes.len();
                bytes[at] = (seed >> 24) as u8;
            }
            for key in ["key 007\t", "key 030\t", "key 059\t"] {
                let _ = first(&bytes, "package_index", key);
            }
        }
        // All pages lead to each other.
        let mut bytes = ROWS.to_vec();
        for page in bytes.chunks_mut(512).skip(1) {
            page[0] = INDEX_INTERIOR;
            page[8..12].copy_from_slice(&2_u32.to_be_bytes());
        }
        let _ = first(&bytes, "package_index", "z");
        assert!(Database::open(Cursor::new(b"SQLite format 3\0")).is_none());
    }
}
