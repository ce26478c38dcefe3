//! `get_vacount.jsp`: an account to pay into, asked for by the shop's server without a window.

use super::PG;
use super::approve::{account, text};
use super::catalog::{Fault, bank, fault, missing};
use super::reply::{Fields, refusal, reply};
use super::session::{is_used, use_tid};
use super::shop::{is_date, key_of, minor, need, padded};
use super::window::due;
use crate::form::{Form, euc_kr};
use crate::sim::{Books, SimCx, SimReply, Trade};
use domain::Millis;
use serde_json::json;

/// The manual's required fields, and the holder's name: this shop has the contract for it, which
/// makes the name one.
const NEEDED: &[&str] = &[
    "TID",
    "MID",
    "EdiDate",
    "Moid",
    "Amt",
    "GoodsName",
    "SignData",
    "CashReceiptType",
    "BankCode",
    "VbankExpDate",
    "VbankAccountName",
];

/// Longest values in EUC-KR bytes.
const LENGTHS: &[(&str, usize)] = &[
    ("Moid", 64),
    ("GoodsName", 40),
    ("VbankAccountName", 30),
    ("ReceiptTypeNo", 11),
    ("BuyerEmail", 60),
    ("BuyerTel", 20),
    ("BuyerName", 30),
];

/// An account that can be opened.
struct Accepted {
    key: usize,
    amount: i64,
    due: Millis,
}

/// Opens an account.
pub(super) fn issue(cx: &SimCx, books: &mut dyn Books, form: &Form) -> SimReply {
    let accepted = match check(cx, books, form) {
        Ok(accepted) => accepted,
        Err(fault) => return refusal(form, &fault),
    };
    let trade = trade(cx, books, form, &accepted);
    use_tid(books, &trade.tid);
    books.put_trade(&trade);
    reply(form, answer(&trade, accepted.due))
}

fn check(cx: &SimCx, books: &dyn Books, form: &Form) -> Result<Accepted, Fault> {
    need(form, NEEDED)?;
    if LENGTHS.iter().any(|(name, most)| euc_kr(form.get(name)).len() > *most) {
        return Err(fault("9001"));
    }
    if !is_date(form.get("EdiDate")) {
        return Err(fault("A106"));
    }
    let key = key_of(form, &["MID", "Amt", "EdiDate", "Moid"].map(|name| form.get(name)))?;
    let tid = form.get("TID");
    if tid.len() != 30 || !tid.starts_with(&format!("{}0301", form.get("MID"))) {
        return Err(fault("A115"));
    }
    if is_used(books, tid) || books.trade(PG, tid).is_some() {
        return Err(fault("A225"));
    }
    let amount = minor(form.get("Amt"), "KRW").filter(|amount| *amount > 0);
    let amount = amount.ok_or_else(|| fault("A116"))?;
    let code = form.get("BankCode");
    if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(fault("A212"));
    }
    // A bank NICE opens no accounts at.
    bank(code).ok_or_else(|| fault("4117"))?;
    receipt(form)?;
    Ok(Accepted { key, amount, due: due(cx, form.get("VbankExpDate"))? })
}

/// None, or a telephone number, or a business number.
fn receipt(form: &Form) -> Result<(), Fault> {
    match form.get("CashReceiptType") {
        "0" => Ok(()),
        "1" | "2" if form.get("ReceiptTypeNo").is_empty() => Err(missing("ReceiptTypeNo")),
        "1" | "2" => Ok(()),
        _ => Err(fault("A212")),
    }
}

fn trade(cx: &SimCx, books: &dyn Books, form: &Form, accepted: &Accepted) -> Trade {
    let code = form.get("BankCode");
    Trade {
        pg: PG.to_owned(),
        tid: form.get("TID").to_owned(),
        mid: form.get("MID").to_owned(),
        order_no: form.get("Moid").to_owned(),
        method: "vbank".to_owned(),
        amount: accepted.amount,
        currency: "KRW".to_owned(),
        state: "awaiting_deposit".to_owned(),
        cancelled: 0,
        created_at: cx.at.0,
        extra: json!({
            "service": "nice",
            "pay_method": "VBANK",
            "choice": code,
            "choice_name": bank(code).unwrap_or_default(),
            "auth_code": "",
            "auth_date": cx.at.kst14()[2..],
            "goods": form.get("GoodsName"),
            "buyer": form.get("BuyerName"),
            "email": form.get("BuyerEmail"),
            "holder": form.get("VbankAccountName"),
            "receipt": form.get("CashReceiptType"),
            "account": account(cx, books),
            "due": accepted.due.0,
            "windowless": true,
            "key": accepted.key,
        }),
    }
}

/// Answered without MID and without a signature: the manual lists neither.
fn answer(trade: &Trade, due: Millis) -> Fields {
    let due = due.kst14();
    vec![
        ("ResultCode", "4100".into()),
        ("ResultMsg", "가상계좌 발급 성공".into()),
        ("TID", trade.tid.clone()),
        ("Moid", trade.order_no.clone()),
        ("Amt", padded(trade.amount, &trade.currency)),
        ("AuthDate", text(trade, "auth_date").into()),
        ("VbankBankCode", text(trade, "choice").into()),
        ("VbankBankName", text(trade, "choice_name").into()),
        ("VbankNum", text(trade, "account").into()),
        ("VbankExpDate", due[..8].into()),
        ("VbankExpTime", due[8..].into()),
    ]
}
