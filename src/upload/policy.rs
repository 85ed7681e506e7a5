//! The policy of a presigned form: what may be posted, and until when.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use serde_json::Value;

/// What a form may hold, as far as an upload needs to know it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    /// When it expires, milliseconds since 1970.
    pub expires_at: Option<f64>,
    /// Fewest and most bytes of a file.
    pub length: Option<(u64, u64)>,
    conditions: Vec<Condition>,
}

/// What a field must be.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Condition {
    field: String,
    value: String,
    is_prefix: bool,
}

impl Policy {
    /// Reads the field `policy`; nothing if it is not one.
    pub fn parse(field: &str) -> Option<Self> {
        let json: Value = serde_json::from_slice(&STANDARD.decode(field.trim()).ok()?).ok()?;
        let expiration = json.get("expiration")?.as_str()?;
        let mut policy = Self {
            expires_at: DateTime::parse_from_rfc3339(expiration).ok().map(|at| at.timestamp_millis() as f64),
            ..Self::default()
        };
        for condition in json.get("conditions")?.as_array()? {
            policy.add(condition);
        }
        Some(policy)
    }

    fn add(&mut self, condition: &Value) {
        if let Some(fields) = condition.as_object() {
            for (field, value) in fields {
                self.push(field, value.as_str().unwrap_or_default(), false);
            }
        }
        match condition.as_array().map(Vec::as_slice) {
            Some([kind, from, to]) if kind == "content-length-range" => {
                self.length = from.as_u64().zip(to.as_u64());
            }
            Some([Value::String(kind), Value::String(field), Value::String(value)]) => {
                self.push(field.trim_start_matches('$'), value, kind == "starts-with");
            }
            _ => {}
        }
    }

    fn push(&mut self, field: &str, value: &str, is_prefix: bool) {
        self.conditions.push(Condition { field: field.to_lowercase(), value: value.to_owned(), is_prefix });
    }

    /// Whether the form may have this field with this value: one without a condition must be left out.
    pub fn allows(&self, field: &str, value: &str) -> bool {
        let mut conditions =
            self.conditions.iter().filter(|condition| condition.field == field.to_lowercase()).peekable();
        conditions.peek().is_some()
            && conditions.all(|condition| match condition.is_prefix {
                true => value.starts_with(&condition.value),
                false => value == condition.value,
            })
    }
}
