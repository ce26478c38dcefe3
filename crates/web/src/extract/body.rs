//! One loose reader for what clients send: JSON, a form or a query, with numbers as texts and
//! texts as numbers (V1 behaviour §2.3).

use super::{Refusal, form};
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use engine::Error;
use engine::idempotency::CARD_FIELDS;
use serde_json::{Map, Value};
use zeroize::{Zeroize as _, Zeroizing};

/// The fields of a request, those of the body over those of the query. As an extractor it stands
/// last: it takes the body.
#[derive(Clone, Default)]
pub struct Fields(Map<String, Value>);

/// Names only: a value may be a secret.
impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Cards leave with [`Fields::take_secret`] or are wiped with the rest.
impl Drop for Fields {
    fn drop(&mut self) {
        for name in CARD_FIELDS {
            if let Some(value) = self.0.get_mut(name) {
                wipe(value);
            }
        }
    }
}

/// Wipes the texts of a value. A JSON number keeps its digits out of reach and is only dropped.
fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(map) => map.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
        let query = request.uri().query().unwrap_or_default().to_owned();
        let bytes =
            Bytes::from_request(request, state).await.map_err(|rejection| too_large(&rejection))?;
        let read = Self::read(&kind, query.as_bytes(), &bytes);
        // The only copy, unless the connection still holds it: a card may be in there.
        if let Ok(mut bytes) = bytes.try_into_mut() {
            bytes.as_mut().zeroize();
        }
        Ok(read?)
    }
}

/// Why a body could not be read.
pub(crate) fn too_large(rejection: &BytesRejection) -> Refusal {
    match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            Refusal::text(StatusCode::PAYLOAD_TOO_LARGE, "요청 본문이 너무 큽니다.")
        }
        _ => Refusal::text(StatusCode::BAD_REQUEST, "요청 본문을 끝까지 읽지 못했습니다."),
    }
}

impl Fields {
    /// Reads a query and a body of this `Content-Type`.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming what cannot be read, also for a NUL anywhere.
    pub fn read(content_type: &str, query: &[u8], body: &[u8]) -> Result<Self, Error> {
        let mut fields = form::read(query)?;
        fields.extend(read_body(content_type, body)?);
        let nul = fields.iter().find(|(key, value)| key.contains('\0') || has_nul(value));
        if let Some((key, _)) = nul {
            return Err(Error::invalid(key.replace('\0', ""), "NUL 문자를 쓸 수 없습니다."));
        }
        Ok(Self(fields))
    }

    /// A text; `None` if it is missing, null or empty. A number keeps the digits it was sent with.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a list or an object.
    pub fn text(&self, name: &str) -> Result<Option<String>, Error> {
        match self.0.get(name) {
            None => Ok(None),
            Some(value) => match scalar(value) {
                Some(text) => Ok(Some(text).filter(|text| !text.is_empty())),
                None => Err(Error::invalid(name, "하나의 값이어야 합니다.")),
            },
        }
    }

    /// A text that must be there.
    ///
    /// # Errors
    /// HTTP 400 naming it.
    pub fn need(&self, name: &str) -> Result<String, Refusal> {
        self.text(name)?.ok_or_else(|| Refusal::missing(name))
    }

    /// True for `true` and 1, as JSON or text; false for `false`, 0 and where there is nothing.
    ///
    /// # Errors
    /// [`Error::Invalid`] for anything else.
    pub fn flag(&self, name: &str) -> Result<bool, Error> {
        let text = self.text(name)?.unwrap_or_default().to_ascii_lowercase();
        match text.as_str() {
            "true" | "1" => Ok(true),
            "" | "false" | "0" => Ok(false),
            _ => Err(Error::invalid(name, "true 또는 false여야 합니다.")),
        }
    }

