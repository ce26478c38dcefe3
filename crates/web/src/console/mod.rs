//! The admin console: server-rendered pages under `/console`, forms that work without JavaScript.
//!
//! `views` are the typed contexts of the templates, `texts` the one table of messages, `show` how
//! money and times read, `frame` what surrounds a page. A handler file per page reads its form,
//! calls one verb of the engine and fills the context; `staff` says who is there.

mod accounts;
pub mod assets;
mod attentions;
mod cancel;
mod channel_form;
mod channels;
mod cookies;
mod csv;
mod developer;
mod faults;
mod form;
mod frame;
mod home;
mod line;
mod payment;
mod payments;
mod people;
mod profile;
mod reconciliation;
mod respond;
mod sandbox;
pub(crate) mod show;
mod sign_in;
mod staff;
mod story;
mod test_cards;
mod texts;
mod texts_reconcile;
mod tiers;
mod views;
mod webhooks;
mod words;

#[cfg(test)]
mod tests;

use crate::App;
use axum::Router;
use axum::http::Uri;
use axum::response::Response;
use axum::routing::{any, get, post};

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/assets/ieum.css", get(assets::css))
        .route("/assets/console.js", get(assets::js))
        .route("/console/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/console/sign-out", post(sign_in::sign_out).get(up))
        .route("/console/language", get(sign_in::language))
        .route("/console", get(home::show))
        .route("/console/attentions", get(attentions::show))
        .route("/console/attentions/resolve", post(attentions::resolve).get(up))
        .route("/console/search", get(payments::search))
        .route("/console/payments", get(payments::show))
        .route("/console/payments.csv", get(csv::download))
        .route("/console/payments/{imp_uid}", get(payment::show))
        .route("/console/payments/{imp_uid}/cancel/confirm", post(cancel::confirm).get(up))
        .route("/console/payments/{imp_uid}/cancel", post(cancel::act).get(up))
        .route("/console/payments/{imp_uid}/deposit", post(payment::deposit).get(up))
        .route("/console/accounts", get(accounts::show))
        .route("/console/webhooks", get(webhooks::show).post(webhooks::save))
        .route("/console/webhooks/test", post(webhooks::test).get(up))
        .route("/console/webhooks/test-url", post(webhooks::save_test_url).get(up))
        .route("/console/webhooks/resend", post(webhooks::resend).get(up))
        .route("/console/channels", get(channels::show).post(channels::add))
        .route("/console/channels/new", get(channels::new))
        .route("/console/channels/{id}", get(channels::one).post(channels::save))
        .route("/console/channels/{id}/check", post(channels::check).get(up))
        .route("/console/channels/{id}/default", post(channels::set_default).get(up))
        .route("/console/channels/{id}/delete", get(channels::ask_delete).post(channels::delete))
        .route("/console/developer", get(developer::show))
        .route("/console/developer/reissue", post(developer::reissue).get(up))
        .route("/console/developer/addresses", post(developer::addresses).get(up))
        .route("/console/developer/clock", post(sandbox::advance).get(up))
        .route("/console/faults", get(faults::show).post(faults::arm))
        .route("/console/faults/remove", post(faults::remove).get(up))
        .route("/console/faults/clear", post(faults::clear).get(up))
        .route("/console/tiers", get(tiers::show).post(tiers::add))
        .route("/console/tiers/{code}/webhook", post(tiers::webhook).get(tiers::up))
        .route("/console/profile", get(profile::show).post(profile::change))
        .route("/console/profile/people", post(people::add).get(up))
        .merge(reconciliation::routes())
        .route("/console/{*rest}", any(missing))
}

/// A page that only takes a form, opened by its address: the page the form is on.
async fn up(uri: Uri) -> Response {
    let path = uri.path().rsplit_once('/').map_or("/console", |(parent, _)| parent);
    respond::see_other(respond::safe_path(path))
}

/// No such page.
async fn missing(staff: staff::Staff) -> Response {
    staff.reply(Err(engine::Error::NotFound("")))
}
