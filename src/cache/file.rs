//! Files of a cache, of which none is believed in what it says of its size.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Files by their names, with what is in them.
pub(super) type Files = Vec<(String, Vec<u8>)>;

/// Opens a plain file that is not too large. Asked before opening: opening a FIFO waits for a writer that may never come.
pub(super) fn open(file: &Path, largest: u64) -> Option<File> {
    let metadata = std::fs::metadata(file).ok()?;
    (metadata.is_file() && metadata.len() <= largest).then(|| File::open(file).ok()).flatten()
}

/// At most `limit` bytes; what an archive says of the size of its files is not believed.
pub(super) fn bounded(content: &mut dyn Read, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    content.take(limit + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}
