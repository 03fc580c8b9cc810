//! Archives in responses that pip kept whole before version 23.3 (directory `http`): one file holds the headers and, among them, the
//! wheel or sdist.
//!
//! As CacheControl writes them (`serialize.py`, version 4): `cc=4,`, and in MessagePack a map whose `response` is a map whose `body`
//! are the bytes that the server sent. Since pip 23.3 the body is a file of its own (`http-v2`).

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::file::open;

/// How a response begins.
const MAGIC: &[u8; 5] = b"cc=4,";
/// Values of a response that are passed over.
const MOST_VALUES: u64 = 10_000;
/// Longer keys are none that are looked for.
const LONGEST_KEY: u64 = 64;

/// A file, or what of it is the archive.
#[derive(Debug)]
pub(super) struct Stretch {
    file: File,
    from: u64,
    length: u64,
    at: u64,
}

/// Opens an archive that is not too large: the file, or the body of the response that it holds.
pub(super) fn archive_in(path: &Path, largest: u64) -> Option<Stretch> {
    let mut file = open(path, largest)?;
    let whole = file.metadata().ok()?.len();
    let (from, length) = if is_response(path, &mut file) { body(&file, whole)? } else { (0, whole) };
    let mut stretch = Stretch { file, from, length, at: 0 };
    stretch.rewind().ok()?;
    Some(stretch)
}

/// Whether a file begins as a response and holds no body where it says that one is.
pub(super) fn is_damaged(path: &Path) -> bool {
    let Some(mut file) = open(path, u64::MAX) else { return false };
    is_response(path, &mut file) && file.metadata().is_ok_and(|metadata| body(&file, metadata.len()).is_none())
}

/// Whether a file begins as a response. pip's names of them are digests, without an ending.
fn is_response(path: &Path, file: &mut File) -> bool {
    let mut magic = [0; MAGIC.len()];
    path.extension().is_none() && file.read_exact(&mut magic).is_ok() && magic == *MAGIC
}

impl Read for Stretch {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(self.length.saturating_sub(self.at)).unwrap_or(usize::MAX).min(buffer.len());
        let count = self.file.read(&mut buffer[..rest])?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Stretch {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        let absolute = at.and_then(|at| self.from.checked_add(at));
        let (Some(at), Some(absolute)) = (at, absolute) else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "a place outside of the archive"));
        };
        self.file.seek(SeekFrom::Start(absolute))?;
        self.at = at;
        Ok(at)
    }
}

/// Where the body of a response begins, and how long it is.
fn body(file: &File, end: u64) -> Option<(u64, u64)> {
    let mut rest = BufReader::new(file);
    rest.seek(SeekFrom::Start(MAGIC.len() as u64)).ok()?;
    let mut packed = Packed { rest, at: MAGIC.len() as u64, end };
    packed.enter("response")?;
    packed.enter("body")?;
    let Value::Bytes(length) = packed.value()? else { return None };
    (packed.at.checked_add(length)? <= end).then_some((packed.at, length))
}

/// MessagePack, as far as the way to one value asks for it.
struct Packed<'f> {
    rest: BufReader<&'f File>,
    at: u64,
    end: u64,
}

/// What a value begins with.
#[derive(Clone, Copy, Debug)]
enum Value {
    /// So many keys, each with its value.
    Map(u64),
    /// So many values.
    List(u64),
    /// So many bytes, which are a text, bytes, or a number.
    Bytes(u64),
}

