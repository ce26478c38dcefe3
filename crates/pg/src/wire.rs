//! Requests and answers as values, and the way they travel.

/// An HTTP request to a PG. The URL is the PG's real one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `POST` or `GET`.
    pub method: &'static str,
    /// Absolute URL.
    pub url: String,
    /// Header names and values.
    pub headers: Vec<(String, String)>,
    /// The body as sent.
    pub body: Vec<u8>,
    /// A short name of the operation, for the exchange log: `approve`, `cancel`, `lookup`, ...
    pub operation: &'static str,
}

impl Request {
    /// A JSON POST.
    #[must_use]
    pub fn json(operation: &'static str, url: impl Into<String>, body: &serde_json::Value) -> Self {
        Self {
            method: "POST",
            url: url.into(),
            headers: vec![("content-type".into(), "application/json; charset=utf-8".into())],
            body: body.to_string().into_bytes(),
            operation,
        }
    }

    /// A form POST with an already encoded body (see [`crate::form`]).
    #[must_use]
    pub fn form(operation: &'static str, url: impl Into<String>, body: String) -> Self {
        let kind = "application/x-www-form-urlencoded".into();
        Self {
            method: "POST",
            url: url.into(),
            headers: vec![("content-type".into(), kind)],
            body: body.into_bytes(),
            operation,
        }
    }
}

/// An HTTP answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`, or empty.
    pub content_type: String,
    /// The body as received.
    pub body: Vec<u8>,
}

impl Response {
    /// A plain-text answer with HTTP 200.
    #[must_use]
    pub fn text(body: &str) -> Self {
        Self { status: 200, content_type: "text/plain; charset=utf-8".into(), body: body.into() }
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No byte of the request reached the PG: trying again cannot double anything.
    #[error("not sent: {0}")]
    NotSent(String),
    /// It may have arrived: timed out, reset, or the answer was cut.
    #[error("no answer: {0}")]
    NoAnswer(String),
}

/// Sends a request and waits for the answer, within the hub's PG time-out.
#[async_trait::async_trait]
pub trait Transport: Send + Sync {
    /// # Errors
    /// [`TransportError`] says whether the PG may have seen the request.
    async fn send(&self, request: Request) -> Result<Response, TransportError>;
}
