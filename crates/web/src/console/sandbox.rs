//! The sandbox's levers on the developers' page: clock, faults, the PGs' books.

use super::developer;
use super::form::Form;
use super::frame::Wrongs;
use super::respond;
use super::show::{Lang, When, fill};
use super::staff::{Posted, Staff, said};
use super::test_cards;
use super::views::developer::{BooksPart, FaultLine, SandboxPart, TradeLine};
use super::views::{Choice, Select};
use crate::App;
use axum::extract::State;
use axum::response::Response;
use domain::Currency;
use engine::staff::Role;
use engine::{Error, Result};
use serde_json::{Value, json};

/// Trades shown of a PG's books.
const TRADES: usize = 50;

/// Operations faults can be thrown at, and faults, as the sandbox calls them.
const OPERATIONS: [&str; 9] =
    ["approve", "register", "window", "cancel", "net_cancel", "lookup", "notice", "other", "*"];
const FAULTS: [&str; 16] = [
    "timeout_after",
    "timeout_before",
    "down",
    "reset_before",
    "reset_after",
    "server_error",
    "server_error_after",
    "garbage",
    "wrong_charset",
    "wrong_amount",
    "forged_signature",
    "late:3000",
    "late:60000",
    "duplicate_notice",
    "no_notice",
    "late_notice",
];

/// What is wrong with one of the forms, and what was typed.
#[derive(Default)]
pub(super) struct Wrong {
    clock: Wrongs,
    fault: Wrongs,
    typed: Form,
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
            return again(&app, &staff, Wrong { clock, ..Wrong::default() }).await;
        };
        let (merchant, login) = (staff.merchant_id(), staff.login());
        match engine::console::advance_clock(&app.engine, merchant, login, seconds).await {
            Ok(_) => Ok(respond::see_other("/console/developer?done=clock")),
            Err(Error::Invalid { message, .. }) => {
                let clock = Wrongs::one("amount", said(staff.lang(), &message));
                again(&app, &staff, Wrong { clock, ..Wrong::default() }).await
            }
            Err(other) => Err(other),
        }
    };
    staff.reply(moved.await)
}

/// `POST /console/developer/faults`
pub(super) async fn arm(State(app): State<App>, posted: Posted) -> Response {
    let Posted { staff, form } = posted;
    let armed = async {
        staff.session.role.need(Role::Manager)?;
        let Ok(times) = form.get("times").parse::<i64>() else {
            let fault = Wrongs::one("times", staff.t().not_a_number);
            return again(&app, &staff, Wrong { fault, typed: form, ..Wrong::default() }).await;
        };
        let fault = json!({
            "pg": form.get("pg"),
            "operation": form.get("operation"),
            "fault": form.get("fault"),
            "times": times,
        });
        let (merchant, login) = (staff.merchant_id(), staff.login());
        match engine::console::arm_fault(&app.engine, merchant, login, &fault).await {
            Ok(()) => Ok(respond::see_other("/console/developer?done=fault")),
            Err(Error::Refused(message)) => {
                let fault = Wrongs::one("", said(staff.lang(), &message));
                again(&app, &staff, Wrong { fault, typed: form, ..Wrong::default() }).await
            }
            Err(other) => Err(other),
        }
    };
    staff.reply(armed.await)
}

/// `POST /console/developer/faults/clear`
pub(super) async fn clear(State(app): State<App>, posted: Posted) -> Response {
    let staff = posted.staff;
    let cleared = async {
        staff.session.role.need(Role::Manager)?;
        engine::console::clear_faults(&app.engine, staff.merchant_id(), staff.login()).await?;
        Ok(respond::see_other("/console/developer?done=faults_cleared"))
    };
    staff.reply(cleared.await)
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
    let typed = |name: &str, default: &str| match wrong.typed.get(name) {
        "" => default.to_owned(),
        typed => typed.to_owned(),
    };
    let select = |name, label, values: Vec<(&str, String)>, default: &str| {
        let current = typed(name, default);
        let options = values.into_iter().map(|(code, label)| Choice::new(code, label, &current));
        Select { name, label, options: options.collect() }
    };
    let pgs = engine::console::pgs();
    let mut any = vec![("*", t.all.to_owned())];
    any.extend(pgs.iter().map(|spec| (spec.code, lang.pick((spec.ko, spec.en)).to_owned())));
    let plain = |codes: &[&'static str]| codes.iter().map(|c| (*c, (*c).to_owned())).collect();
    let links = pgs.iter();
    let links = links.map(|pg| Choice::new(pg.code, lang.pick((pg.ko, pg.en)), chosen));
    Some(SandboxPart {
        now: When::new(staff.now, staff.now),
        ahead: (offset > 0).then(|| fill(t.clock_ahead, &ahead.each_ref().map(String::as_str))),
        clock_wrongs: wrong.clock,
        faults: faults(lang, &sandbox.faults()),
        fault_selects: vec![
            select("pg", t.pg, any, "*"),
            select("operation", t.fault_operation, plain(&OPERATIONS), "approve"),
            select("fault", t.fault_what, plain(&FAULTS), "timeout_after"),
        ],
        fault_times: typed("times", "1"),
        fault_wrongs: wrong.fault,
        cards: test_cards::part(lang, &sandbox.cards()),
        books_links: links.collect(),
        books,
    })
}

fn faults(lang: Lang, armed: &Value) -> Vec<FaultLine> {
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let lines = armed.as_array().into_iter().flatten().map(|fault| FaultLine {
        pg: text(fault, "pg"),
        operation: text(fault, "operation"),
        fault: text(fault, "fault"),
        times: match fault["times"].as_i64() {
            Some(times) if times >= 0 => times.to_string(),
            _ => lang.texts().fault_forever.to_owned(),
        },
    });
    lines.collect()
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
