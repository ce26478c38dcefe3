//! `cancel_process.jsp`: cancels and refunds, whole and in part, and with `NetCancel=1` the undoing
//! of an approval whose answer did not arrive.

use super::PG;
use super::approve::{check_auth, text};
use super::catalog::{Fault, WAYS, bank, fault};
use super::reply::{Fields, refusal, reply};
use super::session::new_tid;
use super::shop::{is_date, key_of, minor, need, padded, password, signed};
use crate::form::{Form, euc_kr};
use crate::sim::{Books, Movement, SimCx, SimReply, Trade};

const NEEDED: &[&str] =
    &["TID", "MID", "Moid", "CancelAmt", "CancelMsg", "PartialCancelCode", "EdiDate", "SignData"];

/// A cancel that can be carried out.
struct Accepted {
    key: usize,
    trade: Trade,
    amount: i64,
    whole: bool,
    code: &'static str,
}

/// Cancels.
pub(super) fn cancel(cx: &SimCx, books: &mut dyn Books, form: &Form) -> SimReply {
    match check(books, form) {
        Ok(accepted) => carry_out(cx, books, form, accepted),
        Err(fault) => refusal(form, &fault),
    }
}

fn check(books: &dyn Books, form: &Form) -> Result<Accepted, Fault> {
    need(form, NEEDED)?;
    if !is_date(form.get("EdiDate")) {
        return Err(fault("A106"));
    }
    let key = key_of(form, &["MID", "CancelAmt", "EdiDate"].map(|name| form.get(name)))?;
    if form.get("TID").len() != 30 {
        return Err(fault("A115"));
    }
    let trade = books.trade(PG, form.get("TID")).ok_or_else(|| fault("2012"))?;
    if trade.mid != form.get("MID") {
        return Err(fault("2019"));
    }
    // The service behind Alipay is the oldest one, which always asks for the password.
    password(form.get("CancelPwd"), text(&trade, "service") == "alipay")?;
    let amount = minor(form.get("CancelAmt"), &trade.currency).ok_or_else(|| fault("A116"))?;
    if amount == 0 {
        return Err(fault("2010"));
    }
    let whole = match form.get("PartialCancelCode") {
        "0" => true,
        "1" => false,
        _ => return Err(fault("A212")),
    };
    balance(&trade, amount, whole)?;
    let code = if trade.method == "vbank" && trade.state != "awaiting_deposit" {
        refund_account(form)?;
        "2211"
    } else {
        "2001"
    };
    Ok(Accepted { key, trade, amount, whole, code })
}

/// What can still be cancelled, and how.
fn balance(trade: &Trade, amount: i64, whole: bool) -> Result<(), Fault> {
    match trade.state.as_str() {
        "cancelled" | "voided" | "closed" => return Err(fault("2013")),
        "awaiting_deposit" if !whole => return Err(fault("2033")),
        "issued" if !whole => return Err(fault("2033")),
        "approved" | "deposited" | "part_cancelled" | "awaiting_deposit" | "issued" => {}
        _ => return Err(fault("2014")),
    }
    match whole {
        true if trade.cancelled > 0 => Err(fault("2031")),
        true if amount != trade.amount => Err(fault("2011")),
        false if amount > trade.amount - trade.cancelled => Err(fault("2032")),
        true | false => Ok(()),
    }
}

/// Money that came by transfer goes back to an account, which must be named.
fn refund_account(form: &Form) -> Result<(), Fault> {
    let number = form.get("RefundAcctNo");
    let named = !number.is_empty() && !form.get("RefundAcctNm").is_empty();
    if !named || form.get("RefundBankCd").is_empty() {
        return Err(fault("2047"));
    }
    let plain = number.bytes().all(|byte| byte.is_ascii_digit()) && number.len() <= 16;
    if !plain || euc_kr(form.get("RefundAcctNm")).len() > 10 {
        return Err(fault("9001"));
    }
    bank(form.get("RefundBankCd")).map(|_| ()).ok_or_else(|| fault("A212"))
}

fn carry_out(cx: &SimCx, books: &mut dyn Books, form: &Form, accepted: Accepted) -> SimReply {
    let Accepted { key, mut trade, amount, whole, code } = accepted;
    let number = cx.digits(8);
    if trade.state == "awaiting_deposit" {
        trade.state = "closed".into();
    } else if trade.state == "issued" {
        // A cash receipt: no money behind it.
        trade.cancelled = amount;
        trade.state = "cancelled".into();
    } else {
        trade.cancelled += amount;
        let done = trade.cancelled == trade.amount;
        trade.state = if done { "cancelled" } else { "part_cancelled" }.into();
        books.record(PG, &Movement::new(&trade.tid, "cancel", amount, &number, cx.at));
    }
    books.put_trade(&trade);
    // A part is a transaction of its own, of the medium "partial cancel".
    let way = WAYS.iter().find(|way| way.method == trade.method).map_or("01", |way| way.tid);
    let tid = match whole {
        true => trade.tid.clone(),
        false => new_tid(cx, books, &trade.mid, way, "10"),
    };
    let done = Done { tid, amount, number, code, key, moid: form.get("Moid").to_owned() };
    reply(form, answer(cx, &trade, done))
}

struct Done {
    tid: String,
    amount: i64,
    number: String,
    code: &'static str,
    key: usize,
    moid: String,
}

fn answer(cx: &SimCx, trade: &Trade, done: Done) -> Fields {
    let at = cx.at.kst14();
    let amt = padded(done.amount, &trade.currency);
    let signature = signed(&[&done.tid, &trade.mid, &amt], done.key);
    let message = if done.code == "2211" { "환불 성공" } else { "취소 성공" };
    vec![
        ("ResultCode", done.code.into()),
        ("ResultMsg", message.into()),
        ("ErrorCD", "0000".into()),
        ("ErrorMsg", "성공".into()),
        ("CancelAmt", amt),
        ("MID", trade.mid.clone()),
        ("Moid", done.moid),
        ("Signature", signature),
        ("PayMethod", text(trade, "pay_method").into()),
        ("TID", done.tid),
        ("OTID", trade.tid.clone()),
        ("CancelDate", at[..8].into()),
        ("CancelTime", at[8..].into()),
        ("CancelNum", done.number),
        ("RemainAmt", padded(trade.held(), &trade.currency)),
        ("MallReserved", String::new()),
    ]
}

/// Undoes an approval.
pub(super) fn net_cancel(cx: &SimCx, books: &mut dyn Books, form: &Form) -> SimReply {
    let (key, _) = match check_auth(books, form) {
        Ok(found) => found,
        Err(fault) => return refusal(form, &fault),
    };
    let Some(mut trade) = books.trade(PG, form.get("TID")) else {
        return refusal(form, &fault("2012"));
    };
    match trade.state.as_str() {
        "approved" | "awaiting_deposit" => {}
        "voided" | "cancelled" | "closed" => return refusal(form, &fault("2013")),
        _ => return refusal(form, &fault("2014")),
    }
    let number = cx.digits(8);
    if trade.state == "approved" {
        books.record(PG, &Movement::new(&trade.tid, "void", trade.amount, &number, cx.at));
    }
    trade.state = "voided".into();
    books.put_trade(&trade);
    let (tid, moid) = (trade.tid.clone(), trade.order_no.clone());
    let done = Done { tid, amount: trade.amount, number, code: "2001", key, moid };
    reply(form, answer(cx, &trade, done))
}
