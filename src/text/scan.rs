//! Finding the next byte of interest, eight bytes at a time.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Marks the bytes of `word` that are zero. Only the lowest mark is sure.
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGHS
}

/// Marks the bytes of `word` that equal `byte`. Only the lowest mark is sure.
const fn equals(word: u64, byte: u8) -> u64 {
    zeros(word ^ (ONES * byte as u64))
}

/// Marks the control characters below a space. Only the lowest mark is sure.
const fn controls(word: u64) -> u64 {
    word.wrapping_sub(ONES * 0x20) & !word & HIGHS
}

fn find(bytes: &[u8], from: usize, marks: impl Fn(u64) -> u64, stops: impl Fn(u8) -> bool) -> usize {
    let mut at = from;
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let found = marks(u64::from_le_bytes(*chunk));
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while at < bytes.len() && !stops(bytes[at]) {
        at += 1;
    }
    at
}

/// Where, at or after `from`, a string in double quotes needs a closer look: at a quote, a backslash or a control
/// character; the end of the text if nowhere.
pub(super) fn double_quoted(bytes: &[u8], from: usize) -> usize {
    find(
        bytes,
        from,
        |word| equals(word, b'"') | equals(word, b'\\') | controls(word),
        |byte| matches!(byte, b'"' | b'\\' | 0..0x20),
    )
}

/// The same for a string in single quotes: at a quote or a control character.
pub(super) fn single_quoted(bytes: &[u8], from: usize) -> usize {
    find(bytes, from, |word| equals(word, b'\'') | controls(word), |byte| matches!(byte, b'\'' | 0..0x20))
}

/// Where a plain scalar of YAML needs a closer look: at `:`, `#` or a control character.
pub(super) fn plain(bytes: &[u8], from: usize) -> usize {
    find(
        bytes,
        from,
        |word| equals(word, b':') | equals(word, b'#') | controls(word),
        |byte| matches!(byte, b':' | b'#' | 0..0x20),
    )
}

/// The same within brackets, where `,`, `[`, `]`, `{` and `}` count as well.
pub(super) fn plain_in_brackets(bytes: &[u8], from: usize) -> usize {
    // A bracket differs from its brace in one bit, and nothing else becomes a brace by that bit.
    find(
        bytes,
        from,
        |word| {
            let folded = word | (ONES * 0x20);
            equals(word, b':')
                | equals(word, b'#')
                | equals(word, b',')
                | equals(folded, b'{')
                | equals(folded, b'}')
                | controls(word)
        },
        |byte| matches!(byte, b':' | b'#' | b',' | b'[' | b']' | b'{' | b'}' | 0..0x20),
    )
}

/// The first control character at or after `from`: an end of line, a tab, or something that does not belong in a text.
pub(super) fn control(bytes: &[u8], from: usize) -> usize {
    find(bytes, from, controls, |byte| byte < 0x20)
}

/// The end of a run of spaces that begins at `from`.
pub(super) fn spaces(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let other = u64::from_le_bytes(*chunk) ^ (ONES * b' ' as u64);
        if other != 0 {
            return at + other.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while bytes.get(at) == Some(&b' ') {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every single byte at every place among eight, against the plain definition.
    #[test]
    fn eight_at_a_time_finds_what_one_at_a_time_finds() {
        for byte in 0..=255u8 {
            for place in 0..20 {
                let mut bytes = [b'x'; 20];
                bytes[place] = byte;
                let expect = |stops: &dyn Fn(u8) -> bool| if stops(byte) { place } else { bytes.len() };
                assert_eq!(double_quoted(&bytes, 0), expect(&|byte| byte < 0x20 || byte == b'"' || byte == b'\\'));
                assert_eq!(single_quoted(&bytes, 0), expect(&|byte| byte < 0x20 || byte == b'\''));
                assert_eq!(plain(&bytes, 0), expect(&|byte| byte < 0x20 || b":#".contains(&byte)));
                assert_eq!(plain_in_brackets(&bytes, 0), expect(&|byte| byte < 0x20 || b":#,[]{}".contains(&byte)));
                assert_eq!(control(&bytes, 0), expect(&|byte| byte < 0x20));
                let mut blank = [b' '; 20];
                blank[place] = byte;
                assert_eq!(spaces(&blank, 0), if byte == b' ' { 20 } else { place });
            }
        }
    }
}
