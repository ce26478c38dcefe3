//! `billing_regist.jsp`, `billing_approve.jsp` and `billkey_remove.jsp`: keys from cards, charges.

use super::PG;
use super::approve::{choice_of, text};
use super::cards::{Plan, Seen, look};
use super::catalog::{Fault, fault};
use super::reply::{Fields, refusal, reply};
use super::session::{get, is_used, new_tid, put, use_tid};
use super::shop::{is_date, key_of, minor, need, padded, unsealed};
use crate::form::{Form, euc_kr};
use crate::sim::{Accident, Books, Movement, SimCx, SimReply, Trade};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A key as NICE's bill master has it: no card number, only what it looks like masked.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Bill {
    mid: String,
    card_no: String,
    card_code: String,
    plan: Plan,
    removed: bool,
}

/// A key from a card.
pub(super) fn regist(cx: &SimCx, books: &mut dyn Books, form: &Form) -> SimReply {
    let seen = match card(cx, form) {
        Ok(seen) => seen,
        Err(fault) => return refusal(form, &fault),
    };
    let mid = form.get("MID");
    let tid = new_tid(cx, books, mid, "01", "16");
    // What follows the MID's two method digits and the medium: date, time and four digits.
    let bid = format!("BIKY{mid}{}", &tid[14..]);
    let name = format!("[{}]", choice_of("card", seen.code).name);
    let bill = Bill {
        mid: mid.to_owned(),
        card_no: seen.masked,
        card_code: seen.code.to_owned(),
        plan: seen.plan,
        removed: false,
    };
    put(books, &format!("bill:{bid}"), &bill);
    let fields: Fields = vec![
        ("ResultCode", "F100".into()),
        ("ResultMsg", "빌키가 정상적으로 생성되었습니다.".into()),
        ("TID", tid),
        ("BID", bid),
        ("AuthDate", cx.at.kst14()[..8].into()),
        ("CardCode", bill.card_code.clone()),
        ("CardName", name.clone()),
        ("CardCl", "0".into()),
        ("AcquCardCode", bill.card_code),
        ("AcquCardName", name),
    ];
    reply(form, fields)
}

fn card(cx: &SimCx, form: &Form) -> Result<Seen, Fault> {
    need(form, &["MID", "EdiDate", "Moid", "EncData", "SignData"])?;
    if !is_date(form.get("EdiDate")) {
        return Err(fault("A106"));
    }
    let key = key_of(form, &["MID", "EdiDate", "Moid"].map(|name| form.get(name)))?;
    let plain = unsealed(form.get("EncData"), key).ok_or_else(|| fault("A204"))?;
    look(&plain, &cx.at.kst14()[2..6], cx.any_card)
}

const NEEDED: &[&str] = &[
    "BID",
    "MID",
    "TID",
    "EdiDate",
    "Moid",
    "Amt",
    "GoodsName",
    "SignData",
    "CardInterest",
    "CardQuota",
];

/// A charge that can be carried out.
struct Accepted {
    key: usize,
    bill: Bill,
    amount: i64,
}

/// A key is charged.
pub(super) fn approve(cx: &SimCx, books: &mut dyn Books, form: &Form) -> SimReply {
    let accepted = match check(books, form) {
        Ok(accepted) => accepted,
        Err(fault) => return refusal(form, &fault),
    };
    let tid = form.get("TID");
    use_tid(books, tid);
    if accepted.bill.plan == Plan::Limit {
        let message = "카드사 실패 응답(한도초과)".to_owned();
        return refusal(form, &Fault { code: "3095", message });
    }
    let trade = trade(cx, form, &accepted);
    books.put_trade(&trade);
    let number = text(&trade, "auth_code");
    books.record(PG, &Movement::new(tid, "approve", trade.amount, number, cx.at));
    let accident = (accepted.bill.plan == Plan::Silence).then_some(Accident::NoAnswer);
    SimReply { accident, ..reply(form, answer(&trade)) }
}

