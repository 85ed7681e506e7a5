//! The parser's errors in the words of someone who writes a configuration, not a parser.

/// A part of the parser's message, what it means, and what to do.
type Saying = (&'static str, &'static str, &'static str);

/// The first whose part occurs holds.
const SAYINGS: &[Saying] = &[
    ("tabs disallowed", "A tab stands in the indentation.", "Indent with spaces."),
    ("found a tab", "A tab stands in the indentation of a line below.", "Indent with spaces."),
    (
        "simple key",
        "A line before this one has no colon with a space behind it.",
        "Write `key: value`, or remove the line.",
    ),
    (
        "mapping values are not allowed",
        "This is a second colon in the line, or the key is indented more than those beside it.",
        "Indent the keys of a section alike, and put a text with `: ` in it in quotes.",
    ),
    (
        "did not find expected key",
        "The indentation fits no section above, or something follows a closed bracket.",
        "Indent the keys of a section alike.",
    ),
    ("misplaced bracket", "A bracket is closed here that was not opened.", "Remove it, or open it."),
    (
        "expected ',' or",
        "A bracket before this is not closed, or a comma is missing.",
        "Check the brackets above.",
    ),
    (
        "placement of ':'",
        "A bracket before this is not closed, or a comma is missing.",
        "Check the brackets above.",
    ),
    ("escape", "The text in quotes has a `\\` that means nothing.", "Write `\\\\`, or use single quotes."),
    (
        "trailing content",
        "Something follows a closed quote.",
        "Double a single quote that belongs to the text: `''`.",
    ),
    ("quoted scalar", "The quote that opens here or above is not closed.", "Close it in the same line."),
    ("unexpected character", "No value begins with this character.", "Put the value in quotes."),
    (
        "unknown anchor",
        "There is no value with an anchor (`&name`) for this alias (`*name`).",
        "Write the value out.",
    ),
    ("anchor or alias", "A name is missing behind `&` or `*`.", "Put the value in quotes."),
    (
        "sequence entries",
        "A list can't begin in this place.",
        "Begin it in the next line, or write `[a, b]`.",
    ),
    ("unprintable", "A character stands here that no text has.", "Remove it, or save the text as UTF-8."),
];

/// What is wrong, and what to do.
pub(super) fn explained(parser_message: &str) -> (String, &'static str) {
    match SAYINGS.iter().find(|(part, ..)| parser_message.contains(part)) {
        Some((_, meaning, hint)) => ((*meaning).to_owned(), hint),
        None => (
            format!("The text is not valid YAML here ({parser_message})."),
            "Check the indentation, the colons, and that every quote and bracket is closed.",
        ),
    }
}
