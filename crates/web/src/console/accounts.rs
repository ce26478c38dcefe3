//! `GET /console/accounts`: virtual accounts that wait for their deposit.

use super::frame::{Frame, Section};
use super::line;
use super::show::{Lang, When, money};
use super::staff::Staff;
use super::views::accounts::{AccountLine, AccountsPage};
use crate::App;
use axum::extract::State;
use axum::response::Response;
use domain::Millis;
use engine::Result;
use engine::rows::PaymentRow;

/// Rows of a page.
const ROWS: i64 = 50;

/// The list.
pub(super) async fn show(State(app): State<App>, staff: Staff) -> Response {
    staff.reply(page(&app, &staff).await)
}

async fn page(app: &App, staff: &Staff) -> Result<Response> {
    let query = &staff.visitor.query;
    let after = super::payments::cursor(query.get("after"));
    let found =
        engine::console::account_list(&app.engine, staff.merchant_id(), after.as_ref(), ROWS);
    let (rows, next) = found.await?;
    let rows: Vec<_> = rows.iter().map(|row| account(staff.lang(), row, staff.now)).collect();
    let href = |(at, id)| format!("/console/accounts?after={at}.{id}");
    let page = AccountsPage {
        frame: Frame { test: rows.iter().any(|row| row.test), ..staff.frame(Section::Accounts) },
        rows,
        next_href: next.map(href),
    };
    Ok(staff.page(&page))
}

fn account(lang: Lang, row: &PaymentRow, now: Millis) -> AccountLine {
    AccountLine {
        imp_uid: row.imp_uid.clone(),
        merchant_uid: row.merchant_uid.clone(),
        name: line::name(row),
        buyer: row.buyer_name.clone().unwrap_or_default(),
        amount: money(lang, row.payment.amount),
        bank: row.vbank_name.clone().unwrap_or_default(),
        number: row.vbank_num.clone().unwrap_or_default(),
        due: row.vbank_due_at.map(|due| When::new(Millis(due), now)),
        late: row.vbank_due_at.is_some_and(|due| due < now.0),
        issued: When::new(Millis(row.vbank_issued_at.unwrap_or(row.started_at)), now),
        test: row.mode == "test",
    }
}
