//! `pay_process.jsp`: an authenticated payment becomes money, or an account to pay into.

use super::PG;
use super::catalog::{Fault, WAYS, Way, bank, choice, fault, way};
use super::reply::{Fields, refusal, reply};
use super::session::{Auth, Session};
use super::shop::{is_date, key_of, minor, need, padded, signed};
use super::window::due;
use crate::form::Form;
use crate::sim::page::Choice;
use crate::sim::{Accident, Books, Movement, SimCx, SimReply, Trade};
use domain::Millis;
use serde_json::json;

const NEEDED: &[&str] = &["TID", "AuthToken", "MID", "Amt", "EdiDate", "SignData"];

/// How long an authentication can be approved. NICE does not publish its own limit.
const AUTH_SECONDS: i64 = 30 * 60;

/// Approves.
pub(super) fn approve(cx: &SimCx, books: &mut dyn Books, form: &Form) -> SimReply {
    let (key, auth) = match check(cx, books, form) {
        Ok(found) => found,
        Err(fault) => return refusal(form, &fault),
    };
    let tid = form.get("TID");
    let way = way(auth.session.get("PayMethod")).unwrap_or(&WAYS[0]);
    Auth { used: true, ..auth.clone() }.save(books, tid);
    if auth.plan == "decline" {
        return refusal(form, &fault(way.decline));
    }
    let trade = match trade(cx, books, tid, way, &auth, key) {
        Ok(trade) => trade,
        Err(fault) => return refusal(form, &fault),
    };
    books.put_trade(&trade);
    if way.method != "vbank" {
        let number = text(&trade, "auth_code");
        books.record(PG, &Movement::new(tid, "approve", trade.amount, number, cx.at));
    }
    let accident = match auth.plan.as_str() {
        "timeout" => Some(Accident::NoAnswer),
        "reset" => Some(Accident::Reset),
        _ => None,
    };
    SimReply { accident, ..reply(form, answer(&trade, &auth.session, way, key)) }
}

/// What approval and net-cancel check alike: fields, shop, signature, authentication, amount.
pub(super) fn check_auth(books: &dyn Books, form: &Form) -> Result<(usize, Auth), Fault> {
    need(form, NEEDED)?;
    if !is_date(form.get("EdiDate")) {
        return Err(fault("A106"));
    }
    let signed_parts = ["AuthToken", "MID", "Amt", "EdiDate"].map(|name| form.get(name));
    let key = key_of(form, &signed_parts)?;
    let auth = Auth::load(books, form.get("TID"))
        .filter(|auth| auth.token == form.get("AuthToken"))
        .ok_or_else(|| fault("A210"))?;
    if auth.session.get("MID") != form.get("MID") {
        return Err(fault("A122"));
    }
    if minor(form.get("Amt"), &auth.session.currency) != Some(auth.session.amount) {
        return Err(fault("A123"));
    }
    Ok((key, auth))
}

fn check(cx: &SimCx, books: &dyn Books, form: &Form) -> Result<(usize, Auth), Fault> {
    let (key, auth) = check_auth(books, form)?;
    if auth.used {
        return Err(fault("A225"));
    }
    if cx.at > Millis(auth.at).plus_seconds(AUTH_SECONDS) {
        return Err(fault("A245"));
    }
    Ok((key, auth))
}

fn trade(
    cx: &SimCx,
    books: &dyn Books,
    tid: &str,
    way: &Way,
    auth: &Auth,
    key: usize,
) -> Result<Trade, Fault> {
    let session = &auth.session;
    let chosen = choice(way, &auth.choice);
    let mut extra = json!({
        "service": if way.method == "alipay" { "alipay" } else { "nice" },
        "pay_method": way.pay_method,
        "choice": chosen.code,
        "choice_name": chosen.name,
        "auth_code": if way.method == "vbank" { String::new() } else { cx.digits(8) },
        "auth_date": cx.at.kst14()[2..],
        "goods": session.get("GoodsName"),
        "buyer": session.get("BuyerName"),
        "email": session.get("BuyerEmail"),
        "escrow": session.get("TransType") == "1",
        "key": key,
    });
    match way.method {
        "card" => {
            let tail = cx.digits(4);
            extra["card_no"] = json!(format!("53611234****{tail}"));
            // The window asks for no instalments: the first plan offered (lump sum) is taken.
            let quota = session.get("SelectQuota").split(',').next().unwrap_or_default();
            extra["quota"] = json!(if quota.is_empty() { "00" } else { quota });
        }
        "vbank" => {
            extra["account"] = json!(account(cx, books));
            extra["due"] = json!(due(cx, session.get("VbankExpDate"))?.0);
        }
        _ => {}
    }
    let state = if way.method == "vbank" { "awaiting_deposit" } else { "approved" };
    Ok(Trade {
        pg: PG.to_owned(),
        tid: tid.to_owned(),
        mid: session.get("MID").to_owned(),
        order_no: session.get("Moid").to_owned(),
        method: way.method.to_owned(),
        amount: session.amount,
        currency: session.currency.clone(),
        state: state.to_owned(),
        cancelled: 0,
        created_at: cx.at.0,
        extra,
    })
}

