//! `escrow_process.jsp`: deliveries of escrow trades. The codes are NICE's.

use super::PG;
use super::catalog::Fault;
use super::reply::{Fields, refusal, reply};
use super::shop::{is_date, key_of, need};
use crate::form::{Form, euc_kr};
use crate::sim::{Books, SimCx, SimReply, Trade};
use serde_json::json;

const NEEDED: &[&str] = &[
    "MID",
    "TID",
    "EdiDate",
    "SignData",
    "ReqType",
    "DeliveryCoNm",
    "BuyerAddr",
    "InvoiceNum",
    "RegisterName",
    "ConfirmMail",
];

/// Registers a delivery.
pub(super) fn deliver(cx: &SimCx, books: &mut dyn Books, form: &Form) -> SimReply {
    let mut trade = match check(books, form) {
        Ok(trade) => trade,
        Err(fault) => return refusal(form, &fault),
    };
    trade.extra["delivery"] = json!({
        "courier": form.get("DeliveryCoNm"), "invoice": form.get("InvoiceNum"),
        "mail": form.get("ConfirmMail"),
    });
    books.put_trade(&trade);
    let at = cx.at.kst14();
    let answer: Fields = vec![
        ("ResultCode", "C000".into()),
        ("ResultMsg", "에스크로 배송등록 성공".into()),
        ("ProcessDate", at[..8].into()),
        ("ProcessTime", at[8..].into()),
    ];
    reply(form, answer)
}

fn check(books: &dyn Books, form: &Form) -> Result<Trade, Fault> {
    let no = |code: &'static str, text: &str| Err(Fault { code, message: text.to_owned() });
    need(form, NEEDED)?;
    if !is_date(form.get("EdiDate")) {
        return no("A106", "날짜 형식이 올바르지 않습니다");
    }
    if form.get("ReqType") != "03" || !matches!(form.get("ConfirmMail"), "1" | "2") {
        return no("A212", "잘못된 데이터 형식입니다");
    }
    if euc_kr(form.get("BuyerAddr")).len() > 100 {
        return no("9001", "필드 길이가 잘못되었습니다.");
    }
    key_of(form, &["TID", "MID", "ReqType", "EdiDate"].map(|name| form.get(name)))?;
    let Some(trade) = books.trade(PG, form.get("TID")) else {
        return no("C006", "거래내역이 존재하지 않음.");
    };
    if trade.extra["escrow"] != true {
        return no("C003", "에스크로 거래만 배송등록 가능");
    }
    match trade.state.as_str() {
        "approved" | "deposited" if trade.extra["delivery"].is_null() => Ok(trade),
        "cancelled" | "voided" | "closed" | "part_cancelled" => {
            no("C007", "취소된 거래는 배송등록 불가")
        }
        _ => no("C005", "에스크로배송등록 불가상태"),
    }
}
