//! `GET /checkout/{session}`: takes the buyer into the PG's window.

use super::trouble::trouble;
use super::{is_english, nonce, page};
use crate::App;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use engine::payments::window::{Page, window};
use engine::rows::{CheckoutRow, PaymentRow, Window};

/// The page between the merchant's page and the PG's window.
#[derive(Template)]
#[template(path = "checkout/open.html")]
struct Open<'a> {
    nonce: &'a str,
    english: bool,
    test: bool,
    order: &'a str,
    amount: String,
    merchant: &'a str,
    close_url: String,
    style: &'static str,
    /// `get`, `form` or `script`.
    kind: &'static str,
    action: &'a str,
    charset: &'a str,
    fields: &'a [(String, String)],
    script: &'a str,
    boot: &'a str,
}

/// Opens the window of a session; one that is over is delivered instead.
pub async fn show(State(app): State<App>, Path(session): Path<String>) -> Response {
    let engine = app.engine.clone();
    let opened = engine::detached(async move { window(&engine, &session).await }).await;
    match opened {
        Ok((checkout, Page::Window(row, window))) => render(&app, &checkout, &row, &window).await,
        Ok((checkout, Page::Over(row))) => super::leave::deliver(&app, &checkout, &row),
        Err(error) => trouble(&error),
    }
}

async fn render(app: &App, checkout: &CheckoutRow, row: &PaymentRow, window: &Window) -> Response {
    let merchant = domain::MerchantId(row.merchant_id);
    let merchant = match engine::merchants::get(&app.engine, merchant).await {
        Ok(merchant) => merchant.name,
        Err(error) => return trouble(&error),
    };
    let nonce = nonce(app);
    let base = &app.engine.settings.public_url;
    let return_url = format!("{base}/callback/{}/return/{}", row.pg, checkout.session);
    let mut view = Open {
        nonce: &nonce,
        english: is_english(&checkout.language),
        test: row.mode == "test",
        order: row.name.as_deref().unwrap_or(&row.merchant_uid),
        amount: super::amount(checkout, row),
        merchant: &merchant,
        close_url: format!("{base}/checkout/{}/closed", checkout.session),
        style: crate::console::assets::css_url(),
        kind: "get",
        action: "",
        charset: "utf-8",
        fields: &[],
        script: "",
        boot: "",
    };
    let mut scripts = String::new();
    match window {
        Window::Redirect { url } => view.action = url,
        Window::Form { action, charset, fields } => {
            (view.kind, view.action, view.charset, view.fields) = ("form", action, charset, fields);
        }
        Window::Script { src, charset, fields, boot } => {
            (view.kind, view.script, view.boot) = ("script", src, boot);
            (view.action, view.charset, view.fields) = (&return_url, charset, fields);
            scripts = url::Url::parse(src)
                .map(|url| url.origin().ascii_serialization())
                .unwrap_or_default();
        }
    }
    page(&nonce, &scripts, view.render())
}
