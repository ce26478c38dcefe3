//! `Idempotency-Key`: a write that carries one is done once. Without the header nothing changes.
//!
//! Whoever repeats a request gets the first answer, byte for byte, for 15 days; whoever asks for
//! something else with the same key is refused. A request that was refused before it did anything
//! gives its key back. One that ended in a fault of ours, or died, keeps it: nobody knows what it
//! did, and the caller is told to look before charging again.

use super::Answer;
use crate::extract::body::too_large;
use crate::extract::{Fields, Merchant, Refusal};
use crate::{App, error};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest as _, FromRequestParts as _, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use engine::idempotency::{self as verb, Taken};
use engine::{Engine, Error, MerchantId};

const HEADER: &str = "idempotency-key";
/// The answer is the first one's.
const REPLAYED: &str = "idempotent-replayed";
/// Answers with a person's data, which must not be kept here: a second confirmation is refused and
/// a second erasure finds nothing, with or without a key.
const PERSONAL: &str = "/certifications/";
/// Answers with a number only.
const OTP_REQUEST: &str = "/certifications/otp/request";
/// Asks for a token and so has none; nothing is done twice by asking twice.
const GET_TOKEN: &str = "/users/getToken";

/// Marks an answer with HTTP 5xx whose end is known all the same.
#[derive(Clone, Copy, Debug)]
pub struct Ended;

/// Wraps every route of the API.
pub async fn once(State(app): State<App>, request: Request, next: Next) -> Response {
    let writes = [Method::POST, Method::PUT, Method::DELETE].contains(request.method());
    let asked = request.headers().contains_key(HEADER);
    let path = request.uri().path().trim_end_matches('/');
    let personal = path.starts_with(PERSONAL) && path != OTP_REQUEST;
    if !writes || !asked || personal || path == GET_TOKEN {
        return next.run(request).await;
    }
    keyed(app, request, next).await.unwrap_or_else(Refusal::into_response)
}

async fn keyed(app: App, request: Request, next: Next) -> Answer {
    let key = key(request.headers())?;
    let (mut parts, body) = request.into_parts();
    let merchant = Merchant::from_request_parts(&mut parts, &app).await?.id;
    let route = format!("{} {}", parts.method, parts.uri.path());
    let copy = Request::from_parts(parts.clone(), body);
    let bytes = Bytes::from_request(copy, &app).await.map_err(|why| too_large(&why))?;
    let kind = parts.headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let query = parts.uri.query().unwrap_or_default();
    let fields = Fields::read(kind, query.as_bytes(), &bytes)?;
    match verb::begin(&app.engine, merchant, &key, &route, fields.map()).await? {
        Taken::Fresh => {}
        Taken::Answered { status, body } => return replay(status, body),
        refused => return Err(refusal(&refused)),
    }
    drop(fields);
    let request = Request::from_parts(parts, Body::from(bytes));
    let engine = app.engine.clone();
    // To the end even if the caller hangs up, or its key would stay taken without an answer.
    let answer = engine::detached(async move {
        let answer = next.run(request).await;
        keep(&engine, merchant, &key, answer).await
    });
    Ok(answer.await?)
}

/// The one key of a request.
fn key(headers: &HeaderMap) -> Result<String, Error> {
    let mut values = headers.get_all(HEADER).iter();
    let (first, more) = (values.next(), values.next());
    let text = first.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    if more.is_some() || !visible || !(1..=255).contains(&text.len()) {
        let rule = "공백 없는 ASCII 문자 1자에서 255자, 한 번만 보낼 수 있습니다.";
        return Err(Error::invalid("Idempotency-Key", rule));
    }
    Ok(text.to_owned())
}

fn replay(status: u16, body: String) -> Answer {
    let status = StatusCode::from_u16(status).map_err(Error::internal)?;
    let mut answer = (status, [(header::CONTENT_TYPE, error::JSON)], body).into_response();
    answer.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(answer)
}

fn refusal(taken: &Taken) -> Refusal {
    let (status, text) = match taken {
        Taken::OtherRoute(route) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("이미 다른 요청({route})에 사용한 키입니다."),
        ),
        Taken::OtherField(field) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("같은 키로 보낸 이전 요청과 {field} 값이 다릅니다."),
        ),
        Taken::Lost => (
            StatusCode::CONFLICT,
            "이전 요청의 결과가 기록되지 않았습니다. 다시 요청하기 전에 merchant_uid로 결제 내역을 \
             조회하여 처리 여부를 확인해 주세요."
                .to_owned(),
        ),
        Taken::Busy | Taken::Fresh | Taken::Answered { .. } => (
            StatusCode::CONFLICT,
            "같은 키의 요청을 처리하고 있습니다. 잠시 후 다시 시도해 주세요.".to_owned(),
        ),
    };
    Refusal::text(status, &format!("Idempotency-Key: {text}"))
}

/// True for answers that only come before anything is done.
fn did_nothing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 400 | 401 | 403 | 404 | 405 | 413 | 429 | 503)
}

/// Writes the answer down before it is given.
async fn keep(
    engine: &Engine,
    merchant: MerchantId,
    key: &str,
    answer: Response,
) -> Result<Response, Error> {
    let (parts, body) = answer.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.map_err(Error::internal)?;
    // V1 documents 500 for what a PG refuses: an end like any other, and no fault of ours.
    let ended = parts.extensions.get::<Ended>().is_some();
    let kept = if did_nothing(parts.status) {
        verb::forget(engine, merchant, key).await
    } else if parts.status.is_server_error() && !ended {
        Ok(())
    } else {
        let text = std::str::from_utf8(&bytes).map_err(Error::internal)?;
        verb::finish(engine, merchant, key, parts.status.as_u16(), text).await
    };
    if let Err(error) = kept {
        // The caller gets its answer all the same; a repetition is told to look.
        tracing::error!(%error, "the answer of an idempotent request was not written down");
    }
    Ok(Response::from_parts(parts, Body::from(bytes)))
}
