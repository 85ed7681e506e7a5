//! Values and errors on their way to JavaScript.

use js_sys::Error as JsError;
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::error::Error;

/// What a function of the boundary returns: an `Error` with a readable message is thrown.
pub(super) type JsResult<T = JsValue> = std::result::Result<T, Thrown>;

/// An error on its way to becoming a JavaScript `Error`.
#[derive(Debug)]
pub struct Thrown(String);

impl Thrown {
    /// Of a bad configuration's problems only the first, without its place.
    #[cfg(feature = "generator")]
    pub(super) fn first_problem(error: &Error) -> Self {
        Self(match error.problems().first() {
            Some(problem) => {
                [problem.message.as_str(), problem.hint.as_deref().unwrap_or_default()].join(" ")
            }
            None => error.to_string(),
        })
    }
}

impl From<Error> for Thrown {
    fn from(error: Error) -> Self {
        Self(error.to_string())
    }
}

impl From<serde_wasm_bindgen::Error> for Thrown {
    fn from(error: serde_wasm_bindgen::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<Thrown> for JsValue {
    fn from(Thrown(message): Thrown) -> Self {
        JsError::new(&message).into()
    }
}

/// Plain objects, arrays and `null`.
pub(super) fn to_js<T: Serialize + ?Sized>(value: &T) -> JsResult {
    Ok(value.serialize(&serde_wasm_bindgen::Serializer::json_compatible())?)
}