    /// A whole number.
    ///
    /// # Errors
    /// [`Error::Invalid`] for anything that is none.
    pub fn integer(&self, name: &str) -> Result<Option<i64>, Error> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let number = text.trim().parse().map_err(|_| Error::invalid(name, "정수여야 합니다."))?;
        Ok(Some(number))
    }

    /// A list of texts, or one text; empty ones are left out. `name[]` is the same as `name`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for objects and for lists of anything but scalars.
    pub fn list(&self, name: &str) -> Result<Vec<String>, Error> {
        let value = self.0.get(name).or_else(|| self.0.get(&format!("{name}[]")));
        let items = match value {
            None => return Ok(Vec::new()),
            Some(Value::Array(items)) => items.iter().map(scalar).collect(),
            Some(one) => scalar(one).map(|text| vec![text]),
        };
        let items: Option<Vec<String>> = items;
        let items = items.ok_or_else(|| Error::invalid(name, "문자열의 목록이어야 합니다."))?;
        Ok(items.into_iter().filter(|text| !text.is_empty()).collect())
    }

    /// A text that leaves no copy behind: it is taken out, and wiped once dropped. `None` if it is
    /// missing, null or empty.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a list or an object, without its content.
    pub fn take_secret(&mut self, name: &str) -> Result<Option<Zeroizing<String>>, Error> {
        let Some(mut value) = self.0.get_mut(name).map(Value::take) else { return Ok(None) };
        let text = scalar(&value).map(Zeroizing::new);
        wipe(&mut value);
        match text {
            Some(text) => Ok(Some(text).filter(|text| !text.is_empty())),
            None => Err(Error::invalid(name, "하나의 값이어야 합니다.")),
        }
    }

    /// A list of objects, each with fields of its own; one object is a list of one, and forms may
    /// carry the list as JSON text.
    ///
    /// # Errors
    /// [`Error::Invalid`] for anything else.
    pub fn objects(&self, name: &str) -> Result<Vec<Self>, Error> {
        let wrong = || Error::invalid(name, "객체의 목록이어야 합니다.");
        let value = match self.0.get(name) {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::String(text)) if text.trim().is_empty() => return Ok(Vec::new()),
            Some(Value::String(text)) => serde_json::from_str(text).map_err(|_| wrong())?,
            Some(value) => value.clone(),
        };
        let items = match value {
            Value::Array(items) => items,
            Value::Object(map) => vec![Value::Object(map)],
            _ => return Err(wrong()),
        };
        let item = |item| match item {
            Value::Object(map) => Ok(Self(map)),
            _ => Err(wrong()),
        };
        let items: Vec<Self> = items.into_iter().map(item).collect::<Result<_, _>>()?;
        if items.iter().any(|item| item.0.values().any(has_nul)) {
            return Err(Error::invalid(name, "NUL 문자를 쓸 수 없습니다."));
        }
        Ok(items)
    }

    /// A text as V1 keeps `custom_data`: objects and lists as JSON text, texts as they are.
    #[must_use]
    pub fn json_text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::Null => None,
            Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
            other => Some(other.to_string()),
        }
    }

    /// All of them.
    #[must_use]
    pub fn into_map(mut self) -> Map<String, Value> {
        std::mem::take(&mut self.0)
    }

    /// All of them, to look at.
    #[must_use]
    pub const fn map(&self) -> &Map<String, Value> {
        &self.0
    }
}

/// Null is an empty text. `None` for what is not one value.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// Bounded by the depth serde_json reads.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(map) => map.iter().any(|(key, value)| key.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// JSON is believed where it says so, and tried wherever it looks so: many clients send it as
/// `text/plain`, as a form, or without any type.
fn read_body(content_type: &str, body: &[u8]) -> Result<Map<String, Value>, Error> {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let start = body.iter().find(|byte| !byte.is_ascii_whitespace());
    if start.is_none() {
        return Ok(Map::new());
    }
    if kind.starts_with("multipart/") {
        let text = "multipart는 지원하지 않습니다. JSON 또는 form으로 보내 주세요.";
        return Err(Error::invalid("Content-Type", text));
    }
    let says_json = kind.ends_with("/json") || kind.ends_with("+json");
    if !says_json && start != Some(&b'{') {
        return form::read(body);
    }
    match json(body) {
        Err(_) if kind == "application/x-www-form-urlencoded" => form::read(body),
        read => read,
    }
}

fn json(body: &[u8]) -> Result<Map<String, Value>, Error> {
    let text =
        std::str::from_utf8(body).map_err(|_| Error::invalid("body", "UTF-8이 아닙니다."))?;
    match serde_json::from_str(text) {
        Ok(Value::Object(map)) => Ok(map),
        // PHP writes an empty array for "no parameters".
        Ok(Value::Null) => Ok(Map::new()),
        Ok(Value::Array(items)) if items.is_empty() => Ok(Map::new()),
        Ok(_) => Err(Error::invalid("body", "JSON 객체여야 합니다.")),
        // Where, but not what: the text may hold a secret.
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            let text = format!("JSON을 읽을 수 없습니다. ({line}행 {column}열)");
            Err(Error::invalid("body", text))
        }
    }
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
