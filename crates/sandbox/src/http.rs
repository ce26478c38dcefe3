//! The sandbox on its own origin: `/{host}/{path}` is that host's page.

use crate::{Handled, Millis, Sandbox, SimReply, SimRequest, index};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, RawQuery, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
    routing::get,
};
use futures_util::stream::poll_fn;
use http_body_util::LengthLimitError;
use std::{io, sync::Arc, task::Poll, time::Duration};

/// The header that moves the PG's clock for one request, milliseconds since 1970 UTC.
const AT: HeaderName = HeaderName::from_static("x-ieum-at");

/// The end of the year 9999, after which nobody writes dates in four digits.
const LAST_MILLIS: i64 = 253_402_300_799_999;

/// The largest request body.
const BODY_LIMIT: usize = 256 * 1024;

/// How long a caller that does not hang up is kept waiting for an answer that never comes.
const HOLD: Duration = Duration::from_secs(120);

/// What a cut answer promises and what it delivers.
const PROMISED: &str = "4096";
const DELIVERED: &[u8] = b"{\"res";

impl Sandbox {
    /// The routes: an index at `/`, a PG's account of a few days at `/settlement/{pg}.csv`, every
    /// host at `/{host}/..` with any method.
    pub fn router(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/", get(index_page))
            .route("/settlement/{file}", get(settlement_file))
            .fallback(host_page)
            .with_state(Arc::clone(self))
    }
}

/// What the PGs' admin pages offer for download; see [`Sandbox::settlement`].
async fn settlement_file(
    State(sandbox): State<Arc<Sandbox>>,
    Path(file): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let pg = file.strip_suffix(".csv").unwrap_or(&file);
    let query = query.unwrap_or_default();
    match sandbox.settlement(pg, &query) {
        Ok(text) => answer(SimReply::ok("text/csv; charset=utf-8", text)),
        Err(why) => answer(plain(400, format!("{why}\n"))),
    }
}

async fn index_page(State(sandbox): State<Arc<Sandbox>>) -> Response {
    answer(SimReply::html(index::page(&sandbox)))
}

async fn host_page(State(sandbox): State<Arc<Sandbox>>, request: Request) -> Response {
    let at = match at(request.headers()) {
        Ok(at) => at,
        Err(refusal) => return answer(refusal),
    };
    match read(request).await {
        Ok(request) => deliver(sandbox.handle(request, at).await).await,
        Err(refusal) => answer(refusal),
    }
}

/// The path is taken as sent: decoding is the simulator's business, as it is the PG's.
async fn read(request: Request) -> Result<SimRequest, SimReply> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().trim_start_matches('/');
    let (host, path) = path.split_once('/').unwrap_or((path, ""));
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let length = parts.headers.get(header::CONTENT_LENGTH).map(text);
    let length = length.and_then(|length| length.parse::<usize>().ok());
    let too_long = || plain(413, format!("body: must be at most {BODY_LIMIT} bytes\n"));
    if length.is_some_and(|length| length > BODY_LIMIT) {
        return Err(too_long());
    }
    let body = axum::body::to_bytes(body, BODY_LIMIT).await.map_err(|error| {
        let cause = std::error::Error::source(&error);
        let limit = cause.is_some_and(|cause| cause.is::<LengthLimitError>());
        if limit { too_long() } else { plain(400, "body: could not be read\n".to_owned()) }
    })?;
    Ok(SimRequest {
        method: parts.method.as_str().to_owned(),
        host: host.to_owned(),
        path: format!("/{path}"),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        content_type: parts.headers.get(header::CONTENT_TYPE).map(text).unwrap_or_default(),
        body: body.to_vec(),
    })
}

fn at(headers: &HeaderMap) -> Result<Option<Millis>, SimReply> {
    let Some(value) = headers.get(AT) else { return Ok(None) };
    let ms = value.to_str().ok().and_then(|text| text.parse().ok());
    let ms = ms.filter(|ms| (0..=LAST_MILLIS).contains(ms));
    let refusal = || plain(400, format!("{AT}: must be milliseconds since 1970, digits only\n"));
    ms.map(|ms| Some(Millis(ms))).ok_or_else(refusal)
}

async fn deliver(handled: Handled) -> Response {
    match handled {
        Handled::Reply(reply) => answer(reply),
        Handled::NoAnswer => {
            // A caller that hangs up drops this future.
            tokio::time::sleep(HOLD).await;
            closed()
        }
        Handled::Reset => cut(),
        Handled::Down => closed(),
    }
}

fn answer(reply: SimReply) -> Response {
    let mut response = Response::new(Body::from(reply.body));
    let status = StatusCode::from_u16(reply.status);
    let content_type = HeaderValue::from_str(&reply.content_type);
    let location = reply.location.as_deref().map(HeaderValue::from_str).transpose();
    let (Ok(status), Ok(content_type), Ok(location)) = (status, content_type, location) else {
        let what = "sandbox: the simulator's status, content type or location is not HTTP\n";
        return answer(plain(500, what.to_owned()));
    };
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, content_type);
    if let Some(location) = location {
        headers.insert(header::LOCATION, location);
    }
    dress(headers);
    response
}

/// The windows play a third party: any page may frame them, they set no cookie, leave nothing in
/// caches and tell nobody where the buyer came from.
fn dress(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}

fn plain(status: u16, text: String) -> SimReply {
    SimReply { status, ..SimReply::ok("text/plain; charset=utf-8", text) }
}

/// Headers and the start of the body are sent, then the connection breaks.
fn cut() -> Response {
    let mut step = 0;
    let stream = poll_fn(move |context| {
        step += 1;
        match step {
            1 => Poll::Ready(Some(Ok(Bytes::from_static(DELIVERED)))),
            // A pause, in which the server writes out what it has.
            2 => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            _ => Poll::Ready(Some(Err(broken()))),
        }
    });
    let mut response = Response::new(Body::from_stream(stream));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static(PROMISED));
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, json);
    dress(headers);
    response
}

/// The body breaks before the headers are written out, so the caller sees a closed connection.
fn closed() -> Response {
    let stream = poll_fn(|_| Poll::Ready(Some(Err::<Bytes, _>(broken()))));
    Response::new(Body::from_stream(stream))
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, "the sandbox cuts the connection")
}
