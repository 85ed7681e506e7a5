//! A panic ends the instance: its message is left where the page finds it.

use std::panic::PanicHookInfo;

use js_sys::{Reflect, global};
use wasm_bindgen::JsValue;

/// Where the message is: a property of the global object, because after a panic nothing inside
/// the instance may be trusted any more.
const PLACE: &str = "fleetsynthPanic";

/// Prints every panic to the console, with its stack, and leaves its message.
pub(super) fn install() {
    std::panic::set_hook(Box::new(|info| {
        leave(info);
        console_error_panic_hook::hook(info);
    }));
}

fn leave(info: &PanicHookInfo<'_>) {
    let message = info.to_string().into();
    // Nobody could be told of a failure here.
    let _ = Reflect::set(&global(), &JsValue::from_str(PLACE), &message);
}