/// An account number no other trade has.
pub(super) fn account(cx: &SimCx, books: &dyn Books) -> String {
    let taken: Vec<String> =
        books.trades(PG).iter().map(|trade| text(trade, "account").to_owned()).collect();
    let start = cx.random % 1_000_000_000;
    let mut numbers =
        (0..1_000_000_000).map(|step| format!("2220{:09}", (start + step) % 1_000_000_000));
    numbers.find(|number| !taken.contains(number)).unwrap_or_default()
}

/// A row of what a V1 method can be paid with.
pub(super) fn choice_of(method: &str, code: &str) -> Choice {
    let way = WAYS.iter().find(|way| way.method == method).unwrap_or(&WAYS[0]);
    choice(way, code)
}

/// A text the trade keeps.
pub(super) fn text<'a>(trade: &'a Trade, name: &str) -> &'a str {
    trade.extra[name].as_str().unwrap_or_default()
}

fn answer(trade: &Trade, session: &Session, way: &Way, key: usize) -> Fields {
    let amt = padded(trade.amount, &trade.currency);
    let signature = signed(&[&trade.tid, &trade.mid, &amt], key);
    let mut fields: Fields = vec![
        ("ResultCode", way.success.0.into()),
        ("ResultMsg", way.success.1.into()),
        ("Amt", amt),
        ("MID", trade.mid.clone()),
        ("Moid", trade.order_no.clone()),
        ("Signature", signature),
        ("BuyerEmail", session.get("BuyerEmail").into()),
        ("BuyerTel", session.get("BuyerTel").into()),
        ("BuyerName", session.get("BuyerName").into()),
        ("GoodsName", session.get("GoodsName").into()),
        ("TID", trade.tid.clone()),
        ("AuthCode", text(trade, "auth_code").into()),
        ("AuthDate", text(trade, "auth_date").into()),
        ("PayMethod", way.pay_method.into()),
        ("MallReserved", String::new()),
    ];
    fields.extend(own_fields(trade, way));
    fields
}

fn own_fields(trade: &Trade, way: &Way) -> Fields {
    let (code, name) = (text(trade, "choice"), text(trade, "choice_name"));
    match way.method {
        "card" => vec![
            ("CardCode", code.into()),
            ("CardName", name.into()),
            ("CardNo", text(trade, "card_no").into()),
            ("CardQuota", text(trade, "quota").into()),
            ("CardInterest", "0".into()),
            ("AcquCardCode", code.into()),
            ("AcquCardName", name.into()),
            ("CardCl", "0".into()),
            ("CcPartCl", "1".into()),
            ("CardType", "01".into()),
            ("ClickpayCl", String::new()),
        ],
        "trans" => vec![
            ("BankCode", code.into()),
            ("BankName", name.into()),
            ("RcptType", "0".into()),
            ("RcptTID", String::new()),
            ("RcptAuthCode", String::new()),
        ],
        "vbank" => {
            let due = Millis(trade.extra["due"].as_i64().unwrap_or_default()).kst14();
            vec![
                ("VbankBankCode", code.into()),
                ("VbankBankName", bank(code).unwrap_or_default().into()),
                ("VbankNum", text(trade, "account").into()),
                ("VbankExpDate", due[..8].into()),
                ("VbankExpTime", due[8..].into()),
            ]
        }
        _ => Fields::new(),
    }
}
