//! A reader of gzipped tar archives (POSIX ustar, with the long names of pax and GNU): names and contents of plain files, in one
//! pass, never unpacked to disk.

use std::io::{self, Read};

/// Bytes of a header and of what contents are padded to.
const BLOCK: usize = 512;
/// Longer names are cut: no file of a package has one.
const LONGEST_NAME: u64 = 64 << 10;

/// Walks through an archive. `visit` gets each plain file's name and a reader of its content, and answers whether to go on. An
/// archive ends where it stops making sense: what was visited until then stands.
///
/// `budget` is how many bytes are read of the unpacked archive, `most` how many entries.
pub(super) fn walk(
    archive: impl Read,
    budget: u64,
    most: usize,
    mut visit: impl FnMut(&str, &mut dyn Read) -> io::Result<bool>,
) -> io::Result<()> {
    let mut archive = archive.take(budget);
    let mut long_name: Option<String> = None;
    for _ in 0..most {
        let mut header = [0_u8; BLOCK];
        if archive.read_exact(&mut header).is_err() || header.iter().all(|byte| *byte == 0) {
            return Ok(());
        }
        // No file is larger than what is read of its archive.
        let Some(size) = number(&header[124..136]).filter(|size| *size <= budget) else { return Ok(()) };
        let padding = size.next_multiple_of(BLOCK as u64) - size;
        let mut content = (&mut archive).take(size);
        let mut go_on = true;
        match header[156] {
            b'L' | b'x' => {
                let mut bytes = Vec::new();
                content.by_ref().take(LONGEST_NAME).read_to_end(&mut bytes)?;
                let name = if header[156] == b'L' { Some(until_zero(&bytes)) } else { pax_path(&bytes) };
                long_name = name.or(long_name);
            }
            // A header for all that follow says nothing of names.
            b'g' => {}
            0 | b'0' => {
                let name = long_name.take().unwrap_or_else(|| short_name(&header));
                go_on = visit(name.strip_prefix("./").unwrap_or(&name), &mut content)?;
            }
            _ => long_name = None,
        }
        if !go_on {
            return Ok(());
        }
        io::copy(&mut content, &mut io::sink())?;
        io::copy(&mut (&mut archive).take(padding), &mut io::sink())?;
    }
    Ok(())
}

fn until_zero(bytes: &[u8]) -> String {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

fn short_name(header: &[u8; BLOCK]) -> String {
    let name = until_zero(&header[..100]);
    let prefix =
        if &header[257..262] == b"ustar" && header[262] == 0 { until_zero(&header[345..500]) } else { String::new() };
    if prefix.is_empty() { name } else { format!("{prefix}/{name}") }
}

/// A size: octal digits, or big-endian binary where the first bit is set (GNU).
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        return field[4..].iter().try_fold(0_u64, |sum, byte| sum.checked_mul(256)?.checked_add(u64::from(*byte)));
    }
    let text = std::str::from_utf8(field).ok()?;
    let digits = text.trim_matches(['\0', ' ']);
    if digits.is_empty() { Some(0) } else { u64::from_str_radix(digits, 8).ok() }
}

/// The `path` of a pax header: records of `length key=value\n`.
fn pax_path(bytes: &[u8]) -> Option<String> {
    let mut rest = bytes;
    let mut path = None;
    while let Some(space) = memchr::memchr(b' ', rest) {
        let length: usize = std::str::from_utf8(&rest[..space]).ok()?.parse().ok()?;
        let record = rest.get(space + 1..length)?;
        if let Some(value) = record.strip_prefix(b"path=") {
            path = Some(String::from_utf8_lossy(value).trim_end_matches('\n').to_owned());
        }
        rest = &rest[length..];
    }
    path
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A tar archive of plain files.
    pub(crate) fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (name, content) in files {
            bytes.extend(header(name, content.len(), b'0'));
            bytes.extend(*content);
            bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
        }
        bytes.resize(bytes.len() + 2 * BLOCK, 0);
        bytes
    }

    fn header(name: &str, size: usize, kind: u8) -> [u8; BLOCK] {
        let mut header = [0_u8; BLOCK];
        header[..name.len().min(100)].copy_from_slice(&name.as_bytes()[..name.len().min(100)]);
        header[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
        header[156] = kind;
        header[257..262].copy_from_slice(b"ustar");
        header
    }

    fn read(bytes: &[u8], budget: u64) -> Vec<(String, String)> {
        let mut found = Vec::new();
        walk(bytes, budget, 1000, |name, content| {
            let mut text = String::new();
            content.read_to_string(&mut text)?;
            found.push((name.to_owned(), text));
            Ok(true)
        })
        .expect("the archive is read");
        found
    }

    #[test]
    fn names_and_contents_are_read_one_after_the_other() {
        let bytes = tar(&[("package/package.json", b"{}"), ("package/LICENSE", &[b'x'; 700])]);
        let found = read(&bytes, 1 << 20);
        assert_eq!(found[0], ("package/package.json".into(), "{}".into()));
        assert_eq!((found[1].0.as_str(), found[1].1.len()), ("package/LICENSE", 700));
        assert_eq!(read(&bytes, 1024).len(), 1);
    }

    #[test]
    fn long_names_stand_before_the_file_they_are_of() {
        let long = "a/".repeat(80) + "LICENSE";
        for (kind, content) in [(b'L', format!("{long}\0")), (b'x', format!("{} path={long}\n", long.len() + 10))] {
            let mut bytes = header("././@LongLink", content.len(), kind).to_vec();
            bytes.extend(content.as_bytes());
            bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
            bytes.extend(tar(&[("cut", b"text"), ("./next", b"")]));
            let names: Vec<String> = read(&bytes, 1 << 20).into_iter().map(|(name, _)| name).collect();
            assert_eq!(names, [long.clone(), "next".into()]);
        }
    }

    #[test]
    fn nonsense_ends_the_archive() {
        assert!(read(b"", 1 << 20).is_empty());
        assert!(read(&[b'x'; 2000], 1 << 20).is_empty());
        let mut bytes = tar(&[("a", b"1"), ("b", b"2")]);
        bytes[2 * BLOCK + 124] = b'9';
        assert_eq!(read(&bytes, 1 << 20).len(), 1);
        let mut huge = header("a", 0, b'0');
        huge[124] = 0xFF;
        huge[128..136].fill(0xFF);
        assert!(read(&huge, 1 << 20).is_empty());
    }
}
