//! The merchant's `request_pay` parameter: loosely typed JSON, read by name.

use serde_json::Value;

/// A view of the parameter.
pub struct Param<'a>(pub &'a Value);

impl Param<'_> {
    /// A field as text: strings as they are, numbers and booleans as JSON writes them, anything
    /// else (also a missing field) empty.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        scalar(self.0.get(key)).unwrap_or_default()
    }

    /// A field that is a text or a list of texts; empty ones are left out.
    #[must_use]
    pub fn texts(&self, key: &str) -> Vec<String> {
        let values = match self.0.get(key) {
            Some(Value::Array(items)) => items.iter().map(|item| scalar(Some(item))).collect(),
            other => vec![scalar(other)],
        };
        values.into_iter().flatten().filter(|text| !text.is_empty()).collect()
    }

    /// A field that is true, `"true"`, 1 or `"1"`.
    #[must_use]
    pub fn flag(&self, key: &str) -> bool {
        matches!(self.text(key).as_str(), "true" | "1")
    }

    /// A buyer's field, cut to its column; `None` if it is empty.
    #[must_use]
    pub fn cut(&self, key: &str, limit: usize) -> Option<String> {
        let text = domain::text::cut(&self.text(key), limit);
        (!text.is_empty()).then_some(text)
    }

    /// `custom_data` as V1 stores it: objects and arrays as JSON text, texts as they are.
    #[must_use]
    pub fn custom_data(&self) -> Option<String> {
        match self.0.get("custom_data") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) if text.is_empty() => None,
            Some(Value::String(text)) => Some(text.replace('\0', "")),
            Some(other) => Some(other.to_string()),
        }
    }
}

fn scalar(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
