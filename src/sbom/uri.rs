//! URLs as schemas ask for them: what lock files hold is text of a stranger.

/// The text as a URI (RFC 3986), with whatever must not stand in one percent-encoded; `None` if it has no scheme or its
/// authority could not be one (`git@host:path` of ssh is no URI).
pub(crate) fn uri(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once(':')?;
    let mut letters = scheme.bytes();
    let starts = letters.next().is_some_and(|byte| byte.is_ascii_alphabetic());
    if !starts || !letters.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')) {
        return None;
    }
    let path = match rest.strip_prefix("//") {
        Some(rest) => {
            let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
            let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
            let host_is_plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
            let host_is_there = !host.is_empty() || scheme.eq_ignore_ascii_case("file");
            if !host_is_plain || !host_is_there || port.len() > 5 || !port.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            &rest[authority.len()..]
        }
        None if rest.is_empty() => return None,
        None => rest,
    };
    let mut written = String::with_capacity(text.len());
    written.push_str(&text[..text.len() - path.len()]);
    let bytes = path.as_bytes();
    let mut in_fragment = false;
    for (at, &byte) in bytes.iter().enumerate() {
        let stays = match byte {
            b'%' => bytes.get(at + 1..at + 3).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit)),
            b'#' => !std::mem::replace(&mut in_fragment, true),
            _ => byte.is_ascii_alphanumeric() || b"-._~:/?@!$&'()*+,;=".contains(&byte),
        };
        if stays {
            written.push(byte as char);
        } else {
            const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
            written.push('%');
            written.push(DIGITS[usize::from(byte >> 4)] as char);
            written.push(DIGITS[usize::from(byte & 15)] as char);
        }
    }
    Some(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_not_stand_in_a_uri_is_encoded() {
        assert_eq!(uri("https://git.example/a/b.git?x=1#y").as_deref(), Some("https://git.example/a/b.git?x=1#y"));
        assert_eq!(
            uri("https://files.example:8443/a b/<c>%zz#d#e\u{e9}").as_deref(),
            Some("https://files.example:8443/a%20b/%3Cc%3E%25zz#d%23e%C3%A9")
        );
        assert_eq!(uri("github:owner/repo").as_deref(), Some("github:owner/repo"));
        assert_eq!(uri("file:///a").as_deref(), Some("file:///a"));
    }

    #[test]
    fn what_is_no_uri_is_none() {
        for text in
            ["", ":", "a:", "git@host.example:a/b", "1a:b", "//host/a", "https://", "https://a:b:c/", "https://[::1]/"]
        {
            assert_eq!(uri(text), None, "{text}");
        }
    }
}
