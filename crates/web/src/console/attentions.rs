//! `GET /console/attentions`: everything a machine cannot decide, and who dealt with what before.

use super::frame::Section;
use super::show::{Lang, When};
use super::staff::{Posted, Staff};
use super::views::attentions::{AttentionsPage, ResolvedLine};
use super::{line, respond, words};
use crate::App;
use axum::extract::State;
use axum::response::Response;
use engine::console::Verdict;
use engine::rows::AttentionRow;
use engine::staff::Role;
use engine::{Millis, Result};

const PAGE: &str = "/console/attentions";

/// The page.
pub(super) async fn show(State(app): State<App>, staff: Staff) -> Response {
    staff.reply(page(&app, &staff).await)
}

async fn page(app: &App, staff: &Staff) -> Result<Response> {
    let (open, resolved) = engine::console::attentions(&app.engine, staff.merchant_id()).await?;
    let (lang, now) = (staff.lang(), staff.now);
    let open = open.iter().enumerate();
    let open = open.map(|(n, row)| line::attention(lang, n, row, now, PAGE)).collect();
    let mut frame = staff.frame(Section::Home);
    frame.here = PAGE.to_owned();
    Ok(staff.page(&AttentionsPage {
        title: lang.pick(("확인이 필요한 항목", "What needs a person")),
        resolved_title: lang.pick(("지난 기록", "What was dealt with")),
        by_label: lang.pick(("처리", "By")),
        none: lang.pick(("처리한 항목이 없습니다.", "Nothing was dealt with yet.")),
        frame,
        open,
        resolved: resolved.iter().map(|row| resolved_line(lang, row, now)).collect(),
    }))
}

fn resolved_line(lang: Lang, row: &AttentionRow, now: Millis) -> ResolvedLine {
    let by = row.resolved_by.clone().unwrap_or_default();
    ResolvedLine {
        title: words::attention(lang, &row.kind),
        detail: words::engine_text(lang, &row.detail),
        imp_uid: row.imp_uid.clone(),
        by: match by.as_str() {
            "job" | "pg" | "notice" => {
                lang.pick(("결과 확인됨(자동)", "Found out by itself")).to_owned()
            }
            _ => by,
        },
        at: When::new(Millis(row.resolved_at.unwrap_or(row.at)), now),
    }
}

/// `POST /console/attentions/resolve`
pub(super) async fn resolve(State(app): State<App>, posted: Posted) -> Response {
    let Posted { staff, form } = posted;
    let resolved = async {
        staff.session.role.need(Role::Manager)?;
        let (id, reason) = (form.get("id"), form.get("reason"));
        let said = (Verdict::parse(form.get("verdict")), reason);
        engine::console::resolve(&app.engine, staff.merchant_id(), staff.login(), id, said).await?;
        let back = respond::safe_path(form.get("back"));
        let back = back.split('?').next().unwrap_or("/console");
        Ok(respond::see_other(&format!("{back}?done=resolved")))
    };
    staff.reply(resolved.await)
}
