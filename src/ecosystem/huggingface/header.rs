//! What the headers of weights say: safetensors and GGUF. Both are written by strangers: every length is checked against what
//! is there before it is believed.

use std::collections::BTreeMap;

/// What a header says, by its own keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Header {
    /// Texts by key.
    pub texts: BTreeMap<String, String>,
    /// What is wrong with it.
    pub trouble: Option<&'static str>,
}

impl Header {
    /// The first of these keys that says something.
    pub fn text(&self, keys: &[&str]) -> Option<&str> {
        keys.iter().filter_map(|key| self.texts.get(*key)).map(|text| text.trim()).find(|text| !text.is_empty())
    }
}

/// Longer texts of a header are no names.
const LONGEST: usize = 2_000;

/// A safetensors file: the length of a JSON text as 64 bits, and the text, whose `__metadata__` holds texts.
pub(super) fn safetensors(head: &[u8], size: u64) -> Header {
    let mut header = Header::default();
    let Some((length, rest)) = head.split_first_chunk::<8>() else {
        header.trouble = Some("is shorter than its header's length");
        return header;
    };
    let length = u64::from_le_bytes(*length);
    if length > size.saturating_sub(8) {
        header.trouble = Some("says that its header is longer than the file");
        return header;
    }
    let json = &rest[..rest.len().min(usize::try_from(length).unwrap_or(usize::MAX))];
    let key = b"\"__metadata__\"";
    // It is the first key where there is one.
    if let Some(at) = memchr::memmem::find(json, key) {
        let after = json[at + key.len()..].trim_ascii_start();
        if let Some(value) = after.strip_prefix(b":") {
            let mut read = serde_json::Deserializer::from_slice(value).into_iter::<BTreeMap<String, String>>();
            match read.next() {
                Some(Ok(texts)) => header.texts = texts,
                Some(Err(_)) | None => header.trouble = Some("has metadata that could not be read"),
            }
        }
    }
    header.texts.retain(|_, text| text.len() <= LONGEST);
    header
}

/// Bytes that are taken from the front.
struct Bytes<'b>(&'b [u8]);

impl<'b> Bytes<'b> {
    fn take(&mut self, count: u64) -> Option<&'b [u8]> {
        let count = usize::try_from(count).ok()?;
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn u32(&mut self) -> Option<u32> {
        let (taken, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*taken))
    }

    fn u64(&mut self) -> Option<u64> {
        let (taken, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*taken))
    }

    fn text(&mut self) -> Option<&'b [u8]> {
        let length = self.u64()?;
        self.take(length)
    }

    /// Passes over a value; texts are answered.
    fn value(&mut self, kind: u32) -> Option<Option<&'b [u8]>> {
        let size = |kind| match kind {
            0 | 1 | 7 => Some(1),
            2 | 3 => Some(2),
            4..=6 => Some(4),
            10..=12 => Some(8),
            _ => None,
        };
        match kind {
            8 => return self.text().map(Some),
            9 => {
                let inner = self.u32()?;
                let count = self.u64()?;
                if inner == 8 {
                    for _ in 0..count {
                        self.text()?;
                    }
                } else {
                    self.take(count.checked_mul(size(inner)?)?)?;
                }
            }
            kind => drop(self.take(size(kind)?)?),
        }
        Some(None)
    }
}

/// A GGUF file, version 2 or 3 (ggml's `docs/gguf.md`): keys with typed values behind counts. Keys of a vocabulary may be
/// longer than what was read; those of `general.` come before them.
pub(super) fn gguf(head: &[u8]) -> Header {
    let mut header = Header::default();
    let mut bytes = Bytes(head);
    let fixed = (|| {
        bytes.take(4)?;
        let version = bytes.u32()?;
        bytes.u64()?;
        Some((version, bytes.u64()?))
    })();
    let Some((version, count)) = fixed else {
        header.trouble = Some("ends within its header");
        return header;
    };
    if !(2..=3).contains(&version) {
        header.trouble = Some("is of a version of GGUF that is not known");
        return header;
    }
    for _ in 0..count {
        let entry = (|| {
            let key = bytes.text()?;
            let kind = bytes.u32()?;
            Some((key, bytes.value(kind)?))
        })();
        let Some((key, value)) = entry else { break };
        if let (Ok(key), Some(Ok(text))) = (std::str::from_utf8(key), value.map(std::str::from_utf8))
            && key.starts_with("general.")
            && text.len() <= LONGEST
        {
            header.texts.insert(key.to_owned(), text.to_owned());
        }
    }
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Vec<u8> {
        [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat()
    }

    #[test]
    fn safetensors_metadata_is_read_and_lengths_are_not_believed() {
        let json = br#"{"__metadata__":{"modelspec.license":"Apache-2.0"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
        let file = [&(json.len() as u64).to_le_bytes()[..], json, &[0; 4]].concat();
        let header = safetensors(&file, file.len() as u64);
        assert_eq!((header.text(&["modelspec.license"]), header.trouble), (Some("Apache-2.0"), None));
        for length in [1 << 63, u64::MAX, 1_000] {
            let file = [&u64::to_le_bytes(length)[..], json].concat();
            assert!(safetensors(&file, file.len() as u64).trouble.is_some());
        }
        for end in 0..file.len() {
            safetensors(&file[..end], end as u64);
        }
        let deep = [&1_000_000_u64.to_le_bytes()[..], b"{\"__metadata__\":", &[b'['; 999_000]].concat();
        assert!(safetensors(&deep, u64::MAX).trouble.is_some());
    }

    #[test]
    fn gguf_keys_are_read_and_counts_are_not_believed() {
        let mut file = [&b"GGUF"[..], &3_u32.to_le_bytes(), &0_u64.to_le_bytes(), &4_u64.to_le_bytes()].concat();
        file.extend(text("general.name"));
        file.extend([&8_u32.to_le_bytes()[..], &text("Tiny")].concat());
        file.extend(text("general.tags"));
        file.extend([&9_u32.to_le_bytes()[..], &8_u32.to_le_bytes(), &1_u64.to_le_bytes(), &text("a")].concat());
        file.extend(text("general.file_type"));
        file.extend([&4_u32.to_le_bytes()[..], &[1, 0, 0, 0]].concat());
        file.extend(text("general.license"));
        file.extend([&8_u32.to_le_bytes()[..], &text("mit")].concat());
        let header = gguf(&file);
        assert_eq!(header.text(&["general.license"]), Some("mit"));
        assert_eq!(header.text(&["general.name"]), Some("Tiny"));
        for end in 0..file.len() {
            gguf(&file[..end]);
        }
        for at in 0..file.len() {
            let mut changed = file.clone();
            changed[at] = 0xFF;
            gguf(&changed);
        }
        assert!(gguf(b"GGUF").trouble.is_some());
    }
}