impl Packed<'_> {
    /// Goes to where the value of a key of the map begins that begins here.
    fn enter(&mut self, wanted: &str) -> Option<()> {
        let Value::Map(pairs) = self.value()? else { return None };
        for _ in 0..pairs.min(MOST_VALUES) {
            let Value::Bytes(length) = self.value()? else { return None };
            if self.bytes(length)? == wanted.as_bytes() {
                return Some(());
            }
            self.skip()?;
        }
        None
    }

    /// Passes over the value that begins here. One by one and not one within the other: how deep they go is not known.
    fn skip(&mut self) -> Option<()> {
        let mut pending: u64 = 1;
        for _ in 0..MOST_VALUES {
            match self.value()? {
                Value::Map(pairs) => pending = pending.checked_add(pairs.checked_mul(2)?)?,
                Value::List(values) => pending = pending.checked_add(values)?,
                Value::Bytes(length) => self.pass(length)?,
            }
            pending -= 1;
            if pending == 0 {
                return Some(());
            }
        }
        None
    }

    /// Passes over bytes that are there.
    fn pass(&mut self, length: u64) -> Option<()> {
        let at = self.at.checked_add(length).filter(|at| *at <= self.end)?;
        self.rest.seek_relative(i64::try_from(length).ok()?).ok()?;
        self.at = at;
        Some(())
    }

    /// The bytes of a key; none of one that is too long to be looked for.
    fn bytes(&mut self, length: u64) -> Option<Vec<u8>> {
        if length > LONGEST_KEY {
            self.pass(length)?;
            return Some(Vec::new());
        }
        let mut bytes = vec![0; length as usize];
        self.rest.read_exact(&mut bytes).ok()?;
        self.at += length;
        Some(bytes)
    }

    /// A number of so many bytes, the greatest first.
    fn number(&mut self, bytes: u64) -> Option<u64> {
        Some(self.bytes(bytes)?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }

    fn value(&mut self) -> Option<Value> {
        let kind = self.number(1)?;
        Some(match kind {
            0x80..=0x8F => Value::Map(kind & 0x0F),
            0xDE | 0xDF => Value::Map(self.number(2 << (kind - 0xDE))?),
            0x90..=0x9F => Value::List(kind & 0x0F),
            0xDC | 0xDD => Value::List(self.number(2 << (kind - 0xDC))?),
            0xA0..=0xBF => Value::Bytes(kind & 0x1F),
            0xC4..=0xC6 => Value::Bytes(self.number(1 << (kind - 0xC4))?),
            0xC7..=0xC9 => Value::Bytes(self.number(1 << (kind - 0xC7))?.checked_add(1)?),
            0xCA => Value::Bytes(4),
            0xCB => Value::Bytes(8),
            0xCC..=0xCF => Value::Bytes(1 << (kind - 0xCC)),
            0xD0..=0xD3 => Value::Bytes(1 << (kind - 0xD0)),
            0xD4..=0xD8 => Value::Bytes((1 << (kind - 0xD4)) + 1),
            0xD9..=0xDB => Value::Bytes(self.number(1 << (kind - 0xD9))?),
            _ => Value::Bytes(0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A response as pip 22 writes it: the keys in this order, a body of up to 64 KiB.
    fn response(body: &[u8]) -> Vec<u8> {
        let mut bytes = b"cc=4,\x82\xA8response\x87\xA4body\xC5".to_vec();
        bytes.extend((body.len() as u16).to_be_bytes());
        bytes.extend(body);
        bytes.extend(b"\xA7headers\x82\xACContent-Type\xD9\x18application/octet-stream\xA4ETag\xA3\"x\"");
        bytes.extend(
            b"\xA6status\xCC\xC8\xA7version\x0B\xA6reason\xA2OK\xA6strict\x00\xAEdecode_content\xC2\xA4vary\x80",
        );
        bytes
    }

    fn read(name: &str, bytes: &[u8]) -> (Option<Vec<u8>>, bool) {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        let found = archive_in(&file, 1 << 20).map(|mut stretch| {
            let mut found = Vec::new();
            stretch.read_to_end(&mut found).unwrap();
            found
        });
        (found, is_damaged(&file))
    }

    #[test]
    fn the_body_is_the_archive() {
        let body = b"PK and more".to_vec();
        let bytes = response(&body);
        assert_eq!(read("ab12", &bytes), (Some(body.clone()), false));
        // Another file is what it is, also one that looks like a response.
        assert_eq!(read("ab12", b"cc=3,x"), (Some(b"cc=3,x".to_vec()), false));
        assert_eq!(read("ab12.whl", &bytes), (Some(bytes.clone()), false));
        assert_eq!(read("ab12", b""), (Some(Vec::new()), false));
        // In another order, with values of every kind before it.
        let mut other =
            b"cc=4,\x82\xA4vary\xDE\x00\x01\xA6Accept\xC0\xA8response\x86\xA1a\x93\x01\xFF\xDC\x00\x01\xC3".to_vec();
        other.extend(b"\xA1b\xCA1234\xA1c\xD4\x01x\xA1d\xC7\x01\x05x\xA1e\xDF\x00\x00\x00\x01\xA1x\xCF12345678");
        other.extend(b"\xA4body\xC6\x00\x00\x00\x0B");
        other.extend(&body);
        assert_eq!(read("ab12", &other), (Some(body), false));
    }

    #[test]
    fn a_stretch_is_read_within_its_bounds() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("ab12");
        std::fs::write(&file, response(b"0123456789")).unwrap();
        let mut stretch = archive_in(&file, 1 << 20).unwrap();
        let mut three = [0; 3];
        assert_eq!(stretch.seek(SeekFrom::End(-3)).unwrap(), 7);
        stretch.read_exact(&mut three).unwrap();
        assert_eq!(&three, b"789");
        assert_eq!(stretch.read(&mut three).unwrap(), 0);
        assert_eq!(stretch.seek(SeekFrom::Current(-9)).unwrap(), 1);
        stretch.read_exact(&mut three).unwrap();
        assert_eq!(&three, b"123");
        assert!(stretch.seek(SeekFrom::End(-11)).is_err());
        assert_eq!(stretch.seek(SeekFrom::Start(99)).unwrap(), 99);
        assert_eq!(stretch.read(&mut three).unwrap(), 0);
        assert!(archive_in(&file, 10).is_none());
    }

    #[test]
    fn what_is_cut_or_endless_is_damaged() {
        let whole = response(b"0123456789");
        let end = whole.iter().position(|byte| *byte == b'9').unwrap();
        for end in MAGIC.len()..=end {
            assert_eq!(read("ab12", &whole[..end]), (None, true), "{end}");
        }
        for hostile in [
            &b"\x81\xA8response\x81\xA4body\xC6\xFF\xFF\xFF\xFF"[..],
            b"\x81\xA8response\x81\xA4body\x81\xA4body\xA1x",
            b"\x81\xA8response\xA1x",
            b"\xDF\xFF\xFF\xFF\xFF\xA1a\xDF\xFF\xFF\xFF\xFF",
            b"\xDF\xFF\xFF\xFF\xFF\xDB\xFF\xFF\xFF\xFFresponse",
            b"\x80",
            &[0x91; 100_000],
            &[&b"\xDF\xFF\xFF\xFF\xFF"[..], &[0xA0; 100_000]].concat(),
        ] {
            assert_eq!(read("ab12", &[MAGIC, hostile].concat()), (None, true));
        }
    }
}
