//! The sandbox's levers on the developers' page: clock, the PGs' books, the way to its faults.

use super::developer;
use super::frame::Wrongs;
use super::respond;
use super::show::{Lang, When, fill};
use super::staff::{Posted, Staff, said};
use super::test_cards;
use super::views::Choice;
use super::views::developer::{BooksPart, SandboxPart, TradeLine};
use crate::App;
use axum::extract::State;
use axum::response::Response;
use domain::Currency;
use engine::staff::Role;
use engine::{Error, Result};
use serde_json::Value;

/// Trades shown of a PG's books.
const TRADES: usize = 50;

/// What is wrong with the form.
#[derive(Default)]
pub(super) struct Wrong {
    clock: Wrongs,
}

/// `POST /console/developer/clock`
pub(super) async fn advance(State(app): State<App>, posted: Posted) -> Response {
    let Posted { staff, form } = posted;
    let moved = async {
        staff.session.role.need(Role::Manager)?;
        let amount = form.get("amount").parse::<i64>().ok().filter(|n| (1..=9_999).contains(n));
        let unit = form.get("unit").parse::<i64>().ok().filter(|n| [60, 3_600, 86_400].contains(n));
        let Some(seconds) = amount.zip(unit).map(|(amount, unit)| amount * unit) else {
            let clock = Wrongs::one("amount", staff.t().not_a_number);
            return again(&app, &staff, Wrong { clock }).await;
        };
        let (merchant, login) = (staff.merchant_id(), staff.login());
        match engine::console::advance_clock(&app.engine, merchant, login, seconds).await {
            Ok(_) => Ok(respond::see_other("/console/developer?done=clock")),
            Err(Error::Invalid { message, .. }) => {
                let clock = Wrongs::one("amount", said(staff.lang(), &message));
                again(&app, &staff, Wrong { clock }).await
            }
            Err(other) => Err(other),
        }
    };
    staff.reply(moved.await)
}

async fn again(app: &App, staff: &Staff, wrong: Wrong) -> Result<Response> {
    Ok(staff.again(&developer::build(app, staff, None, wrong).await?))
}

/// The part of the page; `None` without a sandbox.
pub(super) async fn part(app: &App, staff: &Staff, wrong: Wrong) -> Option<SandboxPart> {
    let sandbox = app.engine.sandbox.as_ref()?;
    let (lang, t) = (staff.lang(), staff.t());
    let chosen = staff.visitor.query.get("books");
    let books = match chosen.is_empty() {
        true => None,
        false => sandbox.books(chosen).await.map(|books| ledger(lang, &books)),
    };
    let offset = staff.merchant.clock_offset_ms / 60_000;
    let ahead = [offset / 1_440, offset / 60 % 24, offset % 60].map(|part| part.to_string());
    let pgs = engine::console::pgs();
    let links = pgs.iter();
    let links = links.map(|pg| Choice::new(pg.code, lang.pick((pg.ko, pg.en)), chosen));
    Some(SandboxPart {
        now: When::new(staff.now, staff.now),
        ahead: (offset > 0).then(|| fill(t.clock_ahead, &ahead.each_ref().map(String::as_str))),
        clock_wrongs: wrong.clock,
        faults: sandbox.faults().as_array().map_or(0, Vec::len),
        cards: test_cards::part(lang, &sandbox.cards()),
        books_links: links.collect(),
        books,
    })
}

/// A PG's ledger as the sandbox reports it: trades oldest first, amounts in minor units.
fn ledger(lang: Lang, books: &Value) -> BooksPart {
    let t = lang.texts();
    let amount = |minor: &Value, currency: &str| {
        let currency = Currency::parse(currency);
        let known = minor.as_i64().zip(currency);
        known.map_or_else(|| "–".to_owned(), |(sum, code)| super::show::minor(lang, sum, code))
    };
    let held = books["held"].as_object().into_iter().flatten();
    let held = held.filter(|(code, sum)| *code == "KRW" || sum.as_i64() != Some(0));
    let held: Vec<String> = held.map(|(code, sum)| amount(sum, code)).collect();
    let all = books["trades"].as_array().map_or(&[][..], Vec::as_slice);
    let text = |trade: &Value, key: &str| trade[key].as_str().unwrap_or_default().to_owned();
    let trades = all.iter().rev().take(TRADES).map(|trade| TradeLine {
        tid: text(trade, "tid"),
        order_no: text(trade, "order_no"),
        state: text(trade, "state"),
        amount: amount(&trade["amount"], &text(trade, "currency")),
        held: amount(&trade["held"], &text(trade, "currency")),
    });
    let (shown, total) = (TRADES.to_string(), all.len().to_string());
    BooksPart {
        held: fill(t.books_held, &[&held.join(" + ")]),
        trades: trades.collect(),
        more: (all.len() > TRADES).then(|| fill(t.books_more, &[&shown, &total])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn books_are_read_newest_first() {
        let trade = |tid: &str, amount: i64| {
            json!({"tid": tid, "order_no": "imp_1", "state": "approved", "currency": "USD",
                   "amount": amount, "held": amount})
        };
        let books = json!({"trades": [trade("a", 100), trade("b", 120)], "held": {"USD": 220}});
        let part = ledger(Lang::Ko, &books);
        assert_eq!(part.held, "PG사가 보관 중인 금액: $2.20");
        assert_eq!((part.trades[0].tid.as_str(), part.trades[0].amount.as_str()), ("b", "$1.20"));
        assert!(ledger(Lang::En, &Value::Null).trades.is_empty());
    }
}
