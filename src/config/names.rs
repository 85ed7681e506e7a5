//! What the user's own names may look like. They stand in files, pages and terminals.

use super::limits::{MAX_NAME, MAX_PATH};

/// Refuses a name that is too long, invisible in part, or part of a path.
pub(super) fn name_problem(name: &str) -> Option<(String, &'static str)> {
    if name.chars().nth(MAX_NAME).is_some() {
        return Some((format!("is longer than {MAX_NAME} characters."), "Shorten it."));
    }
    if name.contains(['/', '\\']) {
        return Some(("contains a slash.".to_owned(), "Write it without: a name is no path."));
    }
    visible_problem(name)
}

/// Refuses a unit as a name is refused, but lets slashes pass: `MB/s`.
pub(super) fn unit_problem(unit: &str) -> Option<(String, &'static str)> {
    name_problem(&unit.replace('/', ""))
}

/// Refuses a path that is too long, invisible in part, or that climbs out of its folder.
pub(super) fn path_problem(path: &str) -> Option<(String, &'static str)> {
    if path.chars().nth(MAX_PATH).is_some() {
        return Some((format!("is longer than {MAX_PATH} characters."), "Shorten it."));
    }
    if path.split(['/', '\\']).any(|part| part == "..") {
        return Some(("contains `..`.".to_owned(), "Write the path that it leads to."));
    }
    visible_problem(path)
}

/// Refuses characters that don't show or that turn the direction of the text around them.
fn visible_problem(text: &str) -> Option<(String, &'static str)> {
    let hidden = text.chars().find(|c| {
        c.is_control()
            || matches!(
                u32::from(*c),
                0xAD | 0x61C | 0x180E | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFE00..=0xFE0F
                    | 0xFEFF | 0xFFF9..=0xFFFB | 0xE0000..=0xE0FFF
            )
    })?;
    let message = format!("contains U+{:04X}, a character that doesn't show.", u32::from(hidden));
    Some((message, "Type it anew rather than pasting it."))
}

/// A column name, `[a-z][a-z0-9_]*`.
pub(super) fn column_name_problem(name: &str, fixed: &[&str]) -> Option<(String, String)> {
    if let Some((message, hint)) = name_problem(name) {
        return Some((message, hint.to_owned()));
    }
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if !name.starts_with(|first: char| first.is_ascii_lowercase()) || !name.bytes().all(allowed) {
        let mut mended: String = name
            .to_ascii_lowercase()
            .chars()
            .map(|c| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '_' })
            .collect();
        if !mended.starts_with(|first: char| first.is_ascii_lowercase()) {
            mended.insert_str(0, "m_");
        }
        return Some((
            "is not a column name: small letters, digits and `_`, and a letter first.".to_owned(),
            format!("Write `{mended}`, for example."),
        ));
    }
    if fixed.contains(&name) {
        return Some((
            "is the name of a column that is always there.".to_owned(),
            format!("Write `{name}_p95`, for example."),
        ));
    }
    None
}
