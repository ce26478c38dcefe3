//! `GET /certify/{session}`: takes the person into the PG's window.

use crate::App;
use crate::checkout::trouble::trouble_certifying;
use crate::checkout::{is_english, nonce, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use engine::certifications::{Page, window};
use engine::rows::{CertificationRow, Window};

/// The page between the merchant's page and the PG's window.
#[derive(Template)]
#[template(path = "certify/open.html")]
struct Open<'a> {
    nonce: &'a str,
    english: bool,
    test: bool,
    company: &'a str,
    close_url: String,
    style: &'static str,
    /// A form, or else a link.
    form: bool,
    action: &'a str,
    charset: &'a str,
    fields: &'a [(String, String)],
}

/// Opens the window of a session; one that is over is delivered instead.
pub async fn show(State(app): State<App>, Path(session): Path<String>) -> Response {
    let engine = app.engine.clone();
    let name = session.clone();
    let opened = engine::detached(async move { window(&engine, &name).await }).await;
    match opened {
        Ok(Page::Window(row, window, company)) => render(&app, &session, &row, &window, &company),
        Ok(Page::Over(row)) => super::leave::deliver(&app, &session, &row),
        Err(error) => trouble_certifying(&error),
    }
}

fn render(
    app: &App,
    session: &str,
    row: &CertificationRow,
    window: &Window,
    company: &str,
) -> Response {
    let nonce = nonce(app);
    let base = &app.engine.settings.public_url;
    let mut view = Open {
        nonce: &nonce,
        english: is_english(&row.language),
        test: row.mode == "test",
        company,
        close_url: format!("{base}/certify/{session}/closed"),
        style: crate::console::assets::css_url(),
        form: false,
        action: "",
        charset: "utf-8",
        fields: &[],
    };
    match window {
        Window::Redirect { url } => view.action = url,
        Window::Form { action, charset, fields } => {
            (view.form, view.action, view.charset, view.fields) = (true, action, charset, fields);
        }
        Window::Script { .. } => {
            let error = engine::Error::internal("a certifier's window is no script");
            return trouble_certifying(&error);
        }
    }
    page(&nonce, "", view.render())
}
