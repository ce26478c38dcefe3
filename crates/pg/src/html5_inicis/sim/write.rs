//! Writing the books: transaction numbers, approvals and net-cancels, for both windows.

use super::deal::{Deal, Kind, Way};
use super::{PG, tables};
use crate::sim::{Books, Movement, SimCx, Trade};
use domain::Millis;
use serde_json::json;

/// A number of this PG's shape: 10 letters, MID, time, 6 digits; one that is not `taken`.
pub(super) fn number(cx: &SimCx, head: &str, mid: &str, taken: &dyn Fn(&str) -> bool) -> String {
    let mut tail = cx.random;
    loop {
        let number = format!("{head}{mid}{}{:06}", cx.at.kst14(), tail % 1_000_000);
        if !taken(&number) {
            return number;
        }
        tail = tail.wrapping_add(1);
    }
}

/// A transaction number nobody has, neither a payment nor a partial cancel.
pub(super) fn tid(cx: &SimCx, books: &mut dyn Books, head: &str, mid: &str) -> String {
    let key = |tid: &str| format!("number:{tid}");
    let tid = number(cx, head, mid, &|tid| books.note(PG, &key(tid)).is_some());
    books.put_note(PG, &key(&tid), "taken");
    tid
}

/// Books the approval of an authenticated deal, or the issue of an account.
pub(super) fn approve(cx: &SimCx, books: &mut dyn Books, auth: &str, deal: &mut Deal) -> Trade {
    let trade = draft(cx, books, &head(deal), auth, deal);
    book(cx, books, &trade);
    deal.tid = Some(trade.tid.clone());
    deal.save(books, Kind::Auth, auth);
    trade
}

/// The ten letters a transaction number of this deal begins with.
fn head(deal: &Deal) -> String {
    let method = tables::method(&deal.method);
    let choice = method.chosen(&deal.choice);
    let isp = method.is_isp(choice.code);
    let (pc, mobile) = if isp { ("ISP_", "ISP_") } else { method.tid };
    match deal.way {
        Way::Pc => format!("Stdpay{pc}"),
        Way::Mobile => format!("INIMX_{mobile}"),
    }
}

/// A trade of the deal under a new number, not yet booked.
pub(super) fn draft(
    cx: &SimCx,
    books: &mut dyn Books,
    head: &str,
    auth: &str,
    deal: &Deal,
) -> Trade {
    let method = tables::method(&deal.method);
    let choice = method.chosen(&deal.choice);
    let vbank = method.v1 == "vbank";
    Trade {
        pg: PG.into(),
        tid: tid(cx, books, head, &deal.mid),
        mid: deal.mid.clone(),
        order_no: deal.oid.clone(),
        method: method.v1.into(),
        amount: deal.price,
        currency: "KRW".into(),
        state: if vbank { "awaiting_deposit" } else { "approved" }.into(),
        cancelled: 0,
        created_at: cx.at.0,
        extra: json!({
            "way": deal.way,
            "auth": auth,
            "isp": method.is_isp(choice.code),
            "code": choice.code,
            "name": choice.name,
            "goods": deal.goods,
            "buyer": deal.buyer,
            "tel": deal.tel,
            "email": deal.email,
            "apply_num": if vbank { String::new() } else { cx.digits(8) },
            "card_number": card_number(method.v1, choice.code, cx),
            "account": if vbank { account(cx, books) } else { String::new() },
            "due": deal.due,
            "noti_url": deal.noti_url,
            "echo": deal.echo,
            "utf8": deal.utf8,
            "parts": [],
            "escrow": deal.escrow.then(|| json!({ "status": "1" })),
        }),
    }
}

/// Writes an approved trade, or an account issued, into the books.
pub(super) fn book(cx: &SimCx, books: &mut dyn Books, trade: &Trade) {
    books.put_trade(trade);
    if trade.state == "approved" {
        let (tid, amount) = (&trade.tid, trade.amount);
        books.record(PG, &Movement::new(tid, "approve", amount, tid, cx.at));
    }
}

/// Masked from the start: a full number never exists here.
fn card_number(method: &str, code: &str, cx: &SimCx) -> String {
    let number = || format!("4009{code}*********{}", cx.random % 10);
    if method == "card" { number() } else { String::new() }
}

fn account(cx: &SimCx, books: &mut dyn Books) -> String {
    let key = |number: &str| format!("account:{number}");
    let mut tail = cx.random % 10_000_000_000;
    loop {
        let number = format!("5621{tail:010}");
        if books.note(PG, &key(&number)).is_none() {
            books.put_note(PG, &key(&number), "taken");
            return number;
        }
        tail = (tail + 1) % 10_000_000_000;
    }
}

/// A text the books keep with a trade.
pub(super) fn text(trade: &Trade, name: &str) -> String {
    trade.extra.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

/// Deposit deadline of an account.
pub(super) fn due(trade: &Trade) -> Millis {
    Millis(trade.extra.get("due").and_then(serde_json::Value::as_i64).unwrap_or_default())
}

/// Net-cancel: undoes an approval as if it had never been.
///
/// # Errors
/// The PG's code and words.
pub(super) fn undo(
    cx: &SimCx,
    books: &mut dyn Books,
    deal: &Deal,
) -> Result<Trade, (&'static str, &'static str)> {
    let trade = deal.tid.as_deref().and_then(|tid| books.trade(PG, tid));
    let Some(mut trade) = trade else {
        return Err(("ER0102", "승인 내역이 없습니다."));
    };
    match trade.state.as_str() {
        "approved" => {
            let tid = trade.tid.clone();
            books.record(PG, &Movement::new(&tid, "void", trade.amount, &tid, cx.at));
        }
        "awaiting_deposit" => {}
        "voided" | "cancelled" | "closed" => return Err(("500626", "이미 취소된 거래입니다.")),
        _ => return Err(("ER0102", "망취소할 수 없는 거래입니다.")),
    }
    trade.state = "voided".into();
    trade.extra["cancelled_at"] = cx.at.0.into();
    books.put_trade(&trade);
    Ok(trade)
}
