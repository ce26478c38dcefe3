//! Who is at the console: the extractors every handler takes, and how its result is shown.

use super::form::Form;
use super::frame::{Frame, Person, Section};
use super::show::{Lang, fill};
use super::texts::Texts;
use super::views::small::MessagePage;
use super::{cookies, respond};
use crate::App;
use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use domain::{MerchantId, Millis};
use engine::rows::MerchantRow;
use engine::staff::{Role, StaffSession};
use engine::{Error, Result};

/// Somebody who may or may not be signed in.
pub(super) struct Visitor {
    pub(super) lang: Lang,
    pub(super) nonce: String,
    /// Path and query of the request.
    pub(super) here: String,
    pub(super) query: Form,
    pub(super) headers: HeaderMap,
}

impl Visitor {
    fn of(app: &App, parts: &Parts) -> Self {
        let chosen = cookies::read(&parts.headers, cookies::LANGUAGE).and_then(Lang::parse);
        let header = parts.headers.get(header::ACCEPT_LANGUAGE);
        let accepted = || Lang::accepted(header.and_then(|h| h.to_str().ok()).unwrap_or(""));
        Self {
            lang: chosen.unwrap_or_else(accepted),
            nonce: engine::draw::hex(&*app.engine.random, 16),
            here: here(parts),
            query: Form::parse(parts.uri.query().unwrap_or("").as_bytes()),
            headers: parts.headers.clone(),
        }
    }

    /// The frame of a page nobody is signed in to.
    pub(super) fn frame(&self, csrf: String) -> Frame {
        Frame {
            t: self.lang.texts(),
            lang: self.lang,
            nonce: self.nonce.clone(),
            csrf,
            person: None,
            section: Section::None,
            here: self.here.clone(),
            query: String::new(),
            test: false,
            done: None,
        }
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &App,
    ) -> std::result::Result<Self, Self::Rejection> {
        Ok(Self::of(app, parts))
    }
}

/// Somebody who is signed in. Anybody else is sent to the sign-in page and comes back after it.
pub(super) struct Staff {
    pub(super) session: StaffSession,
    pub(super) merchant: MerchantRow,
    /// The merchant's time.
    pub(super) now: Millis,
    pub(super) visitor: Visitor,
}

impl Staff {
    async fn of(app: &App, parts: &Parts) -> std::result::Result<Self, Response> {
        let visitor = Visitor::of(app, parts);
        let cookie = cookies::read(&parts.headers, cookies::SESSION).unwrap_or("");
        let found = match cookie.is_empty() {
            true => Ok(None),
            false => engine::staff::session(&app.engine, cookie).await,
        };
        let session = match found {
            Ok(Some(session)) => session,
            Ok(None) => return Err(sign_in(&visitor, &parts.method)),
            Err(error) => return Err(refusal(visitor.frame(String::new()), &error)),
        };
        let merchant = engine::merchants::get(&app.engine, session.merchant_id).await;
        let merchant = merchant.map_err(|error| refusal(visitor.frame(String::new()), &error))?;
        let now = engine::merchants::now_for(&app.engine, &merchant);
        Ok(Self { session, merchant, now, visitor })
    }

    /// Messages in the person's language.
    pub(super) fn t(&self) -> &'static Texts {
        self.visitor.lang.texts()
    }

    /// The person's language.
    pub(super) const fn lang(&self) -> Lang {
        self.visitor.lang
    }

    /// Whose settings they see.
    pub(super) const fn merchant_id(&self) -> MerchantId {
        self.session.merchant_id
    }

    /// The name in audit lines.
    pub(super) fn login(&self) -> &str {
        &self.session.login
    }

    /// The frame of a page of theirs.
    pub(super) fn frame(&self, section: Section) -> Frame {
        let person = Person {
            login: self.session.login.clone(),
            shop: self.merchant.name.clone(),
            writes: self.session.role >= Role::Manager,
            owns: self.session.role >= Role::Owner,
        };
        Frame {
            person: Some(person),
            section,
            done: done(self.t(), self.visitor.query.get("done")),
            ..self.visitor.frame(self.session.csrf.clone())
        }
    }

    /// The result of a handler, its error as a page in words.
    pub(super) fn reply(&self, result: Result<Response>) -> Response {
        result.unwrap_or_else(|error| refusal(self.frame(Section::None), &error))
    }

    /// A page of theirs with HTTP 200.
    pub(super) fn page(&self, page: &impl askama::Template) -> Response {
        respond::page(StatusCode::OK, &self.visitor.nonce, page)
    }

    /// A form that was refused, shown again.
    pub(super) fn again(&self, page: &impl askama::Template) -> Response {
        respond::page(StatusCode::UNPROCESSABLE_ENTITY, &self.visitor.nonce, page)
    }
}

