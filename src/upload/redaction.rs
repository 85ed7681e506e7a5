//! Presigned URLs never stand in a text: whatever could sign a request is taken out of it.

/// What stands in its place.
pub const REDACTED: &str = "(redacted)";
/// A word this long that is all hexadecimal digits may be a signature.
const SIGNATURE_DIGITS: usize = 32;
/// In lower case: parameters and fields whose values are secret.
const SECRETS: [&str; 9] = [
    "x-amz-signature",
    "x-amz-credential",
    "x-amz-security-token",
    "awsaccesskeyid",
    "signature",
    "policy",
    "token",
    "secret",
    "credential",
];

/// The text without the queries of URLs, without values that belong to a signature, and without
/// words that may be one.
pub fn redact(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for word in text.split_inclusive(is_separator) {
        let (word, separator) = match word.char_indices().next_back() {
            Some((at, last)) if is_separator(last) => word.split_at(at),
            _ => (word, ""),
        };
        clean += &redact_word(word);
        clean += separator;
    }
    clean
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || c.is_control() || "\"'<>`|,;()[]{}".contains(c)
}

fn redact_word(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    // A query, wherever it begins: S3's own parameters are secret, and whose others are is not known.
    // One that is empty, as what was redacted before leaves it, has nothing to hide.
    let begins_query =
        |at: &usize| word[*at..].contains('=') || (lower.contains("://") && at + 1 < word.len());
    if let Some(query) = word.find('?').filter(begins_query) {
        return format!("{}?{REDACTED}", redact_word(&word[..query]));
    }
    let names = SECRETS.iter().flat_map(|name| lower.match_indices(name));
    let ends = names.map(|(at, name)| at + name.len());
    let secret = ends.filter(|&end| {
        let rest = &lower[end..];
        // The signs of an assignment, encoded too.
        ["=", ":", "%3d"].iter().any(|sign| rest.starts_with(sign)) && rest.len() > 1
    });
    if let Some(value) = secret.min() {
        return format!("{}={REDACTED}", redact_word(&word[..value]));
    }
    let longest = word.split(|c: char| !c.is_ascii_hexdigit()).map(str::len).max().unwrap_or(0);
    if longest >= SIGNATURE_DIGITS { REDACTED.to_owned() } else { word.to_owned() }
}
