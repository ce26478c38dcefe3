//! A customer pays into a virtual account: the bank's checks, and the notice NICE sends.

use super::PG;
use super::approve::text;
use super::catalog::bank;
use super::shop::signed;
use crate::form::euc_kr_body;
use crate::sim::page::amount_text;
use crate::sim::{Books, Movement, Outgoing, SimCx, Trade};
use domain::Millis;

/// Books a deposit and gives its notice.
///
/// # Errors
/// Why the bank does not take the money.
pub(super) fn deposit(
    cx: &SimCx,
    books: &mut dyn Books,
    tid: &str,
    amount: i64,
    depositor: &str,
) -> Result<Vec<Outgoing>, String> {
    let found = books.trade(PG, tid).filter(|trade| trade.method == "vbank");
    let mut trade = found.ok_or_else(|| format!("가상계좌 거래가 없습니다: {tid}"))?;
    match trade.state.as_str() {
        "awaiting_deposit" => {}
        "deposited" | "part_cancelled" => return Err("이미 입금된 가상계좌입니다.".into()),
        "cancelled" if trade.cancelled > 0 => {
            return Err("이미 입금 후 환불된 가상계좌입니다.".into());
        }
        _ => return Err("해지된 가상계좌라서 입금할 수 없습니다.".into()),
    }
    let due = Millis(trade.extra["due"].as_i64().unwrap_or_default());
    if cx.at > due {
        return Err(format!("입금 기한({})이 지난 가상계좌입니다.", due.kst_text()));
    }
    if amount != trade.amount {
        let asked = amount_text(trade.amount, &trade.currency);
        return Err(format!("입금액이 다릅니다. {asked}만 입금할 수 있습니다."));
    }
    trade.state = "deposited".into();
    books.put_trade(&trade);
    books.record(PG, &Movement::new(tid, "deposit", amount, &cx.digits(10), cx.at));
    let notice = Outgoing {
        url: cx.notice_url_of(PG),
        content_type: "application/x-www-form-urlencoded".into(),
        body: notice(cx, &trade, depositor).into_bytes(),
        wanted: "OK",
    };
    Ok(vec![notice])
}

fn notice(cx: &SimCx, trade: &Trade, depositor: &str) -> String {
    let amt = trade.amount.to_string();
    let key = trade.extra["key"].as_u64().and_then(|key| usize::try_from(key).ok()).unwrap_or(0);
    let signature = signed(&[&trade.tid, &trade.mid, &amt], key);
    let at = cx.at.kst14();
    let code = text(trade, "choice");
    let name = bank(code).unwrap_or_default();
    euc_kr_body(&[
        ("PG", "NICE"),
        ("PayMethod", "VBANK"),
        ("MID", &trade.mid),
        ("MallUserID", ""),
        ("Amt", &amt),
        ("GoodsName", text(trade, "goods")),
        ("MOID", &trade.order_no),
        ("TID", &trade.tid),
        ("AuthDate", &at[2..]),
        ("AuthCode", ""),
        ("FnCd", code),
        ("FnName", name),
        ("StateCd", "0"),
        ("name", text(trade, "buyer")),
        ("BuyerEmail", text(trade, "email")),
        ("BuyerAuthNum", ""),
        ("ReceitType", ""),
        ("RcptType", ""),
        ("RcptTID", ""),
        ("RcptAuthCode", ""),
        ("VbankName", name),
        ("VbankNum", text(trade, "account")),
        ("VbankInputName", depositor),
        ("CartCnt", "1"),
        ("ResultCode", "4110"),
        ("ResultMsg", "승인"),
        ("NICE", "PG"),
        ("CancelMOID", ""),
        ("MallReserved", ""),
        ("Signature", &signature),
    ])
}
