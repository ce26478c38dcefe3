//! INIAPI v2 inquiry.

use super::api::{field, no};
use super::tables::{self, Merchant};
use super::{PG, write};
use crate::sim::{Books, SimReply, Trade};
use domain::Millis;
use serde_json::{Value, json};

/// `POST /v2/pg/inquiry` by transaction or by order number, one of the two.
pub(super) fn inquiry(books: &dyn Books, merchant: &Merchant, data: &Value) -> SimReply {
    let (tid, oid) = (field(data, "tid"), field(data, "oid"));
    let trade = match (tid.is_empty(), oid.is_empty()) {
        (false, true) => books.trade(PG, tid),
        (true, false) => books.trades_of_order(PG, oid).pop(),
        _ => return no("ER0102", "[tid] 거래번호나 주문번호 하나만 보내세요."),
    };
    match trade.filter(|trade| trade.mid == merchant.mid) {
        Some(trade) => SimReply::json(&answer(&trade)),
        None => SimReply::json(&json!({
            "resultCode": "00",
            "resultMsg": "거래내역이 없습니다.",
            "status": "9",
        })),
    }
}

fn answer(trade: &Trade) -> Value {
    let kept = |name: &str| write::text(trade, name);
    let at = Millis(trade.created_at).kst14();
    let status = match trade.state.as_str() {
        "part_cancelled" => "PART_CANCEL",
        "cancelled" | "voided" | "closed" => "CANCEL",
        _ => "APPROVAL",
    };
    let mut answer = json!({
        "resultCode": "SUCCESS",
        "resultMsg": "정상처리되었습니다.",
        "tid": trade.tid,
        "mid": trade.mid,
        "oid": trade.order_no,
        "price": trade.amount.to_string(),
        "goodsName": kept("goods"),
        "paymethod": tables::method(&trade.method).web,
        "approvedDate": at[..8],
        "approvedTime": at[8..],
        "buyerName": kept("buyer"),
        "transactionStatus": status,
        "availablePartCancel": status != "CANCEL",
        "availablePartCancelPrice": trade.held().to_string(),
        "partCancelTransInfo": trade.extra["parts"],
    });
    if status == "CANCEL" {
        let at = Millis(trade.extra["cancelled_at"].as_i64().unwrap_or_default()).kst14();
        answer["cancelDate"] = at[..8].into();
        answer["cancelTime"] = at[8..].into();
    }
    if trade.method == "vbank" {
        answer["vacctInfo"] = json!({
            "accountNumber": kept("account"),
            "bankCode": kept("code"),
            "bankName": kept("name"),
            "accountName": super::HOLDER,
            "validDate": write::due(trade).kst8(),
            "depositStatus": if trade.held() > 0 { "Y" } else { "N" },
        });
    }
    answer
}