impl FromRequestParts<App> for Staff {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &App,
    ) -> std::result::Result<Self, Response> {
        Self::of(app, parts).await
    }
}

/// A form posted by somebody who is signed in, from a page of ours.
pub(super) struct Posted {
    pub(super) staff: Staff,
    pub(super) form: Form,
}

impl FromRequest<App> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> std::result::Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let staff = Staff::of(app, &parts).await?;
        let bytes = to_bytes(body, crate::guard::BODY_LIMIT).await.unwrap_or_default();
        let form = Form::parse(&bytes);
        if !same(form.get("csrf"), &staff.session.csrf) {
            return Err(stale(staff.frame(Section::None)));
        }
        Ok(Self { staff, form })
    }
}

/// Whether two texts are equal, in a time that does not tell where they differ.
pub(super) fn same(one: &str, other: &str) -> bool {
    let differs = one.bytes().zip(other.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    one.len() == other.len() && differs == 0
}

/// The page people are on: this one, or the one whose form was posted.
fn here(parts: &Parts) -> String {
    if parts.method == Method::GET {
        return parts.uri.path_and_query().map_or("/console", |whole| whole.as_str()).to_owned();
    }
    let referer = parts.headers.get(header::REFERER).and_then(|text| text.to_str().ok());
    let from = referer.and_then(|text| url::Url::parse(text).ok());
    let path = from.map_or_else(String::new, |from| from[url::Position::BeforePath..].to_owned());
    respond::safe_path(&path).to_owned()
}

/// To the sign-in page, and back here after it if this was a page.
fn sign_in(visitor: &Visitor, method: &Method) -> Response {
    let next = if *method == Method::GET { visitor.here.as_str() } else { "/console" };
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    respond::see_other(&format!("/console/sign-in?next={next}"))
}

/// The page for a form without our token: nothing was done.
pub(super) fn stale(frame: Frame) -> Response {
    let (title, text) = (frame.t.stale.to_owned(), frame.t.stale_text.to_owned());
    message(StatusCode::FORBIDDEN, frame, title, text)
}

/// An error in words.
fn refusal(frame: Frame, error: &Error) -> Response {
    let t = frame.t;
    let (status, title, text) = match error {
        Error::NotFound(_) => (StatusCode::NOT_FOUND, t.not_found, t.not_found_text.to_owned()),
        Error::Forbidden(_) => (StatusCode::FORBIDDEN, t.forbidden, t.forbidden_text.to_owned()),
        Error::Unauthorized(_) => {
            (StatusCode::UNAUTHORIZED, t.forbidden, t.sign_in_wrong.to_owned())
        }
        Error::Invalid { message, .. } => {
            (StatusCode::UNPROCESSABLE_ENTITY, t.refused, said(frame.lang, message))
        }
        Error::Refused(message)
        | Error::Unsupported(message)
        | Error::PgRefused { message, .. } => {
            (StatusCode::CONFLICT, t.refused, said(frame.lang, message))
        }
        Error::TooMany(seconds) => {
            let text = fill(t.sign_in_locked, &[&seconds.to_string()]);
            (StatusCode::TOO_MANY_REQUESTS, t.refused, text)
        }
        Error::Busy => (StatusCode::SERVICE_UNAVAILABLE, t.refused, t.busy_text.to_owned()),
        Error::Internal(what) => {
            tracing::error!(what, "the console failed");
            (StatusCode::INTERNAL_SERVER_ERROR, t.fault, t.fault_text.to_owned())
        }
    };
    message(status, frame, title.to_owned(), text)
}

/// The engine speaks Korean; what it says often is said in English too.
pub(super) fn said(lang: Lang, message: &str) -> String {
    super::words::engine_text(lang, message)
}

fn message(status: StatusCode, frame: Frame, title: String, text: String) -> Response {
    let nonce = frame.nonce.clone();
    let page = MessagePage { frame, title, text, back: "/console".to_owned() };
    respond::page(status, &nonce, &page)
}

/// What was just done, by the word in the address.
fn done(t: &'static Texts, word: &str) -> Option<&'static str> {
    Some(match word {
        "saved" => t.done_saved,
        "tier" => t.done_tier,
        "deleted" => t.done_deleted,
        "default" => t.done_default,
        "webhook" => t.done_webhook,
        "resent" => t.done_resent,
        "none_chosen" => t.none_chosen,
        "cancelled" => t.done_cancelled,
        "deposited" => t.done_deposited,
        "resolved" => t.done_resolved,
        "clock" => t.done_clock,
        "fault" => t.done_fault,
        "faults_cleared" => t.done_faults_cleared,
        "password" => t.done_password,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn tokens_are_compared_whole() {
        assert!(same("abc", "abc") && same("", ""));
        assert!(!same("abc", "abd") && !same("abc", "ab") && !same("", "a"));
    }
}
