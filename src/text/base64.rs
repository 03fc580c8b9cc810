//! Base64, in which lock files and package managers write digests.

/// The bytes of a text in base64 (RFC 4648, section 4, or section 5 with its alphabet for URLs), with or without padding; `None`
/// if it is none.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    /// What a character stands for; 64 where it stands for nothing.
    static VALUES: [u8; 256] = {
        let mut values = [64; 256];
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut value = 0;
        while value < alphabet.len() {
            values[alphabet[value] as usize] = value as u8;
            value += 1;
        }
        values[b'-' as usize] = 62;
        values[b'_' as usize] = 63;
        values
    };
    let text = text.trim_end_matches('=').as_bytes();
    let four = text.chunks_exact(4);
    let mut bytes = vec![0; text.len() / 4 * 3];
    let rest = four.remainder();
    let mut wrong = 0;
    for (three, group) in bytes.chunks_exact_mut(3).zip(four) {
        let [a, b, c, d] = [0, 1, 2, 3].map(|at| VALUES[usize::from(group[at])]);
        wrong |= a | b | c | d;
        three.copy_from_slice(&[(a << 2) | (b >> 4), (b << 4) | (c >> 2), (c << 6) | d]);
    }
    // What is left over is one byte or two, and its last bits are padding: zero.
    match *rest {
        [] => {}
        [a, b] => {
            let [a, b] = [a, b].map(|byte| VALUES[usize::from(byte)]);
            wrong |= a | b | if b & 15 == 0 { 0 } else { 64 };
            bytes.push((a << 2) | (b >> 4));
        }
        [a, b, c] => {
            let [a, b, c] = [a, b, c].map(|byte| VALUES[usize::from(byte)]);
            wrong |= a | b | c | if c & 3 == 0 { 0 } else { 64 };
            bytes.extend_from_slice(&[(a << 2) | (b >> 4), (b << 4) | (c >> 2)]);
        }
        _ => return None,
    }
    (wrong < 64).then_some(bytes)
}

/// Bytes as base64 (RFC 4648, section 4), with padding.
pub fn encode(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let at = |index: usize| u32::from(three.get(index).copied().unwrap_or_default());
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..4 {
            let value = (bits >> (18 - 6 * digit)) as usize & 63;
            text.push(if digit <= three.len() { char::from(DIGITS[value]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn the_examples_of_the_specification_hold_with_and_without_padding() {
        // RFC 4648, section 10.
        for (text, bytes) in
            [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9vYmFy", "foobar")]
        {
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()), "{text}");
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text.trim_end_matches('=')).as_deref(), Some(bytes.as_bytes()), "{text}");
        }
        assert_eq!(decode("+/-_"), Some(vec![0xFB, 0xFF, 0xBF]));
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in ["Z", "Zm9vZ", "Zm 9", "Zm9*", "Zh==", "Zm9="] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
