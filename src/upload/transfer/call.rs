//! What a request consists of.

use super::item::{Item, Phase};
use super::{Body, Call};
use crate::upload::checksum::Checksum;
use crate::upload::route::Route;
use crate::upload::xml;

/// The request that this file is waiting for.
pub(super) fn call(item: &Item, unit: Option<usize>) -> Call {
    let url = item.address(unit).expect("a phase has its URL").url().to_owned();
    let request = |method, headers, body| Call { method, url, headers, body };
    let Some(unit) = unit.map(|unit| &item.units[unit]) else {
        return match item.phase {
            Phase::List { .. } => request("GET", Vec::new(), Body::Empty),
            Phase::Abort => request("DELETE", Vec::new(), Body::Empty),
            _ => {
                let etags = item.units.iter().map(|unit| unit.etag.as_deref().unwrap_or_default());
                let text = xml::complete_request(etags);
                let headers = vec![
                    header("Content-Type", "application/xml"),
                    header("Content-MD5", &Checksum::of(text.as_bytes()).base64()),
                ];
                request("POST", headers, Body::Text(text))
            }
        };
    };
    let checksum = unit.checksum.expect("it is computed before the request is prepared").base64();
    let (from, to) = unit.range;
    match &item.route {
        Route::Multipart { .. } => {
            request("PUT", vec![header("Content-MD5", &checksum)], Body::Range(from, to))
        }
        Route::Put { headers, .. } => {
            let mut headers = headers.clone();
            for (name, value) in [("Content-Type", item.file.media_type.as_str()), ("Content-MD5", &checksum)]
            {
                if !headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
                    headers.push(header(name, value));
                }
            }
            request("PUT", headers, Body::Range(from, to))
        }
        Route::Post(form) => {
            let ours = [
                ("key", item.key.as_str()),
                ("Content-Type", &item.file.media_type),
                ("Content-MD5", &checksum),
            ];
            let is_ours = |name: &str| ours.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
            let mut fields: Vec<(String, String)> = form
                .fields
                .iter()
                .filter(|(name, _)| !is_ours(name))
                .map(|(name, value)| header(name, value))
                .collect();
            for (name, value) in ours {
                let is_allowed = form.policy.as_ref().is_some_and(|policy| policy.allows(name, value));
                match form.field(name).filter(|_| !is_allowed) {
                    Some(signed) => fields.push(header(name, signed)),
                    None if is_allowed => fields.push(header(name, value)),
                    None => {}
                }
            }
            request("POST", Vec::new(), Body::Form(fields))
        }
    }
}

fn header(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}