fn check(books: &dyn Books, form: &Form) -> Result<Accepted, Fault> {
    need(form, NEEDED)?;
    if !is_date(form.get("EdiDate")) {
        return Err(fault("A106"));
    }
    let key = key_of(form, &["MID", "EdiDate", "Moid", "Amt", "BID"].map(|name| form.get(name)))?;
    let tid = form.get("TID");
    if tid.len() != 30 || !tid.starts_with(&format!("{}0116", form.get("MID"))) {
        return Err(fault("A115"));
    }
    if is_used(books, tid) || books.trade(PG, tid).is_some() {
        return Err(fault("A225"));
    }
    let bill = bill(books, form)?;
    let amount = minor(form.get("Amt"), "KRW").filter(|amount| *amount > 0);
    let amount = amount.ok_or_else(|| fault("A116"))?;
    if euc_kr(form.get("GoodsName")).len() > 40 || form.get("Moid").len() > 64 {
        return Err(fault("9001"));
    }
    if !matches!(form.get("CardInterest"), "0" | "1") {
        return Err(fault("A212"));
    }
    match form.get("CardQuota") {
        "00" => {}
        months if months.len() == 2 && months.parse().is_ok_and(|n: u8| (2..=36).contains(&n)) => {
            if amount < 50_000 {
                return Err(fault("3024"));
            }
        }
        _ => return Err(fault("3022")),
    }
    Ok(Accepted { key, bill, amount })
}

fn bill(books: &dyn Books, form: &Form) -> Result<Bill, Fault> {
    let bid = form.get("BID");
    if bid.len() != 30 || !bid.starts_with("BIKY") {
        return Err(fault("A125"));
    }
    let bill: Bill = get(books, &format!("bill:{bid}")).ok_or_else(|| fault("A124"))?;
    if bill.mid != form.get("MID") {
        return Err(fault("A122"));
    }
    if bill.removed { Err(fault("A126")) } else { Ok(bill) }
}

fn trade(cx: &SimCx, form: &Form, accepted: &Accepted) -> Trade {
    let chosen = choice_of("card", &accepted.bill.card_code);
    Trade {
        pg: PG.to_owned(),
        tid: form.get("TID").to_owned(),
        mid: form.get("MID").to_owned(),
        order_no: form.get("Moid").to_owned(),
        method: "card".to_owned(),
        amount: accepted.amount,
        currency: "KRW".to_owned(),
        state: "approved".to_owned(),
        cancelled: 0,
        created_at: cx.at.0,
        extra: json!({
            "service": "nice",
            "pay_method": "CARD",
            "choice": chosen.code,
            "choice_name": chosen.name,
            "auth_code": cx.digits(8),
            "auth_date": cx.at.kst14()[2..],
            "goods": form.get("GoodsName"),
            "buyer": form.get("BuyerName"),
            "email": form.get("BuyerEmail"),
            "card_no": accepted.bill.card_no,
            "quota": form.get("CardQuota"),
            "interest": form.get("CardInterest"),
            "billing": true,
            "key": accepted.key,
        }),
    }
}

/// Charges are answered without MID and without a signature: the manual lists neither.
fn answer(trade: &Trade) -> Fields {
    let name = format!("[{}]", text(trade, "choice_name"));
    vec![
        ("ResultCode", "3001".into()),
        ("ResultMsg", "카드 결제 성공".into()),
        ("TID", trade.tid.clone()),
        ("Moid", trade.order_no.clone()),
        ("Amt", padded(trade.amount, &trade.currency)),
        ("AuthCode", text(trade, "auth_code").into()),
        ("AuthDate", text(trade, "auth_date").into()),
        ("AcquCardCode", text(trade, "choice").into()),
        ("AcquCardName", name.clone()),
        ("CardNo", text(trade, "card_no").into()),
        ("CardCode", text(trade, "choice").into()),
        ("CardName", name),
        ("CardQuota", text(trade, "quota").into()),
        ("CardCl", "0".into()),
        ("CcPartCl", "1".into()),
        ("CardInterest", text(trade, "interest").into()),
        ("MallReserved", String::new()),
    ]
}

/// A key is removed.
pub(super) fn remove(cx: &SimCx, books: &mut dyn Books, form: &Form) -> SimReply {
    let removed = match removable(books, form) {
        Ok(bill) => Bill { removed: true, ..bill },
        Err(fault) => return refusal(form, &fault),
    };
    let bid = form.get("BID");
    put(books, &format!("bill:{bid}"), &removed);
    let tid = new_tid(cx, books, &removed.mid, "01", "16");
    let fields: Fields = vec![
        ("ResultCode", "F101".into()),
        ("ResultMsg", "빌링 정보가 정상적으로 삭제되었습니다.".into()),
        ("TID", tid),
        ("BID", bid.to_owned()),
        ("AuthDate", cx.at.kst14()[..8].into()),
    ];
    reply(form, fields)
}

fn removable(books: &dyn Books, form: &Form) -> Result<Bill, Fault> {
    need(form, &["BID", "MID", "EdiDate", "Moid", "SignData"])?;
    if !is_date(form.get("EdiDate")) {
        return Err(fault("A106"));
    }
    key_of(form, &["MID", "EdiDate", "Moid", "BID"].map(|name| form.get(name)))?;
    bill(books, form)
}
