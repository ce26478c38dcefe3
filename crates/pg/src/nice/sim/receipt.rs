//! `cash_receipt.jsp`: receipts on their own. They are trades that hold no money; an ordinary
//! cancel of their TID takes them back.

use super::PG;
use super::approve::text;
use super::catalog::{Fault, fault};
use super::reply::{Fields, refusal, reply};
use super::session::{is_used, use_tid};
use super::shop::{is_date, key_of, minor, need};
use crate::form::{Form, euc_kr};
use crate::sim::{Books, SimCx, SimReply, Trade};
use serde_json::json;

/// What the tax office never takes: for trying a refusal.
const REFUSED: &str = "01000000000";

const NEEDED: &[&str] = &[
    "TID",
    "MID",
    "EdiDate",
    "Moid",
    "ReceiptAmt",
    "GoodsName",
    "SignData",
    "ReceiptType",
    "ReceiptTypeNo",
    "ReceiptSupplyAmt",
    "ReceiptVAT",
    "ReceiptServiceAmt",
    "ReceiptTaxFreeAmt",
];

/// Issues.
pub(super) fn issue(cx: &SimCx, books: &mut dyn Books, form: &Form) -> SimReply {
    let (key, amount) = match check(books, form) {
        Ok(accepted) => accepted,
        Err(fault) => return refusal(form, &fault),
    };
    let get = |name: &str| form.get(name).to_owned();
    let trade = Trade {
        pg: PG.to_owned(),
        tid: get("TID"),
        mid: get("MID"),
        order_no: get("Moid"),
        method: "cash_receipt".to_owned(),
        amount,
        currency: "KRW".to_owned(),
        state: "issued".to_owned(),
        cancelled: 0,
        created_at: cx.at.0,
        extra: json!({
            "service": "nice",
            "pay_method": "CASHRCPT",
            "auth_code": cx.digits(9),
            "auth_date": cx.at.kst14()[2..],
            "receipt_type": form.get("ReceiptType"),
            "vat": minor(form.get("ReceiptVAT"), "KRW"),
            "free": minor(form.get("ReceiptTaxFreeAmt"), "KRW"),
            "key": key,
        }),
    };
    use_tid(books, &trade.tid);
    books.put_trade(&trade);
    reply(form, answer(&trade))
}

fn check(books: &dyn Books, form: &Form) -> Result<(usize, i64), Fault> {
    need(form, NEEDED)?;
    let long = |(name, most): &(&str, usize)| euc_kr(form.get(name)).len() > *most;
    if [("Moid", 64), ("GoodsName", 40), ("BuyerName", 30), ("BuyerEmail", 60)].iter().any(long) {
        return Err(Fault { code: "9001", ..fault("9001") });
    }
    if !is_date(form.get("EdiDate")) {
        return Err(fault("A106"));
    }
    let signed = ["MID", "ReceiptAmt", "EdiDate", "Moid"].map(|name| form.get(name));
    let key = key_of(form, &signed)?;
    let tid = form.get("TID");
    if tid.len() != 30 || !tid.starts_with(&format!("{}0401", form.get("MID"))) {
        return Err(fault("A115"));
    }
    if is_used(books, tid) || books.trade(PG, tid).is_some() {
        return Err(fault("A225"));
    }
    let part = |name: &str| minor(form.get(name), "KRW").ok_or_else(|| fault("A116"));
    let amount = part("ReceiptAmt")?;
    let mut sum = 0;
    for name in ["ReceiptSupplyAmt", "ReceiptVAT", "ReceiptServiceAmt", "ReceiptTaxFreeAmt"] {
        sum += part(name)?;
    }
    // All four zero: NICE splits the amount itself.
    if amount == 0 || (sum != 0 && sum != amount) {
        return Err(fault("A116"));
    }
    buyer(form)?;
    Ok((key, amount))
}

/// 1 is a person's, 2 a business's; the kind of number shows in its length.
fn buyer(form: &Form) -> Result<(), Fault> {
    let number = form.get("ReceiptTypeNo");
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    let fits = match form.get("ReceiptType") {
        "1" => matches!(number.len(), 10 | 11 | 13..=19),
        "2" => matches!(number.len(), 10 | 11 | 13..=19),
        _ => return Err(fault("A212")),
    };
    if !digits || !fits {
        return Err(fault("A212"));
    }
    if number == REFUSED {
        return Err(Fault { code: "7002", message: "현금영수증 발급 실패".to_owned() });
    }
    Ok(())
}

fn answer(trade: &Trade) -> Fields {
    vec![
        ("ResultCode", "7001".into()),
        ("ResultMsg", "현금영수증 처리 성공".into()),
        ("TID", trade.tid.clone()),
        ("Moid", trade.order_no.clone()),
        ("AuthCode", text(trade, "auth_code").into()),
        ("AuthDate", text(trade, "auth_date").into()),
    ]
}
