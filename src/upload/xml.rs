//! S3's answers. Servers write their elements in different orders, and some answer 200 before they
//! know how it ends: an answer is judged by its root element.

use roxmltree::{Document, Node};

/// Longest answer that is read, bytes: a list of a thousand parts has 400 kB.
const MAX_LENGTH: usize = 4 << 20;

/// What a server's answer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It went wrong.
    Error {
        /// S3's word for what went wrong, such as `AccessDenied`.
        code: String,
        /// The server's sentence.
        message: String,
    },
    /// The parts that the server holds.
    Parts {
        /// Those that it names.
        parts: Vec<ListedPart>,
        /// Whether there are more.
        is_truncated: bool,
    },
    /// A multipart upload has become an object.
    Completed {
        /// Its ETag, if the server says.
        etag: Option<String>,
    },
    /// A form was stored.
    Posted {
        /// Its ETag, if the server says.
        etag: Option<String>,
    },
}

/// A part that the server holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPart {
    /// From 1.
    pub number: usize,
    /// Bytes.
    pub size: u64,
    /// Its ETag, with quotes if the server wrote some.
    pub etag: String,
}

/// Reads an answer; nothing if it is none of those that are known.
pub fn parse(body: &str) -> Option<Answer> {
    if body.len() > MAX_LENGTH {
        return None;
    }
    // Document types are refused by default, and entities with them.
    let document = Document::parse(body.trim_start()).ok()?;
    let root = document.root_element();
    match root.tag_name().name() {
        "Error" => Some(Answer::Error {
            code: text(root, "Code").unwrap_or_default(),
            message: text(root, "Message").unwrap_or_default(),
        }),
        "ListPartsResult" => Some(Answer::Parts {
            parts: root.children().filter(|node| node.has_tag_name_any("Part")).filter_map(part).collect(),
            is_truncated: text(root, "IsTruncated").is_some_and(|value| value == "true"),
        }),
        "CompleteMultipartUploadResult" => Some(Answer::Completed { etag: text(root, "ETag") }),
        "PostResponse" => Some(Answer::Posted { etag: text(root, "ETag") }),
        _ => None,
    }
}

/// Names without their namespace: servers differ in whether they write one.
trait LocalName {
    fn has_tag_name_any(&self, name: &str) -> bool;
}

impl LocalName for Node<'_, '_> {
    fn has_tag_name_any(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }
}

fn part(node: Node<'_, '_>) -> Option<ListedPart> {
    Some(ListedPart {
        number: text(node, "PartNumber")?.parse().ok()?,
        size: text(node, "Size")?.parse().ok()?,
        etag: text(node, "ETag")?,
    })
}

/// The text of a child; nothing where it is missing or empty.
fn text(node: Node<'_, '_>, name: &str) -> Option<String> {
    let child = node.children().find(|child| child.has_tag_name_any(name))?;
    child.text().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The request that puts these parts together, by their ETags in order.
pub fn complete_request<'a>(etags: impl Iterator<Item = &'a str>) -> String {
    let mut xml = String::from("<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
    for (index, etag) in etags.enumerate() {
        xml += &format!("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", index + 1, escaped(etag));
    }
    xml + "</CompleteMultipartUpload>"
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
