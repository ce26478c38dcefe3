//! Signing in and out, and switching the language.

use super::form::Form;
use super::frame::Wrongs;
use super::show::fill;
use super::staff::{Posted, Visitor, same};
use super::views::small::SignInPage;
use super::{cookies, respond};
use crate::App;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::Error;

/// A visitor's cookie lives an hour, a language a year, seconds.
const VISIT: i64 = 3_600;
const YEAR: i64 = 365 * 86_400;

/// `GET /console/sign-in?next=`
pub(super) async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    let next = respond::safe_path(visitor.query.get("next")).to_owned();
    let signed_in = match cookies::read(&visitor.headers, cookies::SESSION) {
        Some(cookie) => matches!(engine::staff::session(&app.engine, cookie).await, Ok(Some(_))),
        None => false,
    };
    if signed_in {
        return respond::see_other(&next);
    }
    form(&app, &visitor, StatusCode::OK, Wrongs::default(), "", next)
}

/// `POST /console/sign-in`
pub(super) async fn submit(State(app): State<App>, visitor: Visitor, body: Bytes) -> Response {
    let sent = Form::parse(&body);
    let (login, next) = (sent.get("login"), respond::safe_path(sent.get("next")).to_owned());
    let t = visitor.lang.texts();
    let again = |status, text: String| {
        form(&app, &visitor, status, Wrongs::one("", text), login, next.clone())
    };
    let cookie = cookies::read(&visitor.headers, cookies::VISITOR).unwrap_or("");
    if cookie.is_empty() || !same(sent.get("csrf"), &token(cookie)) {
        return again(StatusCode::FORBIDDEN, t.sign_in_stale.to_owned());
    }
    match engine::staff::sign_in(&app.engine, login, sent.raw("password")).await {
        Ok(signed_in) => {
            let mut answer = respond::see_other(&next);
            set_session(&app, &mut answer, signed_in.cookie.expose());
            cookies::set(&app, answer.headers_mut(), cookies::VISITOR, "", 0);
            answer
        }
        Err(Error::Unauthorized(_)) => again(StatusCode::UNAUTHORIZED, t.sign_in_wrong.to_owned()),
        Err(Error::TooMany(seconds)) => {
            let text = fill(t.sign_in_locked, &[&seconds.to_string()]);
            again(StatusCode::TOO_MANY_REQUESTS, text)
        }
        Err(error) => {
            tracing::error!(%error, "nobody can sign in");
            again(StatusCode::SERVICE_UNAVAILABLE, t.busy_text.to_owned())
        }
    }
}

/// `POST /console/sign-out`
pub(super) async fn sign_out(State(app): State<App>, posted: Posted) -> Response {
    let headers = &posted.staff.visitor.headers;
    let cookie = cookies::read(headers, cookies::SESSION).unwrap_or("");
    if let Err(error) = engine::staff::sign_out(&app.engine, cookie).await {
        return posted.staff.reply(Err(error));
    }
    let mut answer = respond::see_other("/console/sign-in");
    cookies::set(&app, answer.headers_mut(), cookies::SESSION, "", 0);
    answer
}

/// `GET /console/language?to=&back=`
pub(super) async fn language(State(app): State<App>, visitor: Visitor) -> Response {
    let mut answer = respond::see_other(respond::safe_path(visitor.query.get("back")));
    if let Some(lang) = super::show::Lang::parse(visitor.query.get("to")) {
        cookies::set(&app, answer.headers_mut(), cookies::LANGUAGE, lang.code(), YEAR);
    }
    answer
}

/// Gives the browser its session.
pub(super) fn set_session(app: &App, answer: &mut Response, cookie: &str) {
    let life = engine::staff::session::LIFE;
    cookies::set(app, answer.headers_mut(), cookies::SESSION, cookie, life);
}

/// The form, tied to this browser by a cookie of its own.
fn form(
    app: &App,
    visitor: &Visitor,
    status: StatusCode,
    wrongs: Wrongs,
    login: &str,
    next: String,
) -> Response {
    let known = cookies::read(&visitor.headers, cookies::VISITOR);
    let hex = |cookie: &&str| cookie.len() == 64 && cookie.bytes().all(|b| b.is_ascii_hexdigit());
    let cookie =
        known.filter(hex).map_or_else(|| engine::draw::hex(&*app.engine.random, 32), str::to_owned);
    let frame = visitor.frame(token(&cookie));
    let page = SignInPage { frame, wrongs, login: login.to_owned(), next };
    let mut answer = respond::page(status, &visitor.nonce, &page).into_response();
    cookies::set(app, answer.headers_mut(), cookies::VISITOR, &cookie, VISIT);
    answer
}

/// What the form must carry.
fn token(cookie: &str) -> String {
    engine::seal::hash(&format!("ieum/sign-in/1/{cookie}"))
}
