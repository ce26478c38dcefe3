//! 웹훅: settings, a test call, the log, sending again.

use super::frame::{Section, Wrongs};
use super::show::{fill, took};
use super::staff::{Posted, Staff, said};
use super::views::webhooks::{Call, WebhooksPage};
use super::{line, respond};
use crate::App;
use axum::extract::State;
use axum::response::Response;
use engine::staff::Role;
use engine::webhooks::TestCall;
use engine::{Error, Result};

/// Rows of a page.
const ROWS: i64 = 50;

/// `GET /console/webhooks`
pub(super) async fn show(State(app): State<App>, staff: Staff) -> Response {
    let page = build(&app, &staff).await;
    staff.reply(page.map(|page| staff.page(&page)))
}

async fn build(app: &App, staff: &Staff) -> Result<WebhooksPage> {
    let before = staff.visitor.query.get("before");
    let before = before.parse().unwrap_or(i64::MAX);
    let rows = engine::webhooks::recent(&app.engine, staff.merchant_id(), before, ROWS + 1).await?;
    let shown = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let more = rows.len() > shown;
    let rows = rows.iter().take(shown).map(|row| line::hook(staff.lang(), row, staff.now));
    let rows: Vec<_> = rows.collect();
    let last = rows.last().filter(|_| more).map(|row| row.id);
    let saved = staff.merchant.webhook_url.clone().filter(|url| !url.is_empty());
    let mut frame = staff.frame(Section::Webhooks);
    frame.here = "/console/webhooks".to_owned();
    Ok(WebhooksPage {
        frame,
        wrongs: Wrongs::default(),
        url: saved.clone().unwrap_or_default(),
        json: staff.merchant.webhook_format != "form",
        saved,
        test_url: staff.merchant.webhook_test_url.clone().unwrap_or_default(),
        call: None,
        next_href: last.map(|id| format!("/console/webhooks?before={id}")),
        rows,
        here: "/console/webhooks".to_owned(),
    })
}

/// `POST /console/webhooks`
pub(super) async fn save(State(app): State<App>, posted: Posted) -> Response {
    let Posted { staff, form } = posted;
    let (url, format) = (form.get("webhook_url"), form.get("webhook_format"));
    let saved = async {
        staff.session.role.need(Role::Owner)?;
        let (merchant, login) = (staff.merchant_id(), staff.login());
        let set = engine::merchants::set_webhook(&app.engine, merchant, login, url, format).await;
        match set {
            Ok(()) => Ok(respond::see_other("/console/webhooks?done=webhook")),
            Err(Error::Invalid { field, message }) => {
                let mut page = build(&app, &staff).await?;
                page.wrongs = Wrongs::one(field, said(staff.lang(), &message));
                page.url = url.to_owned();
                page.json = format != "form";
                Ok(staff.again(&page))
            }
            Err(other) => Err(other),
        }
    };
    staff.reply(saved.await)
}

/// `POST /console/webhooks/test-url`: where test payments are told, if elsewhere.
pub(super) async fn save_test_url(State(app): State<App>, posted: Posted) -> Response {
    let Posted { staff, form } = posted;
    let url = form.get("webhook_test_url");
    let saved = async {
        staff.session.role.need(Role::Owner)?;
        let (merchant, login) = (staff.merchant_id(), staff.login());
        let set = engine::merchants::set_webhook_test_url(&app.engine, merchant, login, url).await;
        match set {
            Ok(()) => Ok(respond::see_other("/console/webhooks?done=webhook")),
            Err(Error::Invalid { field, message }) => {
                let mut page = build(&app, &staff).await?;
                page.wrongs = Wrongs::one(field, said(staff.lang(), &message));
                url.clone_into(&mut page.test_url);
                Ok(staff.again(&page))
            }
            Err(other) => Err(other),
        }
    };
    staff.reply(saved.await)
}

/// `POST /console/webhooks/test`: "호출 테스트", of the live or the test address.
pub(super) async fn test(State(app): State<App>, posted: Posted) -> Response {
    let Posted { staff, form } = posted;
    let test = form.get("mode") == "test";
    let called = async {
        staff.session.role.need(Role::Manager)?;
        let call = engine::webhooks::test_call(&app.engine, staff.merchant_id(), test).await?;
        let mut page = build(&app, &staff).await?;
        page.call = Some(shown(&staff, &call));
        Ok(staff.page(&page))
    };
    staff.reply(called.await)
}

fn shown(staff: &Staff, call: &TestCall) -> Call {
    let t = staff.t();
    let taken = call.http_status.is_some_and(|status| (200..300).contains(&status));
    let outcome = match (call.http_status, &call.error) {
        (Some(status), _) => format!("HTTP {status}"),
        (None, Some(error)) => error.clone(),
        (None, None) => t.no_answer.to_owned(),
    };
    Call {
        tone: if taken { "good" } else { "bad" },
        verdict: if taken { t.call_ok } else { t.call_failed }.to_owned(),
        detail: fill("{} · {} · {}", &[&call.url, &outcome, &took(call.elapsed_ms)]),
        body: call.response.clone().unwrap_or_default(),
    }
}

/// `POST /console/webhooks/resend`: one or several.
pub(super) async fn resend(State(app): State<App>, posted: Posted) -> Response {
    let Posted { staff, form } = posted;
    let sent = async {
        staff.session.role.need(Role::Manager)?;
        let chosen: Vec<i64> = form.all("id").iter().filter_map(|id| id.parse().ok()).collect();
        for id in &chosen {
            let (merchant, login) = (staff.merchant_id(), staff.login());
            engine::webhooks::resend(&app.engine, merchant, login, *id).await?;
        }
        let back = respond::safe_path(form.get("back"));
        let back = back.split('?').next().unwrap_or("/console/webhooks");
        let word = if chosen.is_empty() { "none_chosen" } else { "resent" };
        Ok(respond::see_other(&format!("{back}?done={word}")))
    };
    staff.reply(sent.await)
}
